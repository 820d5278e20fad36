from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "vermilion.apps.templates"
    label = "templates"

    def ready(self) -> None:
        """Use the pack of rare characters, if there is one; register this part's checks with ``vermilion doctor``."""
        from . import checks, rare_fonts

        rare_fonts.use()
        checks.register()
