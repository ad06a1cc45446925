"""The card terminal in all its moods."""

from drivers.terminal.sentences import CANNOT_SAY, MESSAGES
from drivers.terminal.simulated import Behaviour
from stories.goods import CHEESE
from stories.table import story


@story()
def a_card(cashier):
    cashier.scan(CHEESE)
    cashier.shop.terminal.behave(Behaviour.DECLINE)
    cashier.touch("money-card")
    yield "at the terminal"
    cashier.see(lambda screen: screen.body.kind == "terminal" and not screen.body.waiting)
    yield "declined"
    cashier.shop.terminal.behave(Behaviour.APPROVE)
    cashier.touch("terminal-again")
    cashier.see_page("done")
    yield "paid by card"


@story()
def a_card_nobody_knows_of(cashier):
    cashier.scan(CHEESE)
    cashier.shop.terminal.behave(Behaviour.SILENT)
    cashier.touch("money-card")
    cashier.see(lambda screen: screen.body.kind == "terminal" and not screen.body.waiting)
    yield "no answer"
    page = cashier.presenter._pages.terminal
    page.unclear(page._attempt, CANNOT_SAY)
    yield "by the slip"
    cashier.touch("terminal-slip_paid")
    yield "who says what the slip says"
    cashier.touch("allow-cancel")
    cashier.touch("terminal-other", "tender-cash")
    cashier.type("4250000" if cashier.screen.top.language == "ID" else "250")
    cashier.see_page("done")
    cashier.touch("done-next")
    yield "a card is unclear"
    cashier.touch("status-terminal")
    yield "what to do about the card"
    cashier.touch("notice")
    cashier.see(lambda screen: screen.notice is not None and screen.notice.action is not None)
    yield "the card paid too"
    cashier.touch("notice")
    cashier.see(lambda screen: screen.body.kind == "terminal" and not screen.body.waiting)
    yield "to be given back"
    cashier.touch("terminal-by_hand")
    yield "given back by hand"


@story(variants=True)
def what_the_terminal_says(cashier):
    cashier.scan(CHEESE)
    cashier.shop.terminal.behave(Behaviour.DECLINE)
    cashier.touch("money-card")
    cashier.see(lambda screen: screen.body.kind == "terminal" and not screen.body.waiting)
    page = cashier.presenter._pages.terminal
    for place, message in enumerate(MESSAGES):
        page._set(page._attempt, type(page._stage).REFUSED, message)
        yield f"declined, with message {place}"
