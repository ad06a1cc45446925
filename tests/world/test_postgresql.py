"""The server that tests and benchmarks start: it answers, is killed whole, and comes back whole."""

from __future__ import annotations

import psycopg
import pytest

from tests.world import postgresql

pytestmark = pytest.mark.skipif(bool(postgresql.available()), reason=postgresql.available())


def test_what_was_committed_is_there_after_a_kill_of_the_server_and_all_its_children():
    with postgresql.folder() as lent:
        server = postgresql.Server(lent)
        server.start()
        try:
            with psycopg.connect(server.address) as connection:
                connection.execute("create table sold (receipt text)")
                connection.execute("insert into sold values ('1-000001')")
            with psycopg.connect(server.address) as connection:
                connection.execute("insert into sold values ('never committed')")
                server.kill()
                with pytest.raises(psycopg.OperationalError):
                    connection.execute("select 1")
            server.start()
            with psycopg.connect(server.address) as connection:
                assert connection.execute("select * from sold").fetchall() == [("1-000001",)]
        finally:
            server.kill()


def test_it_waits_for_the_disk_as_a_shop_would():
    with postgresql.server() as address, psycopg.connect(address) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"show {setting}").fetchone() == ("on",)
