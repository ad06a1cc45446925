"""Django's name for this application."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Registers ``collector.directory`` with Django."""

    name = "collector.directory"
    label = "directory"
