"""Only single addresses of other devices come of settings, whatever stands in them."""

from __future__ import annotations

import re
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config import ConfigError, load, load_told
from appliance.counter_check import checked, reason
from appliance.counter_files import CounterFiles
from appliance.peripherals import (
    SHUT_IN,
    AddressError,
    check,
    let_through,
    one_device,
    places,
    settings_in_use,
)
from appliance.peripherals_command import as_properties

DEVICE = """
[device]
id = "register-1"
name = "Register 1"
register = "1"
data = "data"
"""
ON_A_DEVICE = {SHUT_IN: "yes"}


@pytest.fixture
def settings(tmp_path):
    def make(own="", told=None):
        file = tmp_path / "balie.toml"
        file.write_text(DEVICE + own)
        return load(file) if told is None else load_told(file, told)

    return make


def printer(host):
    return f'[printer]\ndriver = "network"\nhost = "{host}"\n'


def terminal(host):
    return f'[terminal]\ndriver = "zvt"\nhost = "{host}"\n'


def test_printer_and_terminal_are_where_they_are_set(settings):
    found = list(places(settings(printer("192.0.2.7") + terminal("2001:db8::7"))))
    assert [(each.kind, str(each.address)) for each in found] == [
        ("printer", "192.0.2.7"),
        ("terminal", "2001:db8::7"),
    ]
    assert found[0].where.endswith("balie.toml: [printer] host")


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[printer]\ndriver = "serial"\nport = "/dev/balie-printer"\n',
        '[printer]\ndriver = "none"\n[terminal]\ndriver = "simulated"\n',
        '[[scanner]]\ndriver = "hid"\n',
        '[broker]\nhost = "192.0.2.1"\nca = "a"\ncertificate = "b"\nkey = "c"\n',
        '[door]\nhost = "192.0.2.1"\n',
    ],
)
def test_nothing_else_is_let_through(settings, text):
    assert let_through(places(settings(text))) == ([], [])


def test_an_address_that_two_of_them_have_is_let_through_once(settings):
    addresses, wrong = let_through(places(settings(printer("192.0.2.7") + terminal("192.0.2.7"))))
    assert [str(each) for each in addresses] == ["192.0.2.7"]
    assert not wrong


HOSTILE = [
    # Ranges, words of systemd's, and more than one.
    *("0.0.0.0/0", "::/0", "192.0.2.0/24", "192.0.2.7/32", "any", "localhost", "link-local"),
    *("multicast", "192.0.2.7 0.0.0.0/0", "192.0.2.7\\nIPAddressAllow=any", "192.0.2.7 "),
    # Names, and numbers that a resolver takes for addresses.
    *("printer", "printer.local", "register.example", "127.1", "0", "2130706433", "0x7f000001"),
    *("192.0.2.07", "١٩٢.0.2.7", "[2001:db8::7]", "192.0.2.7:9100", "http://192.0.2.7"),
    # This device itself, where a resolver listens; nobody, everybody, and what holds nowhere.
    *("127.0.0.1", "127.0.0.53", "::1", "0.0.0.0", "::", "::ffff:127.0.0.1", "::ffff:192.0.2.7"),  # noqa: S104 - refused
    *("224.0.0.251", "ff02::fb", "255.255.255.255", "240.0.0.1", "169.254.169.254", "fe80::1"),
    *("fe80::1%eth0", "2001:db8::7%eth0", "2001:db8::7% IPAddressAllow=any", "::7f00:1"),
    "x" * 9_000,
]


@pytest.mark.parametrize("host", HOSTILE)
def test_what_is_no_other_devices_address_is_never_let_through(settings, host):
    made = settings(told=printer(host) + terminal("192.0.2.8"))
    addresses, (wrong,) = let_through(places(made))
    assert [str(each) for each in addresses] == ["192.0.2.8"]
    said = r"\.toml: \[printer\] host: expected .+, found .+; .*give .+ a fixed address"
    assert re.search(said, wrong)
    assert wrong.isprintable()
    assert len(wrong.partition(" host: ")[2]) < 250
    with pytest.raises(ConfigError, match=r"counter\.toml: \[printer\] host: expected"):
        check(made, ON_A_DEVICE)


@given(st.text(max_size=60) | st.ip_addresses().map(str))
def test_whatever_is_written_at_most_one_address_comes_of_it(text):
    try:
        address = one_device(text)
    except AddressError:
        return
    assert re.fullmatch(r"IPAddressAllow=[0-9a-f.:]+\n", as_properties([address]))
    assert ip_address(text) == address


def test_a_name_is_refused_in_a_sentence_that_says_what_to_do():
    with pytest.raises(AddressError) as refused:
        one_device("till-printer")
    assert str(refused.value) == (
        "expected an address such as 192.168.1.50, found 'till-printer'; this device does not look "
        "up names: give the other one a fixed address in the router, and set that"
    )


def test_a_workstation_may_use_names_and_itself(settings):
    check(settings(told=printer("127.0.0.1") + terminal("terminal.local")), {})


def test_good_addresses_pass_on_a_device(settings):
    check(settings(told=printer("192.0.2.7") + terminal("fd00::7")), ON_A_DEVICE)


def test_no_till_stays_shut_for_a_name_in_the_devices_own_file(settings):
    check(settings(printer("till-printer")), ON_A_DEVICE)
    check(settings(printer("till-printer"), told=terminal("192.0.2.8")), ON_A_DEVICE)


def test_a_driver_that_does_not_exist_reaches_nothing(settings):
    made = settings('[printer]\ndriver = "laser"\nhost = "192.0.2.9"\n' + terminal("192.0.2.8"))
    addresses, wrong = let_through(places(made))
    assert [str(each) for each in addresses] == ["192.0.2.8"]
    assert not wrong


def test_where_told_settings_are_checked_a_name_is_refused(settings, monkeypatch):
    file = settings().file
    assert checked(file, printer("till-printer")).printer.options["host"] == "till-printer"
    monkeypatch.setenv(SHUT_IN, "yes")
    with pytest.raises(ConfigError) as refused:
        checked(file, printer("till-printer"))
    assert reason(refused.value).startswith("[printer] host: expected an address such as")


def reached(file):
    addresses, _ = let_through(place for each in settings_in_use(file) for place in places(each))
    return [str(each) for each in addresses]


def test_while_new_settings_wait_those_before_are_reached_too(settings):
    file = settings(printer("192.0.2.1")).file
    files = CounterFiles(file.parent)
    first, second = printer("192.0.2.2"), printer("192.0.2.3")
    assert reached(file) == ["192.0.2.1"]
    files.tell(first)
    assert reached(file) == ["192.0.2.2", "192.0.2.1"]  # waits, while the desk has its own
    files.keep(first)
    assert reached(file) == ["192.0.2.2"]
    files.tell(second)
    assert reached(file) == ["192.0.2.3", "192.0.2.2"]
    files.refuse(second, "it does not print", "balie 1", instead=first)
    assert reached(file) == ["192.0.2.2"]
