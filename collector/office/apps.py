"""Django's name for this application."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from collector.office.access import make_roles


class OfficeConfig(AppConfig):
    """Registers ``collector.office`` with Django."""

    name = "collector.office"
    label = "office"

    def ready(self) -> None:
        """Keep the roles in step with the code."""
        post_migrate.connect(make_roles, sender=self)
