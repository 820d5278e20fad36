from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "vermilion.apps.seals"
    label = "seals"

    def ready(self) -> None:
        """Register this part's checks with ``vermilion doctor``."""
        from . import checks

        checks.register()
