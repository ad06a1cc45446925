"""Django's name for this application."""

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """Registers ``collector.enrolment`` with Django."""

    name = "collector.enrolment"
    label = "enrolment"
