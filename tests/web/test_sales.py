"""The list of sales with its filter, and one sale down to its entry."""

from __future__ import annotations

import hashlib

import pytest

from collector.desks.register.models import Sale
from collector.ingest.models import Entry


def listed(response):
    return [sale for sale, _cashier in response.context["rows"]]


def found(response):
    return sum(sums.receipts for sums in response.context["sums"])


def test_the_list_begins_with_the_latest_and_pages_on(sign_in, shop):
    client = sign_in("finance")
    first = client.get("/sales/")
    assert listed(first) == list(Sale.objects.all()[:50])
    second = client.get("/sales/?page=2&kind=sale")
    assert listed(second) == list(Sale.objects.filter(kind="sale")[50:100])
    assert "?kind=sale&amp;page=3" in second.content.decode()


def test_the_sums_are_of_everything_asked_for_not_of_the_page(sign_in, shop):
    response = sign_in("finance").get("/sales/")
    assert found(response) == Sale.objects.count() > 50


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("since=2026-11-22", {"day": "2026-11-22"}),
        ("since=2026-11-15&until=2026-11-15", {"day": "2026-11-15"}),
        ("until=2026-11-09", {"day__lte": "2026-11-09"}),
        ("device=kiosk-1", {"device": "kiosk-1"}),
        ("cashier=p2", {"cashier": "p2"}),
        ("kind=return", {"kind": "return"}),
        ("receipt=2-00001", {"receipt__contains": "2-00001"}),
        ("receipt=k1-00", {"receipt__contains": "K1-00"}),
        ("least=20.50", {"gross_minor__gte": 2050}),
        ("most=-0.01", {"gross_minor__lte": -1}),
        ("least=3.99&most=3.99", {"gross_minor": 399}),
        ("device=register-2&since=2026-11-22&cashier=p1", {
            "device": "register-2", "day": "2026-11-22", "cashier": "p1",
        }),
    ],
)  # fmt: skip
def test_the_filter_gives_exactly_what_is_asked(sign_in, shop, asked, wanted):
    response = sign_in("finance").get(f"/sales/?{asked}")
    expected = Sale.objects.filter(**wanted)
    assert found(response) == expected.count() > 0
    assert listed(response) == list(expected[:50])


def test_amounts_are_read_as_the_reader_writes_them(sign_in, shop):
    client = sign_in("finance", language="nl")
    assert (
        found(client.get("/sales/?least=20,50"))
        == Sale.objects.filter(gross_minor__gte=2050).count()
    )
    refused = client.get("/sales/?least=twintig")
    assert "Schrijf een bedrag zoals 12,50." in refused.content.decode()
    assert found(refused) == 0


@pytest.mark.parametrize(
    "asked",
    ["since=soon", "device=nobody", "hour=25", "kind=gift", "least=abc", "most=1,2,3", "page=zero",
     "page=-4", "receipt=%00", "since=0000-00-00", "cashier=" + "x" * 500],
)  # fmt: skip
def test_nonsense_is_answered_calmly(sign_in, shop, asked):
    assert sign_in("finance").get(f"/sales/?{asked}").status_code == 200


def test_a_filter_that_fits_nothing_says_so(sign_in, shop):
    page = sign_in("finance").get("/sales/?receipt=nowhere").content.decode()
    assert "No sale fits this filter" in page


def test_an_empty_list_teaches(sign_in, db):
    assert "No sale has arrived yet" in sign_in("finance").get("/sales/").content.decode()


@pytest.fixture
def sale(shop):
    return Sale.objects.filter(device="register-2").latest("sequence")


def test_a_sale_shows_lines_taxes_payments_and_rounding(sign_in, sale):
    page = sign_in("finance").get(f"/sales/{sale.pk}/").content.decode()
    for expected in (
        sale.receipt, "Nutella 400 g", "0.352\u00a0kg", "4.91", "9%", "21%",
        "Cash rounding", "0.02", "€11.85", "15.00", "3.15", "11.83",
    ):  # fmt: skip
        assert expected in page
    assert "<s>Koffie snelfiltermaling 500 g</s>" in page
    assert "removed before paying · Budi" in page, "another than who completed it"
    assert "removed, and put back" in page
    assert "set by hand from 1" in page
    assert "set back from 7" in page


def test_a_sale_leads_down_to_its_entry_and_its_place_in_the_chain(sign_in, sale):
    response = sign_in("finance").get(f"/sales/{sale.pk}/")
    page, entry = response.content.decode(), sale.entry
    assert response.context["place"].fits
    for expected in (entry.hash, entry.previous, f"{entry.sequence:,}", entry.type):
        assert expected in page
    assert "&quot;specversion&quot;: &quot;1.0&quot;" in page


def test_changed_bytes_are_found_and_named(sign_in, sale):
    raw = bytes(sale.entry.raw).replace(b'"gross_minor":1183', b'"gross_minor":1184')
    Entry.objects.filter(device="register-2", sequence=sale.sequence).update(raw=raw)
    page = sign_in("finance").get(f"/sales/{sale.pk}/").content.decode()
    assert "they were changed here" in page


def test_a_changed_chain_is_found_even_when_its_hash_was_made_to_fit(sign_in, sale):
    before = Entry.objects.get(device="register-2", sequence=sale.sequence - 1)
    raw = bytes(before.raw).replace(b"p1", b"p9")
    Entry.objects.filter(device="register-2", sequence=before.sequence).update(
        raw=raw, hash=hashlib.sha256(raw + b" ").hexdigest()
    )
    page = sign_in("finance").get(f"/sales/{sale.pk}/").content.decode()
    assert "The entry before it is missing or another." in page


def test_one_receipt_leads_to_the_next(sign_in, sale):
    client = sign_in("finance")
    before = client.get(f"/sales/{sale.pk}/").context["before"]
    assert client.get(f"/sales/{before.pk}/").context["after"] == sale


def test_a_sale_that_is_not_there_is_said_to_be_nowhere(sign_in, shop):
    response = sign_in("finance").get("/sales/register-2.1.999999/")
    assert response.status_code == 404
    assert "Nothing here" in response.content.decode()


def test_names_from_outside_cannot_become_markup(sign_in, sale):
    sale.lines.filter(line=1).update(name="<script>alert(1)</script>")
    page = sign_in("finance").get(f"/sales/{sale.pk}/").content.decode()
    assert "<script>alert" not in page
