"""The disk of the register, or of the back office, fills while the real programs run.

At the register nothing is shown as sold that is not recorded, and the sentence says what to do; in
the back office nothing is acknowledged that is not stored. Once there is room everything goes on by
itself, and nothing is half.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.world import ends, postgresql, record
from tests.world.shop import DATABASES, World, opened, unavailable

ROOM = "6m"
FILLER = "filler"


@contextmanager
def small_disk(folder: Path, size: str = ROOM):
    """Mount a small file system on a folder, with what lies in it."""
    beside = folder.with_name(f"{folder.name}-before")
    folder.rename(beside)
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "balie-test", folder]
    if (
        not shutil.which("mount")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small file system is not permitted here")
    try:
        shutil.copytree(beside, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock"))
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder: Path) -> None:
    """Take all the room there is."""
    with (folder / FILLER).open("ab", buffering=0) as file:
        for block in (1 << 16, 1 << 12):
            try:
                while file.write(bytes(block)) == block:
                    pass
            except OSError:
                continue


def make_room(folder: Path) -> None:
    (folder / FILLER).unlink()


def test_a_full_card_refuses_in_words_and_after_room_is_made_the_same_basket_is_sold(tmp_path):
    if reason := unavailable():
        pytest.skip(reason)
    with opened(tmp_path) as world:
        world.kill("uplink")
        with small_disk(world.data):
            world.start("uplink", "desk")
            more_than(world, 3)
            fill(world.data)
            world.wait("the sentence that refuses", lambda: is_refused(world))
            make_room(world.data)
            more_than(world, len(world.shown()) + 3)
            world.stop("desk")
            world.settle()
            ends.is_all_there_once(world, lives=1)
            world.kill("uplink")


def is_refused(world: World) -> bool:
    said = [note["sentence"] for note in record.read(world.record, "refused")]
    return any("The storage card is full" in sentence for sentence in said)


def more_than(world: World, sales: int) -> None:
    world.wait(f"{sales} sales", lambda: len(world.shown()) > sales)


@pytest.mark.parametrize("database", DATABASES)
def test_a_full_back_office_acknowledges_nothing_and_goes_on_by_itself(tmp_path, database):
    if reason := unavailable(database):
        pytest.skip(reason)
    with opened(tmp_path, database) as world, full_office(world, database) as (fill_it, empty_it):
        world.start("desk")
        more_than(world, 3)
        fill_it()
        world.wait(
            "ingest to say so", lambda: "The database cannot be written" in world.log("ingest")
        )
        stuck, sold = world.acked(), len(world.shown())
        more_than(world, sold + 3)
        world.restart("uplink")
        assert world.acked() == stuck
        empty_it()
        world.stop("desk")
        world.settle()
        ends.is_all_there_once(world, lives=1)


@contextmanager
def full_office(world: World, database: str):
    """Put the back office's tables on a small disk; yields how to fill it and how to make room."""
    world.kill("ingest")
    if database == "sqlite":
        state = world.folder / "state"
        with small_disk(state):
            world.start("ingest")
            yield (lambda: fill(state)), (lambda: make_room(state))
            world.kill("ingest")
        return
    with postgresql.folder() as lent:
        yield from on_a_small_tablespace(world, lent / "small")


def on_a_small_tablespace(world: World, disk: Path):
    disk.mkdir()
    with small_disk(disk):
        if os.geteuid() == 0:
            shutil.chown(disk, postgresql.UNPRIVILEGED)
        with psycopg.connect(world.environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(f"create tablespace small location '{disk}'")
            connection.execute("alter table ingest_entry set tablespace small")
        world.start("ingest")
        yield (lambda: fill(disk)), (lambda: make_room(disk))
        world.kill("ingest", "database")
