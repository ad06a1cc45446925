"""Every kind of tampering is found, and the place of it is named."""

from __future__ import annotations

import argparse
import sqlite3
from contextlib import closing
from hashlib import sha256

import orjson
import pytest

from appliance.journal import commands, signing
from appliance.journal.acknowledged import TABLE
from appliance.journal.entry import Watermark
from appliance.journal.errors import JournalAbsent, JournalForeign
from appliance.journal.export import NothingToExportError, export_file
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from appliance.journal.verify import verify

COUNT = 120
"""Entries in the journal under test, its opening included: three batches of an export."""


def sale(number, gross=1185):
    tax = gross - round(gross / 1.09)
    part = {"gross_minor": gross, "net_minor": gross - tax, "tax_minor": tax, "rate_bp": 900}
    return {
        "receipt": f"2-{number:06}",
        "kind": "return" if gross < 0 else "sale",
        "day": f"2026-11-{22 + number // 60}",
        "currency": "EUR",
        "decimals": 2,
        "lines": [{"line": 1, **part}],
        "taxes": [part],
        "totals": {**part, "rounding_minor": 0, "payable_minor": gross},
        "payments": [{"payment": 1, "amount_minor": gross}],
    }


@pytest.fixture
def file(journal):
    journal.append(*(Event("balie.sale.completed.v1", sale(number)) for number in range(1, COUNT)))
    journal.close()
    return journal.path


@pytest.fixture
def exported(file, tmp_path, key):
    with JournalReader.open(file) as journal:
        export_file(journal, tmp_path / "export.txt", signer=key)
    return tmp_path / "export.txt"


def found(report):
    return {(str(finding.kind), finding.place) for finding in report.findings}


def rewrite(raw, **changes):
    return orjson.dumps({**orjson.loads(raw), **changes})


def raise_total(raw):
    value = orjson.loads(raw)
    value["data"]["totals"]["gross_minor"] += 1
    return orjson.dumps(value)


def rechain(raws, start):
    """Make everything after a place anew, as someone who knows the format would."""
    for index in range(start + 1, len(raws)):
        raws[index] = rewrite(raws[index], previous=sha256(raws[index - 1]).hexdigest())


