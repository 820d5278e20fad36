from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "vermilion.apps.notices"
    label = "notices"
