"""Addresses of the register's pages."""

from __future__ import annotations

from django.urls import path

from collector.desks.register import pages

urlpatterns = [
    path("sales/", pages.sales, name="sales"),
    path("sales/<str:sale_id>/", pages.sale, name="sale"),
]
