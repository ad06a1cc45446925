"""Addresses of the pages about personal data."""

from __future__ import annotations

from django.urls import path

from collector.attachments import pages

urlpatterns = [path("personal-data/", pages.erasures, name="erasures")]
