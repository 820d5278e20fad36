from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "vermilion.apps.payments"
    label = "payments"
