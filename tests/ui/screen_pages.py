"""What was sold, papers, and the pages that ask, as the presenter would make them."""

from __future__ import annotations

from dataclasses import replace

from screen_words import Words

from appliance.desks.register import view
from appliance.desks.register.view import Action, LineView, Row, State


def lines(words: Words) -> tuple[LineView, ...]:
    rows = (
        ("1", "Volkorenbrood heel", "9 %", "2,89"),
        ("2", "Halfvolle melk 1 l", words.plain("1,29"), "2,58"),
        ("1", "Nutella 400 g", words.advantage, "3,99"),
        ("0,436", "Elstar los", words.plain("2,49") + " / kg", "1,09"),
        ("1", "Confiture extra d'abricots du Roussillon, pot de 750 g", "9 %", "12,15"),
        ("1", "Spa Reine 1,5 l", "9 %", "1,15"),
    )
    return tuple(
        LineView(
            key=place,
            quantity=quantity.replace(",", words.comma),
            name=name,
            detail=detail,
            amount=words.plain(amount),
            newest=place == len(rows),
            selected=False,
            advantage=place == 3,
        )
        for place, (quantity, name, detail, amount) in enumerate(rows, start=1)
    )


def paper(words: Words) -> tuple[str, ...]:
    width = 42
    rows = [
        (
            line.quantity + " x " + line.name if line.quantity != "1" else line.name,
            line.amount + " B",
        )
        for line in lines(words)
    ]
    return (
        "BUURTWINKEL DE HOEK".center(width),
        words.street.center(width),
        "",
        *(
            name[: width - len(amount) - 1].ljust(width - len(amount)) + amount
            for name, amount in rows
        ),
        "-" * width,
        words.total.upper().ljust(width - 10) + words.plain("11,85").rjust(10),
        "",
        "B 9 %   10,73   0,97",
        "22-11-2026 14:08  " + words.register + "  2-000412",
    )


def menu(words: Words) -> view.ListView:
    return view.ListView(
        title=words.how,
        text=words.meaning,
        rows=(
            view.ListRow("price", words.price, "Confiture extra d'abricots du Roussillon"),
            view.ListRow("return", words.returns, words.items, words.plain("12,15")),
            view.ListRow("drawer", words.drawer, enabled=False),
            view.ListRow("chosen", words.quantity, words.advantage, "1", State.OK, chosen=True),
        ),
        back=Action("back", words.cancel),
        actions=(Action("new", words.receipt), Action("all", words.parked)),
    )


def sought(words: Words) -> view.ListView:
    return replace(menu(words), text="", search="ko", search_hint=words.search_hint, actions=())


def count(words: Words) -> view.FormView:
    pieces = ("50,00", "20,00", "10,00", "5,00", "2,00", "1,00", "0,50", "0,20", "0,10", "0,05")
    fields = tuple(
        view.Field(f"n{place}", words.plain(piece), "12" if place < 3 else "", active=place == 3)
        for place, piece in enumerate(pieces)
    )
    return view.FormView(
        title=words.ask,
        text=words.ask_hint,
        fields=fields,
        summary=(Row(words.sum, words.plain("960,00")),),
        confirm=Action("confirm", words.confirm),
        back=Action("back", words.cancel),
        typing="digits",
    )


def customer(words: Words) -> view.FormView:
    return view.FormView(
        title=words.who,
        fields=(
            view.Field("name", words.person, "Marie-Christine", active=True),
            view.Field("reason", words.price, "12", refused=words.none),
            view.Field("points", words.advantage, "", is_switch=True, on=True),
            view.Field("post", words.receipt, "", is_switch=True),
        ),
        confirm=Action("confirm", words.confirm),
        back=Action("back", words.cancel),
        typing="letters",
    )


def report(words: Words) -> view.PaperView:
    return view.PaperView(
        title=words.receipt,
        text=words.meaning,
        paper=paper(words),
        actions=(Action("print", words.reprint), Action("qr", words.qr)),
        back=Action("back", words.cancel),
    )


def qr(words: Words) -> view.QrView:
    return view.QrView(
        title=words.how,
        amount=words.due,
        code="BCD\n002\n1\nSCT\n\nBuurtwinkel De Hoek\nNL91ABNA0417164300\nEUR11.85",
        reference="2-000412",
        message=words.wait_message,
        actions=(Action("paid", words.approved), Action("stop", words.stop, danger=True)),
    )
