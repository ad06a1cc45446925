"""What a verifier says of sales that move balances in a way no register does."""

from __future__ import annotations

import pytest

from appliance.journal.adding_up import _balance_faults, _left_faults

CARD, CUSTOMER = "KAART0001", "c" * 32


def sale(payment=None, line=None, **more):
    paid = {"payment": 1, "tender": "cash", **(payment or {})}
    sold = {"line": 1, "tax_minor": 0, "rate_bp": 0, **(line or {})}
    return {"payments": [paid], "lines": [sold], **more}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (sale({"tender": "gift_card"}), "does not say which"),
        (sale({"tender": "store_credit"}), "does not say which"),
        (sale({"tender": "on_account", "account": CUSTOMER}), "another than the sale's customer"),
        (sale(line={"kind": "gift_card", "rate_bp": 900}), "is no turnover, and is taxed"),
        (sale(line={"kind": "gift_card", "tax_minor": 5}), "is no turnover, and is taxed"),
        (sale(line={"kind": "account", "account": CUSTOMER}), "pays off another"),
    ],
)
def test_it_is_named(data, fault):
    assert any(fault in each for each in _balance_faults(data))


@pytest.mark.parametrize(
    "data",
    [
        sale(),
        sale({"tender": "gift_card", "account": CARD}),
        sale({"tender": "voucher"}),
        sale({"tender": "on_account", "account": CUSTOMER}, customer=CUSTOMER),
        sale(line={"kind": "gift_card", "account": CARD}),
        sale(line={"kind": "account", "account": CUSTOMER}, customer=CUSTOMER),
    ],
)
def test_what_a_register_does_is_sound(data):
    assert list(_balance_faults(data)) == []


@pytest.mark.parametrize(("tender", "faults"), [("gift_card", 0), ("store_credit", 1)])
def test_what_is_left_is_said_only_of_a_card_that_paid(tender, faults):
    left = [{"kind": "gift_card", "account": CARD, "left_minor": -5}]
    data = sale({"tender": tender, "account": CARD}, left=left)
    assert len(list(_left_faults(data))) == faults
