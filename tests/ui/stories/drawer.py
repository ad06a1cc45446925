"""The drawer's day: the float, money in and out, the count, X and Z."""

from appliance.domain.shift_count import denominations
from stories.goods import CHEESE
from stories.selling import allow, typed
from stories.table import story


def count(cashier, pieces):
    """Fill in so many of each note and coin, the largest first."""
    market = cashier.presenter._parts.market
    for value, number in zip(denominations(market), pieces, strict=False):
        cashier.touch(f"field-{value}", *(f"form-type-{digit}" for digit in str(number)))


@story()
def the_drawer(cashier):
    cashier.touch("action-more", "list-drawer")
    yield "what can be done with it"
    cashier.touch("list-open")
    yield "the float"
    count(cashier, (1, 2, 3, 12, 20, 17))
    yield "the float, counted"
    cashier.touch("form-confirm")
    cashier.see_page("sale")
    yield "a shift is open"
    cashier.scan(CHEESE)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next", "action-more", "list-drawer", "list-paid_out")
    allow(cashier)
    yield "how much is paid out"
    typed(cashier, "0")
    yield "no amount"
    typed(cashier, "1250")
    yield "why it is paid out"
    cashier.touch("list-0")
    cashier.see(lambda screen: screen.notice is not None)
    yield "paid out"
    cashier.touch("action-more", "list-no_sale")
    allow(cashier)
    yield "why the drawer opens"
    cashier.touch("list-back", "action-more", "list-drawer", "list-x")
    allow(cashier)
    yield "the X"
    cashier.touch("paper-back", "action-more", "list-drawer", "list-count")
    allow(cashier)
    yield "the count"
    count(cashier, (999, 999, 999, 999, 999, 999, 999, 999))
    yield "a large count"
    cashier.touch("form-confirm")
    cashier.see(lambda screen: screen.body.kind == "form" and len(screen.body.fields) == 1)
    yield "the difference"
    cashier.touch("form-confirm")
    yield "why there is a difference"
    cashier.touch("list-0")
    cashier.see_page("paper")
    yield "the Z"
    cashier.see(lambda screen: screen.body.actions)
    yield "the Z, printed"
    cashier.touch("paper-back", "action-more", "list-drawer")
    yield "after the Z"
    cashier.touch("list-close_day")
    allow(cashier)
    cashier.see_page("paper")
    yield "the day"


@story()
def too_much_in_the_drawer(cashier):
    cashier.shop.send(settings={"drawer_limit_minor": 300})
    cashier.scan(CHEESE)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")
    cashier.see(lambda screen: screen.notice is not None)
    yield "said"
    cashier.touch("notice")
    yield "how much goes to the safe"
