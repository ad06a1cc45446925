"""Addresses of the back office's pages; every desk's own are among them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from collector.office import devices, health, sign_in
from collector.office.desk import desk_names
from collector.office.overview import overview

urlpatterns: list[URLPattern | URLResolver] = [
    path("", overview, name="overview"),
    *(path("", include(f"{name}.urls")) for name in desk_names()),
    path("", include("collector.ledgers.urls")),
    path("", include("collector.attachments.urls")),
    path("", include("collector.customers.urls")),
    path("", include("collector.updates.urls")),
    path("", include("collector.counters.urls")),
    path("", include("collector.enrolment.urls")),
    path("devices/", devices.devices, name="devices"),
    path("devices/<str:device_id>/", devices.device, name="device"),
    path("alarms/", devices.alarms, name="alarms"),
    path("alarms/<int:alarm>/settle/", devices.settle, name="settle-alarm"),
    path("sign-in/", sign_in.SignIn.as_view(), name="login"),
    path("sign-out/", sign_in.SignOut.as_view(), name="logout"),
    path("health/", health.health, name="health"),
]
