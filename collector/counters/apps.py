"""Django's name for this application."""

from django.apps import AppConfig


class CountersConfig(AppConfig):
    """Registers ``collector.counters`` with Django."""

    name = "collector.counters"
    label = "counters"
