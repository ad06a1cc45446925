"""The customer is at the card terminal, or nobody knows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from appliance.desks.register.presenter_reverse import CardReturn
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, State, TerminalView
from appliance.domain.payment import PaymentOutcome
from appliance.domain.staff import Right
from appliance.services.ports import Attempt
from appliance.services.register import CardAnswer
from drivers.terminal import Outcome, Result
from drivers.terminal.sentences import BY_SLIP, CANNOT_SAY, NO_ANSWER

ASK_AGAIN_S = 3.0
WAIT_S = 60.0


class Stage(Enum):
    """How far the question to the terminal is."""

    ASKING = "asking"
    CHECKING = "checking"
    """It is being asked what became of it."""
    REFUSED = "refused"
    UNCLEAR = "unclear"
    """No answer: money may have been taken."""
    SURPLUS = "surplus"
    """A card paid what no sale has room for."""
    REVERSING = "reversing"
    """The terminal is asked to give that back."""


_WAITING = (Stage.ASKING, Stage.CHECKING, Stage.REVERSING)


class TerminalPage:
    """What the terminal says, and what can be done about it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._attempt: Attempt | None = None
        self._stage = Stage.ASKING
        self._message = ""
        self._wait_until = 0.0
        self._ask_at = 0.0
        self._shown = ""
        self._return = CardReturn(session, self._not_recorded)

    @property
    def waiting(self) -> bool:
        """Whether an answer is awaited: nobody may lock the counter meanwhile."""
        return self._session.page is self and self._stage in _WAITING

    def shows(self, text: str) -> None:
        """Show what the terminal shows: a sentence that can be translated, or its own words."""
        if self._stage in _WAITING:
            self._shown = text
            self._session.changed()

    def ask(self, attempt: Attempt) -> None:
        """Show that the customer is asked to hold the card to the terminal."""
        self._set(attempt, Stage.ASKING)

    def unclear(self, attempt: Attempt, message: str = "") -> None:
        """Show that nobody knows whether money was taken."""
        self._set(attempt, Stage.UNCLEAR, message)

    def reversing(self, attempt: Attempt) -> None:
        """Show that the terminal is asked to give a payment back."""
        self._set(attempt, Stage.REVERSING)

    def ask_slip(self, attempt: Attempt) -> None:
        """Ask a person what the terminal's slip says, because the terminal cannot tell."""
        self.unclear(attempt, CANNOT_SAY)

    def answered(self, attempt: Attempt, answer: CardAnswer, message: str) -> None:
        """Go on with what the terminal said, which is recorded by now."""
        pages = self._session.pages
        if answer.outcome is PaymentOutcome.UNKNOWN:
            still = (
                self._stage is Stage.CHECKING and self._session.parts.monotonic() < self._wait_until
            )
            self._set(attempt, Stage.CHECKING if still else Stage.UNCLEAR, message)
            return
        self._wait_until = 0.0
        if answer.sold is not None:
            pages.done.enter(answer.sold)
        elif answer.give_back:
            self._set(attempt, Stage.SURPLUS)
        elif answer.outcome is PaymentOutcome.APPROVED:
            self._session.accept()
            pages.tenders.enter()
        elif self._is_here(attempt):
            self._set(attempt, Stage.REFUSED, message)
        else:
            pages.sale.enter()
            self._session.tell(self._session.words.say("Nothing was taken by that card."))

    def tell_to_give_back(self, attempt: Attempt) -> None:
        """Say that a card paid what is not owed, and offer to give it back on the terminal."""
        amount = self._session.money_with_symbol(attempt.amount_minor)
        self._session.refuse(
            self._session.words.say(
                "The card paid {amount} that this sale has no room for. "
                "Give it back on the terminal.",
                amount=amount,
            ),
            action=self._session.words.say("Reverse on the terminal"),
            do=lambda: self._reverse(attempt),
            cause="terminal",
        )

    def tick(self) -> None:
        """See how the terminal is, and ask again while somebody waits for its answer."""
        now = self._session.parts.monotonic()
        self._session.parts.cards.look(now, self._session.changed)
        if self._stage is not Stage.CHECKING or self._ask_at == 0 or now < self._ask_at:
            return
        self._look_up()

    def view(self) -> TerminalView:
        """Prepare what is shown."""
        say = self._session.words.say
        title, text, state = {
            Stage.ASKING: (
                say("Card payment"),
                say("The customer holds the card to the terminal."),
                State.OK,
            ),
            Stage.CHECKING: (
                say("Card payment"),
                say("The terminal is asked what became of the payment."),
                State.LOOK,
            ),
            Stage.REFUSED: (say("Not paid"), say("Nothing was taken."), State.BAD),
            Stage.UNCLEAR: (
                say("Not known whether it was paid"),
                say(
                    "The terminal did not answer, and money may have been taken. "
                    "Look at the terminal, or ask it again, before you take other money."
                ),
                State.LOOK,
            ),
            Stage.SURPLUS: (
                say("To be given back"),
                say("The card paid what this sale has no room for."),
                State.LOOK,
            ),
            Stage.REVERSING: (
                say("To be given back"),
                say("The terminal is asked to give the money back."),
                State.OK,
            ),
        }[self._stage]
        amount = self._attempt.amount_minor if self._attempt else 0
        said = self._said() or text
        return TerminalView(
            title=title,
            amount=self._session.money_with_symbol(amount),
            message=said,
            state=state,
            waiting=self._stage in _WAITING,
            actions=self._actions(),
        )

    def press(self, control: str) -> bool:
        """Stop, ask again, wait, or go another way."""
        does: dict[str, Callable[[], object]] = {
            "terminal-cancel": self._cancel,
            "terminal-again": self._again,
            "terminal-look_up": self._look_up,
            "terminal-wait": self._wait,
            "terminal-other": self._session.pages.tenders.enter,
            "terminal-back": self._session.pages.sale.enter,
            "terminal-reverse": self._reverse_this,
            "terminal-by_hand": self._give_back_by_hand,
            "terminal-slip_paid": lambda: self._settle_by_slip(paid=True),
            "terminal-slip_unpaid": lambda: self._settle_by_slip(paid=False),
        }
        if control not in does:
            return False
        # A late touch must not leave a question that is still under way.
        if control.removeprefix("terminal-") in {each.key for each in self._actions()}:
            does[control]()
        return True

    def _actions(self) -> tuple[Action, ...]:
        say = self._session.words.say
        back = Action("back", say("Back to the sale"))
        other = Action("other", say("Pay in another way"))
        return {
            Stage.ASKING: (Action("cancel", say("Stop"), danger=True),),
            Stage.CHECKING: (),
            Stage.REFUSED: (
                Action("again", say("Try again")),
                other,
                back,
            ),
            Stage.UNCLEAR: (
                *self._ways_to_know(),
                other if self._is_here(self._attempt) else back,
            ),
            Stage.SURPLUS: (
                Action("reverse", say("Reverse on the terminal")),
                Action("by_hand", say("Give it back in another way")),
            ),
            Stage.REVERSING: (),
        }[self._stage]

    def _ways_to_know(self) -> tuple[Action, ...]:
        """How to find out what became of a payment: the terminal tells, or else its slips."""
        say = self._session.words.say
        if self._message in BY_SLIP:
            return (
                Action("slip_paid", say("Paid, says the slip")),
                Action("slip_unpaid", say("Not paid: there is no slip")),
            )
        return (
            Action("look_up", say("Ask the terminal again")),
            Action("wait", say("Wait for the answer"), say("up to a minute")),
        )

    def _is_here(self, attempt: Attempt | None) -> bool:
        """Whether a payment is for the sale on the counter, and not for one that is over."""
        basket = self._session.parts.register.basket
        return basket is not None and attempt is not None and basket.id == attempt.sale

    def _said(self) -> str:
        """What the terminal says, in the cashier's language; empty where this page says it better."""
        if self._stage in _WAITING:
            return self._session.words.say_each(self._shown)
        # That nobody knows is said by the page; why nobody will ever know, by the terminal.
        return "" if self._message == NO_ANSWER else self._session.words.say_each(self._message)

    def _set(self, attempt: Attempt, stage: Stage, message: str = "") -> None:
        self._attempt, self._stage, self._message = attempt, stage, message
        self._shown = ""
        self._ask_at = self._session.parts.monotonic() + ASK_AGAIN_S
        if stage in (Stage.REFUSED, Stage.UNCLEAR, Stage.SURPLUS):
            self._session.play("bad" if stage is Stage.REFUSED else "attention")
        self._session.show(self)

    def _cancel(self) -> None:
        self._session.parts.cards.cancel()

    def _again(self) -> None:
        amount = self._attempt.amount_minor if self._attempt else None
        self._session.pages.money.card(amount)

    def _reverse_this(self) -> None:
        if self._attempt is not None:
            self._reverse(self._attempt)

    def _reverse(self, attempt: Attempt) -> None:
        self._session.over("terminal")
        self._set(attempt, Stage.REVERSING)
        self._return.ask(attempt, self.shows, lambda result: self._reversed(attempt, result))

    def _reversed(self, attempt: Attempt, result: Result) -> None:
        if result.outcome is not Outcome.APPROVED:
            self._set(attempt, Stage.SURPLUS, result.message)
            return
        self._session.accept()
        self._session.pages.sale.enter()
        self._session.tell(
            self._session.words.say(
                "The card terminal gave {amount} back.",
                amount=self._session.money_with_symbol(attempt.amount_minor),
            ),
            State.OK,
        )

    def _settle_by_slip(self, *, paid: bool) -> None:
        """Somebody who may says what the slip says; both people are recorded."""
        if (attempt := self._attempt) is None:
            return

        def settle(_who: str) -> None:
            self._set(attempt, Stage.CHECKING)  # until it is recorded, nothing can be touched
            self._ask_at = 0.0
            self._session.pages.money.settle_by_slip(attempt, paid=paid)

        self._session.pages.allow.ask(
            Right.SETTLE_CARD,
            self._session.words.say("An unclear card payment"),
            settle,
        )

    def _give_back_by_hand(self) -> None:
        self._session.pages.sale.enter()
        if self._attempt is not None:
            self.tell_to_give_back(self._attempt)

    def _not_recorded(self) -> None:
        if self._attempt is not None:
            self._set(self._attempt, Stage.SURPLUS)

    def _wait(self) -> None:
        self._wait_until = self._session.parts.monotonic() + WAIT_S
        self._look_up()

    def _look_up(self) -> None:
        if self._attempt is None:
            return
        self._set(self._attempt, Stage.CHECKING)
        self._ask_at = 0.0
        self._session.pages.money.look_up(self._attempt)
