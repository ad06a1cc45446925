"""Addresses of the pages about updates."""

from __future__ import annotations

from django.urls import path

from collector.updates import pages

urlpatterns = [
    path("updates/", pages.updates, name="updates"),
    path("updates/upload/", pages.upload, name="upload-update"),
    path("updates/rings/<str:device_id>/", pages.ring, name="ring"),
    path("updates/<str:sha256>/change/", pages.change, name="change-update"),
]
