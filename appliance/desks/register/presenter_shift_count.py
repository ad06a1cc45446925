"""Counting the drawer: its float at the beginning, and blind at the end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_shift_paper import ShiftPaper
from appliance.desks.register.presenter_shift_record import record
from appliance.desks.register.presenter_shift_terminal import ShiftTerminal
from appliance.desks.register.view import Row
from appliance.domain.errors import CountError
from appliance.domain.shift import Closing, Shift, Z
from appliance.domain.shift_causes import Cause as Reason
from appliance.domain.shift_count import Count, denominations
from appliance.services.shift import Difference
from appliance.services.shift_words import say_cause
from appliance.services.till import Cause


class ShiftCount:
    """Opens a shift with a counted float; closes it with a count that nobody could steer."""

    def __init__(self, session: Session, paper: ShiftPaper, terminal: ShiftTerminal) -> None:
        self._session = session
        self._paper = paper
        self._terminal = terminal

    def open(self) -> None:
        """Count the float; what was left the time before is proposed."""
        say, session = self._session.words.say, self._session
        left = session.money_with_symbol(session.parts.shifts.books.left_minor)

        def opened(shift: Shift) -> None:
            session.pages.sale.enter()
            session.accept()
            said = say("Shift {number} is open.", number=shift.opening.number)
            session.tell(said)

        def done(count: Count, answers: Answers) -> None:
            counted = count if any(answers.values()) else None
            record(session, lambda: session.parts.shifts.open(self._person, counted), opened)

        self._ask(
            title=say("Open a shift"),
            text=say(
                "{amount} was left. Count it, or leave all empty to take it over.", amount=left
            ),
            confirm=say("Open the shift"),
            done=done,
        )

    def close(self, allowed_by: str) -> None:
        """Count the drawer; what is expected stays hidden until the count is locked."""
        say, session = self._session.words.say, self._session
        session.parts.till.open(Cause.COUNT, by=self._person, allowed_by=allowed_by)

        def done(count: Count, _: Answers) -> None:
            record(
                session,
                lambda: session.parts.shifts.lock(count, self._person),
                partial(self._ask_closing, allowed_by),
            )

        self._ask(
            title=say("Count the drawer"),
            text=say("How many of each? Then the count is locked."),
            confirm=say("Lock the count"),
            done=done,
        )

    def _ask(
        self, *, title: str, text: str, confirm: str, done: Callable[[Count, Answers], None]
    ) -> None:
        session, market = self._session, self._session.parts.market

        def counted(answers: Answers) -> Count:
            pieces = {int(key): int(entry) for key, entry in answers.items() if entry}
            return Count.of(market, pieces)

        def total(answers: Answers) -> list[Row]:
            try:
                amount = counted(answers).total_minor
            except CountError:
                return []
            return [Row(session.words.say("Counted"), session.money_with_symbol(amount))]

        def confirmed(answers: Answers) -> str | None:
            try:
                count = counted(answers)
            except CountError as error:
                return explain(error, session.words)
            done(count, answers)
            return None

        form = FormPage(
            session,
            title=title,
            text=text,
            fields=[
                Asked(str(value), session.money_with_symbol(value, short=True), optional=True)
                for value in denominations(market)
            ],
            confirm=confirm,
            done=confirmed,
            back=session.pages.sale.enter,
            summary=total,
        )
        session.show(form)

    def _ask_closing(self, allowed_by: str, found: Difference) -> None:
        """Show what the count says, ask what stays in the drawer, and close whatever it says."""
        say, session = self._session.words.say, self._session
        shift = session.parts.shifts.current
        usual = found.counted_minor if shift is None else shift.opening.float_minor
        stays = min(usual, found.counted_minor)

        def done(_: Answers) -> str | None:
            left = form.amount("left")
            if left > found.counted_minor:
                most = session.money_with_symbol(found.counted_minor)
                return say("At most {amount} can stay: more was not counted.", amount=most)
            closing = Closing(session.parts.clock(), self._person, allowed_by)
            self._close(closing, found, left)
            return None

        form = FormPage(
            session,
            title=say("Close the shift"),
            text=" ".join([*map(self._cause, found.causes), *self._parked()]),
            fields=[
                Asked(
                    "left",
                    say("Stays in the drawer"),
                    Typing.AMOUNT,
                    entry=session.money(stays) if stays else "0",
                    decimals=session.parts.market.decimals,
                )
            ],
            confirm=say("Close the shift"),
            done=done,
            back=partial(self.close, allowed_by),
            summary=lambda _: [
                Row(say("Counted"), session.money_with_symbol(found.counted_minor)),
                Row(say("Expected"), session.money_with_symbol(found.expected_minor)),
                Row(say("Difference"), session.money_with_symbol(found.amount_minor)),
            ],
        )
        session.show(form)

    def _close(self, said: Closing, found: Difference, left_minor: int) -> None:
        def confirmed(reason: str) -> None:
            closing = Closing(
                said.at, said.by, said.allowed_by, left_minor=left_minor, reason=reason
            )
            session, parts = self._session, self._session.parts
            close = partial(record, session, partial(parts.shifts.close, closing), self._closed)
            if parts.register.is_emptied:
                # Else the next shift's first sale would tell of what vanished in this one.
                record(session, parts.register.abandon, lambda _: close())
            else:
                close()

        if found.amount_minor:
            ask_reason(self._session, "difference_reasons", confirmed)
        else:
            confirmed("")

    def _closed(self, z: Z) -> None:
        self._paper.z(z)
        self._terminal.after(z)

    def _cause(self, cause: Reason) -> str:
        money = self._session.money_with_symbol
        amounts = {"amount": money(cause.amount_minor)}
        if cause.notes_minor:
            smaller, larger = (money(note, short=True) for note in cause.notes_minor)
            amounts |= {"smaller": smaller, "larger": larger}
        return say_cause(cause, self._session.words, amounts)

    def _parked(self) -> list[str]:
        """Say what is still parked: its money may be in the drawer, or in a pocket."""
        count, words = len(self._session.parts.register.parked), self._session.words
        said = words.count(
            "{number} sale is still parked.", "{number} sales are still parked.", count
        )
        return [said] if count else []

    @property
    def _person(self) -> str:
        person = self._session.parts.staff.person
        return "" if person is None else person.id
