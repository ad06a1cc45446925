"""Addresses of the ledgers' pages."""

from __future__ import annotations

from django.urls import path

from collector.ledgers import pages

urlpatterns = [
    path("balances/", pages.balances, name="balances"),
    path("balances/<str:kind>/<str:account>/", pages.balance, name="balance"),
]
