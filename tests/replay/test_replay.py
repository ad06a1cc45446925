"""A season's sample sold again: what the journal holds is what the file says, to the penny."""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest

from appliance import config as settings_of
from appliance.build import take
from appliance.domain.receipt import ReceiptFacts
from appliance.journal.entry import ZERO_HASH, Watermark, make
from appliance.journal.reader import JournalReader
from appliance.replay import articles, commands
from appliance.replay.baskets import read
from appliance.replay.device import opened_catalogue, opened_register
from appliance.replay.selling import SOURCE, Figures, RecordedClock
from appliance.store.directory_store import DirectoryStore

SAMPLE = Path(__file__).parents[1] / "data" / "online-retail-sample.csv"
ROWS = list(csv.DictReader(SAMPLE.open(encoding="utf-8", newline="")))
SOLD = "balie.sale.completed.v1"


def pence(row):
    """The line's amount, by other means than the code under test."""
    return int(Decimal(row["UnitPrice"]) * 100 * int(row["Quantity"]))


def balie(*arguments):
    """Run a command as ``balie`` does."""
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())
    parsed = parser.parse_args([*map(str, arguments)])
    return parsed.run(parsed)


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    """A device whose directory holds the sample's articles."""
    folder = tmp_path_factory.mktemp("device")
    config = folder / "balie.toml"
    config.write_text(
        '[device]\nid = "shop-2"\nname = "Two"\nregister = "2"\nmarket = "gb"\n'
        'language = "en"\ndata = "data"\n'
    )
    (folder / "data").mkdir()
    receive_articles(folder / "data" / "directory.db", articles.articles_of(read(SAMPLE)))
    return folder


def receive_articles(path, listed):
    rows = [{**asdict(one), "unit": one.unit.value, "active": True} for one in listed]
    data = {"change": "1", "part": 1, "parts": 1, "articles": rows}
    entry = make(
        Watermark(1, 0, ZERO_HASH),
        device="collector",
        type="balie.directory.changed.v1",
        time=read(SAMPLE)[0].opened,
        data=data,
    )
    store = DirectoryStore.open(path)
    store.receive([entry])
    store.close()


@pytest.fixture(scope="module")
def sold(device):
    """The entries of the whole sample, sold by the command into a journal on the disk."""
    assert balie("replay", SAMPLE, "--config", device / "balie.toml") == 0
    with JournalReader.open(device / "data" / "journal.db") as journal:
        return [entry for entry in journal.entries(None) if entry.type == SOLD]


def test_each_invoice_is_one_entry_at_its_time(sold):
    times = {}
    for row in ROWS:
        times[row["InvoiceNo"]] = max(times.get(row["InvoiceNo"], ""), row["InvoiceDate"])
    assert len(sold) == len(times)
    for entry in sold:
        references = [payment["reference"] for payment in entry.data["payments"]]
        assert [times[reference] for reference in references] == [
            entry.data["completed"][:16] for _ in references
        ]


def test_totals_per_day_and_article_are_the_files_to_the_penny(sold):
    days, codes = Counter(), Counter()
    for row in ROWS:
        days[row["InvoiceDate"][:10]] += pence(row)
        codes[row["InvoiceDate"][:10], row["StockCode"]] += pence(row)
    sold_days, sold_codes = Counter(), Counter()
    for entry in sold:
        day = entry.data["day"]
        sold_days[day] += entry.data["totals"]["gross_minor"]
        for line in entry.data["lines"]:
            sold_codes[day, line["article"]] += line["gross_minor"]
    assert sold_days == days
    assert sold_codes == codes
    assert sum(days.values()) == sum(sold_days.values()) != 0


def test_quantities_per_article_are_the_files(sold):
    expected, found = Counter(), Counter()
    for row in ROWS:
        expected[row["StockCode"]] += int(row["Quantity"]) * 1000
    for entry in sold:
        for line in entry.data["lines"]:
            found[line["article"]] += line["quantity_milli"]
    assert found == expected


def test_every_entry_adds_up_and_is_numbered_without_gaps(sold):
    facts = [ReceiptFacts.from_data(entry.data) for entry in sold]
    assert [one.number for one in facts] == list(range(1, len(facts) + 1))
    assert {one.cashier for one in facts} == {"replay"}


def test_cancellations_are_returns(sold):
    kinds = Counter(entry.data["kind"] for entry in sold)
    assert kinds == {"sale": 156, "return": 40}
    assert all(
        line["quantity_milli"] < 0
        for entry in sold
        if entry.data["kind"] == "return"
        for line in entry.data["lines"]
    )


def test_the_tax_is_that_of_the_day(sold):
    rates = {(entry.data["day"] < "2011-01-04", part["rate_bp"]) for entry, part in taxed(sold)}
    assert rates == {(True, 1750), (False, 2000)}


