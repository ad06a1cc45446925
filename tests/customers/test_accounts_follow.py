"""What a customer owes follows a merge of customers, and its undoing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User

from appliance.domain.voucher import BalanceKind
from collector.customers import doubles
from collector.customers.models import Customer, Merge
from collector.ingest.models import Alarm
from collector.ingest.projecting import Projector
from collector.ledgers.issuing import Wanted, do
from collector.ledgers.models import Balance
from tests.collector.sold_on import on_account, sale
from tests.customers.counters import Device

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.fixture
def device(tmp_path):
    return Device(tmp_path, "register-2")


@pytest.fixture
def pair(two, collector):
    """Two customers with an account each; one owes 3.99, the other 7.98."""
    one, other = two
    eva, evi = one.say(name="Eva Smit"), other.say(name="Evi Smid")
    for customer, limit in ((eva, 5000), (evi, 2500)):
        do([Wanted(BalanceKind.ACCOUNT, customer, limit_minor=limit)], by="chef", now=NOW)
    sale(one, on_account(399, eva), customer=eva)
    sale(other, on_account(798, evi), customer=evi, quantity=2)
    for each in two:
        each.send(collector)
    return eva, evi


def owes(customer):
    return Balance.objects.get(account=customer).balance_minor


def told(device, customer):
    stated = device.directory.balance(BalanceKind.ACCOUNT, customer)
    return stated.balance_minor, stated.limit_minor


def merge(kept, gone):
    return doubles.merge(kept, gone, by="chef", now=NOW)


def test_who_is_kept_owes_for_both_and_devices_hear_of_it(pair, collector, device):
    eva, evi = pair
    merge(eva, evi)
    assert (owes(eva), owes(evi)) == (1197, 0)
    device.follow(collector)
    assert told(device, eva) == (1197, 5000)
    assert told(device, evi) == (0, 0), "nothing more is sold on the account of before"
    held = device.directory.balance(BalanceKind.ACCOUNT, eva).holds
    assert held == {"register-2": (1, 3), "register-3": (1, 3)}


def test_undoing_gives_each_its_own_again(pair, collector, device):
    eva, evi = pair
    doubles.undo(merge(eva, evi), by="chef", now=NOW)
    assert (owes(eva), owes(evi)) == (399, 798)
    device.follow(collector)
    assert (told(device, eva), told(device, evi)) == ((399, 5000), (798, 2500))


def test_whoever_stays_without_an_account_takes_over_the_others(two, collector, pair):
    _, evi = pair
    new = two[0].say(name="Evi S.")
    two[0].send(collector)
    merged = merge(new, evi)
    found = Balance.objects.get(account=new)
    assert (found.balance_minor, found.limit_minor) == (798, 2500)
    doubles.undo(merged, by="chef", now=NOW)
    assert (owes(new), owes(evi)) == (0, 798)


def test_a_register_that_has_not_heard_yet_sells_on_the_account_of_before(two, collector, pair):
    eva, evi = pair
    merge(eva, evi)
    sale(two[1], on_account(399, evi), customer=evi)
    two[1].send(collector)
    assert (owes(eva), owes(evi)) == (1596, 0)
    assert not Alarm.objects.exists()


def test_a_chain_of_merges_comes_to_the_last_who_is_kept(two, collector, pair):
    eva, evi = pair
    third = two[0].say(name="E. Smit")
    two[0].send(collector)
    merge(eva, evi)
    merge(third, eva)
    assert [owes(each) for each in (third, eva, evi)] == [1197, 0, 0]
    doubles.undo(Merge.objects.get(gone=eva), by="chef", now=NOW)
    assert [owes(each) for each in (third, eva, evi)] == [0, 1197, 0]


def test_a_merge_by_rule_moves_the_account_too(two, collector):
    one, other = two
    eva = one.say(name="Eva Smit", phone="+31655555555")
    do([Wanted(BalanceKind.ACCOUNT, eva, limit_minor=5000)], by="chef", now=NOW)
    sale(one, on_account(399, eva), customer=eva)
    one.send(collector)
    same = other.say(name="Eva Smit", phone="+31655555555")
    do([Wanted(BalanceKind.ACCOUNT, same, limit_minor=5000)], by="chef", now=NOW)
    sale(other, on_account(399, same), customer=same)
    other.send(collector)
    kept = Customer.objects.get(merged_into="").pk
    assert owes(kept) == 798
    assert owes({eva, same}.difference([kept]).pop()) == 0


def test_a_rebuild_comes_to_the_same(pair):
    eva, evi = pair
    merge(eva, evi)
    before = list(Balance.objects.order_by("account").values())
    Projector.from_settings().rebuild()
    assert list(Balance.objects.order_by("account").values()) == before


def test_more_than_the_limit_together_is_said_as_it_is(two, collector, pair):
    eva, evi = pair
    do([Wanted(BalanceKind.ACCOUNT, eva, limit_minor=1000)], by="chef", now=NOW)
    merge(eva, evi)
    sale(two[0], on_account(399, eva), customer=eva)
    two[0].send(collector)
    sentence = Alarm.objects.get(kind="overspent").sentence
    assert "with whom others were merged, owes 5.96 more than the limit" in sentence


def test_the_office_deals_with_whoever_was_kept(pair, client):
    eva, evi = pair
    merge(eva, evi)
    do([Wanted(BalanceKind.ACCOUNT, evi, -197, note="charged twice")], by="chef", now=NOW)
    assert (owes(eva), owes(evi)) == (1000, 0)
    user = User.objects.create_user("marieke", password="long enough 1")
    user.groups.set(Group.objects.filter(name="manager"))
    client.force_login(user)
    page = client.get(f"/balances/account/{evi}/", follow=True)
    assert page.redirect_chain[-1][0] == f"/balances/account/{eva}/"
    said = page.content.decode()
    assert all(amount in said for amount in ("10.00", "3.99", "7.98", "charged twice"))
