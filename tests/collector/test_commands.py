"""The command line, as a person meets it."""

from __future__ import annotations

import argparse
import json
from importlib import import_module

import pytest
from django.db import OperationalError

from collector import __main__
from collector.directory.models import Article
from collector.ingest import commands
from collector.ingest.models import Watermark

GOOD = "code,name,price,tax_class\nA,Tea,1.50,zero\n"


@pytest.fixture
def run(db, capsys):
    def run(*words):
        try:
            status = __main__.main([str(word) for word in words])
        except SystemExit as ended:
            status = ended.code
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def test_import(run, tmp_path):
    file = tmp_path / "articles.csv"
    file.write_text(GOOD)
    assert run("import", "articles", file, "--dry-run")[1].startswith("Would change: articles 1.")
    assert not Article.objects.exists()
    assert run("import", "articles", file)[:2] == (
        0,
        "Changed: articles 1. Connected devices have it within seconds.\n",
    )
    assert run("import", "articles", file)[1].startswith("Nothing changes")


def test_a_bad_file_leaves_everything_as_it_was(run, tmp_path):
    file = tmp_path / "articles.csv"
    file.write_text(GOOD + "B,Jam,free,zero\n")
    status, out, _ = run("import", "articles", file)
    assert out == ""
    assert status == (
        "articles.csv was not taken.\n"
        "  line 3, price “free”: an amount in EUR is a number such as 1234,55"
    )
    assert not Article.objects.exists()


def test_a_file_that_is_not_there(run, tmp_path):
    status, *_ = run("import", "articles", tmp_path / "none.csv")
    assert "none.csv cannot be read: No such file" in status


def test_export(run, collector, till, tmp_path):
    till.open()
    till.sell(1)
    collector.take(till.batch())
    status, out, _ = run("export", "sales", "--from", "2026-11-22", "--to", "2026-11-22")
    assert (status, out.count("\n")) == (0, 2)
    file = tmp_path / "lines.csv"
    status, out, err = run("export", "lines", "-o", file)
    assert (status, out, err) == (0, "", f"1 lines written to {file}.\n")
    assert file.read_text().count("\n") == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "yesterday"), "a day is written 2026-11-22"),
        (("--from", "2026-11-23", "--to", "2026-11-22"), "turn them round"),
        (("-o", "/nowhere/at/all.csv"), "cannot be written"),
    ],
)
def test_an_export_that_cannot_be(run, words, sentence):
    status, _, err = run("export", "sales", *words)
    assert sentence in (status if isinstance(status, str) else err)


def test_status(run, collector, till):
    assert run("status")[0] == 0
    till.open()
    till.sell(1)
    till.sell(1)
    collector.take(till.batch())
    status, out, _ = run("status")
    assert status == 0
    assert out.startswith("register-2  offline, last seen ")
    assert out.endswith("· epoch 1 · collector 3 · gaps 0 · forks 0\n")
    collector.take(b"torn")
    status, out, _ = run("status", "--json")
    (told,) = json.loads(out)
    assert status == 1
    assert (told["device"], told["sequence"], told["hash"]) == ("register-2", 3, till.head.hash)
    assert (told["gaps"], told["forks"], len(told["alarms"])) == (0, 0, 1)


def test_status_says_how_many_entries_do_not_count_yet(run, collector, till):
    till.open()
    till.sell(1)
    collector.take(till.batch())
    Watermark.objects.update(projected=0)  # as a moment after the acknowledgement
    status, out, _ = run("status")
    assert status == 0, "figures that follow are no reason for alarm"
    assert out.endswith("· gaps 0 · forks 0 · figures 2 behind\n")
    (told,) = json.loads(run("status", "--json")[1])
    assert told["figures"] == 2
    run("rebuild")
    assert "figures" not in run("status")[1]


def test_a_device_that_was_never_heard_of(run, till):
    assert "never seen · nothing yet · gaps 0" in run("status")[1]


def test_rebuild(run, collector, till):
    till.open()
    till.sell(1)
    collector.take(till.batch())
    assert run("rebuild")[:2] == (0, "All figures are derived anew from 1 epochs.\n")


def test_ingest_says_what_it_lacks(run, settings, tmp_path):
    settings.BALIE_BROKER = "ftp://example"
    assert "should be mqtt://host:port" in run("ingest")[0]
    settings.BALIE_BROKER = "mqtts://127.0.0.1"
    settings.BALIE_BROKER_CA = tmp_path / "ca.pem"
    assert "cannot be used" in run("ingest")[0]
    settings.BALIE_BROKER = "mqtt://127.0.0.1"
    settings.BALIE_DIRECTORY_KEY_FILE = tmp_path / "collector.key"
    assert "should hold an Ed25519 private key" in run("ingest")[0]


def test_a_database_without_tables(run, monkeypatch):
    def refuse():
        raise OperationalError("no such table: ingest_device")

    monkeypatch.setattr(commands, "standings", refuse)
    assert "balie-collector migrate" in run("status")[0]


@pytest.mark.parametrize("area", __main__.AREAS)
def test_each_area_brings_the_commands_it_is_said_to_bring(area):
    subparsers = argparse.ArgumentParser().add_subparsers()
    import_module(f"{area}.commands").add_commands(subparsers)
    assert tuple(subparsers.choices) == __main__.AREAS[area]


def test_of_an_unknown_command_it_names_all_there_are(run):
    status, _, err = run("sell")
    assert status == 2
    assert all(repr(command) in err for commands in __main__.AREAS.values() for command in commands)
