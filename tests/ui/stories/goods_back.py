"""Goods that come back, with the receipt and without; a sale that should not have been."""

from stories.goods import CHEESE, JAM
from stories.selling import allow
from stories.table import story
from tests.flows.shop import MILK, NUTELLA


@story()
def goods_back(cashier):
    for code in (NUTELLA, NUTELLA, NUTELLA, JAM, CHEESE, MILK):
        cashier.scan(code)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next", "action-more", "list-return")
    yield "which receipt"
    cashier.touch("form-type-9", "form-confirm")
    yield "no such receipt"
    cashier.scan("3-000001")
    yield "of another register"
    cashier.scan("2-000001")
    yield "what comes back"
    cashier.touch("list-1", "list-2")
    yield "two of them chosen"
    cashier.touch("list-1")
    yield "how many come back"
    cashier.touch("form-type-9", "form-confirm")
    yield "more than was sold"
    cashier.touch("form-erase", "form-type-2", "field-restock", "form-confirm")
    yield "not back on the shelf"
    cashier.touch("list-do-take")
    yield "to give back"
    cashier.touch("money-other")
    yield "how the money goes back"
    cashier.touch("tender-back", "money-exact")
    cashier.see_page("done")
    yield "given back"
    cashier.scan("2-000001")
    yield "what is left to come back"


@story()
def without_a_receipt(cashier):
    cashier.scan(CHEESE)
    cashier.touch("action-more", "list-return-line")
    yield "who allows it"
    allow(cashier)
    yield "why it comes back"
    cashier.touch("list-0")
    yield "where it goes"
    cashier.touch("list-away")
    yield "on the counter"


@story()
def undoing_a_sale(cashier):
    cashier.touch("action-more", "list-void")
    yield "nothing was sold"
    cashier.touch("list-back")
    cashier.scan(CHEESE)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next", "action-more", "list-void")
    allow(cashier)
    yield "what is undone"
    cashier.touch("list-go")
    yield "why"
    cashier.touch("list-0")
    cashier.see_page("done")
    yield "undone"
