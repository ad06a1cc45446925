"""A corner shop's day, step by step as its cashier lives it, and what it must come to by hand.

The same day is lived twice: with the desk at hand, and in a process that is killed at noon while
the whole shop is offline (see tests/flows/test_a_day_offline.py). Each customer's amount was worked
out on paper; `ROLL` is that paper.
"""

from __future__ import annotations

import csv
import io

from appliance.domain.shift_books import CASH_MOVED, DRAWER_OPENED
from drivers.drawer import DrawerState
from drivers.terminal.simulated import Behaviour
from tests.flows.shop import APPLES, BREAD, DIRECTORY, MILK, NUTELLA, article
from tests.flows.test_discounts import fill_in
from tests.flows.test_labels_and_deposits import label
from tests.flows.test_the_drawers_day import amount, count

COLA, BOTTLE, BEER = "COLA", "FLES", "BIER"
CHEESE_LABEL = label("211234500675")
ARTICLES = [
    *(row for row in DIRECTORY["articles"] if row["code"] in (NUTELLA, MILK, BREAD, APPLES)),
    article(COLA, "Cola 1 l", 199, deposit=BOTTLE, tax_class="reduced"),
    article(BOTTLE, "Statiegeld fles", 25, kind="deposit", tax_class="zero"),
    article(BEER, "Pils 33 cl", 150, minimum_age=18, tax_class="standard"),
    article("12345", "Jonge kaas", 1199, unit="kg") | {"gtin": None},
]
RULE = {
    "name": "2 broden voor 5 euro",
    "kind": "n_for_amount",
    "parts": [{"articles": [BREAD], "count": 2}],
    "price_minor": 500,
}
PROMOTIONS_CSV = (
    f"id;name;kind;goods;count;price\nbrood;2 broden voor 5 euro;n_for_amount;{BREAD};2;5,00\n"
)
LABEL_RULES = [{"pattern": "21PPPPPVVVVVC", "measure": "price", "decimals": 2}]
SHOP = {
    "articles": ARTICLES,
    "promotions": [{"id": "brood", "position": 1, "rule": RULE}],
    "settings": {"label_rules": LABEL_RULES},
}
SHOP_TOML = """\
name = "Buurtwinkel De Hoek"
address = ["Dorpsstraat 1", "1234 AB Ons Dorp"]
tax_number = "NL001234567B01"
[settings]
receipt = "print"
[[settings.label_rules]]
pattern = "21PPPPPVVVVVC"
measure = "price"
decimals = 2
"""
STAFF_CSV = "id,name,pin,roles,language\np1,Sanne,2580,cashier,nl\np2,Budi,4711,manager,nl\n"

ANNAS_PHONE = "0655555555"
FLOAT = 10_000
PAID_OUT = 1_250
ROLL = [
    # kind, gross, cash in the drawer, card
    ("sale", 946, 945, 0),  # jar, loaf, two milk; a ten, change 0.55
    ("sale", 411, 410, 0),  # apples 0.750 kg 1.87, cola 1.99 with 0.25 on the bottle
    ("sale", 300, 0, 300),  # two beers by card
    ("sale", 359, 360, 0),  # the dented jar, 10 % off
    ("sale", 500, 500, 0),  # two loaves for five
    ("sale", 399, 400, 0),  # a jar, while Anna fetches her purse
    ("sale", 129, 130, 0),  # Anna's milk
    ("sale", 675, 675, 0),  # cheese by its label
    ("return", -25, -25, 0),  # the empty bottle
    ("sale", 399, 400, 0),  # the card is declined, so in cash
    ("sale", 289, 0, 289),  # the terminal's answer was lost, and found
    ("return", -129, -130, 0),  # one of the two milk comes back
    ("sale", 289, 290, 0),  # rung up by mistake
    ("void", -289, -290, 0),
    ("sale", 528, 530, 0),  # a jar and a milk: on the counter when the power went
]
"""What each customer's paper says, in cents."""


def articles_csv():
    """The same articles as the back office's file has them."""
    names = ("code", "name", "tax_class", "category", "unit", "kind", "minimum_age", "deposit")
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow((*names, "price"))
    for row in ARTICLES:
        price = f"{row['price_minor'] // 100}.{row['price_minor'] % 100:02d}"
        table.writerow((*(row.get(name, "") for name in names), price))
    return file.getvalue()


