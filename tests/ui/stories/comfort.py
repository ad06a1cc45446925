"""What makes a counter easy: hints in place, what can be taken back, how loud it is."""

from stories.table import story
from tests.flows.shop import BREAD, MILK, NUTELLA


def sell(cashier):
    cashier.scan(NUTELLA)
    cashier.touch("money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")


@story()
def hints(cashier):
    cashier.scan(NUTELLA)
    yield "how a sale ends"
    cashier.touch("tip", "money-exact")
    cashier.see_page("done")
    cashier.touch("done-next")
    yield "how something is found"
    cashier.touch("tip")
    sell(cashier)
    yield "what is under More"
    cashier.scan(BREAD)
    yield "how a line is changed"
    cashier.touch("money-other")
    yield "how it is paid in parts"
    cashier.touch("tender-back", "action-park", "pad-confirm")
    cashier.touch("notice" if cashier.notice and cashier.screen.notice.action else "tip")
    yield "a sale waits"


@story()
def taking_back(cashier):
    cashier.scan(NUTELLA)
    cashier.scan(MILK)
    cashier.touch("line-1", "action-remove")
    yield "a line is out"
    cashier.touch("action-undo")
    yield "it is back"
    cashier.touch("action-quantity", "pad-1", "pad-2", "pad-confirm")
    yield "a quantity is set"


@story()
def how_loud(cashier):
    cashier.touch("action-more", "list-sounds", "list-soft")
    yield "soft"
