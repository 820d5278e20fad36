from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "vermilion.apps.parties"
    label = "parties"
