"""Every kind of tampering with an export is found, and the place of it is named."""

from __future__ import annotations

import pytest

from appliance.journal import signing
from appliance.journal.export import NothingToExportError, export_file
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from appliance.journal.verify import verify
from tests.journal.tampering import COUNT, found, put_raws, raws_of, rechain, rewrite, tamper


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
