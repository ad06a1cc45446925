"""Finding a driver and setting its options."""

from __future__ import annotations

import ast
import dataclasses
import types
from pathlib import Path

import pytest

import drivers
from drivers import DeviceError, OptionError, UnknownDriverError
from drivers.printer import Barcode, BarcodeKind, Feed, Picture, Qr, Text
from drivers.scanner import TORN, Scan

ALL = [(kind, name) for kind in drivers.KINDS for name in drivers.names(kind)]


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_driver_has_options_and_opens_a_device(kind, name):
    module = drivers.load(kind, name)
    assert dataclasses.is_dataclass(module.Options)
    assert module.Options.__dataclass_params__.frozen
    assert callable(module.open_device)


@pytest.mark.parametrize("kind", drivers.KINDS)
def test_none_and_simulated_are_drivers_of_every_kind(kind):
    assert {"none", "simulated"} <= set(drivers.names(kind))


def test_an_unknown_driver_is_told_with_those_there_are():
    with pytest.raises(
        UnknownDriverError, match=r"'laser'.*file, network, none, serial, simulated"
    ):
        drivers.load("printer", "laser")
    with pytest.raises(
        UnknownDriverError, match=r"'laser'.*display, drawer, printer, scale, scanner, terminal"
    ):
        drivers.load("laser", "none")


def test_options_come_from_a_table_of_the_configuration():
    options = drivers.configure(
        "printer",
        "network",
        {"host": "printer", "columns": 42, "code_pages": ["CP1252"], "answer_timeout_s": 2},
    )
    assert (options.host, options.port, options.columns) == ("printer", 9100, 42)
    assert options.code_pages == ("CP1252",)
    assert options.answer_timeout_s == 2.0


@pytest.mark.parametrize(
    ("values", "key", "sentence"),
    [
        ({}, "host", "needs the option 'host'"),
        ({"host": ""}, "host", "Give its address"),
        ({"host": "x", "prot": 1}, "prot", "has no option 'prot'. It knows: answer_timeout_s"),
        ({"host": "x", "port": "9100"}, "port", "must be a whole number; found '9100'"),
        ({"host": "x", "port": True}, "port", "must be a whole number"),
        ({"host": "x", "port": 99_999}, "port", "1 to 65535"),
        ({"host": "x", "columns": 500}, "columns", "24 to 64"),
        ({"host": "x", "profile": "LX-80"}, "profile", "TM-T20II"),
        ({"host": "x", "code_pages": ["ISO_8859-7"]}, "code_pages", "CP437"),
        ({"host": "x", "code_pages": [7]}, "code_pages", "must be a text"),
        ({"host": "x", "code_pages": "CP437"}, "code_pages", "must be a list"),
        ({"host": "x", "drawer_sensor": "up"}, "drawer_sensor", "high, low or none"),
        ({"host": "x", "answer_timeout_s": 0}, "answer_timeout_s", "above zero"),
        ({"host": "x", "connect_timeout_s": 0}, "connect_timeout_s", "above zero"),
    ],
)
def test_a_wrong_option_is_told_in_one_sentence_with_its_key(values, key, sentence):
    with pytest.raises(OptionError) as raised:
        drivers.configure("printer", "network", values)
    assert raised.value.key == key
    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("kind", "name", "values", "key"),
    [
        ("printer", "serial", {"port": ""}, "port"),
        ("printer", "serial", {"port": "/dev/ttyS0", "baudrate": 12}, "baudrate"),
        ("printer", "serial", {"port": "/dev/ttyS0", "flow_control": "hope"}, "flow_control"),
        ("printer", "file", {"path": ""}, "path"),
        ("scanner", "serial", {"port": ""}, "port"),
        ("scanner", "serial", {"port": "/dev/ttyS0", "baudrate": 12}, "baudrate"),
        ("scanner", "hid", {"device": "scanner"}, "device"),
        ("drawer", "printer_kick", {"gap_s": 0}, "gap_s"),
        ("drawer", "simulated", {"shut_after_s": -1}, "shut_after_s"),
        ("terminal", "simulated", {"customer_s": 3600}, "customer_s"),
    ],
)
def test_every_driver_checks_its_options(kind, name, values, key):
    with pytest.raises(OptionError) as raised:
        drivers.configure(kind, name, values)
    assert raised.value.key == key


