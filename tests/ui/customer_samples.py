"""Moments of a customer's visit in four languages, as the window for the customer shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from appliance.domain import market as markets
from appliance.domain.article import Article, Unit
from appliance.domain.payment import Tender
from appliance.domain.sale import Basket, Discount, DiscountKind, totals
from appliance.services.faces import CustomerView, Faces
from appliance.services.moment import Moment, OnTheScale, Stage
from tests.services.doubles import NOW

MARKETS = {"nl": "nl", "fr": "fr", "id": "id", "en": "gb", "nl+fr": "be"}
NAMES = {
    "nl": ["Volkorenbrood heel", "Halfvolle melk 1 l", "Nutella hazelnootpasta 400 g", "Elstar los"],
    "fr": ["Pain complet tranché", "Lait demi-écrémé 1 l", "Pâte à tartiner noisettes 400 g", "Pommes Elstar"],
    "id": ["Roti gandum utuh", "Susu rendah lemak 1 l", "Selai kacang hazelnut 400 g", "Apel curah"],
    "en": ["Wholemeal loaf", "Semi-skimmed milk 1 l", "Hazelnut spread 400 g", "Loose apples"],
}  # fmt: skip
SHOPS = {
    "nl": "Buurtwinkel De Hoek",
    "fr": "Épicerie du Coin",
    "id": "Toko Sudut Sejahtera",
    "en": "The Corner Shop",
}
PRICES = (289, 129, 399, 249)
PAY = "BCD\n002\n1\nSCT\n\nBuurtwinkel De Hoek\nNL91ABNA0417164300\nEUR11.85\n\n\nKassa 2"


def views(languages: str) -> dict[str, CustomerView]:
    """Give every face by name; ``nl+fr`` is a shop of two languages."""
    codes = languages.split("+")
    market = markets.load(MARKETS[languages])
    language = codes[0]
    times = 100 if market.decimals == 0 else 1
    basket = Basket("b" * 32, NOW, "p1")
    for place in range(12):
        unit = Unit.KG if place % 4 == 3 else Unit.PIECE
        article = Article(
            code=f"A{place}",
            name=NAMES[language][place % 4],
            price_minor=PRICES[place % 4] * times,
            tax_class="standard",
            category="food",
            unit=unit,
        )
        basket = basket.add(article, 436 if unit is Unit.KG else 1000 * (1 + place % 3))
        if place == 1:
            off = Discount(DiscountKind.PROMOTION, "2 + 1", 58 * times)
            basket = basket.put(replace(basket.lines[-1], discounts=(off,)))

    shop = SHOPS[language]
    short = Basket("c" * 32, NOW, "p1", lines=basket.lines[:3])
    faces = Faces(codes, market)

    def moment(stage: Stage, lines: Basket = short, **more: object) -> CustomerView:
        whole = totals(lines, market, date(2026, 11, 22))
        told = {
            "lines": whole.lines,
            "newest": lines.lines[-1].number,
            "total_minor": whole.gross_minor,
            "remaining_minor": whole.gross_minor,
            "saved_minor": sum(line.discount_minor for line in lines.lines),
        }
        return faces.of(Moment(stage, shop, **(told | more)))

    due = totals(short, market, date(2026, 11, 22)).gross_minor
    half = due // 2
    weighed = OnTheScale(NAMES[language][3], PRICES[3] * times, 436)
    return {
        "closed": faces.of(Moment(Stage.CLOSED, shop)),
        "hello": faces.of(Moment(Stage.HELLO, shop)),
        "nameless": faces.of(Moment(Stage.HELLO)),
        "sale": moment(Stage.SELLING),
        "long": moment(Stage.SELLING, basket),
        "back": moment(Stage.SELLING, remaining_minor=-due),
        "weighing": moment(Stage.WEIGHING, weighing=weighed),
        "empty_scale": moment(Stage.WEIGHING, weighing=OnTheScale(weighed.name, 249, None)),
        "part": moment(Stage.PAYING, paid=((Tender.CASH, half),), remaining_minor=due - half),
        "terminal": moment(Stage.AT_TERMINAL),
        "code": moment(Stage.PAYING, qr=PAY),
        "change": moment(
            Stage.DONE, paid=((Tender.CASH, 2000 * times),), change_minor=2000 * times - due
        ),
        "paid": moment(Stage.DONE, paid=((Tender.CARD_TERMINAL, due),)),
        "receipt": moment(Stage.DONE, paid=((Tender.CARD_TERMINAL, due),), qr=PAY),
        "given_back": moment(
            Stage.DONE, total_minor=-due, remaining_minor=0, paid=((Tender.CASH, -due),)
        ),
    }
