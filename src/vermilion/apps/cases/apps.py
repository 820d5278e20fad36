from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "vermilion.apps.cases"
    label = "cases"
