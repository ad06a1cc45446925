"""The parts of a simulated device, without a wire."""

import random
from datetime import UTC, datetime

import pytest

from appliance.domain.market import load
from appliance.domain.receipt import ReceiptFacts
from appliance.journal.batch import pack, unpack
from appliance.journal.entry import START, Watermark, parse
from appliance.journal.sender import Sender
from appliance.journal.signing import generate
from collector.simulate.ledger import REMEMBERED, Ledger
from collector.simulate.report import line, verdict
from collector.simulate.sales import LINES, Sales
from collector.simulate.tally import Delays, Tally, together
from tests.journal import contract

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DEVICE = "simulated-0001"


@pytest.fixture
def ledger():
    return Ledger(DEVICE, held=START, epoch=1, software="simulated", now=NOW, made_at=0.0)


def sell(ledger, times):
    for number in range(times):
        ledger.append("balie.sale.completed.v1", {"number": number}, NOW, made_at=float(number))


@pytest.mark.parametrize("market", ["nl", "be", "fr", "id", "gb"])
def test_sales_are_those_of_a_register(market):
    sales = Sales(load(market), random.Random(1), NOW)
    made = [sales.make("S0001", number, NOW) for number in range(1, 101)]
    for data in made:
        facts = ReceiptFacts.from_data(data)
        assert len(facts.lines) == LINES
    assert len({data["sale"] for data in made}) == 100
    assert [data["number"] for data in made] == list(range(1, 101))
    assert {data["payments"][0]["tender"] for data in made} == {"cash", "card_manual"}


def test_entries_keep_the_contract(ledger):
    sale = Sales(load("nl"), random.Random(1), NOW).make("S0001", 1, NOW)
    ledger.append("balie.sale.completed.v1", sale, NOW, 0.0)
    entries = [parse(entry.raw) for entry in ledger.entries(START, 2)]
    assert [entry.sequence for entry in entries] == [1, 2]
    for entry in entries:
        assert not contract.faults(f"entries/{entry.type}.json", entry.data)


def test_two_with_one_seed_never_make_the_same_sale():
    first, second = (Sales(load("nl"), random.Random(1), NOW) for _ in range(2))
    assert first.make("S1", 1, NOW)["sale"] != second.make("S1", 1, NOW)["sale"]


def test_a_ledger_keeps_little_of_what_is_acknowledged(ledger):
    sell(ledger, 999)
    assert ledger.unacknowledged == 1000
    mark = ledger.find(1, 900)
    delays = list(ledger.acknowledge(mark, now=1000.0))
    assert len(delays) == 900
    assert delays[0] == 1000.0
    assert ledger.unacknowledged == 100
    assert [entry.sequence for entry in ledger.entries(START, 1)] == [900 - REMEMBERED + 1]
    assert ledger.find(1, 900) == mark
    assert ledger.find(1, 900 - REMEMBERED) is None
    assert ledger.find(1, 1001) is None
    assert not list(ledger.acknowledge(mark, now=1001.0)), "no entry is acknowledged twice"


def test_a_further_life_says_what_came_before():
    held = Watermark(3, 41, "ab" * 32)
    ledger = Ledger(DEVICE, held=held, epoch=4, software="", now=NOW, made_at=0.0)
    (opening,) = unpack(
        pack(list(ledger.entries(START, 1)), stream="journal", device=DEVICE, signer=generate())
    ).entries
    assert (opening.epoch, opening.sequence) == (4, 1)
    assert opening.data["after"] == {"epoch": 3, "sequence": 41, "hash": "ab" * 32}
    assert ledger.find(3, 41) == held, "so that the collector's first word is understood"
    assert not list(ledger.acknowledge(held, now=1.0))
    assert ledger.unacknowledged == 1


def test_the_real_sender_sends_a_ledger_and_hears_its_acknowledgement(ledger):
    sell(ledger, 120)
    taken = []
    sender = Sender(ledger, lambda entries: taken.append(list(entries)) or b"batch")
    sender.connected(0.0)
    for now in range(1, 10):
        while sender.due(float(now)) is not None:
            pass
        sender.acknowledge(taken[-1][-1].watermark, float(now))
        list(ledger.acknowledge(sender.acked, float(now)))
    assert [entry.sequence for run in taken for entry in run] == list(range(1, 122))
    assert sender.acked == ledger.head
    assert ledger.unacknowledged == 0


def test_delays_are_counted_in_little_room():
    delays = Delays()
    assert delays.quantile(0.5) is None
    for number in range(1, 101):
        delays.add(number / 1000)
    assert delays.quantile(0.5) == pytest.approx(0.050, rel=0.08)
    assert delays.quantile(0.99) == pytest.approx(0.099, rel=0.08)
    delays.add(1e9)
    delays.add(0.0)
    assert sum(delays.plus(delays).counts) == 2 * sum(delays.counts) == 204
    assert delays.since(delays).quantile(0.5) is None


def test_tallies_add_up():
    half = Tally(devices=2, connected=1, made=10, acknowledged=9, unacknowledged=1, connections=5)
    whole = together([half, half])
    assert (whole.devices, whole.made, whole.reconnects) == (4, 20, 6)
    assert line(61, whole, Tally(), 10).split()[:5] == ["1:01", "2", "2.0", "1.8", "2"]


def test_a_verdict_names_ten_and_counts_the_others():
    assert verdict(Tally(), []).endswith("gaps 0 · forks 0")
    said = verdict(Tally(), [f"simulated-{number:04}: made 1.2" for number in range(12)])
    assert said.count("simulated-") == 10
    assert said.endswith("and 2 more")
