"""Addresses of the customers' pages."""

from __future__ import annotations

from django.urls import path

from collector.customers import pages

urlpatterns = [
    path("customers/", pages.customers, name="customers"),
    path("customers/same/", pages.same, name="same-customers"),
    path("customers/merge/", pages.merge, name="merge-customers"),
    path("customers/merges/<int:merge_id>/undo/", pages.undo, name="undo-merge"),
    path("customers/<str:customer_id>/", pages.customer, name="customer"),
    path("customers/<str:customer_id>/change/", pages.change, name="change-customer"),
    path("customers/<str:customer_id>/data/", pages.take_along, name="customer-data"),
    path("customers/<str:customer_id>/erase/", pages.erase, name="erase-customer"),
]
