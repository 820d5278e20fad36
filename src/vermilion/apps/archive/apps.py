from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "vermilion.apps.archive"
    label = "archive"
