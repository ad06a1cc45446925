"""Who gets in, who sees what, and what every answer carries."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from appliance.domain.shift import Period
from appliance.domain.shift_books import PERIOD_CLOSED
from appliance.domain.voucher import BalanceKind
from collector.counters.models import Profile
from collector.customers.models import Customer
from collector.desks.register.models import Sale
from collector.enrolment.models import Admission
from collector.ledgers.issuing import Wanted, do
from tests.web.money import MoneyShop
from tests.web.shop import ordinary_shop, trouble

BELOW = {"sale", "device", "alarms"} | {"shift", "closings", "closing"} | {"drawer", "drawer-event"}
BELOW |= {"money-csv", "training", "training-csv", "totals-csv"}
OPEN = {"login", "logout", "health", "set_language"}
PAGES = {
    "overview": [],
    "sales": [],
    "sale": ["register-2.1.1"],
    "shifts": [],
    "shift": ["register-9.1.3"],
    "closings": [],
    "closing": ["register-9.1.4"],
    "drawer": [],
    "drawer-event": ["register-9.1.2"],
    "money-csv": ["shifts"],
    "training": [],
    "training-csv": [],
    "totals": [],
    "totals-csv": [],
    "balances": [],
    "balance": ["gift_card", "KAART0001"],
    "devices": [],
    "device": ["register-1"],
    "counter": ["register-1"],
    "profiles": [],
    "profile": ["bakery"],
    "new-profile": [],
    "remove-profile": ["bakery"],
    "let-in": [],
    "admission": [1],
    "withdraw-code": [1],
    "shut-out": ["register-1"],
    "alarms": [],
    "settle-alarm": [1],
    "updates": [],
    "upload-update": [],
    "change-update": ["0" * 64],
    "ring": ["register-1"],
    "erasures": [],
    "customers": [],
    "same-customers": [],
    "customer": ["e" * 32],
    "customer-data": ["e" * 32],
    "erase-customer": ["e" * 32],
    "change-customer": ["e" * 32],
    "merge-customers": [],
    "undo-merge": [1],
}
POSTED = {
    "upload-update",
    "change-update",
    "ring",
    "settle-alarm",
    "remove-profile",
    "withdraw-code",
    "change-customer",
    "merge-customers",
    "undo-merge",
}
"""Addresses that only take what a form sends."""
CUSTOMERS = {"customers", "same-customers", "customer", "customer-data"}
SALES = {"sales", "sale"}
SHIFTS = {"shifts", "shift", "closings", "closing", "drawer", "drawer-event", "money-csv"}
SHIFTS |= {"training", "training-csv", "totals", "totals-csv"}
BELOW |= {"same-customers", "customer", "customer-data", "erase-customer"}
BALANCES = {"balances", "balance"}
BELOW |= {"balance"}
DEVICES = {"devices", "device", "alarms", "counter", "profiles", "profile"}
LETTING_IN = {"let-in", "admission", "shut-out", "new-profile"}
BELOW |= LETTING_IN | {"counter", "profiles", "profile"}


@pytest.fixture
def shop(kept, now):
    return kept("something for every page", lambda: filled_shop(now))


def filled_shop(now):
    """The ordinary shop, and a register with a shift that was closed."""
    shop = ordinary_shop(now)
    counted = MoneyShop()
    counted.register("register-9", "Kassa 9", "9")
    counted.open_shift("register-9", now)
    counted.close_shift("register-9", now)
    period = Period.DAY
    data = counted.books["register-9"].period_data(period, at=now, by="p1")
    counted.enter("register-9", PERIOD_CLOSED, now, data)
    counted.deliver()
    do([Wanted(BalanceKind.GIFT_CARD, "KAART0001", 2500)], by="chef", now=now)
    Customer.objects.create(id="e" * 32, profile={"name": "Eva Smit"}, folded="eva smit")
    Profile.objects.create(name="bakery", settings="[scale]\n", changed=now)
    Admission.objects.create(id=1, device="register-5", name="Kassa 5", made=now, expires=now)
    return shop


def test_every_address_is_known_to_these_tests():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert names == OPEN | set(PAGES)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_sees_no_page(client, shop, name, method):
    address = reverse(name, args=PAGES[name])
    response = getattr(client, method)(address)
    if name in POSTED and method == "get":
        assert response.status_code == 405
    else:
        assert response.status_code == 302
        assert response.url == f"/sign-in/?next={address}"


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("finance", {"overview"} | SALES | SHIFTS | BALANCES | DEVICES),
        ("marketing", {"overview", "erasures"} | SALES | CUSTOMERS),
        ("stock", {"overview"} | SALES),
        (
            "manager",
            {"overview", "erasures", "erase-customer", "updates"}
            | CUSTOMERS
            | SALES
            | SHIFTS
            | BALANCES
            | DEVICES
            | LETTING_IN,
        ),
        ("technician", {"overview", "updates"} | DEVICES | LETTING_IN),
        (None, {"overview"}),
    ],
)
def test_each_role_sees_its_pages_and_no_others(sign_in, shop, role, sees):
    client = sign_in(*([role] if role else []))
    for name, arguments in PAGES.items():
        if name in POSTED:
            continue
        status = client.get(reverse(name, args=arguments)).status_code
        assert status == (200 if name in sees else 403), name
    menu = [link.address for link, _here in client.get("/").context["menu"]]
    assert set(menu) == sees - BELOW


def test_a_technician_sees_no_turnover_and_marketing_no_devices(sign_in, shop):
    assert not sign_in("technician").get("/").context["part"].cards
    assert sign_in("marketing").get("/").context["states"] is None


def test_a_refusal_says_what_to_do(sign_in, shop):
    page = sign_in("marketing").get("/devices/").content.decode()
    assert "A manager can give you another role." in page


def try_password(client, password, name="sanne"):
    return client.post("/sign-in/", {"username": name, "password": password})


@pytest.fixture
def sanne(db):
    return User.objects.create_user("sanne", password="the right one 1")


def test_the_right_password_lets_in(client, sanne):
    response = client.post(
        "/sign-in/?next=/sales/", {"username": "sanne", "password": "the right one 1"}
    )
    assert response.url == "/sales/"


def test_signing_in_is_written_down_without_the_password(client, sanne, caplog):
    caplog.set_level("INFO", logger="collector.office")
    try_password(client, "the wrong one\n2026 forged line", name="san\nne")
    try_password(client, "the right one 1")
    wrong, right = (record.getMessage() for record in caplog.records)
    assert wrong == "a wrong password for 'san\\nne' from 127.0.0.1"
    assert right == "'sanne' signed in from 127.0.0.1"


def test_nobody_is_led_to_another_site(client, sanne):
    response = client.post(
        "/sign-in/?next=https://evil.example/", {"username": "sanne", "password": "the right one 1"}
    )
    assert response.url == "/"


def test_five_wrong_passwords_make_the_next_try_wait(client, sanne, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("collector.office.sign_in.time.time", lambda: clock[0])
    for _ in range(5):
        assert "do not belong together" in try_password(client, "guess").content.decode()
    waiting = try_password(client, "the right one 1")
    assert "Too many wrong passwords. Wait 30 seconds, then try again." in waiting.content.decode()
    clock[0] += 31
    assert "do not belong together" in try_password(client, "guess").content.decode()
    assert "Wait 60 seconds" in try_password(client, "guess").content.decode()
    clock[0] += 61
    assert try_password(client, "the right one 1").status_code == 302
    assert "do not belong together" in try_password(Client(), "guess").content.decode()


def test_somebody_elses_guesses_elsewhere_do_not_shut_out_the_owner(sanne):
    thief = Client(REMOTE_ADDR="192.0.2.7")
    for _ in range(8):
        try_password(thief, "guess")
    assert try_password(Client(REMOTE_ADDR="192.0.2.8"), "the right one 1").status_code == 302


def test_guessing_under_many_names_from_one_place_waits_too(client, sanne):
    for number in range(25):
        try_password(client, "guess", name=f"name-{number}")
    assert "Too many wrong passwords" in try_password(client, "guess", "other").content.decode()


def test_a_name_that_does_not_exist_is_answered_like_a_wrong_password(client, sanne):
    unknown = try_password(client, "guess", name="nobody").content.decode()
    assert "do not belong together" in unknown


def test_signing_out_takes_a_form_and_ends_the_session(client, sanne):
    client.force_login(sanne)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_a_form_from_another_site_is_refused_with_a_sentence(sanne):
    client = Client(enforce_csrf_checks=True)
    client.force_login(sanne)
    response = client.post("/sign-out/")
    assert response.status_code == 403
    assert "nothing was done" in response.content.decode()


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/nowhere/", "/sales/"])
def test_every_page_keeps_to_itself(sign_in, shop, address):
    response = sign_in("manager").get(address)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"].find("no-store") >= 0
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_no_page_has_scripts_or_styles_of_its_own_or_from_elsewhere(sign_in, shop, now):
    trouble(shop, now)
    client = sign_in("manager")
    sale = Sale.objects.filter(device="register-2").latest("sequence")
    for address in (
        "/",
        "/sales/",
        f"/sales/{sale.pk}/",
        "/devices/",
        "/devices/register-3/",
        "/alarms/",
    ):
        page = client.get(address).content.decode()
        for banned in (
            " style=",
            "<style",
            " onclick=",
            "javascript:",
            "http://",
            "https://",
            'src="//',
        ):
            assert banned not in page, (address, banned)
        assert page.count("<script") == page.count('<script src="/static/')


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, sanne):
    cookie = try_password(client, "the right one 1").cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_health_is_open_and_says_nothing(client, db):
    response = client.get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_the_session_ends_after_a_working_day(client, sanne, settings):
    client.force_login(sanne)
    assert 0 < (client.session.get_expiry_date() - timezone.now()).total_seconds() <= 12 * 3600 + 1
