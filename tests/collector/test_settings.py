"""Where the settings come from, and that no secret lies in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import collector
from collector.database import DatabaseUrlError, database_settings
from collector.keyfile import read_or_make_secret

ROOT = Path(collector.__file__).parents[1]


def python(code, **environment):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BALIE_")}
    clean.pop("DATABASE_URL", None)
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, "DJANGO_SETTINGS_MODULE": "collector.settings", **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_sqlite():
    chosen = database_settings("sqlite:////var/lib/balie/collector.db")
    assert chosen["NAME"] == "/var/lib/balie/collector.db"
    assert chosen["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in chosen["OPTIONS"]["init_command"]
    assert database_settings("sqlite:///here.db")["NAME"] == "here.db"


def test_postgresql():
    chosen = database_settings("postgresql://balie:p%40ss@db.example:5433/shop?sslmode=require")
    assert (chosen["USER"], chosen["PASSWORD"], chosen["HOST"]) == ("balie", "p@ss", "db.example")
    assert (chosen["PORT"], chosen["NAME"]) == ("5433", "shop")
    assert chosen["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    "url", ["", "mysql://x/y", "sqlite://", "sqlite://host/x", "postgresql://h"]
)
def test_a_url_that_names_no_database(url):
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL should be"):
        database_settings(url)


def test_a_bad_url_is_one_sentence_on_the_command_line():
    ended = python("from collector.__main__ import main; main(['status'])", DATABASE_URL="what")
    assert ended.returncode == 1
    assert ended.stderr.startswith("DATABASE_URL should be")
    assert ended.stderr.count("\n") == 1


def test_the_secret_is_made_once_for_its_owner_only(tmp_path):
    state = tmp_path / "state"
    code = "from django.conf import settings; print(str(settings.SECRET_KEY))"
    first = python(code, BALIE_STATE=str(state))
    assert len(first.stdout.strip()) > 60, first.stderr
    assert python(code, BALIE_STATE=str(state)).stdout == first.stdout
    assert (state / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in state.iterdir()] == ["secret-key"]


def test_an_empty_secret_is_refused(tmp_path):
    (tmp_path / "key").write_text("\n")
    with pytest.raises(ValueError, match="is empty"):
        read_or_make_secret(tmp_path / "key")


def test_settings_alone_make_no_file(tmp_path):
    state = tmp_path / "state"
    ended = python(
        "from django.conf import settings; settings.INSTALLED_APPS", BALIE_STATE=str(state)
    )
    assert ended.returncode == 0, ended.stderr
    assert not state.exists()


def test_the_database_commits_to_the_disk(tmp_path):
    code = """
from collector.__main__ import main
main(["migrate"])
from django.db import connection
with connection.cursor() as cursor:
    for name in ("journal_mode", "synchronous", "foreign_keys"):
        print(cursor.execute("pragma " + name).fetchone()[0])
"""
    ended = python(code, BALIE_STATE=str(tmp_path / "state"))
    assert ended.stdout.split("\n")[1:4] == ["wal", "2", "1"], ended.stderr


def test_every_migration_is_written(tmp_path):
    code = """
import django; django.setup()
from django.core.management import call_command
call_command("makemigrations", "ingest", "directory", "register", "--check", "--dry-run")
"""
    ended = python(code, BALIE_STATE=str(tmp_path / "state"))
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_variable_is_described():
    text = (ROOT / "collector" / "settings.py").read_text()
    used = set(re.findall(r'(?:environ\.get|_words)\("(\w+)"', text))
    described = text.split('"""')[1]
    assert len(used) > 10
    assert [name for name in sorted(used) if name not in described] == []


@pytest.mark.parametrize("shards", ["everything", "7f-00", "0-1ff", "00-7f,80-ff"])
def test_shards_that_make_no_sense_are_one_sentence_on_the_command_line(tmp_path, shards):
    ended = python(
        "from collector.__main__ import main; main(['ingest'])",
        BALIE_STATE=str(tmp_path / "state"),
        BALIE_BROKER="mqtt://127.0.0.1:1",
        BALIE_SHARDS=shards,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("BALIE_SHARDS should be a run of shards such as 00-7f")
    assert ended.stderr.count("\n") == 1
