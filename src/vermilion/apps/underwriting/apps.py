from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    name = "vermilion.apps.underwriting"
    label = "underwriting"
