from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "vermilion.base"
    label = "base"
