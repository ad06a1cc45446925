"""Screens as the presenter would make them, in four languages, with long words on purpose."""

from __future__ import annotations

from dataclasses import replace

from screen_pages import count, customer, lines, menu, paper, qr, report, sought
from screen_words import LANGUAGES, Words

from appliance.desks.register.view import (
    Action,
    ArticleTile,
    CategoryTile,
    DoneView,
    Keypad,
    LineView,
    MoneyKey,
    Notice,
    ParkedView,
    PersonTile,
    Row,
    SaleView,
    Screen,
    SignInView,
    State,
    StatusItem,
    TendersView,
    TerminalView,
    TopBar,
)

BREAD, COFFEE, FRUIT, OTHER = "#C98B2B", "#6B4A2F", "#3B7D4A", "#D9D5CB"


def top(words: Words, *, sent: bool = False, person: bool = True) -> TopBar:
    sending = StatusItem(
        "sending",
        words.sent if sent else words.sending,
        State.OK if sent else State.LOOK,
        words.meaning,
    )
    return TopBar(
        register=words.register,
        person=words.person if person else "",
        items=(
            StatusItem("printer", words.printer, State.OK, words.meaning, words.remedy),
            StatusItem("drawer", words.drawer, State.OK, words.meaning),
            StatusItem("scanner", words.scanner, State.BAD, words.meaning, words.remedy),
            sending,
        ),
        language=words.language.upper(),
        clock="14:07",
    )


ARTICLES = (
    ("Witte bol", "0,45", BREAD), ("Bruine bol", "0,49", BREAD), ("Croissant", "1,10", BREAD),
    ("Krentenbol", "0,75", BREAD), ("Appelflap", "1,95", BREAD), ("Koffie", "2,40", COFFEE),
    ("Cappuccino", "2,90", COFFEE), ("Thee", "2,20", COFFEE), ("Warme choco", "3,10", COFFEE),
    ("Espresso", "2,20", COFFEE), ("Appels los", "2,49 / kg", FRUIT), ("Bananen", "1,99 / kg", FRUIT),
    ("Tomaten", "2,99 / kg", FRUIT), ("Komkommer", "0,99", FRUIT), ("Paprika", "1,19", FRUIT),
    ("Draagtas", "0,25", OTHER), ("Krant", "3,60", OTHER), ("Postzegel internationaal", "1,21", OTHER),
    ("Cadeaubon", "bedrag", OTHER), ("Statiegeld terug", "−0,15", OTHER),
)  # fmt: skip

CATEGORIES = {
    "nl": ("Snel", "Brood", "Zuivel", "Groente", "Drank", "Overig"),
    "fr": ("Rapide", "Boulangerie", "Crèmerie", "Fruits et légumes", "Boissons", "Divers"),
    "id": ("Cepat", "Roti dan kue", "Susu dan telur", "Sayur dan buah", "Minuman", "Lain-lain"),
    "en": ("Quick", "Bread", "Dairy", "Vegetables", "Drinks", "Other"),
}


def sale(words: Words) -> SaleView:
    categories = zip(
        ("quick", "bread", "dairy", "greens", "drinks", "other"),
        CATEGORIES[words.language],
        strict=True,
    )
    return SaleView(
        lines=lines(words),
        hint=words.hint,
        actions=(
            Action("quantity", words.quantity),
            Action("price", words.price),
            Action("park", words.park),
            Action("remove", words.remove, danger=True),
        ),
        summary=(
            Row(words.items, words.plain("0,97")),
            Row(words.advantage, "−" + words.plain("2,00"), advantage=True),
        ),
        total_label=words.total,
        total=words.due,
        search="",
        search_hint=words.search_hint,
        results=(),
        no_results=words.none,
        categories=tuple(CategoryTile(key, label, key == "quick") for key, label in categories),
        quick_keys=tuple(
            ArticleTile(f"a{place}", name, price, colour)
            for place, (name, price, colour) in enumerate(ARTICLES)
        ),
        money=(
            MoneyKey("exact", words.due, words.exact, enabled=True),
            MoneyKey("note-1500", words.notes[0], "", enabled=True),
            MoneyKey("note-2000", words.notes[1], "", enabled=True),
            MoneyKey("note-5000", words.notes[2], "", enabled=True),
            MoneyKey("card", words.card, words.card_caption, enabled=True),
            MoneyKey("other", words.other, "", enabled=True),
        ),
        menu=Action("more", words.other),
    )


def found(words: Words) -> SaleView:
    results = tuple(
        ArticleTile(f"f{place}", name, price, OTHER, f"{words.plain('12,0')} · 14:03")
        for place, (name, price, _) in enumerate(ARTICLES[5:13])
    )
    return replace(sale(words), search="ko", results=results)


def asked(words: Words) -> Keypad:
    return Keypad(
        purpose="quantity",
        title=words.ask,
        entry="12",
        hint=words.ask_hint,
        confirm=words.confirm,
        cancel=words.cancel,
        comma=words.comma,
    )


def tenders(words: Words) -> TendersView:
    return TendersView(
        title=words.how,
        rows=(Row(words.sum, words.plain("11,85")), Row(words.paid_cash, words.plain("3,70"))),
        remaining_label=words.remaining,
        remaining=words.rest,
        choices=(
            Action("cash", words.part_cash, words.rest),
            Action("card_terminal", words.card, words.card_caption),
            Action("card_manual", words.by_hand),
            Action("voucher", words.other, enabled=False),
        ),
        back=Action("back", words.cancel),
    )


