"""Addresses of the pages about counters."""

from __future__ import annotations

from django.urls import URLPattern, path

from collector.counters import pages

urlpatterns: list[URLPattern] = [
    path("devices/profiles/", pages.profiles, name="profiles"),
    path("devices/profiles/new/", pages.new_profile, name="new-profile"),
    path("devices/profiles/of/<path:name>/", pages.profile, name="profile"),
    path("devices/profiles/remove/<path:name>/", pages.remove, name="remove-profile"),
    path("devices/<str:device_id>/counter/", pages.counter, name="counter"),
]
