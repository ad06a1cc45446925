"""Figures of a type of entry that came with a later version; see `collector.ingest.projecting`."""

from __future__ import annotations

from django.db import connection

TYPES = ("balie.hologram.shown.v9",)
_TABLE = (
    "CREATE TABLE IF NOT EXISTS hologram (device varchar(64), epoch integer, sequence bigint,"
    " colour varchar(20), PRIMARY KEY (device, epoch, sequence))"
)
_INSERT = "INSERT INTO hologram VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"


def project(proven):
    """Record which colours were shown."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        for each in proven:
            place = (each.device, each.epoch, each.sequence)
            cursor.execute(_INSERT, [*place, each.data["colour"]])
    return []


def clear(device=None):
    """Forget all of them."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLE)
        where, values = ("", []) if device is None else (" WHERE device = %s", [device])
        cursor.execute(f"DELETE FROM hologram{where}", values)  # noqa: S608 - fixed words
