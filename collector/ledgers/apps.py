"""Django's name for this application."""

from django.apps import AppConfig


class LedgersConfig(AppConfig):
    """Registers ``collector.ledgers`` with Django."""

    name = "collector.ledgers"
    label = "ledgers"
