from django.apps import AppConfig


class ConductConfig(AppConfig):
    name = "vermilion.apps.conduct"
    label = "conduct"