def terminal(
    words: Words, state: State, title: str, message: str, *, waiting: bool
) -> TerminalView:
    actions = (Action("cancel", words.stop, danger=True),)
    if not waiting:
        actions = (Action("ask", words.ask_again), Action("other", words.other), *actions)
    return TerminalView(title, words.due, message, state, waiting, actions)


def done(words: Words) -> DoneView:
    return DoneView(
        headline=words.change,
        amount=words.rest,
        rows=(
            Row(words.sum, words.plain("11,85")),
            Row(words.cash, words.plain("20,00")),
            Row(words.receipt, "2-000412"),
        ),
        paper=paper(words),
        actions=(Action("reprint", words.reprint), Action("qr", words.qr)),
        hint=words.next,
    )


def parked(words: Words) -> ParkedView:
    return ParkedView(
        title=words.parked_title,
        baskets=(
            ArticleTile("p1", "13:52", words.plain("23,10"), OTHER, "Sanne · " + words.items),
            ArticleTile(
                "p2", "Mevrouw Van der Meulen-Oosterhuis", words.plain("4,60"), OTHER, words.items
            ),
        ),
        empty=words.parked_none,
        back=Action("back", words.cancel),
    )


def sign_in(words: Words) -> SignInView:
    names = (
        "Sanne",
        "Marie-Christine",
        "Dewi Kusumawati",
        "Jan-Willem van der Berg",
        "Ali",
        "Noor",
    )
    people = tuple(PersonTile(f"p{at}", name, at == 2) for at, name in enumerate(names, start=1))
    return SignInView(words.who, people, "●●○○", words.pin, keypad_enabled=True)


def screens(language: str) -> dict[str, Screen]:
    """Give every kind of screen by name, in one language."""
    words = Words(language)
    bar, basket = top(words), sale(words)
    out = top(words, person=False)
    unknown = Notice(words.unknown, State.BAD)
    no_paper = Notice(words.no_paper, State.LOOK, Action("retry", words.retry))
    languages = tuple(
        Action(code, name, enabled=code != language)
        for code, name in zip(
            LANGUAGES, ("Nederlands", "Français", "Bahasa Indonesia", "English"), strict=True
        )
    )
    empty = replace(
        basket,
        lines=(),
        summary=(),
        total=words.rest,
        money=tuple(replace(key, enabled=False) for key in basket.money),
        actions=(Action("parked", words.parked), Action("return", words.returns)),
    )
    return {
        "sign_in": Screen(out, sign_in(words)),
        "sign_in_wait": Screen(
            out,
            replace(sign_in(words), keypad_enabled=False, dots="○○○○"),
            Notice(words.pin_wait, State.BAD),
        ),
        "allow": Screen(
            bar, replace(sign_in(words), cancel=Action("cancel", words.cancel)), unknown
        ),
        "list": Screen(bar, menu(words)),
        "list_told": Screen(bar, menu(words), no_paper),
        "list_searched": Screen(bar, sought(words)),
        "list_empty": Screen(bar, replace(menu(words), rows=(), empty=words.parked_none)),
        "form_count": Screen(bar, count(words)),
        "form_letters": Screen(bar, customer(words), unknown),
        "paper": Screen(bar, report(words)),
        "empty": Screen(bar, empty),
        "sale": Screen(bar, basket),
        "tip": Screen(
            bar,
            replace(basket, lines=basket.lines[-1:]),  # a hint stands where no line is
            tip=Notice(words.hint, State.HINT, Action("tip", words.confirm)),
        ),
        "selected": Screen(
            bar,
            replace(
                basket,
                lines=tuple(replace(line, selected=line.key == 4) for line in basket.lines),
                actions=(
                    *basket.actions,
                    Action("parked", words.parked),
                    Action("return", words.returns),
                ),
            ),
        ),
        "long": Screen(bar, replace(basket, lines=long_basket(words))),
        "unknown": Screen(bar, basket, unknown),
        "no_paper": Screen(bar, basket, no_paper),
        "found": Screen(bar, found(words)),
        "not_found": Screen(bar, replace(basket, search="xyz")),
        "asked": Screen(bar, replace(basket, keypad=asked(words))),
        "tenders": Screen(bar, tenders(words)),
        "tenders_asked": Screen(bar, replace(tenders(words), keypad=asked(words))),
        "waiting": Screen(
            bar,
            terminal(words, State.OK, words.at_terminal, words.wait_message, waiting=True),
        ),
        "approved": Screen(bar, terminal(words, State.OK, words.approved, "", waiting=False)),
        "declined": Screen(
            bar, terminal(words, State.BAD, words.declined, words.declined_message, waiting=False)
        ),
        "unsure": Screen(
            bar, terminal(words, State.LOOK, words.unsure, words.unsure_message, waiting=False)
        ),
        "done": Screen(top(words, sent=True), done(words)),
        "done_no_paper": Screen(bar, done(words), no_paper),
        "done_qr": Screen(
            bar, replace(done(words), qr="https://bon.example/2-000412/9f2c1e77ab3d4410")
        ),
        "qr": Screen(bar, qr(words)),
        "parked": Screen(bar, parked(words)),
        "parked_none": Screen(bar, replace(parked(words), baskets=())),
        "status": Screen(bar, basket, detail=bar.items[2], detail_close=words.close),
        "languages": Screen(bar, basket, languages=languages),
    }


def long_basket(words: Words) -> tuple[LineView, ...]:
    """Give a basket of forty lines, the newest at the end."""
    six = lines(words)
    return tuple(replace(six[place % 6], key=place + 1, newest=place == 39) for place in range(40))
