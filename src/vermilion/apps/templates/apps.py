from django.apps import AppConfig


class TemplatesConfig(AppConfig):
    name = "vermilion.apps.templates"
    label = "templates"
