"""Django's name for this application."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from collector.database import wait_for_the_disk


class IngestConfig(AppConfig):
    """Registers ``collector.ingest`` with Django."""

    name = "collector.ingest"
    label = "ingest"

    def ready(self) -> None:
        """Have every connection keep what is promised of it."""
        connection_created.connect(wait_for_the_disk)
