"""Django's name for this application."""

from django.apps import AppConfig


class UpdatesConfig(AppConfig):
    """Registers ``collector.updates`` with Django."""

    name = "collector.updates"
    label = "updates"
