"""Django's name for this application."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Registers ``collector.customers`` with Django."""

    name = "collector.customers"
    label = "customers"
