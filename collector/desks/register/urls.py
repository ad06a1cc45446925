"""Addresses of the register's pages."""

from __future__ import annotations

from django.urls import path

from collector.desks.register import pages, shift_pages, total_pages, training_pages

urlpatterns = [
    path("sales/", pages.sales, name="sales"),
    path("sales/<str:sale_id>/", pages.sale, name="sale"),
    path("totals/", total_pages.totals, name="totals"),
    path("totals.csv", total_pages.totals_csv, name="totals-csv"),
    path("shifts/", shift_pages.shifts, name="shifts"),
    path("shifts/closings/", shift_pages.closings, name="closings"),
    path("shifts/closings/<str:closing_id>/", shift_pages.closing, name="closing"),
    path("shifts/training/", training_pages.training, name="training"),
    path("shifts/training.csv", training_pages.training_csv, name="training-csv"),
    path("shifts/drawer/", shift_pages.drawer, name="drawer"),
    path("shifts/drawer/<str:event_id>/", shift_pages.event, name="drawer-event"),
    path("shifts/<str:kind>.csv", shift_pages.money_csv, name="money-csv"),
    path("shifts/<str:shift_id>/", shift_pages.shift, name="shift"),
]
