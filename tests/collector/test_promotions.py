"""Promotions from a file: into the directory, to a device, worked out there."""

from __future__ import annotations

import pytest

from appliance.domain import market as markets
from appliance.domain.promotion import Goods, PromotionKind
from appliance.journal.entry import parse
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from collector.directory.editing import Change, EditRefused, apply
from collector.directory.files import FileRefused
from collector.directory.files.articles import read_articles
from collector.directory.files.promotions import read_promotions
from collector.directory.models import Article, DirectoryEntry, Promotion

NL = markets.load("nl")
ARTICLES = (
    b"code,name,price,tax_class,category,kind,minimum_age,deposit\n"
    b"BEER,Beer,1.20,standard,drinks,,18,D15\n"
    b"ROLL,Roll,3.50,reduced,bakery,,,\n"
    b"D15,Deposit,0.15,exempt,,deposit,,\n"
)
PROMOTIONS = (
    "id;name;kind;goods;count;price;percent;pay;from;first_day;weekdays;starts;ends;group\n"
    "1;3 for 2;n_for_m;category:drinks;3;;;2;;2026-11-22;6 7;16:00;18:00;members\n"
    "2;Lunch;bundle;ROLL + category:drinks BEER;;4,50;;;;;;;;\n"
    "3;All;from_amount;all;;;12,5;;100,00;;;;;\n"
)


@pytest.fixture(autouse=True)
def shop(db):
    apply(read_articles("articles.csv", ARTICLES, NL))


def load(text=PROMOTIONS):
    return apply(read_promotions("promotions.csv", text.encode(), NL))


@pytest.fixture
def told(tmp_path):
    """Give the whole log to a device and return its directory."""

    def tell():
        with DirectoryStore.open(tmp_path / "directory.db", "register-2") as store:
            raws = DirectoryEntry.objects.order_by("epoch", "sequence").values_list(
                "raw", flat=True
            )
            store.receive([parse(bytes(raw)) for raw in raws])
        return Directory(tmp_path / "directory.db")

    return tell


def test_promotions_reach_the_device_as_the_file_says(told):
    load()
    deal, lunch, all_ = told().promotions()
    assert (deal.kind, deal.pay, deal.units, deal.group) == (PromotionKind.N_FOR_M, 2, 3, "members")
    assert deal.window.weekdays == {6, 7}
    assert [part.goods for part in lunch.parts] == [
        Goods(frozenset(["ROLL"])),
        Goods(frozenset(["BEER"]), frozenset(["drinks"])),
    ]
    assert lunch.price_minor == 450
    assert (all_.percent_bp, all_.from_minor, all_.parts[0].goods.are_all) == (1250, 10_000, True)


def test_the_order_of_the_file_is_kept(told):
    lines = PROMOTIONS.splitlines()
    load("\n".join([lines[0], lines[3], lines[1]]))
    assert [each.id for each in told().promotions()] == ["3", "1"]


def test_a_promotion_the_file_leaves_out_ends(told):
    load()
    load("\n".join(PROMOTIONS.splitlines()[:2]))
    assert [each.id for each in told().promotions()] == ["1"]
    assert Promotion.objects.count() == 1


def test_what_goods_ask_reaches_the_device(told):
    beer = told().find("BEER")
    assert (beer.minimum_age, beer.deposit) == (18, "D15")
    assert told().find("D15").kind.value == "deposit"


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("1;x;gift;all;;;;;;;;;;", "kind", "this is one of"),
        ("1;x;percent;all;;;;;;;;;;", "kind", "it needs a share"),
        ("1;x;n_for_m;all;3;;;3;;;;;;", "kind", "fewer are charged"),
        ("1;x;percent;WINE;;;10;;;;;;;", "goods", "no article on sale has the code WINE"),
        ("1;x;percent;category:pets;;;10;;;;;;;", "goods", "there is no category pets"),
        ("1;x;bundle;ROLL +;;1,00;;;;;;;;", "goods", "without goods on both sides"),
        ("1;x;percent;all;;;10;;;soon;;;;", "first_day", "a day is written"),
        ("1;x;percent;all;;;10;;;;8;;;", "weekdays", "numbers from 1"),
        ("1;x;percent;all;;;10;;;;;25:00;16:00;", "starts", "between 00:00 and 23:59"),
        ("1;x;percent;all;;;10;;;;;9;16:00;", "starts", "a time is written"),
        ("1;x;percent;all;;;10;;;;;16:00;;", "kind", "hours need"),
    ],
)
def test_everything_that_is_wrong_is_named(row, column, reason):
    with pytest.raises(FileRefused) as refused:
        load(PROMOTIONS.splitlines()[0] + "\n" + row)
    first = refused.value.faults[0]
    assert (first.line, first.column) == (2, column)
    assert reason in str(refused.value)
    assert not Promotion.objects.exists()


def test_two_promotions_cannot_share_an_id():
    with pytest.raises(FileRefused, match="line 2 has the same already"):
        load("\n".join([*PROMOTIONS.splitlines()[:2], PROMOTIONS.splitlines()[1]]))


def test_an_impossible_promotion_is_refused_whoever_brings_it():
    row = {"id": "1", "rule": {"name": "x", "kind": "percent", "parts": [{}]}}
    with pytest.raises(EditRefused, match="needs a share"):
        apply(Change(promotions=[row]))


def test_an_article_cannot_be_its_own_deposit():
    with pytest.raises(EditRefused, match="own deposit"):
        apply(Change(articles=[{"code": "BEER", "deposit": "BEER"}]))
    assert Article.objects.get(code="BEER").deposit == "D15"
