"""Addresses of the pages that let devices in and shut them out."""

from __future__ import annotations

from django.urls import URLPattern, path

from collector.enrolment import pages

urlpatterns: list[URLPattern] = [
    path("devices/let-in/", pages.let_in, name="let-in"),
    path("devices/let-in/<int:number>/", pages.admission, name="admission"),
    path("devices/let-in/<int:number>/withdraw/", pages.withdraw_code, name="withdraw-code"),
    path("devices/<str:device_id>/shut-out/", pages.shut_out, name="shut-out"),
]
