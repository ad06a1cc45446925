"""A shop, somebody signed in, and catalogues compiled as provisioning does it."""

from __future__ import annotations

import copy
from datetime import datetime
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.contrib.auth.models import Group, User
from django.utils import timezone, translation

from collector.desks.register.models import Payment, Sale, SaleLine, SaleTax
from collector.directory.models import Cursor, DirectoryEntry, Person
from collector.ingest.models import Device, Entry, Watermark
from tests.web.shop import ordinary_shop

FILLED = (
    Person,
    Device,
    Entry,
    Watermark,
    DirectoryEntry,
    Cursor,
    Sale,
    SaleLine,
    Payment,
    SaleTax,
)
"""Every table an ordinary shop fills, each after those it points to."""
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
def shop(db, now, kept_rows):
    """The ordinary shop; made once, then put back as rows."""
    if not kept_rows:
        shop = ordinary_shop(now)
        kept_rows["shop"] = shop
        kept_rows["rows"] = [(model, list(model.objects.all())) for model in FILLED]
    else:
        for model, rows in kept_rows["rows"]:
            model.objects.bulk_create(copy.copy(row) for row in rows)
    return kept_rows["shop"]


@pytest.fixture(scope="session")
def kept_rows():
    return {}


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
