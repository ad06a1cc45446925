"""The sale as it is shown: every string prepared, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.desks.register.presenter_articles import Articles
from appliance.desks.register.presenter_pad import Pad
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_weigh import WeighPad
from appliance.desks.register.view import Action, LineView, MoneyKey, Row, SaleView
from appliance.domain.article import Unit
from appliance.domain.money import format_minor, format_quantity, format_rate
from appliance.domain.sale import ONE_MILLI, LineTotals
from appliance.services.undo import Step
from appliance.services.words import Words

Mark = tuple[bool, bool, int]
"""Whether a line is the newest, whether it was touched, and how often it was raised."""

UNMARKED: Mark = (False, False, 0)

_SHOWN: dict[tuple[Mark, str, int], dict[int, tuple[LineTotals, LineView]]] = {}
"""Lines as they were last shown, by mark, language and decimals, then by the line's identity: one
on which nothing changes is the very same object at the next scan. The line is held with its view,
or another could take its place."""

_MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What the screen remembers of the lines.

    Attributes:
        newest: The line that came or was raised last.
        selected: The line that was touched.
        raised: How often each line was raised.
        last_change: What is still to be given back of the last sale, or empty.
    """

    newest: int | None
    selected: int | None
    raised: Mapping[int, int]
    last_change: str

    @property
    def marked(self) -> frozenset[int | None]:
        """The lines of which anything is remembered."""
        return frozenset((self.newest, self.selected, *self.raised))

    def of(self, number: int) -> Mark:
        """Return what is remembered of one line."""
        return number == self.newest, number == self.selected, self.raised.get(number, 0)


def sale_view(
    session: Session, articles: Articles, marks: Marks, pad: Pad | WeighPad | None
) -> SaleView:
    """Prepare what is shown of the sale on the counter."""
    say, register = session.words.say, session.parts.register
    settlement = register.settlement()
    if settlement.remaining_minor < 0:
        label = say("To give back")
    else:
        label = say("Still to pay") if register.tendered else say("To pay")
    searching = bool(articles.search.strip())
    results = articles.results() if searching else ()
    return SaleView(
        lines=_lines(session, marks),
        hint="" if register.lines else say("Scan an article, or touch its key."),
        actions=_actions(session),
        summary=_summary(session, marks),
        total_label=label,
        total=session.money_with_symbol(abs(settlement.remaining_minor)),
        search=articles.search,
        search_hint=say("Scan, or search by name or code"),
        results=results,
        no_results=say("Nothing found. Try fewer letters.") if searching and not results else "",
        categories=articles.categories(),
        quick_keys=articles.quick_keys(),
        money=_money(session),
        keypad=None if pad is None else pad.view(),
        customer=session.pages.customers.action(),
        menu=Action("more", say("More")),
    )


def _lines(session: Session, marks: Marks) -> tuple[LineView, ...]:
    words, decimals = session.words, session.parts.market.decimals
    marked, plain = marks.marked, _shown(UNMARKED, words, decimals)
    views = []
    for each in session.parts.register.totals().lines:
        mark, shown = UNMARKED, plain
        if each.line.number in marked:
            mark = marks.of(each.line.number)
            shown = _shown(mark, words, decimals)
        held = shown.get(id(each))
        if held is None:
            held = shown[id(each)] = each, _line(words, decimals, each, mark)
        views.append(held[1])
    return tuple(views)


def _shown(mark: Mark, words: Words, decimals: int) -> dict[int, tuple[LineTotals, LineView]]:
    """Return what was shown with a mark; too much of it is forgotten."""
    if len(_SHOWN) > _MOST_SHOWN:
        _SHOWN.clear()
    shown = _SHOWN.setdefault((mark, words.language, decimals), {})
    if len(shown) > _MOST_SHOWN:
        shown.clear()
    return shown


