"""What is acknowledged is on the disk, also on a PostgreSQL whose commits do not wait by themselves."""

from __future__ import annotations

from contextlib import closing

import pytest
from django.db.utils import ConnectionHandler

from collector.database import database_settings
from collector.ingest.sql import without_sync
from tests.world import postgresql

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available()),
]


@pytest.mark.parametrize("said", ["off", "on", "remote_apply"])
def test_a_commit_waits_for_the_disk_whatever_the_server_says(said):
    with postgresql.folder() as folder:
        server = postgresql.Server(folder, f"synchronous_commit={said}")
        server.start()
        try:
            handler = ConnectionHandler({"default": database_settings(server.address)})
            with closing(handler["default"]) as connection:
                assert synchronous(connection) == ("on" if said == "off" else said)
                with connection.cursor() as cursor:
                    cursor.execute("BEGIN")
                    without_sync(connection)
                    assert synchronous(connection) == "off"
                    cursor.execute("COMMIT")
                assert synchronous(connection) != "off"
        finally:
            server.kill()


def test_a_server_that_never_waits_is_named(caplog):
    with postgresql.folder() as folder:
        server = postgresql.Server(folder, "fsync=off")
        server.start()
        try:
            handler = ConnectionHandler({"default": database_settings(server.address)})
            with closing(handler["default"]) as connection:
                connection.ensure_connection()
        finally:
            server.kill()
    assert "fsync is off" in caplog.text


def synchronous(connection):
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return cursor.fetchone()[0]
