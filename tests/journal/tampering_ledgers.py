# ruff: noqa: S608 (the words of every statement are this file's own)
"""Tampering with a collector's ledgers: what was moved, and what it comes to."""

from __future__ import annotations

from tests.journal.exhibits import COLLECTOR
from tests.journal.exhibits_balances import EVA, EVI, OWED, SOLD, SPENT, VOUCHER
from tests.journal.tampering_book import found, tampering

CARD_PLACE, VOUCHER_PLACE, EVA_PLACE = "gift_card ..0001", "voucher ..0000", f"account {EVA}"


def ledger(name, place, *statements):
    @tampering(name, found("ledger", place, COLLECTOR))
    def _(ex):
        for statement in statements:
            ex.sql(statement)


def movement(sequence, change):
    return f"{change} where device_id = 'register-1' and epoch = 1 and sequence = {sequence}"


def balance(change, kind, account=""):
    which = f" and account = '{account}'" if account else ""
    return f"update ledgers_balance set {change} where kind = '{kind}'{which}"


ledger("a balance altered", CARD_PLACE, balance("balance_minor = balance_minor + 100", "gift_card"))
ledger("a customer's limit raised", EVA_PLACE, balance("limit_minor = 90000", "account", EVA))
ledger(
    "a voucher given another last day", VOUCHER_PLACE, balance("expires = '2030-01-01'", "voucher")
)
ledger("a card blocked without a word", CARD_PLACE, balance("blocked = 1", "gift_card"))
ledger(
    "what was spent altered, and the balance with it",
    f"1.{SPENT}",
    movement(SPENT, "update ledgers_movement set amount_minor = amount_minor + 100"),
    balance("balance_minor = balance_minor + 100", "gift_card"),
)
ledger(
    "what was spent removed, and the balance with it",
    f"1.{SPENT}",
    movement(SPENT, "delete from ledgers_movement"),
    balance("balance_minor = balance_minor + 399", "gift_card"),
)
ledger(
    "what was put on a card moved to another",
    f"1.{SOLD}",
    movement(SOLD, "update ledgers_movement set account = 'KAART0002'"),
)
ledger(
    "what was owed put on the account of another",
    f"1.{OWED}",
    movement(OWED, f"update ledgers_movement set account = '{EVI}'"),
)
ledger(
    "what the office gave removed", VOUCHER_PLACE, "delete from ledgers_deed where kind = 'voucher'"
)
ledger(
    "a merge of customers hidden",
    EVA_PLACE,
    f"update customers_customer set merged_into = '' where id = '{EVI}'",
)
ledger(
    "a balance removed",
    VOUCHER_PLACE,
    f"delete from ledgers_balance where account = '{VOUCHER}'",
)


@tampering("a movement invented", found("ledger", "1.900", COLLECTOR))
def _(ex):
    columns = ", ".join(ex.columns("ledgers_movement") - {"sequence", "sale", "amount_minor"})
    ex.sql(
        f"insert into ledgers_movement (sequence, sale, amount_minor, {columns})"
        f" select 900, 'ab', 500, {columns} from ledgers_movement where sequence = {SOLD}"
    )
