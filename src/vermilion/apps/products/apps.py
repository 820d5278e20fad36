from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "vermilion.apps.products"
    label = "products"
