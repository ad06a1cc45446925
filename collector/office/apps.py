"""Django's name for this application."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """Registers ``collector.office`` with Django."""

    name = "collector.office"
    label = "office"
