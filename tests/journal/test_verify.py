"""Every kind of tampering is found, and the place of it is named."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest

from appliance.journal import commands, signing
from appliance.journal.acknowledged import TABLE
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalAbsent, JournalForeign
from appliance.journal.store import Event
from appliance.journal.verify import verify
from tests.journal.tampering import (
    COUNT,
    found,
    put_raws,
    raise_total,
    raws_of,
    rechain,
    rewrite,
    sale,
    tamper,
)


def test_a_sound_file_is_sound_and_says_what_it_holds(file):
    report = verify(file)
    assert report.is_sound
    assert (report.entries, report.gaps, str(report.head)) == (COUNT, 0, f"1.{COUNT}")
    text = report.text()
    assert "Journal of shop-1" in text
    assert "Sound: nothing was changed" in text
    assert "2026-11-22        59        0        699.15 EUR" in text


def test_the_open_journal_of_a_running_desk_is_read_too(journal):
    journal.append(*(Event("t", {"n": n}) for n in range(5)))
    before = {p.name: p.stat().st_size for p in journal.path.parent.iterdir()}
    report = verify(journal.path)
    assert report.is_sound
    assert report.entries == 6
    assert {p.name: p.stat().st_size for p in journal.path.parent.iterdir()} == before


def flip(value):
    def change(connection):
        connection.execute("update entry set raw = ? where sequence = 40", (value,))

    return change


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            lambda c: c.execute(
                "update entry set raw = cast(replace(cast(raw as text), '1185', '1085') as blob) "
                "where sequence = 40"
            ),
            {("changed", "1.40")},
            id="amounts changed together",
        ),
        pytest.param(flip(b"\x00torn"), {("unreadable", "1.40")}, id="bytes torn"),
        pytest.param(flip(b"[]"), {("unreadable", "1.40")}, id="not an object"),
        pytest.param(flip(b""), {("unreadable", "1.40")}, id="emptied"),
        pytest.param(
            lambda c: c.execute("delete from entry where sequence = 40"),
            {("removed", "1.40")},
            id="one removed",
        ),
        pytest.param(
            lambda c: c.execute("delete from entry where sequence between 40 and 44"),
            {("removed", "1.40")},
            id="five removed",
        ),
        pytest.param(
            lambda c: c.execute("delete from entry where sequence < 3"),
            {("removed", "1.1")},
            id="beginning removed",
        ),
        pytest.param(
            lambda c: c.execute(
                "insert into entry select 900, epoch, sequence, raw from entry where sequence = 40"
            ),
            {("inserted", "1.40")},
            id="one doubled at the end",
        ),
        pytest.param(
            lambda c: c.execute("update entry set sequence = 41 where position = 40"),
            {("swapped", "row 40")},
            id="filed wrongly",
        ),
    ],
)
def test_a_device_file_tampered_with(file, change, expected):
    tamper(file, change)
    assert expected <= found(verify(file))
    assert {place for _, place in found(verify(file))} <= {
        *(place for _, place in expected),
        "1.40",
        "1.41",
        "1.42",
    }


def test_two_entries_swapped(file):
    raws = raws_of(file)
    raws[39], raws[40] = raws[40], raws[39]
    tamper(file, lambda c: put_raws(c, raws))
    assert ("swapped", "1.40") in found(verify(file))


def test_an_entry_put_in_between(file):
    raws = raws_of(file)
    raws.insert(40, rewrite(raws[39], time="2026-11-22T12:00:01.000+00:00"))
    tamper(file, lambda c: put_raws(c, raws))
    assert found(verify(file)) == {("inserted", "1.40")}


def test_epochs_mixed(file):
    raws = raws_of(file)
    raws[39] = rewrite(raws[39], epoch=2, id="2.40")
    tamper(file, lambda c: put_raws(c, raws))
    report = verify(file)
    assert found(report) == {("inserted", "2.40"), ("removed", "1.40")}


def test_another_devices_entry(file):
    raws = raws_of(file)
    raws[39] = rewrite(raws[39], source="/devices/shop-2")
    rechain(raws, 39)
    tamper(file, lambda c: put_raws(c, raws))
    assert found(verify(file)) == {("foreign", "1.40")}


def test_totals_altered_and_hashed_again(file):
    raws = raws_of(file)
    raws[39] = raise_total(raws[39])
    rechain(raws, 39)
    tamper(file, lambda c: put_raws(c, raws))
    report = verify(file)
    assert {kind for kind, _ in found(report)} == {"totals"}
    assert {place for _, place in found(report)} == {"1.40"}
    assert "2-000039" in report.text()


@pytest.mark.parametrize("data", [{}, {"totals": 1}, {**sale(1), "decimals": None}])
def test_a_sale_whose_figures_cannot_be_read(journal, data):
    journal.append(Event("balie.sale.completed.v1", data))
    assert found(verify(journal.path)) == {("totals", "1.2")}


def test_hashed_again_from_the_change_on_is_found_by_a_known_head(file):
    raws = raws_of(file)
    heads = [Watermark(1, n, sha256(raws[n - 1]).hexdigest()) for n in (30, 60)]
    raws[39] = rewrite(raws[39], time="2026-11-22T12:00:01.000+00:00")
    rechain(raws, 39)
    tamper(file, lambda c: put_raws(c, raws))
    assert verify(file).is_sound, "a chain alone cannot show it"
    report = verify(file, heads=heads)
    assert found(report) == {("rewritten", "1.60")}
    assert "after 1.30" in report.findings[0].sentence


def test_cut_off_at_the_end_is_found_by_a_known_head(file):
    head = verify(file).head
    tamper(file, lambda c: c.execute("delete from entry where sequence > 100"))
    assert verify(file).is_sound
    assert found(verify(file, heads=[head])) == {("truncated", f"1.{COUNT}")}


def test_a_guard_taken_away(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("drop trigger entry_stays")
        connection.commit()
    assert found(verify(file)) == {("unguarded", "entry_stays")}


def test_an_epoch_that_lost_its_end(journal):
    journal.append(*(Event("t", {"n": n}) for n in range(9)))
    journal.open_epoch("behind", Watermark(1, 10, "a" * 64))
    journal.append(Event("t"))
    assert verify(journal.path).is_sound
    tamper(journal.path, lambda c: c.execute("delete from entry where epoch = 1 and sequence > 7"))
    assert found(verify(journal.path)) == {("removed", "1.8")}
    assert verify(journal.path).gaps == 3


def test_a_file_damaged_in_the_middle(file):
    content = bytearray(file.read_bytes())
    content[40_000:60_000] = bytes(20_000)
    file.write_bytes(content)
    report = verify(file)
    assert not report.is_sound
    assert report.findings[0].kind == "unreadable"


def test_files_of_other_kinds_are_refused(tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    with closing(sqlite3.connect(tmp_path / "a.db")) as other:
        other.execute("create table a(b)")
    with pytest.raises(JournalForeign):
        verify(tmp_path / "a.txt")
    with pytest.raises(JournalForeign):
        verify(tmp_path / "a.db")
    with pytest.raises(JournalAbsent):
        verify(tmp_path / "b.db")


def run(*words):
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["journal", *map(str, words)])
    return arguments.run(arguments)


def test_the_commands_and_their_exit_statuses(file, tmp_path, key, capsys):
    signing.save(key, tmp_path / "key.pem")
    (tmp_path / "public.pem").write_text(signing.public_pem(key))
    out = tmp_path / "out.txt"
    assert run("export", file, "-o", out, "--key", tmp_path / "key.pem") == 0
    assert "120 entries, 1.1 to 1.120, signed" in capsys.readouterr().out
    assert run("export", file, "-o", out) == 2
    assert run("verify", out, "--key", tmp_path / "public.pem") == 0
    head = verify(file).head
    assert run("verify", file, "--head", head.to_text()) == 0
    assert run("verify", file, "--head", f"1.120:{'a' * 64}") == 1
    assert "[rewritten]" in capsys.readouterr().out
    assert run("verify", tmp_path / "absent.db") == 2
    assert run("verify", out, "--key", tmp_path / "key.pem") == 2
    with pytest.raises(SystemExit) as stopped:
        run("verify", file, "--head", "1.120")
    assert stopped.value.code == 2
    assert "EPOCH.SEQUENCE:HASH" in capsys.readouterr().err


def test_the_uplinks_last_word_beside_the_file_is_a_known_head(file):
    with closing(sqlite3.connect(file.with_name("uplink.db"))) as connection:
        connection.execute(TABLE)
        connection.execute("insert into watermark values ('acked', 1, 130, ?)", ("a" * 64,))
        connection.commit()
    assert run("verify", file) == 1
