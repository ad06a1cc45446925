"""Something off a line or the whole sale: by whom, why, and what the customer sees of it."""

from __future__ import annotations

from appliance.services import events
from tests.flows.shop import BREAD, MILK, NUTELLA


def fill_in(cashier, **typed):
    """Fill in a form's fields and confirm it."""
    signs = {",": "comma"}
    for field, text in typed.items():
        cashier.touch(f"field-{field}", *(f"form-type-{signs.get(sign, sign)}" for sign in text))
    cashier.touch("form-confirm")


def allow(cashier, pin="4711"):
    """Budi comes by and types his PIN."""
    assert cashier.body.kind == "sign_in"
    cashier.touch(*(f"pin-{digit}" for digit in pin), "pin-enter")
    cashier.see(lambda screen: screen.body.kind != "sign_in", "allowed")


def test_a_share_off_a_line_with_whoever_allows_it_at_hand(shop, cashier):
    cashier.scan(NUTELLA)
    cashier.touch("action-more", "list-discount-line")
    allow(cashier)
    fill_in(cashier, percent="10")
    cashier.touch("list-0")
    (line,) = cashier.body.lines
    assert (line.amount, line.advantage) == ("3,59", True)
    assert line.detail.endswith("Beschadigd \u22120,40")
    assert [(row.label, row.amount) for row in cashier.body.summary][-1] == ("Uw voordeel", "0,40")
    cashier.touch("money-exact")
    cashier.see_page("done")
    (sold,) = shop.sales()[0]["lines"]
    assert sold["discounts"] == [
        {
            "kind": "line",
            "name": "Beschadigd",
            "amount_minor": 40,
            "percent_bp": 1000,
            "allowed_by": "p2",
        }
    ]
    (allowed,) = shop.entries(events.ALLOWED)
    assert (allowed["asked_by"], allowed["allowed_by"]) == ("p1", "p2")
    paper = cashier.see_paper(1)
    assert "Nutella 400 g" in paper
    for row in ("3,99 B", "Beschadigd", "-0,40", "Uw voordeel"):
        assert row in paper


def test_an_amount_off_the_whole_sale_is_shared_out_and_can_be_taken_back(shop):
    budi = shop.cashier.sign_in("p2", "4711")
    budi.touch("language", "language-nl")
    for code in (NUTELLA, MILK):
        budi.scan(code)
    budi.touch("action-more", "list-discount-all")
    fill_in(budi, amount="1")
    budi.touch("list-3")
    assert budi.body.total == "€\u00a04,28"
    budi.scan(BREAD)
    assert budi.body.total == "€\u00a07,17", "the amount stays while lines come"
    budi.touch("action-more", "list-discount-none")
    assert budi.body.total == "€\u00a08,17"


def test_what_cannot_be_is_said_on_the_form(shop):
    budi = shop.cashier.sign_in("p2", "4711")
    budi.touch("language", "language-nl")
    budi.scan(NUTELLA)
    budi.touch("action-more", "list-discount-line")
    fill_in(budi)
    assert budi.body.text == "Vul óf het percentage óf het bedrag in."
    fill_in(budi, percent="101")
    assert budi.body.text == "Een korting is hoogstens 100 %."
    budi.touch("form-erase", "form-erase", "form-erase")
    fill_in(budi, amount="5")
    budi.touch("list-0")
    assert budi.notice == "Dat getal kan niet kloppen. Typ het opnieuw."
    assert budi.body.lines[0].amount == "3,99"


def test_nothing_is_offered_on_an_empty_basket(cashier):
    cashier.touch("action-more")
    offered = {row.key for row in cashier.body.rows}
    assert not offered & {"abandon", "price", "discount-line", "discount-all", "discount-none"}
    assert cashier.body.rows[0].enabled, "what can be done stands first"
    assert [row.key for row in cashier.body.rows if not (row.enabled or row.detail)] == []
