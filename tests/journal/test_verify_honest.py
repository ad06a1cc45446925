"""No false alarm: whatever an honest device does with its journal, it is found sound.

``BALIE_HONEST`` is the number of journals made up; 30 unless told.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.payment import Tender, Tendered, cash_due, settle
from appliance.domain.receipt import completed
from appliance.domain.sale import Basket, Kind, totals
from appliance.domain.shift import Period
from appliance.journal import signing
from appliance.journal.attachments import attach
from appliance.journal.export import NothingToExportError, export_file
from appliance.journal.prune import Plan
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from appliance.journal.takings import COMPLETED
from appliance.journal.verify import verify
from tests.journal.exhibits_drawer import Drawer

KEY = signing.generate()
MARKETS = [markets.load(code) for code in ("nl", "be", "fr", "gb", "id")]

sales = st.lists(
    st.tuples(
        st.integers(0, 4),  # the tax class
        st.integers(1, 99_999),  # the price
        st.integers(1, 9_999),  # thousandths
        st.booleans(),  # by weight
    ),
    min_size=1,
    max_size=6,
)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), sales, st.booleans(), st.booleans()),
        st.tuples(st.just("attach"), sales),
        st.tuples(st.just("epoch"), st.integers(0, 3)),
        st.tuples(st.just("prune"), st.floats(0, 0.9)),
        st.tuples(st.just("erase")),
        st.tuples(st.just("open again")),
        st.tuples(st.just("clock"), st.integers(-900, 900)),
        st.tuples(
            st.just("drawer"),
            st.lists(
                st.sampled_from(
                    [
                        *("open", "pay_out", "no_sale", "count", "close", "close_terminal"),
                        *("close_day", "close_month", "begin_training", "end_training"),
                    ]
                ),
                max_size=4,
            ),
        ),
        st.tuples(
            st.just("other"), st.sampled_from(["balie.dream.v9", "balie.staff.signed_in.v1"])
        ),
    ),
    min_size=1,
    max_size=25,
)


class Device:
    """A device that does what it is told, honestly."""

    def __init__(self, folder, market):
        self.path = folder / "journal.db"
        self.market = market
        self.at = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
        self.number = 0
        self.references = []
        self.drawer = Drawer(self)
        self.has_shifts = self.is_training = False
        self.journal = self.open()

    def open(self):
        return Journal.open(self.path, "register-1", clock=lambda: self.at)

    def do(self, action, *told):
        self.at += timedelta(seconds=61)
        getattr(self, f"do_{action.replace(' ', '_')}")(*told)

    def do_drawer(self, deeds):
        """Do to the drawer what can be done to it now."""
        for deed in deeds:
            books = self.drawer.books
            has_shift = books.shift is not None
            period = {"close_day": Period.DAY, "close_month": Period.MONTH}.get(deed)
            can = {
                "open": not has_shift,
                "begin_training": not self.is_training,
                "end_training": self.is_training,
                "close_terminal": not has_shift,
            }.get(deed, has_shift if period is None else not books.periods[period].is_empty)
            if can:
                self.append(getattr(self.drawer, deed)(self.journal.head))
                self.has_shifts |= deed == "open"
                if deed.endswith("_training"):
                    self.is_training = deed == "begin_training"

    def append(self, event):
        self.drawer.follow(self.journal.append(event))

    def do_sell(self, lines, cash, back, attachments=()):
        if self.is_training:
            self.do_drawer(["end_training"])
        if self.has_shifts:
            self.do_drawer(["open"])  # a shift opens by itself
        self.number += 1
        way = -1 if back else 1
        basket = Basket(
            f"{self.number:032x}", self.at, "p1", kind=Kind.RETURN if back else Kind.SALE
        )
        classes = list(self.market.tax_classes)
        for place, (kind, price, milli, weighed) in enumerate(lines):
            unit = Unit.KG if weighed else Unit.PIECE
            article = Article(
                f"A{place}", "Thing", price, classes[kind % len(classes)], "shop", unit=unit
            )
            quantity = milli if weighed else 1000 * (1 + milli % 5)
            basket = basket.add(article, way * quantity, merge=False)
        sums = totals(basket, self.market, self.at.date())
        owed = sums.gross_minor
        if cash:
            owed = cash_due(owed, self.market)[0]
        if not owed and not cash:
            self.number -= 1
            return
        paid = [Tendered(Tender.CASH if cash else Tender.CARD_MANUAL, owed)]
        data = completed(
            basket=basket,
            totals=sums,
            settlement=settle(sums.gross_minor, paid, self.market),
            market=self.market,
            register="2",
            number=self.number,
            completed_at=self.at,
            day=self.at.date(),
        )
        self.append(Event(COMPLETED, data, self.at, tuple(attachments)))

    def do_attach(self, lines):
        beside = [attach("customer", b"Someone"), attach("address", b"Somewhere")]
        self.references += [each.reference for each in beside]
        self.do_sell(lines, cash=True, back=False, attachments=beside)

    def do_epoch(self, further):
        self.journal.open_epoch("behind")
        if further:
            self.journal.append(Event("t", {}))

    def do_prune(self, share):
        rows = list(self.journal.lines())
        if len(rows) > 1 and (last := rows[int(len(rows) * share)].watermark) != self.journal.head:
            place = {"epoch": last.epoch, "sequence": last.sequence, "hash": last.hash}
            self.journal.prune(Plan(last, place))

    def do_erase(self):
        erased = self.journal.erase(self.references[::2])
        told = {"references": list(erased), "subjects": []}
        self.journal.append(Event("balie.attachment.erased.v1", told))

    def do_open_again(self):
        self.journal.close()
        self.journal = self.open()

    def do_clock(self, days):
        self.at += timedelta(days=days)

    def do_other(self, kind):
        self.journal.append(Event(kind, {"words": "é €", "deep": [{"a": None}, 1.5, True]}))


@settings(
    max_examples=int(os.environ.get("BALIE_HONEST", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(actions, st.sampled_from(MARKETS))
def test_an_honest_journal_is_sound_in_every_kind_of_file(told, market):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        device = Device(folder, market)
        for action in told:
            device.do(*action)
        head = device.journal.head
        days = sorted({entry.time[:10] for entry in device.journal.entries()})
        device.journal.close()
        for check in (verify(device.path), verify(device.path, heads=[head])):
            assert check.is_sound, check.text()
            assert check.gaps == 0
        export(device.path, folder / "all.txt")
        export(device.path, folder / "some.txt", days)


def export(path, out, days=None):
    """Export all, or the days in the middle, and check it."""
    options = {}
    if days:
        options = {
            "first_day": datetime.fromisoformat(days[len(days) // 3]).date(),
            "last_day": datetime.fromisoformat(days[-(len(days) // 3) - 1]).date(),
        }
    with JournalReader.open(path) as journal:
        try:
            export_file(journal, out, signer=KEY, **options)
        except NothingToExportError:
            return
    report = verify(out, key=KEY.public_key())
    assert report.is_sound, report.text()
