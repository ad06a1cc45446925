"""``balie-collector ledger``: begin, correct, limit, block and list balances."""

# ruff: noqa: T201 (a command speaks by printing)

from __future__ import annotations

import argparse
import csv
import getpass
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from appliance.domain import market as markets
from appliance.domain.errors import DomainError
from appliance.domain.money import format_plain, parse_minor
from appliance.domain.voucher import BalanceKind, spaced
from collector.ledgers import exports, issuing
from collector.ledgers.issuing import DeedRefused, Wanted

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)

_BEGUN = (BalanceKind.VOUCHER, BalanceKind.GIFT_CARD, BalanceKind.STORE_CREDIT)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
    ledger = subparsers.add_parser("ledger", help="gift cards, store credit, vouchers, accounts")
    deeds = ledger.add_subparsers(dest="deed", required=True, metavar="DEED")
    begin = deeds.add_parser("begin", help="begin new ones; their codes are written as CSV")
    begin.add_argument("kind", choices=[kind.value for kind in _BEGUN])
    begin.add_argument("count", type=_count)
    begin.add_argument("--value", required=True, type=_amount, help="what each is worth, as 10.00")
    begin.add_argument("--expires", type=_day, metavar="DAY", help="the last day it counts")
    begin.add_argument("-o", dest="output", type=Path, metavar="FILE")
    begin.set_defaults(run=_begin)
    limit = deeds.add_parser("limit", help="give a customer an account, up to an amount")
    limit.add_argument("customer", help="the customer's reference")
    limit.add_argument("amount", type=_amount)
    limit.set_defaults(run=_limit)
    correct = deeds.add_parser("correct", help="add to a balance, or take from it")
    correct.add_argument("code", help="its code, or the customer's reference")
    correct.add_argument("amount", type=_amount, help="such as 5.00, or -5.00 to take off")
    correct.add_argument("--note", required=True, help="why")
    correct.set_defaults(run=_correct)
    for word, text in (("block", "let nobody use it"), ("unblock", "let it be used again")):
        parser = deeds.add_parser(word, help=text)
        parser.add_argument("code", help="its code, or the customer's reference")
        parser.set_defaults(run=_block, blocked=word == "block")
    for name in exports.LISTS:
        listing = deeds.add_parser(name, help=f"write {name} as CSV")
        listing.add_argument("-o", dest="output", type=Path, metavar="FILE")
        listing.set_defaults(run=_list, name=name)


def _begin(arguments: argparse.Namespace) -> None:
    if arguments.value <= 0:
        raise SystemExit("--value should be above zero: nothing can be paid with nothing.")
    kind = BalanceKind(arguments.kind)
    made = issuing.begin(kind, arguments.count, arguments.value, arguments.expires)
    decimals = markets.load(settings.BALIE_MARKET).decimals
    rows = [
        [
            each.account,
            spaced(each.account),
            format_plain(each.amount_minor, decimals),
            each.expires.isoformat() if each.expires else "",
        ]
        for each in made
    ]
    # The file first: codes that nobody ever read could not be taken back.
    _write([["code", "printed", "value", "expires"], *rows], arguments.output)
    _do(made)
    print(f"{len(made)} begun; every device is told.", file=sys.stderr)


def _limit(arguments: argparse.Namespace) -> None:
    _do([Wanted(BalanceKind.ACCOUNT, arguments.customer, limit_minor=arguments.amount)])
    print("The customer may pay on account; every device is told.", file=sys.stderr)


def _correct(arguments: argparse.Namespace) -> None:
    found = _held(arguments.code)
    _do([Wanted(found, _account(arguments.code), arguments.amount, note=arguments.note[:200])])
    print("Corrected; every device is told.", file=sys.stderr)


def _block(arguments: argparse.Namespace) -> None:
    found = _held(arguments.code)
    _do([Wanted(found, _account(arguments.code), blocked=arguments.blocked)])
    print("Blocked." if arguments.blocked else "It can be used again.", file=sys.stderr)


def _list(arguments: argparse.Namespace) -> None:
    if arguments.output is None:
        exports.write_csv(arguments.name, sys.stdout)
        return
    try:
        with arguments.output.open("w", encoding="utf-8", newline="") as file:
            count = exports.write_csv(arguments.name, file)
    except OSError as refused:
        raise SystemExit(f"{arguments.output} cannot be written: {refused}") from refused
    print(f"{count} {arguments.name} written to {arguments.output}.", file=sys.stderr)


def _write(rows: Sequence[Sequence[str]], output: Path | None) -> None:
    if output is None:
        csv.writer(sys.stdout, lineterminator="\n").writerows(rows)
        return
    try:
        with output.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        output.chmod(0o600)
    except OSError as refused:
        raise SystemExit(f"{output} cannot be written: {refused}; nothing was begun.") from refused


def _do(wanted: Sequence[Wanted]) -> None:
    try:
        issuing.do(wanted, by=_whoever(), now=datetime.now(UTC))
    except DeedRefused as refused:
        raise SystemExit(f"Nothing was changed: {refused}") from refused


def _held(code: str) -> BalanceKind:
    try:
        return BalanceKind(issuing.held(code).kind)
    except DeedRefused as refused:
        raise SystemExit(f"Nothing was changed: {refused}") from refused


def _account(code: str) -> str:
    return issuing.held(code).account


def _whoever() -> str:
    """Name who gives the command, as far as the system knows."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= issuing.MOST_AT_ONCE:
        raise argparse.ArgumentTypeError(
            f"a whole number from 1 to {issuing.MOST_AT_ONCE} was expected, found {text!r}"
        )
    return int(text)


def _amount(text: str) -> int:
    decimals = markets.load(settings.BALIE_MARKET).decimals
    sign = -1 if text.startswith("-") else 1
    try:
        return sign * parse_minor(text.removeprefix("-"), decimals, "en")
    except DomainError:
        raise argparse.ArgumentTypeError(f"an amount is written 10.00, found {text!r}") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a day is written 2026-11-22, found {text!r}") from None
