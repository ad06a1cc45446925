"""Play a day of customers, balances and drawers to a collector, and say what its tables hold.

    DATABASE_URL=... python -m tests.collector.same_money

Prints what is held after the day, what after everything was derived anew, and what `verify` says of
it, as JSON: the same on every database.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
    django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import call_command
from django.db import connection, models

from appliance.domain.payment import Tender, Tendered
from appliance.domain.shift_books import ABANDONED
from appliance.domain.voucher import BalanceKind
from collector.customers import doubles
from collector.customers import models as customers
from collector.desks.register import models as register
from collector.desks.register.exports import EXPORTS, rows
from collector.desks.register.shifts import shift_reports
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from collector.ingest.verifying import verify_held
from collector.ledgers import models as ledgers
from collector.ledgers.issuing import Wanted, do
from tests.collector.sold_on import CARD, data_of, from_card, on_account
from tests.collector.till import SALE, Collector
from tests.customers.counters import Counter
from tests.journal.exhibits_drawer import Drawer

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
EVA, EVI, ANN = "e" * 32, "f" * 32, "a" * 32
TABLES: dict[type[models.Model], tuple[str, ...]] = {
    customers.Customer: (),
    customers.Handle: ("id",),
    customers.Change: ("id", "reference"),
    customers.Purchase: (),
    customers.Merge: ("id", "at"),
    ledgers.Movement: (),
    ledgers.Deed: ("id",),
    ledgers.Balance: ("changed",),
    register.Shift: (),
    register.PeriodClosing: (),
    register.DrawerEvent: (),
    register.CounterException: (),
    register.TerminalDay: (),
    register.TrainingTurn: (),
    Alarm: ("id", "first_at", "last_at", "times"),
}
"""Each table, with the columns that differ from one time to the next: drawn by lot, or told by the clock."""


class Register(Counter):
    """A register that knows customers and keeps its books of cash."""

    drawer: Drawer

    def do(self, *deeds: str) -> None:
        """Let something happen to the drawer."""
        for deed in deeds:
            event = getattr(self.drawer, deed)(self.head)
            self.record(event.type, event.data)

    def record(self, kind: str, data: dict[str, Any]):
        entry = super().record(kind, data)
        self.drawer.follow([entry])
        return entry

    def sell_on(self, *tendered: Tendered, **more: Any) -> None:
        """Make a sale that moves balances, under a number that is the same each time."""
        self.number += 1
        sale = sha256(f"{self.device} {self.number}".encode()).hexdigest()[:32]
        told = data_of(self, *tendered, register=self.device[-1], **more)
        self.record(SALE, {**told, "sale": sale})


def registers() -> list[Register]:
    made = []
    for name in ("register-2", "register-3"):
        key = Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())
        each = Register(name, key=key)
        each.drawer = Drawer(each)
        each.enrol()
        each.open()
        made.append(each)
    return made


def play() -> None:
    one, other = registers()
    wanted = [
        Wanted(BalanceKind.VOUCHER, "BON10000", 1000),
        *(Wanted(BalanceKind.ACCOUNT, who, limit_minor=600) for who in (EVA, EVI)),
    ]
    do(wanted, by="chef", now=NOW)
    one.do("open")
    one.say(EVA, name="Eva Smit", phone="+31655555555", consents={"news": True})
    one.sell_on(put_on=[(CARD, 500)])
    one.sell_to(EVA, earned=7)
    one.sell_on(on_account(399, EVA), customer=EVA)
    one.do("pay_out", "no_sale", "begin_training", "end_training", "count", "close")
    one.do("close_terminal", "close_day", "close_month", "open")
    one.sell(1, 2, 1)
    one.record(ABANDONED, {"sale": "b" * 32, "lines": 1, "gross_minor": 399, "cashier": "p1"})
    other.do("open")
    other.say(EVI, name="Eva Smit", phone="+31655555555")
    other.say(ANN, name="Anna de Vries", email="anna@example.nl")
    other.sell_on(from_card(399))
    other.sell_on(Tendered(Tender.VOUCHER, 399, account="BON10000"))
    other.sell_on(on_account(399, EVI), customer=EVI)
    other.sell_on(from_card(399))
    other.sell(-1)
    other.do("close", "close_day")
    collector = Collector()
    middle = len(one.entries) // 2
    send(collector, one, 0, middle)
    other.send(collector)
    send(collector, one, middle, None)
    merged = doubles.merge(EVA, ANN, by="chef", now=NOW)
    doubles.undo(merged, by="chef", now=NOW)


def send(collector: Collector, till: Register, first: int, last: int | None) -> None:
    """Send some of what a register has."""
    whole, till.entries = till.entries, till.entries[first:last]
    till.send(collector)
    till.entries = whole


def held() -> dict[str, Any]:
    """Return everything that is derived, table by table, as texts in one order."""
    return {
        table._meta.db_table: sorted(
            json.dumps(
                {name: value for name, value in row.items() if name not in left_out},
                default=_written,
                sort_keys=True,
            )
            for row in table._default_manager.values(*_columns(table))
        )
        for table, left_out in TABLES.items()
    } | {"exports": {kind: list(rows(kind)) for kind in EXPORTS}}


def _columns(table: type[models.Model]) -> list[str]:
    return [field.attname for field in table._meta.concrete_fields]


def _written(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def main() -> None:
    call_command("migrate", verbosity=0)
    play()
    told: dict[str, Any] = {"on": connection.vendor, "held": held()}
    told["equal"] = [report.is_equal for report in shift_reports()]
    Projector.from_settings().rebuild()
    told["again"] = held()
    report = verify_held()
    told["sound"], told["report"] = report.is_sound, report.text()
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main()
