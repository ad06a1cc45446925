"""Only single addresses of other devices come of settings, whatever stands in them."""

from __future__ import annotations

import re
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config import ConfigError, load
from appliance.peripherals import SHUT_IN, AddressError, check, let_through, one_device, places
from appliance.peripherals_command import as_environment

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
    def make(text=""):
        file = tmp_path / "balie.toml"
        file.write_text(DEVICE + text)
        return load(file)

    return make


def printer(host):
    return f'[printer]\ndriver = "network"\nhost = "{host}"\n'


def terminal(host):
    return f'[terminal]\ndriver = "zvt"\nhost = "{host}"\n'


def test_printer_and_terminal_are_where_they_are_set(settings):
    found = list(places(settings(printer("192.0.2.7") + terminal("2001:db8::7"))))
    assert [(each.kind, each.key, str(each.address)) for each in found] == [
        ("printer", "host", "192.0.2.7"),
        ("terminal", "host", "2001:db8::7"),
    ]


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
    *("multicast", "192.0.2.7 0.0.0.0/0", "192.0.2.7\\nALLOWED=IPAddressAllow=any", "192.0.2.7 "),
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
    made = settings(printer(host) + terminal("192.0.2.8"))
    addresses, (wrong,) = let_through(places(made))
    assert [str(each) for each in addresses] == ["192.0.2.8"]
    assert re.match(r"\[printer\] host: expected .+, found .+; .*give .+ a fixed address", wrong)
    assert wrong.isprintable()
    assert len(wrong) < 300
    with pytest.raises(ConfigError, match=r"balie\.toml: \[printer\] host: expected"):
        check(made, ON_A_DEVICE)


@given(st.text(max_size=60) | st.ip_addresses().map(str))
def test_whatever_is_written_at_most_one_address_comes_of_it(text):
    try:
        address = one_device(text)
    except AddressError:
        return
    assert re.fullmatch(r"ALLOWED=IPAddressAllow=[0-9a-f.:]+\n", as_environment([address]))
    assert ip_address(text) == address


def test_a_name_is_refused_in_a_sentence_that_says_what_to_do():
    with pytest.raises(AddressError) as refused:
        one_device("till-printer")
    assert str(refused.value) == (
        "expected an address such as 192.168.1.50, found 'till-printer'; this device does not look "
        "up names: give the other one a fixed address in the router, and set that"
    )


def test_a_workstation_may_use_names_and_itself(settings):
    check(settings(printer("127.0.0.1") + terminal("terminal.local")), {})


def test_good_addresses_pass_on_a_device(settings):
    check(settings(printer("192.0.2.7") + terminal("fd00::7")), ON_A_DEVICE)


def test_a_driver_that_does_not_exist_is_told_as_everywhere(settings):
    with pytest.raises(ConfigError, match=r"\[printer\] driver: There is no printer driver"):
        check(settings('[printer]\ndriver = "laser"\n'), ON_A_DEVICE)
