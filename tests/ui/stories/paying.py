"""Money: cash, several ways in turn, an age, the change, the receipt."""

from drivers.bench.printer import Condition
from stories.goods import BEER, CHEESE, JAM
from stories.table import story
from tests.flows.shop import MILK, NUTELLA


@story()
def paying_in_cash(cashier):
    for code in (JAM, NUTELLA, CHEESE):
        cashier.scan(code)
    cashier.touch(next(f"money-{key}" for key in cashier.money() if key.startswith("note-")))
    cashier.see_page("done")
    yield "the change"
    cashier.see(lambda screen: screen.body.actions[0].enabled)
    yield "the change, with the receipt printed"
    cashier.touch("done-qr")
    yield "the receipt as a code"
    cashier.touch("done-next")
    cashier.scan(MILK)
    yield "the next customer"


@story()
def paying_in_parts(cashier):
    for code in (JAM, CHEESE):
        cashier.scan(code)
    cashier.touch("money-other")
    yield "how does the customer pay"
    cashier.touch("tender-cash")
    yield "how much cash"
    cashier.type("200")
    yield "a part is paid"
    cashier.touch("tender-card_terminal")
    yield "how much by card"
    cashier.type("999999999")
    yield "more than is due"
    cashier.touch("pad-cancel", "tender-card_manual")
    cashier.type("")
    yield "the slip's number"
    cashier.touch("pad-cancel", "tender-back")
    yield "the sale, partly paid"
    cashier.touch("line-1", "action-remove")
    yield "it may not shrink"
    cashier.touch("money-other", "tender-give_back")
    yield "given back"


@story(terminal=False)
def paying_without_a_terminal(cashier):
    cashier.scan(CHEESE)
    yield "the sale"
    cashier.touch("money-other")
    yield "how does the customer pay"


@story()
def an_age(cashier):
    cashier.scan(BEER)
    cashier.touch("money-exact")
    yield "is the customer old enough"
    cashier.touch("list-refused")
    yield "too young"


@story()
def no_paper(cashier):
    cashier.shop.printer.behave(Condition.PAPER_OUT)
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    cashier.see(lambda screen: screen.notice is not None and screen.notice.action is not None)
    yield "paid, and no paper"
    cashier.see(lambda screen: any(item.state.value == "bad" for item in screen.top.items))
    cashier.touch("status-printer")
    yield "what to do about the paper"
    again = cashier.shop.restart()
    yield "after a restart"
    again.sign_in()
    yield "after a restart, signed in"
