from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "vermilion.base"
    label = "base"

    def ready(self) -> None:
        from . import checks

        checks.register()
