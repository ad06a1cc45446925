"""What other places have: from the shop's file, through the directory, to the device."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from appliance.domain import market as markets
from appliance.domain.article import MOST_PLACES, StockElsewhere
from appliance.journal.entry import parse
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from collector.directory.editing import Change, EditRefused, apply
from collector.directory.files import FileRefused
from collector.directory.files.articles import read_articles
from collector.directory.models import Article, DirectoryEntry

pytestmark = pytest.mark.django_db

NL = markets.load("nl")
HEAD = "code,name,price,tax_class,stock_elsewhere\n"
MONDAY, TUESDAY = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 24, 9, tzinfo=UTC)
MONDAY_TEXT, TUESDAY_TEXT = "2026-11-23T09:00:00+00:00", "2026-11-24T09:00:00+00:00"


def load(cell, *, now=MONDAY):
    lines = f'{HEAD}TEA,Tea,2.50,reduced,"{cell}"\n'
    return apply(read_articles("articles.csv", lines.encode(), NL), now=now)


def places():
    held = Article.objects.get().stock_elsewhere
    return [(each["place"], each["quantity_milli"], each["at"]) for each in held]


def test_the_last_word_is_the_figure_of_a_place():
    load(" Utrecht 3;Den Haag  1.5 ; Bergen op Zoom -0,250;")
    assert places() == [
        ("Utrecht", 3000, MONDAY_TEXT),
        ("Den Haag", 1500, MONDAY_TEXT),
        ("Bergen op Zoom", -250, MONDAY_TEXT),
    ]


def test_a_figure_keeps_its_age_until_it_changes():
    load("Utrecht 3; Arnhem 1.5")
    assert load("Utrecht 3; Arnhem 1.5", now=TUESDAY).total == 0
    apply(Change(articles=[{"code": "TEA", "price_minor": 300}]), now=TUESDAY)
    load("Utrecht 3; Arnhem 2; Den Haag 1", now=TUESDAY)
    assert places() == [
        ("Utrecht", 3000, MONDAY_TEXT),
        ("Arnhem", 2000, TUESDAY_TEXT),
        ("Den Haag", 1000, TUESDAY_TEXT),
    ]


def test_an_empty_cell_takes_them_away_and_no_column_changes_nothing():
    load("Utrecht 3")
    apply(read_articles("articles.csv", b"code,price\nTEA,3\n", NL))
    assert [place for place, *_ in places()] == ["Utrecht"]
    load("")
    assert places() == []


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("Utrecht", "“Utrecht” is a place and its stock, such as Utrecht 3; Arnhem 1.5"),
        ("Arnhem 1; 3", "“3” is a place and its stock"),
        ("Arnhem 1; Utrecht many", "of “Utrecht many”: a quantity is a number such as 1234,555"),
        ("Utrecht 1.2345", "of “Utrecht 1.2345”: a quantity has at most 3 decimals"),
        ("Utrecht 1.234", "this has two meanings"),
        ("Utrecht 3; Arnhem 1; Utrecht 2", "Utrecht stands there more than once"),
        ("x" * 41 + " 3", "this has 1 to 40 characters, found 41"),
        (
            "; ".join(f"Filiaal {number} 1" for number in range(MOST_PLACES + 1)),
            "this names up to 12 places, found 13",
        ),
    ],
)
def test_what_is_no_list_of_places_is_refused(cell, reason):
    with pytest.raises(FileRefused) as refused:
        load(cell)
    (fault,) = refused.value.faults
    assert (fault.line, fault.column, fault.value) == (2, "stock_elsewhere", cell)
    assert reason in fault.reason
    assert not Article.objects.exists()


def test_a_change_that_names_a_place_twice_is_refused():
    load("Utrecht 3")
    twice = [{"place": "Arnhem", "quantity_milli": figure} for figure in (1000, 2000)]
    with pytest.raises(EditRefused, match="each once, not Arnhem, Arnhem"):
        apply(Change(articles=[{"code": "TEA", "stock_elsewhere": twice}]))


def test_it_reaches_the_device(tmp_path):
    load("Utrecht 3; Den Haag 1.5")
    raws = DirectoryEntry.objects.order_by("epoch", "sequence").values_list("raw", flat=True)
    with DirectoryStore.open(tmp_path / "directory.db", "register-2") as store:
        store.receive([parse(bytes(raw)) for raw in raws])
    assert Directory(tmp_path / "directory.db").find("TEA").stock_elsewhere == (
        StockElsewhere("Utrecht", 3000, MONDAY_TEXT),
        StockElsewhere("Den Haag", 1500, MONDAY_TEXT),
    )
