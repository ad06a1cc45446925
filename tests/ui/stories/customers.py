"""A customer: found, written down, points, a company, and what cannot be."""

from stories.goods import CHEESE, JAM
from stories.table import story
from tests.flows.customer_shop import ANNA, BRAM, CAFE, PEOPLE, SETTINGS, row, tell
from tests.flows.shop import MILK, NUTELLA

LONG = "d" * 32
PERSON = "Wilhelmina van der Heijden-Oosterhuis"


def know(cashier):
    """Have the back office speak of customers."""
    shop = cashier.shop
    shop.send(settings=SETTINGS)
    people = PEOPLE | {LONG: {"name": PERSON, "company": "Bloemen & Planten Oosterhuis B.V."}}
    at = "2026-11-01T10:00:00+01:00"
    news = [{"purpose": "news", "given": True, "at": at}]
    rows = row(ANNA, points=840, consents=news), row(BRAM, group="staff"), row(CAFE), row(LONG)
    tell(shop, *rows, people=people)
    cashier.presenter.tick()


def type_in(cashier, **typed):
    for field, text in typed.items():
        cashier.touch(f"field-{field}", *(f"form-type-{sign}" for sign in text))


@story()
def customer(cashier):
    know(cashier)
    cashier.scan(NUTELLA)
    cashier.touch("action-more")
    yield "what else"
    cashier.touch("list-customer")
    yield "which customer"
    cashier.presenter.searched("an")
    yield "found"
    cashier.presenter.searched("zzz")
    yield "nobody found"
    cashier.touch("list-back")
    cashier.scan("2600000000017")
    for code in (CHEESE, JAM, MILK):
        cashier.scan(code)
    yield "whose sale it is"
    cashier.touch("action-customer")
    yield "what can be done"
    cashier.touch("list-points")
    yield "how many points"
    cashier.touch("form-type-1", "form-confirm")
    yield "too many points"
    cashier.touch("form-erase", "form-confirm")
    yield "points spent"
    cashier.touch("action-customer")
    yield "points can be put back"
    cashier.touch("list-company")
    yield "the company"
    cashier.touch("form-back", "action-customer", "list-change")
    yield "the details"
    cashier.touch("field-email")
    yield "an address of mail"
    cashier.touch(*["form-erase"] * 8, "form-confirm")
    yield "a torn address"
    cashier.touch("form-back", "money-exact")
    cashier.see_page("done")
    yield "points on the receipt"
    cashier.scan("2600000000031")
    cashier.scan(MILK)
    cashier.touch("money-exact")
    cashier.see_page("done")
    yield "an invoice"


@story()
def new_customer(cashier):
    know(cashier)
    cashier.scan("2699999999990")
    yield "a card nobody has"
    cashier.touch("notice")
    yield "what is asked"
    type_in(cashier, name="EVA", phone="123")
    cashier.touch("form-confirm")
    yield "no phone number"
    cashier.touch(*["form-erase"] * 3)
    type_in(cashier, phone="0031612345678")
    cashier.touch("field-consent-news", "form-confirm")
    yield "perhaps known already"
    cashier.touch("list-do-new")
    cashier.see(lambda screen: screen.body.kind == "sale", "saved")
    yield "saved"


@story()
def two_on_one_card(cashier):
    know(cashier)
    both = {ANNA: PEOPLE[ANNA], LONG: {"name": PERSON, "cards": ["2600000000017"]}}
    tell(cashier.shop, row(ANNA), row(LONG, group="staff"), people=both)
    cashier.presenter.tick()
    cashier.scan("2600000000017")
    yield "who is it"
    cashier.touch(f"list-{LONG}")
    yield "a long name"
