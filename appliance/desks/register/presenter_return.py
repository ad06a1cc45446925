"""Goods come back: by the receipt that was scanned or typed, or without one."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.desks.register.presenter_form import Answers, Asked, FormPage, Typing
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_menu import MenuItem
from appliance.desks.register.presenter_reasons import ask_reason
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, ListRow
from appliance.domain.article import Unit
from appliance.domain.errors import DomainError
from appliance.domain.money import format_quantity
from appliance.domain.sale import ONE_MILLI, Line, LineTotals
from appliance.domain.staff import Right
from appliance.journal.errors import JournalError
from appliance.services.counter import BusyError
from appliance.services.receipts import day_text
from appliance.services.returns import (
    NoLongerHereError,
    ReturnError,
    SoldBefore,
    SoldElsewhereError,
)
from appliance.services.words import sentence

Chosen = dict[int, Line]
"""What comes back, by the line it was sold on."""

_NOT_HERE: dict[type[ReturnError], str] = {
    SoldElsewhereError: sentence(
        "Receipt {number} is of another register. Take it back there, or without the receipt."
    ),
    NoLongerHereError: sentence(
        "Receipt {number} is too old for this register. Take it back without the receipt."
    ),
}


class ReturnChange:
    """Lays on the counter what comes back."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register

    def offer(self) -> Sequence[MenuItem]:
        """Say what can come back just now."""
        say, busy = self._session.words.say, self._register.busy
        line = self._session.pages.sale.meant
        turns = line is not None and line.quantity_milli > 0
        return [
            MenuItem("return", say("Return with a receipt"), self.begin, enabled=not busy),
            MenuItem(
                "return-line",
                say("Return without a receipt"),
                self.begin_without,
                detail=say("Scan it first, then choose this.") if line is None else line.name,
                enabled=turns and not busy,
            ),
        ]

    def begin(self) -> None:
        """Ask for the receipt's number; a scan of the receipt itself does as well."""
        say = self._session.words.say

        def done(answers: Answers) -> str | None:
            return self._open(answers["number"])

        self._session.show(
            FormPage(
                self._session,
                title=say("Return with a receipt"),
                text=say("Scan the receipt, or type the last part of its number."),
                fields=[Asked("number", say("Number of the receipt"), Typing.DIGITS)],
                confirm=say("Find"),
                done=done,
                back=self._session.pages.sale.enter,
            )
        )

    def open(self, receipt: str) -> None:
        """Show a sale whose receipt was scanned."""
        refused = self._open(receipt)
        if refused is not None:
            self._session.refuse(refused)

    def _open(self, receipt: str) -> str | None:
        """Show a sale's lines to choose from; return the sentence why not, if not."""
        say, register = self._session.words.say, self._register
        waiting = [line for kept in register.parked for line in kept.basket.lines]
        try:
            sold = self._session.parts.returns.find(receipt, (*register.lines, *waiting))
        except ReturnError as error:
            said = _NOT_HERE.get(type(error), sentence("There is no receipt {number} here."))
            return say(said, number=error.receipt)
        except (JournalError, DomainError, OSError) as error:
            return explain(error, self._session.words)
        if sold.voided:
            return say("Receipt {number} was voided: nothing of it comes back.", number=receipt)
        what = say("Return of receipt {number}", number=sold.facts.receipt)
        self._session.pages.allow.ask(Right.RETURN, what, lambda _who: self._choose(sold, {}))
        return None

    def _choose(self, sold: SoldBefore, chosen: Chosen) -> None:
        """Show the lines; the first touch takes all that is left of one, the next asks how many."""
        say, lines = self._session.words.say, {each.line.number: each for each in sold.facts.lines}

        def pick(key: str) -> None:
            each = lines[int(key)]
            if int(key) in chosen:
                self._ask_how_many(sold, each, chosen)
            elif sold.left_milli(each.line) > 0:
                chosen[int(key)] = sold.bring_back(each, sold.left_milli(each.line))

        def act(key: str) -> None:
            if key == "all":
                left = {number: sold.left_milli(each.line) for number, each in lines.items()}
                chosen.update({n: sold.bring_back(lines[n], left[n]) for n in left if left[n] > 0})
            elif chosen:
                self._lay_down(list(chosen.values()))

        bought = f"{day_text(sold.facts.completed, self._session.words.language)} "
        self._session.show(
            ListPage(
                self._session,
                title=say("What comes back of {number}?", number=sold.facts.receipt),
                text=say(
                    "Bought on {day}. Touch what comes back; touch it again for less of it.",
                    day=f"{bought}{sold.facts.completed:%H:%M}",
                ),
                rows=lambda: [self._row(sold, each, chosen) for each in lines.values()],
                pick=pick,
                actions=lambda: self._actions(chosen),
                act=act,
                back=self._session.pages.sale.enter,
            )
        )

    def _row(self, sold: SoldBefore, each: LineTotals, chosen: Chosen) -> ListRow:
        say, left = self._session.words.say, sold.left_milli(each.line)
        back = chosen.get(each.line.number)
        details = []
        if back is not None:
            details.append(say("{quantity} comes back", quantity=self._quantity(back)))
            details += [] if back.restock else [say("not back on the shelf")]
        elif left < each.line.quantity_milli:
            details.append(
                say("{quantity} left to come back", quantity=self._write(left))
                if left
                else say("nothing left to come back")
            )
        amount = each.gross_minor if back is None else back.amount_minor(sold.facts.rounding)
        return ListRow(
            str(each.line.number),
            f"{self._write(each.line.quantity_milli)} × {each.line.name}",
            " · ".join(details),
            self._session.money(amount),
            chosen=back is not None,
            enabled=left > 0,
        )

    def _actions(self, chosen: Chosen) -> tuple[Action, ...]:
        say = self._session.words.say
        return (
            Action("all", say("Everything")),
            Action("take", say("Take it back"), enabled=bool(chosen)),
        )

    def _ask_how_many(self, sold: SoldBefore, each: LineTotals, chosen: Chosen) -> None:
        say, line = self._session.words.say, each.line
        by_weight = line.unit is Unit.KG
        left = sold.left_milli(line)

        def done(answers: Answers) -> str | None:
            quantity = form.amount("quantity") * (1 if by_weight else ONE_MILLI)
            if quantity > left:
                return say("At most {quantity} can come back.", quantity=self._write(left))
            if quantity:
                restock = bool(answers["restock"])
                chosen[line.number] = sold.bring_back(each, quantity, restock=restock)
            else:
                del chosen[line.number]
            self._choose(sold, chosen)
            return None

        form = FormPage(
            self._session,
            title=line.name,
            text=say("{quantity} left to come back", quantity=self._write(left)),
            fields=[
                Asked(
                    "quantity",
                    say("Weight in kg") if by_weight else say("How many come back?"),
                    Typing.AMOUNT,
                    decimals=3 if by_weight else 0,
                ),
                Asked("restock", say("Back on the shelf"), Typing.SWITCH, entry="on"),
            ],
            confirm=say("OK"),
            done=done,
            back=lambda: self._choose(sold, chosen),
        )
        self._session.show(form)

    def _lay_down(self, lines: Sequence[Line]) -> None:
        self._session.pages.sale.enter()
        try:
            self._register.bring_back(lines)
        except (DomainError, BusyError) as error:
            self._session.refuse(explain(error, self._session.words))
            return
        self._session.accept()

    # Without a receipt.

    def begin_without(self) -> None:
        """Have the line on the counter come back: allowed by somebody who may, with a reason."""
        line = self._session.pages.sale.meant
        if line is None:
            return
        what = self._session.words.say("Return of {article} without a receipt", article=line.name)
        self._session.pages.allow.ask(
            Right.RETURN_WITHOUT_RECEIPT, what, lambda who: self._ask_why(line, who)
        )

    def _ask_why(self, line: Line, who: str) -> None:
        def why(reason: str) -> None:
            self._ask_where_to(line, who, reason)

        refused = self._over_the_limit(line)
        if refused:
            self._session.refuse(refused)
            return
        ask_reason(self._session, "return_reasons", why)

    def _over_the_limit(self, line: Line) -> str:
        """Return the sentence that refuses more than the shop gives back without a receipt."""
        limit = self._session.setting("return_limit_minor", None)
        if not isinstance(limit, int):
            return ""
        rounding = self._session.parts.market.rounding
        back = [
            each
            for each in self._register.lines
            if each.quantity_milli < 0 and each.origin is None and each.number != line.number
        ]
        amount = sum(abs(each.full_minor(rounding)) for each in (*back, line))
        if amount <= limit:
            return ""
        return self._session.words.say(
            "Without a receipt at most {amount} is given back.", amount=self._session.money(limit)
        )

    def _ask_where_to(self, line: Line, who: str, reason: str) -> None:
        say = self._session.words.say

        def turn(key: str) -> None:
            self._session.pages.sale.enter()
            try:
                self._register.turn_back(
                    line.number, reason, restock=key == "shelf", allowed_by=who
                )
            except (DomainError, BusyError) as error:
                self._session.refuse(explain(error, self._session.words))
                return
            self._session.accept()

        self._session.show(
            ListPage(
                self._session,
                title=say("Where does it go?"),
                rows=lambda: [
                    ListRow("shelf", say("Back on the shelf")),
                    ListRow("away", say("Not to be sold again")),
                ],
                pick=turn,
                back=self._session.pages.sale.enter,
            )
        )

    def _quantity(self, line: Line) -> str:
        return self._write(-line.quantity_milli)

    def _write(self, milli: int) -> str:
        return format_quantity(milli, self._session.words.language)
