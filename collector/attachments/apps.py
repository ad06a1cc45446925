"""Django's name for this application."""

from django.apps import AppConfig


class AttachmentsConfig(AppConfig):
    """Registers ``collector.attachments`` with Django."""

    name = "collector.attachments"
    label = "attachments"
