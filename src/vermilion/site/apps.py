from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "vermilion.site"
    label = "vermilion_site"

    def ready(self) -> None:
        from . import wiring

        wiring.connect()