class Day:
    """The day's steps, at one desk.

    Args:
        shop: Its files and devices.
        cashier: Who stands there, signed in.
    """

    def __init__(self, shop, cashier):
        self.shop, self.cashier = shop, cashier

    def morning(self):
        """From the float to the label on the cheese."""
        self._open_the_drawer()
        cashier = self.cashier
        self._pay(NUTELLA, BREAD, MILK, MILK, money="money-note-1000")
        self._weigh(750)
        self._pay(COLA)
        self._pay(BEER, BEER, money="money-card", then=["list-document"])
        self._dented_jar()
        self._pay(BREAD, BREAD)
        cashier.scan(MILK)
        cashier.touch("action-park", "pad-extra", *(f"form-type-{letter}" for letter in "Anna"))
        cashier.touch("form-confirm")
        self._pay(NUTELLA)
        cashier.touch("action-parked")
        (anna,) = cashier.see_page("parked").baskets
        assert anna.label == "Anna"
        cashier.touch(f"parked-{anna.article}")
        self._write_down_anna()
        self._pay()
        self._pay(CHEESE_LABEL)

    def noon(self):
        """What else a day brings: bottles, cards that fail, money out, the drawer for change."""
        cashier, terminal = self.cashier, self.shop.terminal
        self._pay(BOTTLE)
        self._pay_out()
        terminal.behave(Behaviour.DECLINE)
        cashier.scan(NUTELLA)
        cashier.touch("money-card")
        cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting, "declined")
        cashier.touch("terminal-back")
        self._pay()
        terminal.behave(Behaviour.SILENT)
        cashier.scan(BREAD)
        cashier.touch("money-card")
        cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting, "no answer")
        terminal.behave(Behaviour.APPROVE)
        cashier.touch("terminal-look_up")
        cashier.see_page("done")
        cashier.touch("done-next")
        cashier.scan("2-000001")
        cashier.touch("list-3", "list-3")
        fill_in(cashier, quantity="1")
        cashier.touch("list-do-take")
        self._pay()
        self._pay(BREAD)
        cashier.touch("action-more", "list-void")
        self._budi_allows()
        cashier.touch("list-go", "list-0")
        cashier.see_page("done")
        self._shut()
        cashier.touch("done-next")
        self._change_a_note()
        cashier.scan(NUTELLA)
        cashier.scan(MILK)

    def evening(self):
        """After the power came back: the last customer, the blind count, the Z."""
        cashier = self.cashier
        assert [line.name for line in cashier.body.lines] == ["Nutella 400 g", "Halfvolle melk 1 l"]
        self._find_anna()
        self._pay()
        cashier.touch("action-more", "list-drawer", "list-x")
        self._budi_allows()
        cashier.see_page("paper")
        cashier.touch("paper-back")
        cashier.see_page("sale")
        cashier.touch("action-more", "list-drawer", "list-count")
        self._budi_allows()
        # A fifty cent piece rolled under the counter.
        euros, cents = divmod(in_drawer() - 50, 100)
        count(cashier, n1_00=euros, **{f"n{value}": n for value, n in coins(cents).items()})
        cashier.see(lambda s: s.body.kind == "form" and s.body.title == "Dienst afsluiten")
        cashier.touch("form-confirm", "list-0")
        paper = "\n".join(cashier.see_page("paper").paper)
        cashier.touch("paper-back")
        return paper

    # What the cashier does again and again.

    def _pay(self, *codes, money="money-exact", then=()):
        for code in codes:
            self.cashier.scan(code)
        self.cashier.touch(money, *then)
        self.cashier.see_page("done")
        self._shut()
        self.cashier.touch("done-next")

    def _shut(self):
        """Shut the drawer, where money moved, and wait until the journal knows."""
        if self.shop.sales()[-1]["payments"][0]["tender"] == "cash":
            self._shut_after("sale")

    def _shut_after(self, cause):
        cashier, till = self.cashier, self.cashier.presenter._parts.till
        told = len(self.shop.entries(DRAWER_OPENED))
        cashier.see(lambda _: till.view.state is DrawerState.OPEN, "the drawer open")
        self.shop.times.pass_by(4)
        self.shop.drawer.shut()
        cashier.see(lambda _: len(self.shop.entries(DRAWER_OPENED)) > told, "the drawer told")
        assert self.shop.entries(DRAWER_OPENED)[-1]["cause"] == cause

    def _budi_allows(self):
        cashier = self.cashier
        cashier.touch("person-p2", *(f"pin-{digit}" for digit in "4711"), "pin-enter")
        cashier.see(lambda screen: screen.body.kind != "sign_in", "allowed")

    def _open_the_drawer(self):
        self.cashier.touch("action-more", "list-drawer", "list-open")
        count(self.cashier, n50_00=1, n10_00=4, n1_00=10)
        self.cashier.see_notice("Dienst 1 is geopend.")

    def _weigh(self, grams):
        cashier = self.cashier
        self.shop.scale.put(grams)
        cashier.front.searched("elstar")
        cashier.touch(f"result-{APPLES}")
        cashier.see(lambda s: s.body.keypad and s.body.keypad.entry == "0,750", "the weight")
        cashier.touch("pad-confirm")
        cashier.see(lambda s: s.body.lines, "the line")
        self.shop.scale.put(0)

    def _dented_jar(self):
        cashier = self.cashier
        cashier.scan(NUTELLA)
        cashier.touch("action-more", "list-discount-line")
        self._budi_allows()
        fill_in(cashier, percent="10")
        cashier.touch("list-0")
        self._pay()

    def _write_down_anna(self):
        """Anna wants to be known here; her sale is laid to her name."""
        cashier = self.cashier
        cashier.touch("action-more", "list-customer", "list-do-new")
        for field, text in (("name", "ANNA"), ("phone", ANNAS_PHONE)):
            cashier.touch(f"field-{field}", *(f"form-type-{sign}" for sign in text))
        cashier.touch("form-confirm")
        cashier.see(lambda s: s.body.kind == "sale" and s.body.customer, "Anna over the sale")

    def _find_anna(self):
        """She comes back after the power did, and says her number."""
        cashier = self.cashier
        cashier.touch("action-more", "list-customer")
        cashier.front.searched(ANNAS_PHONE)
        (anna,) = cashier.see(lambda s: getattr(s.body, "rows", ()), "Anna").body.rows
        assert anna.label == "ANNA"
        cashier.touch(f"list-{anna.key}")
        cashier.see_page("sale")

    def _pay_out(self):
        cashier = self.cashier
        cashier.touch("action-more", "list-drawer", "list-paid_out")
        self._budi_allows()
        amount(cashier, "12,50")
        cashier.touch("list-0")
        cashier.see(lambda _: self.shop.entries(CASH_MOVED), "paid out")
        self._shut_after("cash_moved")
        cashier.see_page("sale")

    def _change_a_note(self):
        self.cashier.touch("action-more", "list-no_sale")
        self._budi_allows()
        self.cashier.touch("list-0")
        self._shut_after("no_sale")
        self.cashier.see_page("sale")


