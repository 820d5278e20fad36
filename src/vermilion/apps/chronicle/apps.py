from django.apps import AppConfig


class ChronicleConfig(AppConfig):
    name = "vermilion.apps.chronicle"
    label = "chronicle"
