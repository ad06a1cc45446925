"""Zs, closings and the drawer at the office: equal to the cent, or said what differs."""

from __future__ import annotations

import csv
import io

import pytest

from collector.desks.register.models import (
    DrawerEvent,
    Payment,
    PeriodClosing,
    Sale,
    SaleLine,
    Shift,
    TerminalDay,
)
from collector.desks.register.shifts import closing_report, shift_report
from collector.ingest.models import Entry
from tests.web.money import counted_shop


@pytest.fixture
def counted(db, now):
    return counted_shop(now)


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def text(page):
    return page.replace("\u00a0", " ")


def test_every_z_and_every_closing_is_equal(counted):
    reports = [shift_report(each) for each in Shift.objects.all()]
    assert [(each.unequal, each.broken) for each in reports] == [((), ())] * 4
    assert all(each.entries == each.z.entries for each in reports)
    closings = [closing_report(each) for each in PeriodClosing.objects.all()]
    assert len(closings) == 4
    assert all(each.is_equal for each in closings)


def test_the_list_names_them_and_what_is_in_none(sign_in, counted):
    page = text(read(sign_in("finance"), "/shifts/"))
    assert page.count(">equal</span>") == 4
    assert "not equal" not in page
    assert "−0,70" in page or "−0.70" in page
    assert "13 receipts, €" in page
    assert "are in no Z yet" in page


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ("device=register-1", ["2", "1"]),
        ("drawer=short", ["1"]),
        ("drawer=over", ["2"]),
        ("drawer=differs&device=register-1", ["1"]),
        ("drawer=uncounted", []),
        ("until=2026-11-20", ["1", "1"]),
    ],
)
def test_the_list_is_filtered_and_given_out_alike(sign_in, counted, asked, numbers):
    client = sign_in("finance")
    page = client.get(f"/shifts/?{asked}")
    assert [str(shift.number) for shift, _, _ in page.context["rows"]] == numbers
    written = b"".join(client.get(f"/shifts/shifts.csv?{asked}").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(written)))
    assert sorted(row["z"] for row in rows) == sorted(numbers)


def test_one_z_goes_down_to_its_entry(sign_in, counted):
    shift = Shift.objects.get(device="register-1", number=1)
    page = text(read(sign_in("finance"), f"/shifts/{shift.pk}/"))
    assert "Equal to the cent" in page
    assert "Glazenwasser" in page
    assert "balie.shift.closed.v1" in page
    assert "The bytes still have their hash." in page
    assert "Niet bekend" in page


def test_the_terminals_day_stands_beside_ours(sign_in, counted):
    shift = Shift.objects.get(device="register-2", number=2)
    assert (
        TerminalDay.objects.filter(device="register-2").latest("sequence").difference_minor == 399
    )
    assert "€3.99" in text(read(sign_in("finance"), f"/shifts/{shift.pk}/"))


def test_what_differs_is_named_on_the_list_and_on_the_page(sign_in, counted):
    sale = Sale.objects.filter(device="register-1").earliest("sequence")
    SaleLine.objects.filter(sale=sale, line=1).update(gross_minor=1)
    Payment.objects.filter(sale=sale).update(amount_minor=1)
    client = sign_in("finance")
    assert read(client, "/shifts/").count("not equal") == 1
    shift = Shift.objects.get(device="register-1", number=1)
    page = read(client, f"/shifts/{shift.pk}/")
    assert "Not equal to what arrived:" in page
    assert "goods sold" in page
    assert "ways to pay" in page
    closing = PeriodClosing.objects.get(device="register-1", name="2026-11-20")
    assert "Not equal to what arrived:" in read(client, f"/shifts/closings/{closing.pk}/")


def test_a_z_that_is_missing_is_named(sign_in, counted):
    Shift.objects.get(device="register-1", number=1).delete()
    client = sign_in("finance")
    page = read(client, "/shifts/?device=register-1")
    assert "Z 1 is missing, though later ones are here." in page
    second = Shift.objects.get(device="register-1", number=2)
    assert "its number does not follow the one before" in read(client, f"/shifts/{second.pk}/")
    closing = PeriodClosing.objects.get(device="register-1", name="2026-11-20")
    assert "Z 1 is not here" in read(client, f"/shifts/closings/{closing.pk}/")


def test_what_has_not_arrived_is_named(sign_in, db, now):
    shop = counted_shop(now)
    device = shop.registers["register-1"].device
    device.reported = {
        "link": "online",
        "head": {"epoch": 1, "sequence": shop.registers["register-1"].head.sequence + 41},
    }
    device.save()
    page = read(sign_in("finance"), "/shifts/")
    assert "41 entries are known to exist and are not proven here yet" in page


def test_a_drawer_is_looked_through_by_kind_and_person(sign_in, counted):
    client = sign_in("finance")
    page = client.get("/shifts/drawer/?kind=open_forced")
    (row,) = page.context["rows"]
    assert row[0].open_s == 44
    assert "Unasked, by key or force" in page.content.decode()
    allowed = client.get("/shifts/drawer/?person=p2&kind=paid_out").context["rows"]
    assert len(allowed) == 6
    event = DrawerEvent.objects.filter(kind="paid_out").first()
    assert "balie.cash.moved.v1" in read(client, f"/shifts/drawer/{event.pk}/")


def test_nothing_is_there_at_first(sign_in, db):
    client = sign_in("finance")
    for address in ("/shifts/", "/shifts/closings/", "/shifts/drawer/"):
        assert '<section class="card empty">' in read(client, address)
    assert client.get("/shifts/nothing.csv").status_code == 404
    assert client.get("/shifts/register-1.1.1/").status_code == 404


@pytest.mark.parametrize("language", ["nl", "fr", "id", "en"])
def test_every_page_speaks_every_language(sign_in, counted, language):
    client = sign_in("finance", language=language)
    shift, closing = Shift.objects.first(), PeriodClosing.objects.first()
    for address in (
        "/shifts/",
        f"/shifts/{shift.pk}/",
        "/shifts/closings/",
        f"/shifts/closings/{closing.pk}/",
        "/shifts/drawer/",
    ):
        page = read(client, address)
        assert f'<html lang="{language}">' in page
        assert "%(" not in page


def test_an_entry_that_was_altered_is_seen(sign_in, counted):
    shift = Shift.objects.get(device="register-1", number=1)
    entry = Entry.objects.get(device="register-1", epoch=1, sequence=shift.sequence)
    Entry.objects.filter(pk=entry.pk).update(
        raw=bytes(entry.raw).replace(b"Niet bekend", b"Wel  bekend")
    )
    assert "they were changed here" in read(sign_in("finance"), f"/shifts/{shift.pk}/")