def every_error(of=DeviceError):
    for child in of.__subclasses__():
        yield child
        yield from every_error(child)


@pytest.mark.parametrize("error", sorted(every_error(), key=lambda kind: kind.__name__))
def test_every_error_says_what_happened_and_what_to_do(error):
    sentence = str(error("lp0: EIO"))
    assert sentence == f"{error.meaning} {error.remedy} (lp0: EIO)"
    assert error.meaning.endswith(".")
    assert error.remedy.endswith(".")
    assert not error.meaning.startswith("A device")


def test_every_sentence_can_be_given_to_a_translator():
    sentences = drivers.sentences()
    assert {"The printer has no paper.", TORN} <= sentences
    assert all(sentence.endswith(".") for sentence in sentences)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Text("x", size=0),
        lambda: Text("x", size=9),
        lambda: Barcode(BarcodeKind.EAN13, "3017620422004"),
        lambda: Barcode(BarcodeKind.EAN13, "٣017620422003"),
        lambda: Barcode(BarcodeKind.EAN8, "9638507"),
        lambda: Barcode(BarcodeKind.CODE128, "né"),
        lambda: Barcode(BarcodeKind.CODE128, "x" * 31),
        lambda: Qr(""),
        lambda: Picture(b"GIF89a"),
        lambda: Feed(0),
        lambda: Feed(41),
        lambda: Qr("é" * 301),
        lambda: Scan("301", "hand", TORN),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(wrong):
    with pytest.raises(ValueError, match=r"\w"):
        wrong()


@pytest.mark.parametrize(
    ("kind", "name", "values", "found"),
    [
        ("printer", "network", {"host": "192.0.2.7", "port": 9100}, {"host": "192.0.2.7"}),
        ("terminal", "zvt", {"host": "2001:db8::7"}, {"host": "2001:db8::7"}),
        ("printer", "network", {}, {}),
        ("printer", "network", {"host": ""}, {}),
        ("printer", "network", {"host": ["192.0.2.7"]}, {}),
        ("printer", "serial", {"port": "/dev/ttyUSB0"}, {}),
        ("terminal", "none", {}, {}),
    ],
)
def test_a_driver_says_where_in_the_network_its_device_is(kind, name, values, found):
    assert drivers.addresses(kind, name, values) == found


def test_an_address_that_a_driver_has_by_itself_is_said_too(monkeypatch):
    @dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        host: drivers.Address = "192.168.192.168"

    module = types.SimpleNamespace(Options=Options)
    monkeypatch.setattr(drivers, "load", lambda _kind, _name: module)
    assert drivers.addresses("printer", "new", {}) == {"host": "192.168.192.168"}
    assert drivers.configure("printer", "new", {"host": "192.0.2.7"}).host == "192.0.2.7"


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_what_is_in_the_network_is_called_an_address(kind, name):
    """A register that is shut in reaches no other: a driver that forgot would never connect."""
    options = drivers.load(kind, name).Options
    named = {each.name for each in dataclasses.fields(options)}
    said = set(drivers.addresses(kind, name, dict.fromkeys(named, "192.0.2.7")))
    assert said >= named & {"host", "address", "server", "ip", "url"}


def imported(module, seen):
    """What a driver imports, and what of ours that imports in turn."""
    if module in seen or not module.startswith("drivers."):
        return
    file = Path(drivers.__file__).parent.parent.joinpath(*module.split(".")).with_suffix(".py")
    seen[module] = set()
    if not file.exists():
        return
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            seen[module] |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            seen[module] |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    for each in seen[module]:
        imported(each, seen)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_a_driver_that_opens_connections_says_where(kind, name):
    seen = {}
    imported(f"drivers.{kind}.{name}", seen)
    if any("socket" in modules for modules in seen.values()):
        options = drivers.load(kind, name).Options
        named = [each.name for each in dataclasses.fields(options)]
        assert drivers.addresses(kind, name, dict.fromkeys(named, "192.0.2.7"))
