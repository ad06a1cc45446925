"""Django's name for this application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Registers ``collector.desks.register`` with Django."""

    name = "collector.desks.register"
    label = "register"
