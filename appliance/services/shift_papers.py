"""Slips of movements, X and Z reports, day, month and year: on paper and on the screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from appliance.domain.market import Market
from appliance.domain.money import format_minor, format_rate
from appliance.domain.payment import Tender
from appliance.domain.shift import PeriodSum, Perpetual, Z
from appliance.domain.shift_books import TERMINAL_APPROVED
from appliance.domain.shift_terminal import TerminalDay
from appliance.domain.shift_totals import NONE, ShiftTotals, Tally
from appliance.services.receipts import PAPER_MINUS, Copy, Shop, day_text
from appliance.services.shift import Moved
from appliance.services.shift_words import (
    DISCOUNTS,
    MOVEMENTS,
    OPENINGS,
    PERIODS,
    TENDERS,
    name,
)
from appliance.services.words import Words
from drivers.printer import Align, Cut, Element, Feed, Rule, Text

Rows = Iterator[Element]


class ShiftPapers:
    """Writes what has to do with the drawer's money, in one language.

    Args:
        market: How amounts are written.
        shop: Who sells.
        words: The language.
        register: The register's name.
    """

    def __init__(self, market: Market, shop: Shop, words: Words, register: str) -> None:
        self._market = market
        self._shop = shop
        self._words = words
        self._register = register

    def slip(self, moved: Moved, at: datetime) -> list[Element]:
        """Write a slip for money that moved, with room to sign."""
        say, movement = self._words.say, moved.movement
        return [
            *self._head(name(MOVEMENTS, movement.kind.value, self._words), at, None),
            Text(say("Slip {number} of shift {shift}", number=moved.number, shift=moved.shift)),
            Text(say("Amount"), self._money(movement.amount_minor), bold=True, size=1),
            Text(say("Reason: {reason}", reason=movement.reason)),
            Text(say("By {person}", person=movement.by)),
            *(
                [Text(say("Allowed by {person}", person=movement.allowed_by))]
                if movement.allowed_by
                else []
            ),
            Feed(3),
            Text(say("Signature"), "." * 20),
            Cut(),
        ]

    def x(self, report: Z, *, standing: Sequence[Element]) -> list[Element]:
        """Write an X: the shift so far, with no number and nothing reset."""
        return [
            *self._head("X", report.closing.at, None),
            *self._shift(report),
            *self._totals(report.totals),
            *self._expected(report),
            *self._foot(report.perpetual, standing),
        ]

    def z(
        self,
        report: Z,
        *,
        standing: Sequence[Element],
        copy: Copy | None = None,
        terminal: TerminalDay | None = None,
    ) -> list[Element]:
        """Write a Z.

        Args:
            report: The closed shift.
            standing: How the journal stands at the collector.
            copy: Marks and numbers it as a copy.
            terminal: The card terminal's own end of day after it, where that is known.
        """
        say, covers = self._words.say, f"{report.first.epoch}.{report.first.sequence}"
        last = f"{report.last.epoch}.{report.last.sequence}"
        return [
            *self._head(f"Z {report.number}", report.closing.at, copy),
            *self._shift(report),
            Text(say("Closed by {person}", person=report.closing.by)),
            *self._totals(report.totals),
            *self._expected(report),
            *self._counted(report),
            *self._terminal_below(terminal),
            Rule(),
            Text(say("Entries {first} to {last}", first=covers, last=last), str(report.entries)),
            *self._foot(report.perpetual, standing),
        ]

    def terminal(self, day: TerminalDay, at: datetime) -> list[Element]:
        """Write the card terminal's own end of day beside what was taken by it here."""
        return [
            *self._head(self._words.say("CARD TERMINAL"), at, None),
            *([Text("Z", str(day.shift))] if day.shift else []),
            *self._terminal(day),
            Cut(),
        ]

    def period(
        self, closed: PeriodSum, perpetual: Perpetual, at: datetime, *, standing: Sequence[Element]
    ) -> list[Element]:
        """Write the closing of a day, a month or a year."""
        say = self._words.say
        title = f"{name(PERIODS, closed.period.value, self._words)} {closed.name}"
        zs = (
            f"{closed.first_z}"
            if closed.first_z == closed.last_z
            else (f"{closed.first_z} - {closed.last_z}")
        )
        return [
            *self._head(title, at, None),
            Text(say("Closing"), str(closed.number)),
            Text("Z", zs),
            *self._totals(closed.totals),
            Text(say("Differences of the counts"), self._money(closed.difference_minor)),
            *self._foot(perpetual, standing),
        ]

    def _head(self, title: str, at: datetime, copy: Copy | None) -> Rows:
        if copy is not None:
            mark = self._words.say("COPY {number}", number=copy.number)
            yield Text(mark, align=Align.CENTRE, bold=True, size=2)
            yield Text(self._moment(copy.at), align=Align.CENTRE)
        if self._shop.name:
            yield Text(self._shop.name, align=Align.CENTRE, bold=True)
        yield Text(title, align=Align.CENTRE, bold=True, size=2)
        yield Text(self._moment(at), self._words.say("Register {name}", name=self._register))
        yield Rule()

    def _shift(self, report: Z) -> Rows:
        say, opening, totals = self._words.say, report.opening, report.totals
        yield Text(say("Opened"), self._moment(opening.at))
        yield Text(say("Opened by {person}", person=opening.by))
        if totals.receipts:
            first, last = totals.first_receipt, totals.last_receipt
            yield Text(say("Receipts {first} to {last}", first=first, last=last))

    def _totals(self, totals: ShiftTotals) -> Rows:
        say = self._words.say
        yield Rule()
        yield Text(say("SALES"), bold=True)
        yield self._tally(say("Sold"), totals.sold)
        for label, tally in (
            (say("Returned"), totals.returned),
            (say("Deposits"), totals.deposits),
            (say("Gift cards sold"), totals.gift_cards),
            (say("Paid off on account"), totals.accounts),
            (say("Voided"), totals.voided),
        ):
            if tally != NONE:
                yield self._tally(label, tally)
        yield Text(say("Total"), self._money(totals.gross_minor), bold=True)
        if totals.turnover_minor != totals.gross_minor:
            yield Text(say("Turnover"), self._money(totals.turnover_minor))
        yield Text(say("Receipts"), str(totals.receipts))
        yield from self._taxes(totals)
        yield from self._named(say("PAID WITH"), totals.tenders, TENDERS)
        if totals.rounding_minor:
            yield Text(say("Rounding"), self._money(totals.rounding_minor))
        if totals.tips_minor:
            yield Text(say("Tips"), self._money(totals.tips_minor))
        yield from self._named(say("DISCOUNTS"), totals.discounts, DISCOUNTS)
        yield from self._exceptions(totals)

    def _taxes(self, totals: ShiftTotals) -> Rows:
        """Two lines for each rate, so that no amount is too wide for narrow paper."""
        tax_name = self._market.receipt.tax_name_in(self._words.language)
        if totals.taxes:
            yield Rule()
        for part in totals.taxes:
            rate = format_rate(part.rate_bp, self._words.language)
            yield Text(f"{part.letter} {tax_name} {rate}", self._money(part.tax_minor))
            net = self._words.say("net {amount}", amount=self._money(part.net_minor))
            yield Text(f"  {net}", self._money(part.gross_minor))

    def _exceptions(self, totals: ShiftTotals) -> Rows:
        say = self._words.say
        yield Rule()
        yield self._tally(say("Lines removed"), totals.removed)
        yield self._tally(say("Sales abandoned"), totals.abandoned)
        yield Text(say("Copies of receipts"), str(totals.copies))
        yield Text(say("DRAWER OPENED"), str(sum(totals.openings.values())), bold=True)
        for cause, times in totals.openings.items():
            yield Text(name(OPENINGS, cause, self._words), str(times))
        if totals.open_s:
            minutes, seconds = divmod(totals.open_s, 60)
            yield Text(say("Stood open (min:s)"), f"{minutes}:{seconds:02}")

    def _expected(self, report: Z) -> Rows:
        say, totals = self._words.say, report.totals
        yield Rule()
        yield Text(say("DRAWER"), bold=True)
        uncounted = report.opening.count is None
        label = say("Float, not counted") if uncounted else say("Float")
        yield Text(label, self._money(report.opening.float_minor))
        cash = totals.tenders.get(Tender.CASH.value, NONE).amount_minor
        yield Text(say("Cash of sales"), self._money(cash))
        for kind, tally in totals.movements.items():
            yield self._tally(name(MOVEMENTS, kind, self._words), tally)
        yield Text(say("Expected"), self._money(report.expected_minor), bold=True)

    def _counted(self, report: Z) -> Rows:
        say, count = self._words.say, report.closing.count
        if count is None:
            yield Text(say("Nobody counted."))
        else:
            for value, pieces in count.pieces:
                yield Text(f"  {pieces} x {self._money(value)}", self._money(value * pieces))
            yield Text(say("Counted"), self._money(count.total_minor), bold=True)
            yield Text(say("Difference"), self._money(report.difference_minor), bold=True)
        if report.counts > 1:
            yield Text(say("Counted {number} times", number=report.counts))
        if report.closing.reason:
            yield Text(say("Reason: {reason}", reason=report.closing.reason))
        yield Text(say("To the safe at closing"), self._money(report.taken_minor))
        yield Text(say("Stays in the drawer"), self._money(report.left_minor))

    def _terminal_below(self, day: TerminalDay | None) -> Rows:
        if day is not None:
            yield Rule()
            yield Text(self._words.say("CARD TERMINAL"), bold=True)
            yield from self._terminal(day)

    def _terminal(self, day: TerminalDay) -> Rows:
        say, ours = self._words.say, day.ours
        if day.outcome != TERMINAL_APPROVED:
            yield Text(self._words.say_each(day.message))
        elif day.total_minor is None:
            yield Text(say("It does not say its total."))
        else:
            theirs = Tally(day.count or 0, day.total_minor)
            label = say("Its own total")
            amount = self._money(day.total_minor)
            yield Text(label, amount) if day.count is None else self._tally(label, theirs)
        yield self._tally(say("Taken by it here"), ours)
        if day.difference_minor is not None:
            yield Text(say("Difference"), self._money(day.difference_minor), bold=True)

    def _foot(self, perpetual: Perpetual, standing: Sequence[Element]) -> Rows:
        say = self._words.say
        yield Rule()
        yield Text(say("SINCE THE REGISTER WAS NEW"), bold=True)
        yield Text(say("Total of sales"), self._money(perpetual.gross_minor))
        yield Text(say("Total of all receipts"), self._money(perpetual.absolute_minor))
        yield Text(say("Receipts"), str(perpetual.receipts))
        yield Rule()
        yield from standing
        yield Cut()

    def _named(self, title: str, tallies: Mapping[str, Tally], names: dict[str, str]) -> Rows:
        if tallies:
            yield Rule()
            yield Text(title, bold=True)
        for key, tally in tallies.items():
            yield self._tally(name(names, key, self._words), tally)

    def _tally(self, label: str, tally: Tally) -> Text:
        return Text(f"{label} ({tally.count})", self._money(tally.amount_minor))

    def _money(self, amount_minor: int) -> str:
        language, decimals = self._words.language, self._market.decimals
        return format_minor(amount_minor, decimals, language, minus=PAPER_MINUS)

    def _moment(self, at: datetime) -> str:
        return f"{day_text(at, self._words.language)} {at:%H:%M}"
