from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "vermilion.apps.integrations"
    label = "integrations"
