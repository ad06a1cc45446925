"""Balances: no movement counts twice or not at all, and none goes below nothing unseen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from appliance.domain.ledger import (
    Movement,
    Own,
    Stated,
    hold,
    movements_of,
    settled_balance,
)
from appliance.domain.voucher import (
    BalanceError,
    BalanceKind,
    BlockedBalance,
    EmptyBalance,
    ExpiredBalance,
    OverLimit,
    UnknownBalance,
    UsedVoucher,
)

CARD, TODAY = "KAART0001", date(2026, 11, 22)
GIFT = BalanceKind.GIFT_CARD
AMOUNTS = st.integers(1, 5000)


def own(sequence, amount, kind=GIFT, expires=None):
    return Own((1, sequence), Movement(kind, CARD, amount, expires))


def stated(balance, sequence=0, kind=GIFT, **more):
    return Stated(kind, CARD, balance, holds={"register-2": (1, sequence)}, **more)


LINE = {"kind": "gift_card", "account": CARD, "gross_minor": 2500, "expires": "2027-11-22"}


class TestWhatASaleMoves:
    def sale(self, *, lines=(), payments=()):
        return {"lines": list(lines), "payments": list(payments)}

    def pays(self, tender, amount, account=CARD):
        return {"tender": tender, "amount_minor": amount, "account": account}

    def test_money_put_on_a_card(self):
        (moved,) = movements_of(self.sale(lines=[LINE, {"gross_minor": 399}]))
        assert moved == Movement(GIFT, CARD, 2500, date(2027, 11, 22))

    def test_payments_from_and_back_to_it(self):
        payments = [self.pays("gift_card", 399), self.pays("gift_card", -100)]
        moved = movements_of(self.sale(payments=payments))
        assert [each.amount_minor for each in moved] == [-399, 100]

    def test_an_account_is_what_the_customer_owes(self):
        line = {"kind": "account", "account": "c" * 32, "gross_minor": 150}
        moved = movements_of(
            self.sale(lines=[line], payments=[self.pays("on_account", 399, "c" * 32)])
        )
        assert [(each.kind, each.amount_minor) for each in moved] == [
            (BalanceKind.ACCOUNT, -150),
            (BalanceKind.ACCOUNT, 399),
        ]

    def test_cash_and_vouchers_of_others_move_nothing(self):
        payments = [{"tender": "cash", "amount_minor": 5}, {"tender": "voucher", "amount_minor": 8}]
        assert movements_of(self.sale(payments=payments)) == ()


class TestWhatADeviceKnows:
    def test_what_it_moved_after_the_back_office_spoke_is_added(self):
        held = hold(GIFT, CARD, stated(1000, 5), [own(4, -300), own(6, -200)], "register-2")
        assert held.balance_minor == 800

    def test_what_other_devices_hold_says_nothing_of_this_one(self):
        held = hold(GIFT, CARD, stated(1000, 5), [own(4, -300)], "register-3")
        assert held.balance_minor == 700

    def test_a_card_that_only_this_device_knows(self):
        held = hold(GIFT, CARD, None, [own(2, 500, expires=TODAY)], "register-2")
        assert (held.balance_minor, held.expires, held.stated_at) == (500, TODAY, "")

    def test_nobody_knows_it(self):
        with pytest.raises(UnknownBalance):
            hold(GIFT, CARD, None, [], "register-2")

    @given(st.lists(st.integers(-500, 500), max_size=12), st.integers(0, 12))
    def test_wherever_the_back_office_has_got_to_it_comes_to_the_same(self, amounts, seen):
        """The back office holds the first few; the device adds the rest: never more, never less."""
        moved = [own(place, amount) for place, amount in enumerate(amounts, 1)]
        told = stated(10_000 + sum(amounts[:seen]), min(seen, len(amounts)))
        assert hold(GIFT, CARD, told, moved, "register-2").balance_minor == 10_000 + sum(amounts)


class TestPaying:
    def test_it_takes_the_rest_and_leaves_the_remainder_due(self):
        held = hold(GIFT, CARD, stated(1000), [], "register-2")
        assert held.pays(399, TODAY) == 399
        assert held.pays(1285, TODAY) == 1000

    def test_the_last_day_counts_and_the_next_does_not(self):
        held = hold(GIFT, CARD, stated(1000, expires=TODAY), [], "register-2")
        assert held.pays(1, TODAY) == 1
        with pytest.raises(ExpiredBalance, match="until 2026-11-22"):
            held.pays(1, TODAY + timedelta(days=1))

    @pytest.mark.parametrize(
        ("kind", "error"),
        [
            (GIFT, EmptyBalance),
            (BalanceKind.STORE_CREDIT, EmptyBalance),
            (BalanceKind.VOUCHER, UsedVoucher),
            (BalanceKind.ACCOUNT, OverLimit),
        ],
    )
    @pytest.mark.parametrize("balance", [0, -50])
    def test_nothing_left_is_said_in_its_own_way(self, kind, error, balance):
        wrong_way = -1 if kind is BalanceKind.ACCOUNT else 1
        held = hold(kind, CARD, stated(wrong_way * balance, kind=kind), [], "register-2")
        with pytest.raises(error):
            held.pays(1, TODAY)

    def test_a_blocked_one(self):
        with pytest.raises(BlockedBalance):
            hold(GIFT, CARD, stated(1000, blocked=True), [], "x").pays(1, TODAY)

    def test_a_customer_may_owe_up_to_the_limit(self):
        told = stated(300, kind=BalanceKind.ACCOUNT, limit_minor=1000)
        assert hold(BalanceKind.ACCOUNT, CARD, told, [], "x").pays(900, TODAY) == 700

    def test_of_a_voucher_that_was_used_nothing_is_left(self):
        told = stated(1000, kind=BalanceKind.VOUCHER)
        used = hold(
            BalanceKind.VOUCHER, CARD, told, [own(6, -399, BalanceKind.VOUCHER)], "register-2"
        )
        assert used.available_minor == 0
        assert settled_balance(BalanceKind.VOUCHER, 1000, [-399, 399]) == 1000, (
            "a void gives it back"
        )


class TwoRegisters(RuleBasedStateMachine):
    """Two registers and a back office that hear of each other only now and then."""

    def __init__(self):
        super().__init__()
        self.journals = {"register-2": [], "register-3": []}
        self.arrived = dict.fromkeys(self.journals, 0)
        self.told = dict.fromkeys(self.journals)
        self.apart = False
        self.journals["register-2"].append(own(1, 5000))

    def known(self, device):
        try:
            return hold(GIFT, CARD, self.told[device], self.journals[device], device)
        except UnknownBalance:
            return None

    @rule(device=st.sampled_from(["register-2", "register-3"]), wanted=AMOUNTS)
    def spend(self, device, wanted):
        held = self.known(device)
        if held is None:
            return
        try:
            amount = held.pays(wanted, TODAY)
        except BalanceError:
            return
        heard = self.told[device].holds if self.told[device] else {}
        self.apart |= any(
            heard.get(other, (1, 0)) != (1, len(journal))
            for other, journal in self.journals.items()
            if other != device
        )
        self.journals[device].append(own(len(self.journals[device]) + 1, -amount))

    @rule(device=st.sampled_from(["register-2", "register-3"]))
    def send(self, device):
        self.arrived[device] = len(self.journals[device])

    @rule(device=st.sampled_from(["register-2", "register-3"]))
    def hear(self, device):
        if any(self.arrived.values()):
            self.told[device] = Stated(GIFT, CARD, self.at_the_office(), holds=self.places())

    def places(self):
        return {device: (1, count) for device, count in self.arrived.items()}

    def at_the_office(self):
        return sum(
            each.movement.amount_minor
            for device, count in self.arrived.items()
            for each in self.journals[device][:count]
        )

    @invariant()
    def nothing_is_below_nothing_but_where_registers_were_apart(self):
        all_of_it = sum(
            each.movement.amount_minor for journal in self.journals.values() for each in journal
        )
        assert all_of_it >= 0 or self.apart

    @invariant()
    def a_register_never_spends_more_than_it_knows_of(self):
        held = self.known("register-2")
        if self.told["register-2"] is None:
            assert held is not None
            assert held.balance_minor >= 0


TestTwoRegisters = TwoRegisters.TestCase
