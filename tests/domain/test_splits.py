"""Any split of tenders: the payments come to what is payable, and vouchers are never rounded."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain import market as markets
from appliance.domain.errors import ImpossibleValueError, SettlementError
from appliance.domain.market import CashRounding, RoundingScope
from appliance.domain.payment import Tender, Tendered, settle

BE_ALL = replace(
    markets.load("be"), cash_rounding=CashRounding(5, RoundingScope.ALL, above_minor=5)
)
BE_VOUCHERS_TOO = replace(BE_ALL, cash_rounding=replace(BE_ALL.cash_rounding, vouchers=True))
MARKETS = [*(markets.load(code) for code in markets.MARKETS), BE_ALL, BE_VOUCHERS_TOO]
CODE = "KAART0001"


def given_with(tender, amount, tip=0):
    account = CODE if tender.is_balance else ""
    return Tendered(tender, amount, account=account, tip_minor=tip if tender.takes_tips else 0)


@given(
    st.sampled_from(MARKETS),
    st.integers(-20_000, 20_000),
    st.lists(
        st.tuples(st.sampled_from(Tender), st.integers(1, 9000), st.integers(0, 500)), max_size=5
    ),
    st.sampled_from(Tender),
)
def test_payments_come_to_what_is_payable_in_every_split(market, total, parts, last):
    """Each takes a part of what is left to it; the last takes all that is left."""
    way, handed = (-1 if total < 0 else 1), []
    rule = market.cash_rounding
    step = 1 if rule.scope is RoundingScope.NONE else rule.step_minor
    for tender, wished, tip in parts:
        # There are no coins below the step; where everything is rounded, nobody splits it finer.
        in_steps = tender is Tender.CASH or (
            rule.scope is RoundingScope.ALL and not tender.is_voucher
        )
        wanted = wished - wished % step if in_steps else wished
        left = left_for(tender, settle(total, handed, market))
        if abs(left) > wanted > 0 and left * way > 0:
            handed.append(given_with(tender, wanted * way, tip))
    settled = settle(total, handed, market)
    rest = left_for(last, settled)
    if rest or (settled.remaining_minor and last is Tender.CASH):
        handed.append(given_with(last, rest))
    settled = settle(total, handed, market)
    if not settled.is_settled:
        # What a voucher may not round is left to be paid in another way.
        assert last.is_voucher or not rest
        handed.append(given_with(Tender.CASH, settled.remaining_cash_minor))
        settled = settle(total, handed, market)
    assert settled.is_settled
    assert settled.paid_minor == settled.payable_minor == total + settled.rounding_minor
    assert sum(p.tip_minor for p in settled.payments) == sum(each.tip_minor for each in handed)
    assert abs(settled.rounding_minor) < 2 * max(market.cash_rounding.step_minor, 1)


def left_for(tender, settled):
    if tender is Tender.CASH:
        return settled.remaining_cash_minor
    return settled.remaining_voucher_minor if tender.is_voucher else settled.remaining_minor


@given(st.sampled_from(MARKETS[:-1]), st.integers(1, 20_000), st.sampled_from(Tender))
def test_a_voucher_that_pays_all_of_it_is_never_rounded(market, total, tender):
    if tender.is_voucher:
        left = settle(total, [], market).remaining_voucher_minor
        assert left == total
        settled = settle(total, [given_with(tender, left)], market)
        assert (settled.is_settled, settled.rounding_minor) == (True, 0)


@pytest.mark.parametrize(
    ("market", "voucher", "left", "rounding"),
    [
        # 11.83, of which a voucher pays 5.01: the 6.82 that are left become 6.80.
        (BE_ALL, 501, 680, -2),
        # 11.83 becomes 11.85, and the voucher pays of that.
        (BE_VOUCHERS_TOO, 501, 684, 2),
        (markets.load("nl"), 501, 682, 0),
    ],
)
def test_what_a_voucher_leaves_is_rounded_by_the_market(market, voucher, left, rounding):
    paid = [given_with(Tender.VOUCHER, voucher)]
    assert settle(1183, paid, market).remaining_minor == left
    both = settle(1183, [*paid, given_with(Tender.CARD_MANUAL, left)], market)
    assert (both.is_settled, both.rounding_minor) == (True, rounding)


def test_a_voucher_cannot_pay_what_only_rounding_adds():
    with pytest.raises(SettlementError):
        settle(1183, [given_with(Tender.GIFT_CARD, 1185)], BE_ALL)


def test_a_tip_is_for_cards_and_codes():
    assert Tendered(Tender.QR, 500, tip_minor=50).tip_minor == 50
    for tender in (Tender.CASH, Tender.GIFT_CARD, Tender.ON_ACCOUNT):
        with pytest.raises(ImpossibleValueError):
            Tendered(tender, 500, tip_minor=50)
