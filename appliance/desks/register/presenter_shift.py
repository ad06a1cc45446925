"""The drawer's money: what can be done with it, and who may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_shift_count import ShiftCount
from appliance.desks.register.presenter_shift_paper import ShiftPaper
from appliance.desks.register.presenter_shift_record import record
from appliance.desks.register.presenter_shift_terminal import ShiftTerminal
from appliance.desks.register.view import ListRow
from appliance.domain.errors import DomainError
from appliance.domain.shift import Period
from appliance.domain.shift_count import Movement, MovementKind
from appliance.domain.staff import Right
from appliance.services.shift import Moved
from appliance.services.shift_words import MOVEMENTS, PERIODS, name
from appliance.services.till import Cause

_REASONS = {
    MovementKind.PAID_IN: "paid_in_reasons",
    MovementKind.PAID_OUT: "paid_out_reasons",
    MovementKind.DROP: "drop_reasons",
}
FULL = "drawer_full"


class ShiftPages:
    """Opening, moving, counting, closing, reporting."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._paper = ShiftPaper(session)
        self._terminal = ShiftTerminal(session, self._paper)
        self._count = ShiftCount(session, self._paper, self._terminal)

    def offer(self) -> Sequence[MenuItem]:
        """Offer the drawer with no sale, and everything else about its money."""
        say, parts = self._session.words.say, self._session.parts
        shift = parts.shifts.current
        detail = say("No shift is open.")
        if shift is not None:
            since = f"{shift.opening.at:%H:%M}"
            detail = say("Shift {number}, since {time}", number=shift.opening.number, time=since)
        return [
            MenuItem(
                "no_sale",
                say("Open the drawer, no sale"),
                self.no_sale,
                enabled=parts.till.view.present,
            ),
            MenuItem("drawer", say("Money in the drawer"), self.enter, detail=detail),
        ]

    def enter(self) -> None:
        """Show what can be done with the drawer's money."""
        say = self._session.words.say
        self._session.show(
            ListPage(
                self._session,
                title=say("Money in the drawer"),
                rows=lambda: [
                    ListRow(each.key, each.label, each.detail, enabled=each.enabled)
                    for each in self._items()
                ],
                pick=self._pick,
                back=self._session.pages.menu.enter,
            )
        )

    def no_sale(self) -> None:
        """Open the drawer with no sale: by whom it is allowed, and why."""
        self._session.pages.allow.ask(
            Right.OPEN_DRAWER,
            self._session.words.say("Open the drawer, no sale"),
            lambda allowed_by: ask_reason(
                self._session, "no_sale_reasons", partial(self._opened, allowed_by)
            ),
        )

    def refuses_sale(self) -> bool:
        """Refuse a sale where the shop wants a shift to be opened first, and none is."""
        wanted = self._session.setting("shift_required", None) is True
        if not wanted or self._session.parts.shifts.current is not None:
            return False
        say = self._session.words.say
        self._session.refuse(
            say("Open a shift before you sell."), action=say("Open a shift"), do=self._count.open
        )
        return True

    def look(self) -> None:
        """Say when more lies in the drawer than the shop wants there; called now and then."""
        limit = self._session.setting("drawer_limit_minor", 0)
        usable = isinstance(limit, int) and self._session.parts.staff.person is not None
        if not usable or not self._session.parts.shifts.holds_too_much(limit):
            self._session.over(FULL)
        elif self._session.told is None:
            say = self._session.words.say
            self._session.tell(
                say("The drawer holds too much. Bring some of it to the safe."),
                action=name(MOVEMENTS, MovementKind.DROP.value, self._session.words),
                do=partial(self._move, MovementKind.DROP),
                cause=FULL,
            )

    def _items(self) -> list[MenuItem]:
        say, books = self._session.words.say, self._session.parts.shifts.books
        closed, is_open = books.z > 0, books.shift is not None
        moves = [
            MenuItem(
                kind.value,
                name(MOVEMENTS, kind.value, self._session.words),
                partial(self._move, kind),
            )
            for kind in MovementKind
        ]
        ends = [
            MenuItem(
                f"close_{period.value}",
                say("Close the {period}", period=name(PERIODS, period.value, self._session.words)),
                partial(self._supervised, say("Closing"), partial(self._close, period)),
                detail=books.periods[period].name,
                enabled=not books.periods[period].is_empty,
            )
            for period in Period
        ]
        return [
            MenuItem("open", say("Open a shift"), self._count.open, enabled=not is_open),
            *moves,
            MenuItem(
                "count",
                say("Count and close the shift"),
                partial(self._supervised, say("Close the shift"), self._count.close),
                enabled=is_open,
            ),
            MenuItem(
                "x",
                say("X report"),
                partial(self._supervised, say("X report"), self._x),
                enabled=is_open,
            ),
            MenuItem(
                "z",
                say("Last Z again"),
                partial(self._supervised, say("Last Z again"), self._z_again),
                detail=f"Z {books.z}" if closed else "",
                enabled=closed,
            ),
            *ends,
            *self._terminals(),
        ]

    def _terminals(self) -> list[MenuItem]:
        """The card terminal's own day, where there is a terminal."""
        if not self._session.parts.cards.present:
            return []
        title = self._session.words.say("Close the card terminal's day")
        return [
            MenuItem(
                "terminal",
                title,
                partial(self._supervised, title, self._close_terminal),
                enabled=self._terminal.can_ask,
            )
        ]

    def _close_terminal(self, _allowed_by: str) -> None:
        self._session.pages.sale.enter()
        self._terminal.ask(self._person)

    def _pick(self, key: str) -> None:
        item = next(each for each in self._items() if each.key == key)
        if item.enabled:
            item.do()

    def _supervised(self, what: str, do: Callable[[str], object]) -> None:
        """Do what tells how much should be there, which is not for everybody."""
        self._session.pages.allow.ask(Right.CLOSE_DAY, what, do)

    def _opened(self, allowed_by: str, reason: str) -> None:
        self._session.parts.till.open(
            Cause.NO_SALE, reason=reason, by=self._person, allowed_by=allowed_by
        )
        self._session.pages.sale.enter()
        self._session.accept()

    def _move(self, kind: MovementKind) -> None:
        """Ask who allows it, how much, and why. To the safe anybody may bring."""
        what = name(MOVEMENTS, kind.value, self._session.words)
        right = Right.SELL if kind is MovementKind.DROP else Right.OPEN_DRAWER
        self._session.pages.allow.ask(right, what, partial(self._ask_amount, kind))

    def _ask_amount(self, kind: MovementKind, allowed_by: str) -> None:
        say, session = self._session.words.say, self._session
        what = name(MOVEMENTS, kind.value, session.words)

        def done(_: Answers) -> str | None:
            amount = form.amount("amount")
            if amount <= 0:
                return say("Type an amount above zero.")
            try:
                Movement(kind, amount, what, self._person, allowed_by)
            except DomainError as error:
                return explain(error, session.words)
            ask_reason(session, _REASONS[kind], partial(self._moved, kind, amount, allowed_by))
            return None

        form = FormPage(
            session,
            title=what,
            fields=[
                Asked(
                    "amount", say("Amount"), Typing.AMOUNT, decimals=session.parts.market.decimals
                )
            ],
            confirm=say("OK"),
            done=done,
            back=self.enter,
        )
        session.show(form)

    def _moved(self, kind: MovementKind, amount: int, allowed_by: str, reason: str) -> None:
        session = self._session

        def recorded(moved: Moved) -> None:
            by = moved.movement.by
            session.parts.till.open(Cause.CASH_MOVED, by=by, allowed_by=allowed_by)
            self._paper.slip(moved)
            session.pages.sale.enter()
            session.accept()
            what = name(MOVEMENTS, kind.value, session.words)
            session.tell(f"{what}: {session.money_with_symbol(amount)}")

        try:
            movement = Movement(kind, amount, reason, self._person, allowed_by)
        except DomainError as error:
            session.refuse(explain(error, session.words))
            return
        record(session, lambda: session.parts.shifts.move(movement), recorded)

    def _x(self, _allowed_by: str) -> None:
        try:
            self._paper.x(self._session.parts.shifts.x(self._person))
        except DomainError as error:
            self._session.refuse(explain(error, self._session.words))

    def _z_again(self, _allowed_by: str) -> None:
        z = self._session.parts.shifts.last_z()
        if z is None:
            self._session.refuse(
                self._session.words.say(
                    "The last Z was made on another storage card. The back office has it."
                )
            )
            return
        self._paper.z_again(z)

    def _close(self, period: Period, _allowed_by: str) -> None:
        shifts = self._session.parts.shifts
        record(self._session, lambda: shifts.close_period(period, self._person), self._paper.period)

    @property
    def _person(self) -> str:
        person = self._session.parts.staff.person
        return "" if person is None else person.id
