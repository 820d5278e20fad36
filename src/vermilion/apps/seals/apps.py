from django.apps import AppConfig


class SealsConfig(AppConfig):
    name = "vermilion.apps.seals"
    label = "seals"
