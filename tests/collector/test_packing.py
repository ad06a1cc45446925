"""What packing weighs: from the shop's file, through the directory, to the device."""

from __future__ import annotations

import pytest

from appliance.domain import market as markets
from appliance.journal.entry import parse
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from collector.directory.editing import Change, EditRefused, apply
from collector.directory.files import FileRefused
from collector.directory.files.articles import read_articles
from collector.directory.models import Article, DirectoryEntry

NL = markets.load("nl")
HEAD = b"code,name,price,tax_class,unit,packing\n"


def load(lines):
    return apply(read_articles("articles.csv", HEAD + lines, NL))


@pytest.mark.django_db
def test_packing_reaches_the_device_in_grams(tmp_path):
    load(b"SAL1,Salad,11.90,reduced,kg,0.015\nAP01,Apples,2.49,reduced,kg,\n")
    raws = DirectoryEntry.objects.order_by("epoch", "sequence").values_list("raw", flat=True)
    with DirectoryStore.open(tmp_path / "directory.db", "register-2") as store:
        store.receive([parse(bytes(raw)) for raw in raws])
    directory = Directory(tmp_path / "directory.db")
    assert directory.find("SAL1").tare_milli == 15
    assert directory.find("AP01").tare_milli == 0


@pytest.mark.django_db
@pytest.mark.parametrize("packing", [b"-0.015", b"15 g", b"0.0155"])
def test_packing_that_is_no_weight_is_refused(packing):
    with pytest.raises(FileRefused, match="packing"):
        load(b"SAL1,Salad,11.90,reduced,kg," + packing + b"\n")
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_packing_heavier_than_a_counter_carries_is_refused():
    load(b"SAL1,Salad,11.90,reduced,kg,\n")
    with pytest.raises(EditRefused, match="packing"):
        apply(Change(articles=[{"code": "SAL1", "tare_milli": 100_001}]))