def _line(words: Words, decimals: int, each: LineTotals, mark: Mark) -> LineView:
    """Prepare one line."""
    newest, selected, raised = mark
    return LineView(
        key=each.line.number,
        quantity=format_quantity(each.line.quantity_milli, words.language),
        name=each.line.name,
        detail=_line_detail(words, decimals, each),
        amount=format_minor(each.gross_minor, decimals, words.language),
        newest=newest,
        selected=selected,
        advantage=each.line.discount_minor > 0,
        raised=raised,
    )


def _line_detail(words: Words, decimals: int, each: LineTotals) -> str:
    said = [_line_price(words, decimals, each)]
    for off in each.line.discounts:
        amount = format_minor(-off.amount_minor, decimals, words.language)
        said.append(f"{off.name} {amount}")
    return " · ".join(said)


def _line_price(words: Words, decimals: int, each: LineTotals) -> str:
    price = format_minor(each.line.unit_price_minor, decimals, words.language)
    if each.line.unit is Unit.KG:
        return words.say("{price} per kg", price=price)
    if each.line.quantity_milli != ONE_MILLI:
        return words.say("{price} each", price=price)
    return format_rate(each.tax.rate_bp, words.language)


def _actions(session: Session) -> tuple[Action, ...]:
    say = session.words.say
    some, busy = bool(session.parts.register.lines), session.parts.register.busy
    paid = bool(session.parts.register.tendered)
    parked = len(session.parts.register.parked)
    aside = (
        Action("park", say("Park"), enabled=not busy and not paid)
        if some
        else Action(
            "parked",
            say("Parked"),
            caption=str(parked) if parked else "",
            enabled=bool(parked) and not busy,
        )
    )
    return (
        Action("quantity", say("Quantity"), enabled=some and not busy),
        aside,
        Action(
            "remove",
            say("Remove line"),
            enabled=some and not busy,
            danger=True,
        ),
        _undo(session),
    )


def _undo(session: Session) -> Action:
    """The key that takes the last change back, and what that was."""
    say, register = session.words.say, session.parts.register
    last = register.undoable
    if last is None:
        return Action("undo", say("Undo"), enabled=False)
    removed = last.step is Step.REMOVED
    caption = say("the line removed") if removed else say("the quantity")
    return Action("undo", say("Undo"), caption, enabled=not register.busy)


def _summary(session: Session, marks: Marks) -> tuple[Row, ...]:
    words, register = session.words, session.parts.register
    rows = []
    if marks.last_change:
        rows.append(Row(words.say("Change of the last sale"), marks.last_change))
    if register.lines:
        totals = register.totals()
        tax = session.parts.market.receipt.tax_name_in(words.language)
        label = words.count(
            "{number} article · of which {tax}",
            "{number} articles · of which {tax}",
            totals.item_count,
            tax=tax,
        )
        rows.append(Row(label, session.money(totals.tax_minor)))
        saved = sum(
            [
                line.discount_minor
                for line in register.lines
                if line.discounts and line.quantity_milli > 0
            ]
        )
        if saved:
            rows.append(Row(words.say("You save"), session.money(saved), advantage=True))
    if register.tendered:
        paid = register.settlement().paid_minor
        rows.append(Row(words.say("Paid so far"), session.money(paid)))
    return tuple(rows)


def _money(session: Session) -> tuple[MoneyKey, ...]:
    say, register = session.words.say, session.parts.register
    ready = bool(register.lines) and not register.busy
    settlement = register.settlement()
    due = settlement.remaining_cash_minor
    back = settlement.remaining_minor < 0
    keys = [
        MoneyKey(
            key="exact",
            label=session.money_with_symbol(abs(due)),
            caption=say("give back in cash") if back else say("exact cash"),
            enabled=ready,
        )
    ]
    keys += [
        MoneyKey(f"note-{note}", session.money_with_symbol(note, short=True), "", ready)
        for note in register.likely_notes()
    ]
    keys.append(
        MoneyKey(
            key="card",
            label=say("Card"),
            caption=say("pay by"),
            enabled=ready and settlement.remaining_minor > 0,
        )
    )
    keys.append(MoneyKey("other", say("Other"), "", ready and settlement.remaining_minor != 0))
    return tuple(keys)
