from django.apps import AppConfig


class TracingConfig(AppConfig):
    name = "vermilion.apps.tracing"
    label = "tracing"
