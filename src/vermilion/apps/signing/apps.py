from django.apps import AppConfig


class SigningConfig(AppConfig):
    name = "vermilion.apps.signing"
    label = "signing"
