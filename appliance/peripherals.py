"""Where in the network the counter's devices stand: all that a shut-in desk may reach.

On a device systemd keeps the desk from the network (`balie-desk.service`) but for single addresses,
those of its network printer and card terminal; ``balie peripherals`` says which they are. Nothing
more may come of what a back office writes: one address is let through for each option that a driver
calls an ``Address``, never a range, and never this device itself, where its resolver answers.

A name is refused. Nobody in there can look it up, and whoever did it outside would hand the choice
of what is let through to every network the device is plugged into, at every start anew.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

import drivers
from appliance.config import ConfigError, Settings, load
from appliance.counter_files import CounterFiles
from appliance.domain.counter import digest

SHUT_IN = "BALIE_SHUT_IN"
"""Set where the desk is kept from the network but for single addresses: in the units of a device."""

EXAMPLE = "192.168.1.50"
_LONGEST_SHOWN = 60

Address = IPv4Address | IPv6Address


class AddressError(ValueError):
    """What is set is not the address of one device in the network; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device of the counter is expected in the network.

    Attributes:
        kind: The kind of device, such as ``printer``.
        where: The file and option that say it, as a person would point at them.
        text: What they say.
        is_told: Whether the back office told it, and not the device's own file.
    """

    kind: str
    where: str
    text: str
    is_told: bool = False

    @property
    def address(self) -> Address:
        """The one address to let through.

        Raises:
            AddressError: It says something else.
        """
        return one_device(self.text)


def places(settings: Settings) -> Iterator[Place]:
    """Return where the devices that are reached by the network are expected."""
    for each in settings.drivers:
        try:
            found = drivers.addresses(each.kind, each.driver, each.options)
        except drivers.UnknownDriverError:
            continue  # it reaches nothing; whoever opens it says so
        is_told = settings.told is not None and each.file == settings.told.file
        for key, text in found.items():
            yield Place(each.kind, f"{each.where} {key}", text, is_told)


def settings_in_use(file: Path) -> Iterator[Settings]:
    """Return the settings with which the desk may be open now or after its next start.

    New ones wait for a quiet moment and are then tried: until they have shown that they are good, the
    desk may go on with those before.

    Raises:
        ConfigError: If the device's own cannot be read.
    """
    newest = load(file)
    yield newest
    if newest.told is not None and newest.told.text != CounterFiles(file.absolute().parent).good:
        yield load(file, without={digest(newest.told.text)})


def one_device(text: str) -> Address:
    """Read the address of one device in the network.

    Raises:
        AddressError: It is a name, a range, or no address that another device can have.
    """
    try:
        address = ip_address(text)
    except ValueError as error:
        raise AddressError(
            f"expected an address such as {EXAMPLE}, found {_shown(text)}; this device does not look "
            "up names: give the other one a fixed address in the router, and set that"
        ) from error
    wrong = next((why for why, is_so in _no_device(address) if is_so), None)
    if wrong is not None:
        raise AddressError(
            f"expected the address of one device in the network, such as {EXAMPLE}, found "
            f"{_shown(text)}, {wrong}; give it a fixed address in the router, and set that"
        )
    return address


def is_shut_in(environment: Mapping[str, str] = os.environ) -> bool:
    """Tell whether the desk of this device reaches single addresses only."""
    return bool(environment.get(SHUT_IN))


def check(settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse what the back office tells and a shut-in desk could not reach.

    A desk that is not shut in, on a workstation, reaches what its computer does: nothing is refused.
    Nor is what the device's own file says: no till may stay shut for it.

    Raises:
        ConfigError: One is set to what is not the address of one device.
    """
    if not is_shut_in(environment):
        return
    for place in filter(lambda each: each.is_told, places(settings)):
        try:
            one_device(place.text)
        except AddressError as error:
            raise ConfigError(f"{place.where}: {error}") from error


def let_through(found: Iterable[Place]) -> tuple[list[Address], list[str]]:
    """Return the addresses a shut-in desk may reach, and what is wrong with the others."""
    addresses, wrong = dict[Address, None](), dict[str, None]()
    for place in found:
        try:
            addresses[place.address] = None
        except AddressError as error:
            wrong[f"{place.where}: {error}"] = None
    return list(addresses), list(wrong)


def _no_device(address: Address) -> Iterator[tuple[str, bool]]:
    mapped = getattr(address, "ipv4_mapped", None)
    yield f"which is {mapped} written otherwise", mapped is not None
    yield "which is this device itself", address.is_loopback
    yield "which is no device's", address.is_unspecified
    yield "which is many devices'", address.is_multicast
    # Nothing gives it out for good, and of version 6 it needs the name of a socket beside it.
    yield "which holds on one cable only", address.is_link_local
    yield "which is no device's", address.is_reserved
    yield "with a zone", bool(getattr(address, "scope_id", None))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")
