"""Django's name for this application."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """Registers ``collector.ingest`` with Django."""

    name = "collector.ingest"
    label = "ingest"
