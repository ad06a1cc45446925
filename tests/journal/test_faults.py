"""Disks that are full, read-only or broken: refused in words, nothing half, usable afterwards."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from appliance.journal.errors import (
    JournalDamaged,
    JournalError,
    JournalFault,
    JournalFull,
    JournalReadOnly,
)
from appliance.journal.store import Event, Journal, JournalReader
from appliance.journal.verify import verify
from appliance.journal.writer import JournalWriter
from tests.benchmarks.journal import can_count
from tests.journal.conftest import NOON

watched = pytest.mark.skipif(not can_count(), reason="strace is not installed or not permitted")
BIG = Event("t", {"x": "a" * 5000})

SELL = """
import os, sys
from pathlib import Path
from appliance.journal.errors import JournalError
from appliance.journal.store import Event, Journal
try:
    journal = Journal.open(Path(sys.argv[1]), "shop-1")
except JournalError as error:
    print("not opened", type(error).__name__, error)
    sys.exit()
for number in range(int(sys.argv[2])):
    try:
        print("kept", journal.append(Event("t", {"number": number}))[0].sequence, flush=True)
    except JournalError as error:
        print(type(error).__name__, error, flush=True)
        if sys.argv[3] == "die":
            os._exit(0)
"""


def sell(path, *, inject=(), count=12, then="go on"):
    """Record entries in a process whose system calls fail as told; return what it said."""
    watch = ["strace", "-f", "-qq", "-o", "/dev/null"] if inject else []
    for fault in inject:
        watch += ["-e", f"inject={fault}"]
    done = subprocess.run(
        [*watch, sys.executable, "-c", SELL, path, str(count), then],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return done.stdout.splitlines()


def numbers(path):
    with JournalReader.open(path) as journal:
        return [e.data["number"] for e in journal.entries() if "number" in e.data]


def fill(record):
    """Record until there is no room; return what was kept."""
    kept = []
    try:
        while len(kept) < 1000:
            kept += record()
    except JournalFull as error:
        assert "no room on the disk" in str(error)  # noqa: PT017 - the loop ends here in any case
        assert "make room, then try again" in str(error)  # noqa: PT017 - the same
    assert 0 < len(kept) < 1000
    return kept


def test_no_room_is_said_and_after_room_is_made_it_goes_on(journal):
    (pages,) = journal._connection.execute("pragma page_count").fetchone()
    journal._connection.execute(f"pragma max_page_count = {pages + 12}")
    kept = fill(lambda: journal.append(BIG))
    head = journal.head
    with pytest.raises(JournalFull):
        journal.append(BIG, BIG, BIG)
    assert journal.head == head == kept[-1].watermark
    journal._connection.execute("pragma max_page_count = 100000")
    (next_,) = journal.append(BIG)
    assert next_.follows(head)
    assert verify(journal.path).is_sound


@pytest.fixture
def small_disk(tmp_path):
    """A file system of a few hundred kilobytes, where mounting one is permitted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "balie-test", disk]
    if (
        not shutil.which("mount")
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small file system is not permitted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_full_file_system_refuses_the_sale_whole_and_goes_on_after_room_is_made(small_disk):
    filler = small_disk / "filler"
    filler.write_bytes(bytes(150_000))
    with JournalWriter(Journal.open(small_disk / "journal.db", "shop-1")) as writer:
        kept = fill(lambda: writer.submit(BIG).result())
        assert isinstance(writer.submit(BIG).exception(), JournalFull)
        filler.unlink()
        (next_,) = writer.submit(BIG).result()
        assert next_.follows(kept[-1].watermark)
    assert verify(small_disk / "journal.db").is_sound


def test_no_room_for_a_new_journal(small_disk):
    with pytest.raises(OSError, match="No space"):
        (small_disk / "filler").write_bytes(bytes(1_000_000))
    with pytest.raises(JournalFull):
        Journal.open(small_disk / "journal.db", "shop-1")
    (small_disk / "filler").unlink()
    with Journal.open(small_disk / "journal.db", "shop-1") as journal:
        assert str(journal.head) == "1.1"


@watched
@pytest.mark.parametrize("first", [1, 4, 8])
def test_a_journal_that_cannot_be_opened_is_left_as_it_was(tmp_path, first):
    """The first writes make the index beside the file."""
    path = tmp_path / "journal.db"
    sell(path, count=1)
    (said,) = sell(path, inject=[f"pwrite64:error=ENOSPC:when={first}"])
    assert said.startswith("not opened Journal")
    assert numbers(path) == [0]
    assert verify(path).is_sound


@watched
@pytest.mark.parametrize("first", [9, 10, 11, 12, 13, 14, 15, 20, 27])
def test_room_that_runs_out_at_any_write(tmp_path, first):
    path = tmp_path / "journal.db"
    sell(path, count=1)
    said = sell(path, inject=[f"pwrite64:error=ENOSPC:when={first}..{first + 3}"])
    kept = [int(line.split()[1]) for line in said if line.startswith("kept")]
    refused = [line for line in said if line.startswith("JournalFull")]
    assert refused
    assert len(kept) + len(refused) == 12
    assert len(numbers(path)) == 1 + len(kept)
    assert verify(path).is_sound


@watched
@pytest.mark.parametrize("call", ["pwrite64", "fdatasync"])
@pytest.mark.parametrize("first", [9, 11, 12, 30, 31])
def test_a_disk_that_fails_once_refuses_one_sale_whole(tmp_path, call, first):
    path = tmp_path / "journal.db"
    sell(path, count=1)
    said = sell(path, inject=[f"{call}:error=EIO:when={first}"], count=40)
    kept = [line for line in said if line.startswith("kept")]
    failed = [line for line in said if line.startswith("JournalFault")]
    assert len(failed) == 1
    assert "change the storage card soon" in failed[0]
    assert len(numbers(path)) - 1 == len(kept) == 39
    assert verify(path).is_sound


@watched
@pytest.mark.parametrize("first", [4, 5, 6])
def test_a_sale_refused_for_a_failed_sync_does_not_come_to_life_after_a_crash(tmp_path, first):
    """The commit may have reached the disk though its sync failed: it is written over at once."""
    path = tmp_path / "journal.db"
    sell(path, count=1)
    said = sell(path, inject=[f"fdatasync:error=EIO:when={first}"], then="die")
    assert said[-1].startswith("JournalFault")
    with Journal.open(path, "shop-1") as journal:
        assert journal.head.sequence == 1 + 1 + len(said) - 1
    assert len(numbers(path)) == 1 + len(said) - 1


@watched
def test_a_disk_that_became_read_only(tmp_path):
    path = tmp_path / "journal.db"
    sell(path, count=1)
    said = sell(path, inject=["pwrite64:error=EROFS:when=20+"])
    kept = sum(line.startswith("kept") for line in said)
    assert 0 < kept < 12
    assert said[-1].startswith("JournalFault")
    assert len(numbers(path)) == 1 + kept


CHANGE_THIRD = """
update entry set raw = cast(replace(cast(raw as text), 'old', 'new') as blob) where position = 3
"""
OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
from appliance.journal.errors import JournalError
from appliance.journal.store import Journal
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    Journal.open(Path(sys.argv[1]), "shop-1")
except JournalError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_journal_without_the_right_to_write(what):
    with tempfile.TemporaryDirectory() as folder:  # tmp_path can be entered by its owner only
        path = Path(folder) / "journal.db"
        Journal.open(path, "shop-1").close()
        if what == "folder":
            path.unlink()
        path.parent.chmod(0o555)
        if path.exists():
            path.chmod(0o444)
        done = subprocess.run(
            [sys.executable, "-c", OPEN_AS_NOBODY, path],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        path.parent.chmod(0o755)
    assert done.stdout.startswith(JournalReadOnly.__name__)
    assert "cannot be opened or written to" in done.stdout


def test_a_file_cut_short_is_not_written_to(journal):
    for _ in range(50):
        journal.append(BIG)
    journal.close()
    with journal.path.open("r+b") as file:
        file.truncate(journal.path.stat().st_size // 2)
    before = journal.path.read_bytes()
    with pytest.raises(JournalDamaged, match="keep the file and verify it"):
        Journal.open(journal.path, "shop-1")
    assert journal.path.read_bytes() == before


def test_a_log_cut_short_loses_only_what_was_not_finished(journal, tmp_path):
    for number in range(20):
        journal.append(Event("t", {"number": number}))
    log = journal.path.with_name("journal.db-wal")
    copy = tmp_path / "copy.db"
    for cut in range(0, log.stat().st_size, 1500):
        shutil.copy(journal.path, copy)
        copy.with_name("copy.db-wal").write_bytes(log.read_bytes()[:cut])
        try:
            with Journal.open(copy, "shop-1") as again:
                held = [e.data["number"] for e in again.entries() if "number" in e.data]
                assert held == list(range(len(held)))
                again.append(Event("t"))
        except JournalError as error:  # the file itself was still only in the log
            assert not isinstance(error, JournalFault)  # noqa: PT017 - one of two good ends
        for file in tmp_path.glob("copy.db*"):
            file.unlink()


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update entry set raw = x'00' where position = 4", "is no entry"),
        ("update entry set raw = substr(raw, 1, 90) where position = 4", "is no entry"),
        ("update entry set sequence = 9 where position = 4", r"row 4 says 1\.9"),
        (CHANGE_THIRD, r"entry 1\.4 does not follow 1\.3"),
        ("delete from entry where position = 3", r"entry 1\.4 does not follow 1\.2"),
    ],
)
def test_a_forged_tail_is_not_built_upon(journal, sql, said):
    journal.append(*(Event("t", {"say": "old"}) for _ in range(3)))
    journal.close()
    with closing(sqlite3.connect(journal.path)) as other:
        for (name,) in other.execute("select name from sqlite_schema where type = 'trigger'"):
            other.execute(f"drop trigger {name}")
        other.execute(sql)
        other.commit()
    with pytest.raises(JournalDamaged, match=said):
        Journal.open(journal.path, "shop-1")


def test_a_clock_that_jumps_years_changes_nothing_of_the_chain(tmp_path):
    years = iter([2026, 1970, 2038, 2000, 2026])
    with Journal.open(
        tmp_path / "journal.db", "shop-1", clock=lambda: NOON.replace(year=next(years))
    ) as journal:
        for _ in range(4):
            journal.append(Event("t"))
    assert verify(tmp_path / "journal.db").is_sound
