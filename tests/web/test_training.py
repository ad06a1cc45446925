"""Training at the office: when, where, by whom, how many sales; in no figure."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from collector.desks.register.models import Sale
from collector.ingest.projecting import Projector
from tests.web.money import begin_training as begin
from tests.web.money import end_training as end
from tests.web.shop import Shop


@pytest.fixture
def trained(db, now):
    """Two registers: at one somebody learned twice, at the other somebody is at it."""
    shop = Shop()
    seen = {"link": "online", "last_seen": now}
    shop.register("register-1", "Kassa 1", "1", **seen)
    shop.register("register-2", "Kassa 2", "2", **seen)
    shop.sell("register-1", now - timedelta(hours=4))
    begin(shop, "register-1", now - timedelta(hours=3))
    end(shop, "register-1", now - timedelta(hours=3) + timedelta(minutes=12, seconds=5), 7, 123400)
    begin(shop, "register-1", now - timedelta(hours=2))
    end(shop, "register-1", now - timedelta(hours=1), None, None, reason="restart")
    begin(shop, "register-2", now - timedelta(minutes=5), allowed_by="")
    shop.deliver()
    return shop


def page_of(client, asked=""):
    response = client.get(f"/shifts/training/{asked}")
    assert response.status_code == 200
    return response


def test_each_time_is_there_with_who_and_how_many(sign_in, trained):
    response = page_of(sign_in("finance"))
    rows = response.context["rows"]
    assert [each.begun.device_id for each in rows] == ["register-2", "register-1", "register-1"]
    assert [each.lasted_s for each in rows] == [None, 3600, 725]
    text = response.content.decode().replace("\u00a0", " ")
    for words in ("still on", "the register started anew", "not known", "12:05", "1,234.00", ">7<"):
        assert words in text, words


def test_it_is_in_no_figure(sign_in, trained):
    client = sign_in("manager")
    assert Sale.objects.count() == 1
    for address in ("/", "/sales/", "/totals/", "/shifts/"):
        assert "1,234.00" not in client.get(address).content.decode()


def test_it_is_given_out_and_filtered(sign_in, trained):
    client = sign_in("finance")
    assert len(page_of(client, "?device=register-2").context["rows"]) == 1
    written = b"".join(client.get("/shifts/training.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [(row["device"], row["what"], row["sales"]) for row in rows] == [
        ("register-1", "begun", ""),
        ("register-1", "ended", "7"),
        ("register-1", "begun", ""),
        ("register-1", "ended", ""),
        ("register-2", "begun", ""),
    ]
    assert rows[1]["amount"] == "1234.00"


def test_it_is_derived_anew_to_the_same(sign_in, trained):
    client = sign_in("finance")
    before = page_of(client).content
    Projector.from_settings().rebuild()
    assert len(page_of(client).context["rows"]) == 3
    assert b"12:05" in before


def test_who_does_not_see_shifts_does_not_see_it(sign_in, db):
    client = sign_in("stock", "technician")
    assert client.get("/shifts/training/").status_code == 403
    assert client.get("/shifts/training.csv").status_code == 403


def test_a_page_without_any_says_how_it_begins(sign_in, db, now):
    assert "Nobody has trained yet" in page_of(sign_in("manager")).content.decode()
