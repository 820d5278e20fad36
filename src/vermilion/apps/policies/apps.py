from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "vermilion.apps.policies"
    label = "policies"
