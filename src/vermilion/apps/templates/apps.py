from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "vermilion.apps.templates"
    label = "templates"

    def ready(self) -> None:
        """Register this part's checks with ``vermilion doctor``."""
        from . import checks

        checks.register()
