"""Other ways to pay: several in turn, card by hand with its reference, another amount in cash."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_pad import Pad
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, Row, TendersView
from appliance.domain.card import refuse_card_numbers
from appliance.domain.errors import CardNumberError
from appliance.domain.payment import Tender, Tendered
from appliance.services.receipts import tender_name


class TendersPage:
    """How else does the customer pay?"""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register
        self._pad: Pad | None = None

    def enter(self) -> None:
        """Show what is left to pay and the ways to do it."""
        self._pad = None
        self._session.show(self)

    def view(self) -> TendersView:
        """Prepare what is shown."""
        say, money = self._session.words.say, self._session.money
        settlement = self._register.settlement()
        rows = [Row(say("Total"), money(settlement.total_minor))]
        rows += [
            Row(tender_name(each.tender, self._session.words), money(each.amount_minor))
            for each in self._register.tendered
        ]
        return TendersView(
            title=say("How does the customer pay?"),
            rows=tuple(rows),
            remaining_label=say("To give back") if self._goes_back else say("Still to pay"),
            remaining=self._session.money_with_symbol(abs(settlement.remaining_minor)),
            choices=self._choices(),
            back=Action("back", say("Back to the sale"), enabled=not self._register.busy),
            keypad=None if self._pad is None else self._pad.view(),
        )

    def press(self, control: str) -> bool:
        """Choose a way, type an amount."""
        if self._pad is not None and control.startswith("pad-"):
            return self._pad.press(control)
        does = {
            "tender-cash": self._ask_cash,
            "tender-card_terminal": self._ask_card,
            "tender-card_manual": self._ask_card_by_hand,
            "tender-give_back": self._give_back,
            "tender-back": self._session.pages.sale.enter,
        }
        if control not in does:
            return False
        does[control]()
        return True

    def _choices(self) -> tuple[Action, ...]:
        say, ready = self._session.words.say, not self._register.busy
        back = self._goes_back
        choices = [Action("cash", say("Cash"), "" if back else say("another amount"), ready)]
        if self._session.parts.cards.present and not back:
            choices.append(Action("card_terminal", say("Card"), say("through the terminal"), ready))
        choices.append(
            Action("card_manual", say("Card by hand"), say("with the slip's number"), ready)
        )
        if any(each.tender is not Tender.CARD_TERMINAL for each in self._register.tendered):
            choices.append(
                Action(
                    "give_back",
                    say("Give it back"),
                    say("what was paid so far"),
                    ready,
                    danger=True,
                )
            )
        return tuple(choices)

    @property
    def _goes_back(self) -> bool:
        """Whether money is given back: all of it at once, in cash or on the card's own terminal."""
        return self._register.settlement().remaining_minor < 0

    def _ask_cash(self) -> None:
        if self._goes_back:
            self._session.pages.money.cash()
            return
        due = self._session.money(self._register.settlement().remaining_cash_minor)
        say = self._session.words.say
        self._ask(
            "cash",
            say("How much cash does the customer give?"),
            say("{amount} is due in cash.", amount=due),
            lambda amount: self._session.pages.money.part(Tendered(Tender.CASH, amount)),
        )

    def _ask_card(self) -> None:
        say = self._session.words.say
        left = self._session.money(self._register.settlement().remaining_minor)
        self._ask(
            "card",
            say("How much by card?"),
            say("At most {amount}; leave empty for all of it.", amount=left),
            self._session.pages.money.card,
            optional=True,
        )

    def _ask_card_by_hand(self) -> None:
        if self._goes_back:
            self._ask_reference(self._register.settlement().remaining_minor)
            return
        say = self._session.words.say
        left = self._session.money(self._register.settlement().remaining_minor)
        self._ask(
            "card",
            say("How much by card?"),
            say("At most {amount}; leave empty for all of it.", amount=left),
            self._ask_reference,
            optional=True,
        )

    def _ask_reference(self, amount_minor: int) -> None:
        say = self._session.words.say

        def take(_: int, reference: str) -> str | None:
            try:
                refuse_card_numbers(reference)
            except CardNumberError as error:
                return explain(error, self._session.words)
            self._session.pages.money.by_hand(amount_minor, reference)
            return None

        self._show(
            Pad(
                self._session,
                purpose="reference",
                title=say("Number of the slip"),
                hint=say("Leave empty if there is none."),
                confirm=say("Paid"),
                decimals=None,
                optional=True,
                done=take,
                closed=self._close_pad,
            )
        )

    def _give_back(self) -> None:
        cash = self._register.give_back_parts()
        if cash:
            self._session.parts.till.open()
            amount = self._session.money_with_symbol(cash)
            self._session.tell(
                self._session.words.say("Give {amount} back in cash.", amount=amount)
            )
        self._session.changed()

    def _ask(
        self,
        purpose: str,
        title: str,
        hint: str,
        take: Callable[[int], object],
        *,
        optional: bool = False,
    ) -> None:
        """Ask an amount; an empty one means all that is left where that is allowed."""

        def done(amount_minor: int, entry: str) -> str | None:
            left = self._register.settlement().remaining_minor
            amount = amount_minor if entry else left
            if amount <= 0 or (optional and amount > left):
                return self._session.words.say(
                    "Type an amount of at most {amount}.", amount=self._session.money(left)
                )
            take(amount)
            return None

        self._show(
            Pad(
                self._session,
                purpose=purpose,
                title=title,
                hint=hint,
                confirm=self._session.words.say("OK"),
                decimals=self._session.parts.market.decimals,
                optional=optional,
                done=done,
                closed=self._close_pad,
            )
        )

    def _show(self, pad: Pad) -> None:
        self._pad = pad
        self._session.changed()

    def _close_pad(self, pad: Pad) -> None:
        if self._pad is pad:
            self._pad = None
