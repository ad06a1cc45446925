"""The demo shop's files: real GTINs, sensible rows, nothing twice."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from provisioning.shop import make
from provisioning.workstation.demo import script

SHOP = Path(make.__file__).parent


def rows(name):
    with (SHOP / name).open(newline="", encoding="utf-8") as text:
        return list(csv.DictReader(text))


def check_digit_holds(gtin):
    digits = [int(digit) for digit in reversed(gtin)]
    total = sum(digit * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return total % 10 == 0


@pytest.fixture(scope="module")
def articles():
    return rows("articles.csv")


def test_there_are_some_hundreds_of_articles(articles):
    assert 500 <= len(articles) <= 800


def test_nothing_is_there_twice(articles):
    for column in ("code", "name"):
        values = [row[column].lower() for row in articles]
        assert len(values) == len(set(values)), column


def test_gtins_are_valid(articles):
    real = [row["gtin"] for row in articles if row["gtin"]]
    assert len(real) >= 500
    assert [gtin for gtin in real if not check_digit_holds(gtin)] == []
    assert "3017620422003" in real


def test_prices_costs_and_units_make_sense(articles):
    for row in articles:
        price = Decimal(row["price"])
        assert Decimal("0.10") <= price < 20, row
        assert not row["cost"] or Decimal(row["cost"]) < price, row
        assert row["unit"] in {"piece", "kg"}, row
        assert len(row["name"]) <= 40, row


def test_tax_follows_what_it_is(articles):
    by_category = {}
    for row in articles:
        by_category.setdefault(row["category"], set()).add(row["tax_class"])
    assert by_category["deposit"] == {"zero"}
    assert by_category["dairy"] == by_category["bread"] == {"reduced"}
    beers = [row for row in articles if row["name"].startswith(("Grolsch", "Jupiler", "Leffe"))]
    assert beers
    assert {row["tax_class"] for row in beers} == {"standard"}


def test_prices_are_made_the_same_on_every_run(articles):
    made = {row["code"]: row for row in (*make.chosen(), *make.loose())}
    assert made == {row["code"]: row for row in articles}


def test_the_script_refuses_an_article_that_is_not_real(tmp_path, capsys):
    import gzip  # noqa: PLC0415 (only this test writes such a file)

    source = tmp_path / "products.csv.gz"
    source.write_bytes(gzip.compress(b"gtin,name\n3017620422003,Nutella\n"))
    assert make.main([str(source)]) == 1
    assert "8710293055206" in capsys.readouterr().err


def test_the_source_and_its_licence_stand_beside_the_file():
    text = (SHOP / "README.md").read_text()
    assert "Open Food Facts" in text
    assert "ODbL" in text


@pytest.mark.django_db
def test_the_back_office_takes_every_file():
    from django.conf import settings  # noqa: PLC0415 (Django is set up by now)

    from appliance.domain import market  # noqa: PLC0415
    from collector.directory.editing import apply  # noqa: PLC0415
    from collector.directory.files.articles import read_articles  # noqa: PLC0415
    from collector.directory.files.categories import read_categories  # noqa: PLC0415
    from collector.directory.files.keys import read_keys  # noqa: PLC0415
    from collector.directory.files.shop import read_shop  # noqa: PLC0415
    from collector.directory.files.staff import read_staff  # noqa: PLC0415
    from collector.directory.models import Article, Category  # noqa: PLC0415

    nl = market.load(settings.BALIE_MARKET)
    for name, read in (
        ("categories.csv", read_categories),
        ("articles.csv", lambda name, content: read_articles(name, content, nl)),
        ("keys.csv", read_keys),
        ("staff.csv", read_staff),
        ("shop.toml", read_shop),
    ):
        apply(read(name, (SHOP / name).read_bytes()))
    assert Article.objects.count() == len(rows("articles.csv"))
    assert set(Category.objects.values_list("key", flat=True)) == {
        row["key"] for row in rows("categories.csv")
    }


@pytest.mark.parametrize("language", script.CASHIERS)
def test_the_script_s_cashiers_work_in_the_shop(language):
    cashier = script.CASHIERS[language]
    staff = {row["id"]: row for row in rows("staff.csv")}
    row = staff[cashier.id]
    assert (row["name"], row["pin"], row["language"]) == (cashier.name, cashier.pin, language)
