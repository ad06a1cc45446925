"""Cards of the shop, vouchers, tips, payment codes, and money that goes back as it came."""

from __future__ import annotations

import binascii

from stories.goods import CHEESE, JAM
from stories.selling import allow
from stories.table import story
from tests.flows.test_cards_and_vouchers import CARD, fill, state
from tests.flows.test_tips_and_payment_codes import PAYEE

_MERCHANT = (
    "00020101021126400017ID.CO.EXAMPLE.WWW0115936000000000001520454115303360"
    "5802ID5912WARUNG BU SR6007JAKARTA6304"
)
MERCHANT = f"{_MERCHANT}{binascii.crc_hqx(_MERCHANT.encode(), 0xFFFF):04X}"


def say(cashier, **settings):
    cashier.shop.send(settings=settings)
    cashier.presenter.tick()


@story()
def paying_with_a_card_of_the_shop(cashier):
    state(cashier.shop, "gift_card", CARD, 150)
    state(cashier.shop, "voucher", "BON10000", 99_900_000)
    say(cashier, vouchers=[{"name": "Meal voucher", "value_minor": 800}, {"name": "Sport"}])
    for code in (JAM, CHEESE):
        cashier.scan(code)
    cashier.touch("money-other")
    yield "every way to pay"
    cashier.touch("tender-code")
    yield "which card"
    fill(cashier, code="ab")
    yield "that is no code"
    cashier.scan("NIEMAND1")
    yield "nobody knows it"
    cashier.scan(CARD)
    yield "it paid what it had"
    if any(choice.key == "tip" for choice in cashier.body.choices):
        cashier.touch("tender-tip")
        yield "how much for the staff"
        cashier.type("1")
        yield "with a tip"
    cashier.touch("tender-code")
    cashier.scan("BON10000")
    yield "a part of the voucher is lost"
    cashier.touch("list-keep", "tender-paper")
    yield "which voucher"
    cashier.touch("list-0")
    yield "how many vouchers"


@story()
def selling_a_gift_card(cashier):
    cashier.touch("action-more", "list-gift-card")
    yield "which card and how much"
    cashier.scan(CARD)
    yield "the card was scanned"
    fill(cashier, amount="25")
    yield "on the counter"
    cashier.touch("money-exact")
    cashier.see_page("done")
    yield "sold"
    cashier.touch("done-next", "action-more", "list-balance")
    yield "what is left"
    cashier.scan(CARD)
    yield "so much is left"


@story()
def paying_by_a_code(cashier):
    say(cashier, qr_payment=PAYEE | {"emvco": MERCHANT})
    cashier.scan(CHEESE)
    cashier.touch("money-other")
    if not any(choice.key == "qr" for choice in cashier.body.choices):
        return  # nobody there pays a shop by a code
    cashier.touch("tender-qr")
    yield "how much by code"
    cashier.type("")
    cashier.see_page("qr")
    yield "the code"
    cashier.touch("qr-paid")
    yield "who says that it came"
    allow(cashier)
    cashier.see_page("done")
    cashier.touch("done-next", "action-more", "list-void")
    allow(cashier)
    yield "what is undone"
    cashier.touch("list-go", "list-0")
    yield "it is to be transferred back"


@story()
def money_goes_back(cashier):
    state(cashier.shop, "gift_card", CARD, 100)
    cashier.scan(CHEESE)
    cashier.touch("money-other", "tender-code")
    cashier.scan(CARD)
    cashier.touch("tender-card_terminal")
    cashier.type("")
    cashier.see_page("done")
    cashier.touch("done-next", "action-more", "list-return")
    fill(cashier, number="1")
    cashier.touch("list-do-all", "list-do-take", "money-exact")
    yield "not all of it in cash"
    cashier.touch("tender-back-0", "tender-credit")
    cashier.see_page("done")
    yield "the rest as credit"
