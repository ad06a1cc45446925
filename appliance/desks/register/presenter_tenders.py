"""Other ways to pay: several in turn, what the shop owes, by a code, with a tip, and giving back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from appliance.desks.register.presenter_pad import Pad
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_tenders_back import GivingBack
from appliance.desks.register.presenter_tenders_code import BalancePayment, vouchers_of
from appliance.desks.register.view import Action, Row, TendersView
from appliance.domain.card import refuse_card_numbers
from appliance.domain.errors import CardNumberError
from appliance.domain.payment import Tender, Tendered, most_cash
from appliance.services.receipts import tender_name


class TendersPage:
    """How else does the customer pay?

    Attributes:
        back: Gives money back.
        balances: Takes what the shop owes, and what a customer will pay later.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._register = session.parts.register
        self._pad: Pad | None = None
        self._tip: tuple[str, int] = ("", 0)
        self.back = GivingBack(session)
        self.balances = BalancePayment(session)

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
            Row(self._said_of(each), money(each.amount_minor)) for each in self._register.tendered
        ]
        tips = self._tip_minor + sum(each.tip_minor for each in self._register.tendered)
        rows += [Row(say("Tip"), money(tips))] if tips else []
        return TendersView(
            title=say("How is it given back?")
            if self._goes_back
            else say("How does the customer pay?"),
            rows=tuple(rows),
            remaining_label=say("To give back") if self._goes_back else say("Still to pay"),
            remaining=self._session.money_with_symbol(abs(settlement.remaining_minor)),
            choices=self._choices(),
            back=Action("back", say("Back to the sale"), enabled=not self._register.busy),
            keypad=None if self._pad is None else self._pad.view(),
        )

    def _said_of(self, tendered: Tendered) -> str:
        name = tender_name(tendered.tender, self._session.words)
        return f"{name} {tendered.reference}" if tendered.account and tendered.reference else name

    def press(self, control: str) -> bool:
        """Choose a way, type an amount."""
        if self._pad is not None and control.startswith("pad-"):
            return self._pad.press(control)
        does: dict[str, Callable[[], object]] = {
            "tender-cash": self._ask_cash,
            "tender-card_terminal": self._ask_card,
            "tender-card_manual": self._ask_card_by_hand,
            "tender-code": self.balances.ask_code,
            "tender-paper": self.balances.ask_paper,
            "tender-on_account": lambda: self.balances.on_account(self._ask_account),
            "tender-qr": self._ask_qr,
            "tender-tip": self._ask_tip,
            "tender-credit": self.back.as_credit,
            "tender-give_back": self._give_back,
            "tender-back": self._session.pages.sale.enter,
        }
        if control.startswith("tender-back-"):
            place = control.removeprefix("tender-back-")
            does[control] = lambda: self.back.back_on(int(place))
        if control not in does:
            return False
        does[control]()
        return True

    def _choices(self) -> tuple[Action, ...]:
        say, ready = self._session.words.say, not self._register.busy
        if self._goes_back:
            return self.back.choices(ready=ready)
        choices = [Action("cash", say("Cash"), say("another amount"), ready)]
        if self._session.parts.cards.present:
            choices.append(Action("card_terminal", say("Card"), say("through the terminal"), ready))
        choices.append(
            Action("card_manual", say("Card by hand"), say("with the slip's number"), ready)
        )
        choices += self._more(ready=ready)
        if any(not each.tender.has_moved for each in self._register.tendered):
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

    def _more(self, *, ready: bool) -> Iterator[Action]:
        """Ways that not every shop or market has."""
        say = self._session.words.say
        yield Action("code", say("Gift card, credit"), say("or voucher: scan it"), ready)
        if vouchers_of(self._session).papers():
            yield Action("paper", say("Paper voucher"), say("of somebody else"), ready)
        if self._session.pages.qr.offered:
            yield Action("qr", say("QR code"), say("with a banking app"), ready)
        basket = self._register.basket
        if basket is not None and basket.customer:
            yield Action("on_account", say("On account"), say("paid later"), ready)
        if self._takes_tips:
            caption = self._session.money(self._tip_minor) if self._tip_minor else say("on a card")
            yield Action("tip", say("Tip"), caption, ready)

    @property
    def _takes_tips(self) -> bool:
        wanted = self._session.setting("tips", self._session.parts.market.tenders.tips)
        return self._session.parts.market.tenders.tips and bool(wanted)

    @property
    def _tip_minor(self) -> int:
        """What is to come on top of the next card; only of the sale it was asked for."""
        basket = self._register.basket
        sale, tip = self._tip
        return tip if basket is not None and basket.id == sale else 0

    def _take_tip(self) -> int:
        """Hand the tip to the card that pays it."""
        tip, self._tip = self._tip_minor, ("", 0)
        return tip

    @property
    def _goes_back(self) -> bool:
        """Whether money is given back."""
        return self._register.settlement().remaining_minor < 0

    def _ask_cash(self) -> None:
        if self._goes_back:
            self.back.in_cash()
            return
        due = self._register.settlement().remaining_cash_minor
        say = self._session.words.say
        self._ask(
            "cash",
            say("How much cash does the customer give?"),
            say("{amount} is due in cash.", amount=self._session.money(due)),
            lambda amount: self._session.pages.money.part(Tendered(Tender.CASH, amount)),
            ceiling_minor=most_cash(due, self._session.parts.market),
        )

    def _ask_card(self) -> None:
        say = self._session.words.say
        left = self._session.money(self._register.settlement().remaining_minor)
        self._ask(
            "card",
            say("How much by card?"),
            say("At most {amount}; leave empty for all of it.", amount=left),
            lambda amount: self._session.pages.money.card(amount, self._take_tip()),
            optional=True,
        )

    def _ask_qr(self) -> None:
        say = self._session.words.say
        left = self._session.money(self._register.settlement().remaining_minor)
        self._ask(
            "qr",
            say("How much by QR code?"),
            say("At most {amount}; leave empty for all of it.", amount=left),
            lambda amount: self._session.pages.money.by_code(amount, self._tip_minor),
            optional=True,
        )

    def _ask_account(self, take: Callable[[int], object], most_minor: int) -> None:
        say = self._session.words.say
        most = self._session.money(most_minor)
        self._ask(
            "on_account",
            say("How much on account?"),
            say("At most {amount}; leave empty for all of it.", amount=most),
            take,
            optional=True,
            most_minor=most_minor,
        )

    def _ask_tip(self) -> None:
        """Ask what the customer gives for the staff; it is paid with the next card."""
        say, basket = self._session.words.say, self._register.basket
        if basket is None or not self._takes_tips:
            return

        def done(amount_minor: int, _: str) -> str | None:
            left = self._register.settlement().remaining_minor
            if amount_minor > left:
                return say("Type an amount of at most {amount}.", amount=self._session.money(left))
            self._tip = (basket.id, amount_minor)
            return None

        self._show(
            Pad(
                self._session,
                purpose="tip",
                title=say("How much for the staff?"),
                hint=say("It is paid with the next card. Leave empty for none."),
                confirm=say("OK"),
                decimals=self._session.parts.market.decimals,
                optional=True,
                done=done,
                closed=self._close_pad,
            )
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
            self._session.pages.money.by_hand(amount_minor, reference, tip_minor=self._take_tip())
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
        most_minor: int | None = None,
        ceiling_minor: int | None = None,
    ) -> None:
        """Ask an amount; an empty one means all that is left where that is allowed."""

        def done(amount_minor: int, entry: str) -> str | None:
            left = self._register.settlement().remaining_minor
            left = left if most_minor is None else min(left, most_minor)
            amount = amount_minor if entry else left
            if amount <= 0 or (optional and amount > left):
                return self._session.words.say(
                    "Type an amount of at most {amount}.", amount=self._session.money(left)
                )
            if ceiling_minor is not None and amount > ceiling_minor:
                return self._session.words.say(
                    "Nobody gives that much for this sale: at most {amount}. Type it again.",
                    amount=self._session.money(ceiling_minor),
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
