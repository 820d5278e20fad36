from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "vermilion.apps.identity"
    label = "identity"

    def ready(self) -> None:
        from vermilion.base import health

        from . import checkup

        health.register("identity", checkup.providers_answer)
