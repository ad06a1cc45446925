"""Balances: added up from sales, told to every device, and named where one was spent twice."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import orjson
import pytest

from appliance.domain.payment import Tender, Tendered
from appliance.domain.voucher import BalanceKind, read_code
from collector.__main__ import main
from collector.directory import log
from collector.directory.editing import apply, open_epoch
from collector.directory.files.articles import read_articles
from collector.directory.models import DirectoryEntry
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from collector.ledgers import exports
from collector.ledgers.issuing import DeedRefused, Wanted, do
from collector.ledgers.models import Balance, Movement
from collector.office.alarm_words import alarm_sentence, alarm_words
from tests.collector.sold_on import CARD, data_of, from_card, sale
from tests.collector.till import NL, SALE, Till

CUSTOMER = "c" * 32
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def two(collector):
    """Two registers of one shop."""
    tills = [Till("register-2"), Till("register-3")]
    for till in tills:
        till.enrol()
        till.open()
    return tills


def send(collector, *tills):
    for till in tills:
        collector.take(till.batch(), device=till.device)


def balance(account=CARD):
    return Balance.objects.get(account=account)


def told(account=CARD):
    """What devices were told last of a balance."""
    said = None
    for entry in DirectoryEntry.objects.order_by("epoch", "sequence"):
        data = orjson.loads(bytes(entry.raw))
        if data["type"] == "balie.balances.stated.v1":
            said = next((b for b in data["data"]["balances"] if b["account"] == account), said)
    return said


def test_a_card_sold_at_one_register_and_spent_at_another(collector, two):
    first, second = two
    sale(first, put_on=[(CARD, 2500)])
    send(collector, first)
    assert told()["balance_minor"] == 2500
    assert told()["holds"] == [{"device": "register-2", "epoch": 1, "sequence": 2}]
    sale(second, from_card(399))
    send(collector, second)
    assert balance().balance_minor == 2101
    assert told()["balance_minor"] == 2101
    assert [each["device"] for each in told()["holds"]] == ["register-2", "register-3"]
    assert not Alarm.objects.exists()


def test_the_same_card_spent_at_two_registers_while_offline_is_named(collector, two):
    first, second = two
    sale(first, put_on=[(CARD, 500)])
    sale(first, from_card(399))
    sale(second, from_card(399))
    send(collector, first)
    assert not Alarm.objects.exists()
    send(collector, second)
    assert balance().balance_minor == -298
    alarm = Alarm.objects.get()
    assert alarm.kind == "overspent"
    assert alarm_words(alarm.kind) == "More was spent than was there"
    assert "…0001" in alarm_sentence(alarm)
    assert CARD not in alarm_sentence(alarm)
    assert "2.98" in alarm_sentence(alarm)
    assert "register-3 1.2, register-2 1.3" in alarm_sentence(alarm)


def test_sending_again_and_rebuilding_change_nothing_and_accuse_nobody(collector, two):
    first, second = two
    sale(second, put_on=[(CARD, 500)])
    send(collector, second)
    sale(first, from_card(399))
    send(collector, first, second, first)
    before = log.head()
    Projector.from_settings().rebuild()
    assert balance().balance_minor == 101
    assert Movement.objects.count() == 2
    assert log.head() == before, "nothing new is told"
    assert not Alarm.objects.exists(), "though the card is spent before it is sold in that order"


def test_a_voucher_counts_once(collector, two):
    do([Wanted(BalanceKind.VOUCHER, "BON10000", 1000)], by="chef", now=NOW)
    assert told("BON10000")["balance_minor"] == 1000
    used = Tendered(Tender.VOUCHER, 399, account="BON10000")
    sale(two[0], used)
    send(collector, two[0])
    assert balance("BON10000").balance_minor == 0, "what it was worth too much is lost"
    assert not Alarm.objects.exists()
    sale(two[1], used)
    send(collector, two[1])
    assert Alarm.objects.get().kind == "overspent"


def test_an_account_is_limited_owed_and_paid_off(collector, two):
    do([Wanted(BalanceKind.ACCOUNT, CUSTOMER, limit_minor=600)], by="chef", now=NOW)
    owes = Tendered(Tender.ON_ACCOUNT, 399, account=CUSTOMER)
    sale(two[0], owes, customer=CUSTOMER)
    send(collector, two[0])
    assert (told(CUSTOMER)["balance_minor"], told(CUSTOMER)["limit_minor"]) == (399, 600)
    sale(two[1], owes, customer=CUSTOMER)
    send(collector, two[1])
    assert "1.98 more than the limit" in alarm_sentence(Alarm.objects.get())
    sale(two[1], quantity=0, pays_off=798, customer=CUSTOMER)
    send(collector, two[1])
    assert balance(CUSTOMER).balance_minor == 0


def test_a_return_puts_it_back_on_the_card(collector, two):
    till = two[0]
    sale(till, put_on=[(CARD, 500)])
    sale(till, from_card(399))
    sale(till, from_card(-399), quantity=-1)
    send(collector, till)
    assert balance().balance_minor == 500


def test_a_new_epoch_of_the_directory_says_it_again(collector, two):
    sale(two[0], put_on=[(CARD, 500)])
    send(collector, two[0])
    apply(read_articles("a.csv", b"code;name;price;tax_class\nA;B;1,00;reduced\n", NL))
    place = open_epoch()
    entries = DirectoryEntry.objects.filter(epoch=place.epoch)
    kinds = [orjson.loads(bytes(each.raw))["type"] for each in entries.order_by("sequence")]
    assert kinds[-1] == "balie.balances.stated.v1"
    assert told()["balance_minor"] == 500


def test_what_the_office_may_not_do_is_said(db):
    with pytest.raises(DeedRefused, match="32 hexadecimal digits"):
        do([Wanted(BalanceKind.ACCOUNT, "Janssen", limit_minor=1)], by="chef", now=NOW)
    with pytest.raises(DeedRefused, match="code of 4 to 32"):
        do([Wanted(BalanceKind.VOUCHER, "x", 1)], by="chef", now=NOW)
    assert not Balance.objects.exists()


def test_the_office_does_not_silence_what_is_still_to_be_named(collector, two):
    """What waits for the rest of a history is named by ingest, whatever the office does meanwhile."""
    sale(two[0], put_on=[(CARD, 100)])
    sale(two[0], from_card(399))
    send(collector, two[0])
    Alarm.objects.all().delete()
    Balance.objects.update(is_settled=False)
    do([Wanted(BalanceKind.GIFT_CARD, CARD, 50)], by="chef", now=NOW)
    assert told()["balance_minor"] == -249, "devices are told at once"
    assert not Alarm.objects.exists(), "half a history accuses nobody"
    two[1].sell()
    send(collector, two[1])
    assert Alarm.objects.get().kind == "overspent"


def test_a_sale_that_counts_nowhere_moves_nothing(collector, two):
    """One whose sums do not agree, as a forger would write it."""
    data = data_of(two[0], put_on=[(CARD, 500)])
    data["totals"]["gross_minor"] += 1
    two[0].record(SALE, data)
    send(collector, two[0])
    assert Alarm.objects.get().kind == "unreadable"
    assert not Movement.objects.exists()


def test_a_sale_recorded_twice_moves_a_balance_once_whichever_arrives_first(collector, two):
    till = two[0]
    later = Till(till.device, 2, till.key, number=7)
    data = data_of(till, put_on=[(CARD, 500)])
    till.record(SALE, {**data, "number": 1, "receipt": "2-000001"})
    later.open(after={"epoch": 1, "sequence": 2, "hash": till.head.hash})
    later.record(SALE, data)
    collector.take(later.batch(), device=till.device)
    assert balance().balance_minor == 500
    send(collector, till)
    assert balance().balance_minor == 500
    assert [(each.epoch, each.sequence) for each in Movement.objects.all()] == [(1, 2)]


class TestCommands:
    def test_begin_writes_codes_that_only_their_reader_knows(self, db, tmp_path, capsys):
        file = tmp_path / "codes.csv"
        begin = ["ledger", "begin", "voucher", "3", "--value", "10.00", "-o", str(file)]
        main([*begin, "--expires", "2027-12-31"])
        rows = list(csv.DictReader(file.open()))
        assert [row["value"] for row in rows] == ["10.00"] * 3
        assert all(read_code(row["printed"]) == row["code"] for row in rows)
        assert {each.expires for each in Balance.objects.all()} == {date(2027, 12, 31)}
        assert file.stat().st_mode & 0o077 == 0
        with pytest.raises(SystemExit, match="nothing was begun"):
            main(begin)
        assert Balance.objects.count() == 3

    def test_block_and_correct(self, db, capsys):
        do([Wanted(BalanceKind.GIFT_CARD, CARD, 1000)], by="chef", now=NOW)
        main(["ledger", "correct", "kaart-0001", "-2.50", "--note", "Vergissing"])
        main(["ledger", "block", CARD])
        assert (balance().balance_minor, balance().blocked) == (750, True)
        assert told()["blocked"] is True
        main(["ledger", "unblock", CARD])
        assert told()["blocked"] is False
        with pytest.raises(SystemExit, match="Nothing was changed"):
            main(["ledger", "block", "NOBODY1"])

    def test_lists_for_the_book_keeper(self, collector, two):
        sale(two[0], put_on=[(CARD, 500)])
        send(collector, two[0])
        do([Wanted(BalanceKind.GIFT_CARD, CARD, 100, note="Goedmaker")], by="chef", now=NOW)
        stream = io.StringIO()
        assert exports.write_csv("balances", stream) == 1
        assert (
            stream.getvalue().splitlines()[1].startswith("gift_card,KAART0001,6.00,6.00,0.00,,no")
        )
        stream = io.StringIO()
        assert exports.write_csv("movements", stream) == 2
        assert "Goedmaker,chef,EUR" in stream.getvalue()
        assert "5.00,,register-2,2-000001" in stream.getvalue()
