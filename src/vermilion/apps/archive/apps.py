from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "vermilion.apps.archive"
    label = "archive"

    def ready(self) -> None:
        """Register this part's checks with ``vermilion doctor``."""
        from . import checks

        checks.register()