def taxed(sold):
    return [(entry, part) for entry in sold for part in entry.data["taxes"]]


def test_another_price_than_the_articles_is_told(sold):
    changed = [
        line for entry in sold for line in entry.data["lines"] if "listed_price_minor" in line
    ]
    assert changed
    assert {line["reason"] for line in changed} == {"recorded price"}
    assert all(line["listed_price_minor"] != line["unit_price_minor"] for line in changed)


def test_only_so_many_go_on_with_the_numbers(device, sold, capsys):
    assert balie("replay", SAMPLE, "--config", device / "balie.toml", "--limit", "3") == 0
    assert "sales 3 · returns 0" in capsys.readouterr().out
    with JournalReader.open(device / "data" / "journal.db") as journal:
        numbers = [entry.data["number"] for entry in journal.entries(None) if entry.type == SOLD]
    assert numbers == list(range(1, len(sold) + 4))


def test_the_figures_say_what_happened():
    text = Figures(sales=2, returns=1, lines=9, total_minor=-123456, seconds=1.5).text()
    assert text == (
        "sales 2 · returns 1 · lines 9\n"
        "total -GBP 1,234.56 (-123456 pence)\n"
        "1.5 s · 2 entries/s committed\n"
    )


def test_the_list_of_articles_is_written(tmp_path, capsys):
    out = tmp_path / "articles.csv"
    assert balie("replay", SAMPLE, "--articles", out) == 0
    codes = {row["StockCode"] for row in ROWS}
    assert f"{len(codes)} articles in" in capsys.readouterr().out
    with out.open(encoding="utf-8", newline="") as file:
        assert {row["code"] for row in csv.DictReader(file)} == codes


# What stops it


def test_a_register_without_the_articles_sells_nothing(tmp_path, capsys):
    config = tmp_path / "balie.toml"
    config.write_text('[device]\nid = "d"\nname = "d"\nregister = "1"\nmarket = "gb"\ndata = "."\n')
    assert balie("replay", SAMPLE, "--config", config) == 2
    assert "articles are not on this register, such as" in capsys.readouterr().err
    assert not (tmp_path / "journal.db").exists()


def test_a_shop_with_other_money_sells_nothing(device, tmp_path, capsys):
    config = tmp_path / "balie.toml"
    config.write_text((device / "balie.toml").read_text().replace('"gb"', '"nl"'))
    assert balie("replay", SAMPLE, "--config", config) == 2
    assert 'Set market = "gb"' in capsys.readouterr().err


def test_what_an_interrupted_replay_left_is_abandoned(device, sold):
    lay_on_the_counter(device, source=SOURCE)
    assert balie("replay", SAMPLE, "--config", device / "balie.toml", "--limit", "1") == 0
    with JournalReader.open(device / "data" / "journal.db") as journal:
        *_, abandoned, completed = journal.entries(None)
    assert (abandoned.type, completed.type) == ("balie.sale.abandoned.v1", SOLD)
    assert abandoned.data["lines"][0]["article"] == ROWS[0]["StockCode"]


def test_a_cashiers_open_sale_is_not_swept_away(device, sold, capsys):
    lay_on_the_counter(device, source="scan")
    assert balie("replay", SAMPLE, "--config", device / "balie.toml") == 2
    assert "A sale is open on this register" in capsys.readouterr().err


def lay_on_the_counter(device, source):
    settings, clock = settings_of.load(device / "balie.toml"), RecordedClock()
    with (
        opened_catalogue(settings) as catalogue,
        opened_register(settings, catalogue, clock) as register,
    ):
        register.add(catalogue.find(ROWS[0]["StockCode"]), source=source)


def test_a_desk_that_runs_is_not_disturbed(device, sold, capsys):
    with ExitStack() as running:
        take(device / "data", running)
        assert balie("replay", SAMPLE, "--config", device / "balie.toml") == 2
    assert "Another desk runs on" in capsys.readouterr().err


def test_a_market_there_is_none_of(tmp_path, capsys):
    config = tmp_path / "balie.toml"
    config.write_text('[device]\nid = "d"\nname = "d"\nregister = "1"\nmarket = "xx"\ndata = "."\n')
    assert balie("replay", SAMPLE, "--config", config) == 2
    assert "not for “xx”" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "sentence"), [("absent.csv", "No such file"), ("balie.toml", "must have the columns")]
)
def test_a_file_that_is_not_there_or_is_none_of_invoices(device, capsys, file, sentence):
    assert balie("replay", device / file, "--config", device / "balie.toml") == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-1", "some"])
def test_a_limit_is_a_number_above_zero(limit, capsys):
    with pytest.raises(SystemExit):
        balie("replay", SAMPLE, "--articles", "out.csv", "--limit", limit)
    assert "a number above zero was expected" in capsys.readouterr().err