def in_drawer():
    """What must lie in the drawer in the evening, by hand."""
    return FLOAT + sum(cash for _, _, cash, _ in ROLL) - PAID_OUT


def coins(cents):
    """Make an amount of coins."""
    made = {}
    for value in (50, 20, 10, 5):
        made[value], cents = divmod(cents, value)
    assert cents == 0
    return {value: number for value, number in made.items() if number}


def check(sales, z):
    """Hold the journal and the Z against the paper."""
    found = []
    for sale in sales:
        by_tender = {"cash": 0, "card_terminal": 0}
        for payment in sale["payments"]:
            by_tender[payment["tender"]] += payment["amount_minor"]
        gross = sale["totals"]["gross_minor"]
        found.append((sale["kind"], gross, by_tender["cash"], by_tender["card_terminal"]))
    assert found == ROLL
    hers = [sale["customer"] for sale in sales if sale.get("customer")]
    assert len(hers) == 2
    assert hers[0] == hers[1], "the same Anna before the power cut and after it"
    assert [sale["number"] for sale in sales] == list(range(1, len(ROLL) + 1))
    assert z["expected_minor"] == in_drawer()
    assert z["difference_minor"] == -50
    assert z["totals"]["gross_minor"] == sum(gross for _, gross, _, _ in ROLL)
