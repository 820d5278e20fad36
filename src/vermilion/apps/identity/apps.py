from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "vermilion.apps.identity"
    label = "identity"
