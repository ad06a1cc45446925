"""The archive's entry in Django's list of applications."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Which files hold which entries."""

    name = "collector.archive"