def tamper(path, change):
    """Change a journal.db behind its guards, then put the guards back."""
    with closing(sqlite3.connect(path)) as connection:
        guards = connection.execute(
            "select name, sql from sqlite_schema where type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"drop trigger {name}")
        change(connection)
        for _, sql in guards:
            connection.execute(sql)
        connection.commit()


def put_raws(connection, raws):
    connection.execute("delete from entry")
    for position, raw in enumerate(raws, 1):
        value = orjson.loads(raw)
        connection.execute(
            "insert into entry values (?, ?, ?, ?)",
            (position, value["epoch"], value["sequence"], raw),
        )


def raws_of(path):
    with JournalReader.open(path) as journal:
        return [entry.raw for entry in journal.entries()]


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
    assert {("removed", "2.1")} <= found(report)
    assert not report.is_sound


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


def test_an_export_is_sound_with_and_without_the_key(exported, key):
    assert verify(exported).is_sound
    report = verify(exported, key=key.public_key())
    assert report.is_sound
    assert "3 of 3 batches are signed" in report.text()
    assert report.entries == COUNT


def lines_changed(path, change):
    lines = path.read_bytes().splitlines()
    entries = [n for n, line in enumerate(lines) if b'"specversion"' in line]
    change(lines, entries)
    path.write_bytes(b"\n".join(lines) + b"\n")


def swap(lines, a, b):
    lines[a], lines[b] = lines[b], lines[a]


def put(lines, index, line):
    lines[index] = line


@pytest.mark.parametrize(
    ("change", "kind", "place"),
    [
        pytest.param(
            lambda ls, e: put(ls, e[39], ls[e[39]].replace(b"1185", b"1085")),
            "changed",
            "1.40",
            id="changed",
        ),
        pytest.param(
            lambda ls, e: put(ls, e[119], ls[e[119]].replace(b"1185", b"1085")),
            "changed",
            "1.120",
            id="last changed",
        ),
        pytest.param(lambda ls, e: ls.pop(e[39]), "removed", "1.40", id="removed"),
        pytest.param(lambda ls, e: ls.pop(e[0]), "removed", "1.1", id="first removed"),
        pytest.param(lambda ls, e: ls.insert(e[39], ls[e[39]]), "inserted", "1.40", id="inserted"),
        pytest.param(lambda ls, e: swap(ls, e[39], e[40]), "swapped", "1.40", id="swapped"),
        pytest.param(lambda ls, e: put(ls, e[39], b"{torn"), "unreadable", "1.40", id="torn"),
        pytest.param(
            lambda ls, e: ls.__delitem__(slice(e[110], None)), "truncated", "1.120", id="truncated"
        ),
        pytest.param(
            lambda ls, e: ls.__delitem__(slice(e[100] - 1, None)),
            "truncated",
            "1.120",
            id="batch cut off",
        ),
        pytest.param(lambda ls, e: ls.pop(0), "removed", "line 1", id="manifest removed"),
        pytest.param(
            lambda ls, e: put(ls, 0, rewrite(ls[0], until=None)),
            "removed",
            "line 1",
            id="manifest torn",
        ),
        pytest.param(
            lambda ls, e: put(ls, 1, rewrite(ls[1], head="0" * 64)),
            "changed",
            "1.50",
            id="head changed",
        ),
        pytest.param(
            lambda ls, e: put(ls, 1, rewrite(ls[1], count=None)),
            "changed",
            "line 2",
            id="header torn",
        ),
        pytest.param(
            lambda ls, e: put(ls, 0, rewrite(ls[0], entries=119)),
            "forged",
            "line 1",
            id="manifest changed",
        ),
        pytest.param(
            lambda ls, e: put(ls, 1, rewrite(ls[1], signature="")),
            "forged",
            "1.1",
            id="signature removed",
        ),
        pytest.param(
            lambda ls, e: put(ls, 1, rewrite(ls[1], signature="AAAA")),
            "forged",
            "1.1",
            id="signature garbled",
        ),
    ],
)
def test_an_export_tampered_with(exported, key, change, kind, place):
    lines_changed(exported, change)
    assert (kind, place) in found(verify(exported, key=key.public_key()))


@pytest.mark.parametrize("forger", [None, signing.generate()])
def test_an_export_hashed_again_without_the_devices_key(file, tmp_path, key, forger):
    raws = raws_of(file)
    raws[69] = rewrite(raws[69], time="2026-11-22T12:00:01.000+00:00")
    rechain(raws, 69)
    tamper(file, lambda c: put_raws(c, raws))
    with JournalReader.open(file) as journal:
        export_file(journal, tmp_path / "forged.txt", signer=forger)
    assert verify(tmp_path / "forged.txt").is_sound, "without the key nobody can tell"
    assert ("forged", "1.1") in found(verify(tmp_path / "forged.txt", key=key.public_key()))


def test_the_batches_a_forger_left_alone_narrow_the_place(file, tmp_path, key, exported):
    genuine = exported.read_bytes().splitlines()
    raws = raws_of(file)
    raws[69] = rewrite(raws[69], time="2026-11-22T12:00:01.000+00:00")
    rechain(raws, 69)
    tamper(file, lambda c: put_raws(c, raws))
    with JournalReader.open(file) as journal:
        export_file(journal, tmp_path / "forged.txt")
    forged = (tmp_path / "forged.txt").read_bytes().splitlines()
    spliced = tmp_path / "spliced.txt"
    spliced.write_bytes(b"\n".join(genuine[:52] + forged[52:]) + b"\n")
    assert ("forged", "1.51") in found(verify(spliced, key=key.public_key()))


def test_days_are_exported_as_one_unbroken_run(tmp_path, clock, key):
    with Journal.open(tmp_path / "journal.db", "shop-1", clock=clock) as journal:
        for day in (22, 23, 23, 22, 23, 24):
            journal.append(Event("t", {"day": day}, clock().replace(day=day)))
        out = tmp_path / "day.txt"
        manifest = export_file(
            journal,
            out,
            signer=key,
            first_day=clock().date().replace(day=23),
            last_day=clock().date().replace(day=23),
        )
        assert (manifest.first, str(manifest.until), manifest.entries) == ((1, 3), "1.6", 4)
        assert verify(out, key=key.public_key()).is_sound
        with pytest.raises(NothingToExportError):
            export_file(journal, tmp_path / "none.txt", first_day=clock().date().replace(day=30))
        assert not (tmp_path / "none.txt").exists()


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
