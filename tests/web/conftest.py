"""A shop, somebody signed in, and catalogues compiled as provisioning does it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.utils import timezone, translation

from tests.web.shop import ordinary_shop

OURS = [model for model in apps.get_models() if model.__module__.startswith("collector.")]
"""Every table of the back office, but those of Django's own that say who may sign in."""
LOCALE = Path(__file__).parents[2] / "collector" / "locale"


def pytest_configure():
    """Compile catalogues that are newer than what was compiled, before Django reads them."""
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text, compiled.open("wb") as out:
            write_mo(out, read_po(text, locale=source.parts[-3]))


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Let passwords take no time: how strong they are kept is Django's to test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now(monkeypatch):
    """Sunday 22 November 2026, 14:08 in the shop."""
    moment = datetime.fromisoformat("2026-11-22T14:08:30+01:00")
    monkeypatch.setattr(timezone, "now", lambda: moment)
    return moment


@pytest.fixture
def shop(kept, now):
    """The ordinary shop."""
    return kept("ordinary", lambda: ordinary_shop(now))


@pytest.fixture
def kept(db, kept_rows):
    """A way to make a shop once, and to put it back as rows in every further test."""

    def kept(name, make):
        if name not in kept_rows:
            kept_rows[name] = make(), [(model, as_stored(model)) for model in OURS]
            return kept_rows[name][0]
        shop, tables = kept_rows[name]
        for model, rows in tables:
            put_back(model, rows)
        return shop

    return kept


@pytest.fixture(scope="session")
def kept_rows():
    return {}


def as_stored(model):
    """Read a table as it lies in the file: a reckoned column is not made into Python's types."""
    columns = ", ".join(f'+"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        told = f'select {columns} from "{model._meta.db_table}"'  # noqa: S608 - our own table
        return cursor.execute(told).fetchall()


def put_back(model, rows):
    """Fill a table; what its rows point to may come later, as long as it comes."""
    fields = model._meta.concrete_fields
    columns, values = (
        ", ".join(f'"{each.column}"' for each in fields),
        ", ".join("%s" for _ in fields),
    )
    told = f'insert or replace into "{model._meta.db_table}" ({columns}) values ({values})'  # noqa: S608 - our own table
    with connection.cursor() as cursor:
        cursor.executemany(told, rows)


@pytest.fixture
def sign_in(db, client):
    """Give the client an account with some roles, and a language."""

    def sign_in(*roles, language="en"):
        user = User.objects.create_user(f"{'-'.join(roles) or 'nobody'}", password="long enough 1")
        user.groups.set(Group.objects.filter(name__in=roles))
        client.force_login(user)
        client.cookies["django_language"] = language
        return client

    yield sign_in
    translation.deactivate()
