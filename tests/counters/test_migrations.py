"""Profiles that were kept before counters were: they move, and none is lost."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from collector.counters.models import Profile
from tests.counters.told import PRINTER

BEFORE = [("enrolment", "0001_admissions"), ("counters", None)]


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets[:1]).apps


def test_a_profile_moves_along(transactional_db, now):
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate(BEFORE)
        old.get_model("enrolment", "Profile").objects.create(name="Bakery", settings=PRINTER)
        old.get_model("enrolment", "Admission").objects.create(
            device="register-1", settings=PRINTER, made=now, expires=now
        )
    finally:
        migrate(latest)
    kept = Profile.objects.get()
    assert (kept.name, kept.settings, kept.changed_by) == ("Bakery", PRINTER, "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT profile, keeps_counter FROM enrolment_admission")
        assert [tuple(map(bool, row)) for row in cursor.fetchall()] == [(False, False)]
