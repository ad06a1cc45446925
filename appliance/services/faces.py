"""The customer's second screen: what it shows, with every string prepared, and as one message.

The desk makes a `CustomerView` of the moment and hands it over (`second_screen.py`); a window in a
process of its own draws it (`appliance.desks.display`). Neither needs the other's library.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from appliance.domain.article import Unit
from appliance.domain.market import Market
from appliance.domain.money import format_minor, format_quantity
from appliance.domain.payment import Tender
from appliance.domain.sale import LineTotals
from appliance.services.moment import Moment, OnTheScale, Stage
from appliance.services.receipts import tender_name
from appliance.services.words import LANGUAGES, Words, sentence

SHOWN_LINES = 24
"""More than any screen has room for; an older line is not sent."""

WEIGHT_DECIMALS = 3
BETWEEN = " · "
"""Stands between the same words in two languages."""


TO_READ = sentence("Scan the code with your telephone to pay.")
AT_TERMINAL = sentence("Follow the terminal")
TO_KEEP = sentence("Scan the code to keep the receipt.")
EARLIER = sentence("and {number} before these")
PER_KG = sentence("{price} per kg")
_GREETINGS = {
    Stage.TRAINING: sentence("Somebody is learning here. Nothing is sold."),
    Stage.CLOSED: sentence("This register is closed."),
    Stage.HELLO: sentence("Welcome"),
}
"""What is said under the shop's name while nothing goes on."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line of the sale."""

    quantity: str
    name: str
    amount: str
    newest: bool = False
    saved: str = ""
    """What was taken off, or empty."""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A label and an amount."""

    label: str
    amount: str
    advantage: bool = False


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything the customer's screen shows at one moment.

    Attributes:
        face: ``idle``, ``sale``, ``weigh``, ``pay``, ``code`` or ``done``.
        shop: The shop's name.
        headline: What the amount is, or a greeting.
        amount: The largest thing on the screen.
        lines: The latest lines of the sale, in their order.
        count: How many lines there are in all.
        earlier: Says ``{number}`` of lines that came before those shown.
        rows: Smaller amounts above the large one.
        message: One sentence: what to do, or thanks.
        qr: What a telephone is to read, or empty.
    """

    face: str = "idle"
    shop: str = ""
    headline: str = ""
    amount: str = ""
    lines: tuple[CustomerLine, ...] = ()
    count: int = 0
    earlier: str = ""
    rows: tuple[CustomerRow, ...] = ()
    message: str = ""
    qr: str = ""

    def to_data(self) -> dict[str, Any]:
        """Return it in JSON's own types."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> CustomerView:
        """Read what `to_data` made.

        Raises:
            TypeError: It is something else.
        """
        told = dict(data)
        told["lines"] = tuple(CustomerLine(**each) for each in told.get("lines", ()))
        told["rows"] = tuple(CustomerRow(**each) for each in told.get("rows", ()))
        return cls(**told)


@dataclass(frozen=True, slots=True)
class Message:
    """One datagram between the desk and the window.

    The desk sends ``number`` and ``view``; the window answers with the ``number`` it shows, and
    tells what a scanner typed into it, for a window may be given the keys that were meant for the
    desk's.
    """

    number: int = 0
    view: CustomerView | None = None
    scanned: str = ""

    def to_bytes(self) -> bytes:
        """Return it as it is sent."""
        view = None if self.view is None else self.view.to_data()
        told = {"number": self.number, "view": view, "scanned": self.scanned}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> Message:
        """Read one.

        Raises:
            ValueError: It is no such message.
        """
        try:
            told = json.loads(text)
            view = told["view"]
            return cls(
                int(told["number"]),
                None if view is None else CustomerView.from_data(view),
                str(told["scanned"]),
            )
        except (TypeError, LookupError, AttributeError) as error:
            raise ValueError(f"A message of the second screen was expected: {error}.") from error


@dataclass(frozen=True, slots=True)
class Faces:
    """Turns moments into what the customer's screen shows.

    Args:
        languages: Of the words, the first one also of the numbers.
        market: How amounts are written, and in which languages a customer is greeted.
    """

    languages: Sequence[str]
    market: Market
    _words: tuple[Words, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_words", tuple(map(_in, self.languages)))

    def of(self, moment: Moment) -> CustomerView:
        """Prepare what is shown of a moment."""
        greeting = _GREETINGS.get(moment.stage)
        if greeting is not None:
            return CustomerView("idle", moment.shop, self._greet(greeting))
        if moment.weighing is not None:
            return self._weigh(moment, moment.weighing)
        if moment.stage is Stage.DONE:
            return self._done(moment)
        if moment.qr:
            return self._pay(moment, "code", TO_READ)
        if moment.stage is Stage.AT_TERMINAL:
            return self._pay(moment, "pay", AT_TERMINAL)
        return self._sale(moment)

    def _sale(self, moment: Moment) -> CustomerView:
        latest = moment.lines[-SHOWN_LINES:]
        return CustomerView(
            face="sale",
            shop=moment.shop,
            headline=self._owed(moment),
            amount=self._large(abs(moment.remaining_minor)),
            lines=tuple(self._line(each, moment.newest) for each in latest),
            count=len(moment.lines),
            earlier=self._say(EARLIER),
            rows=self._rows(moment),
        )

    def _pay(self, moment: Moment, face: str, message: str) -> CustomerView:
        return CustomerView(
            face=face,
            shop=moment.shop,
            headline=self._owed(moment),
            amount=self._large(abs(moment.remaining_minor)),
            rows=self._paid(moment),
            message=self._say(message),
            qr=moment.qr,
        )

    def _weigh(self, moment: Moment, weighed: OnTheScale) -> CustomerView:
        weight = "" if weighed.weight_milli is None else self._weight(weighed.weight_milli)
        price = self._say(PER_KG, price=self._money(weighed.price_minor))
        return CustomerView(
            face="weigh",
            shop=moment.shop,
            headline=weighed.name,
            amount=weight or "– kg",
            message=price,
        )

    def _done(self, moment: Moment) -> CustomerView:
        """The change largest of all; with nothing to give back, the thanks."""
        total, thanks = moment.total_minor, self._greet(sentence("Thank you"))
        rows = [CustomerRow(self._say(sentence("Total")), self._money(total))]
        rows += [
            CustomerRow(self._say(sentence("Cash received")), self._money(amount))
            if tender is Tender.CASH
            else CustomerRow(self._tender(tender), self._money(amount))
            for tender, amount in moment.paid
            if amount > 0
        ]
        headline, amount = self._say(sentence("Paid")), total
        if moment.change_minor:
            headline, amount = self._say(sentence("Change")), moment.change_minor
        elif total < 0:
            headline, amount, rows = self._say(sentence("Give back")), -total, []
        elif len(moment.paid) == 1:
            rows = [CustomerRow(self._tender(moment.paid[0][0]), self._money(total))]
        message = self._say(TO_KEEP) if moment.qr else thanks
        return CustomerView(
            face="done",
            shop=moment.shop,
            headline=headline,
            amount=self._large(amount),
            rows=tuple(rows),
            message=message,
            qr=moment.qr,
        )

    def _rows(self, moment: Moment) -> tuple[CustomerRow, ...]:
        paid = self._paid(moment)
        if moment.saved_minor <= 0:
            return paid
        saved = self._money(-moment.saved_minor)
        return (CustomerRow(self._say(sentence("You save")), saved, advantage=True), *paid)

    def _paid(self, moment: Moment) -> tuple[CustomerRow, ...]:
        """The total and what was paid of it, while a part is."""
        if not moment.paid:
            return ()
        return (
            CustomerRow(self._say(sentence("Total")), self._money(moment.total_minor)),
            *(
                CustomerRow(self._tender(tender), self._money(-amount))
                for tender, amount in moment.paid
            ),
        )

    def _line(self, each: LineTotals, newest: int | None) -> CustomerLine:
        line, language = each.line, self._words[0].language
        if line.unit is Unit.KG:
            quantity = self._weight(line.quantity_milli)
        else:
            quantity = f"{format_quantity(line.quantity_milli, language)} ×"
        off = line.discount_minor
        return CustomerLine(
            quantity=quantity,
            name=line.name,
            amount=self._money(each.gross_minor),
            newest=line.number == newest,
            saved=self._money(-off) if off > 0 and line.quantity_milli > 0 else "",
        )

    def _owed(self, moment: Moment) -> str:
        if moment.remaining_minor < 0:
            return self._say(sentence("To give back"))
        return self._say(sentence("Still to pay")) if moment.paid else self._say(sentence("To pay"))

    def _tender(self, tender: Tender) -> str:
        return BETWEEN.join(dict.fromkeys(tender_name(tender, words) for words in self._words))

    def _say(self, text: str, **values: object) -> str:
        """Say it in every language; a whole sentence on a line of its own."""
        return _together([words.say(text, **values) for words in self._words], text)

    def _greet(self, text: str) -> str:
        """Say it in every language the market speaks: strangers are greeted too."""
        own = [words.language for words in self._words]
        languages = dict.fromkeys([*own, *self.market.languages])
        return _together([_in(code).say(text) for code in languages if code in LANGUAGES], text)

    def _money(self, amount_minor: int) -> str:
        return format_minor(amount_minor, self.market.decimals, self._words[0].language)

    def _large(self, amount_minor: int) -> str:
        market = self.market
        return format_minor(
            amount_minor, market.decimals, self._words[0].language, symbol=market.symbol
        )

    def _weight(self, weight_milli: int) -> str:
        return f"{format_minor(weight_milli, WEIGHT_DECIMALS, self._words[0].language)} kg"


def _together(said: Sequence[str], text: str) -> str:
    """Join what was said in several languages; what is the same in two of them once."""
    return ("\n" if text.endswith(".") else BETWEEN).join(dict.fromkeys(said))


@lru_cache(maxsize=len(LANGUAGES))
def _in(language: str) -> Words:
    return Words(language)
