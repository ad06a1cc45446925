"""The uplink's process: opens everything, joins it, runs until told to stop."""

from __future__ import annotations

import logging
import platform
import signal
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from appliance.config import BrokerSettings, ConfigError, Settings, load
from appliance.counter_files import CounterFiles
from appliance.journal import signing
from appliance.journal.batch import pack
from appliance.journal.entry import Sendable
from appliance.journal.errors import JournalError
from appliance.journal.stream import Receiver, Sender
from appliance.journal.topics import Leaf, topic
from appliance.store.directory_store import DirectoryStore
from appliance.update.notes import Notes
from appliance.update.system import Started, running_version
from appliance.uplink.broker import Address, Broker
from appliance.uplink.condition import Condition
from appliance.uplink.directory import DirectoryKeeper
from appliance.uplink.loop import OFFLINE, Parts, Uplink
from appliance.uplink.poke import Bell, PokeTakenError
from appliance.uplink.renewing import Renewal
from appliance.uplink.source import JournalSource
from appliance.uplink.state import LinkStore
from appliance.uplink.tls import Certificates
from appliance.uplink.updates import UpdateWord, fetching

log = logging.getLogger("balie.uplink")

STOPPED, FAILED, MISCONFIGURED = 0, 1, 2
"""Exit statuses; systemd starts the process again after the second."""


def run(config: Path) -> int:
    """Run the uplink of one device until it is told to stop.

    Args:
        config: The device's balie.toml.

    Returns:
        The exit status.
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    stop = _Stop()
    try:
        settings = load(config)
        with ExitStack() as closing:
            uplink = Uplink(_parts(settings, _broker(settings), closing))
            _fetch(settings, _broker(settings), closing)
            _renew(settings, _broker(settings), uplink, closing)
            uplink.run(stop)
    except (ConfigError, JournalError, PokeTakenError) as error:
        sys.stderr.write(f"The uplink does not start: {error}\n")
        return MISCONFIGURED
    except (OSError, sqlite3.Error) as error:
        sys.stderr.write(f"The uplink stopped: {error}\n")
        return FAILED
    return STOPPED


def _broker(settings: Settings) -> BrokerSettings:
    if settings.broker is None:
        raise ConfigError(f"{settings.file}: section [broker] is missing; it says where to send to")
    return settings.broker


def _parts(settings: Settings, broker: BrokerSettings, closing: ExitStack) -> Parts:
    """Open everything the loop needs; ``closing`` closes it in the end."""
    device, data = settings.device.id, settings.device.data
    data.mkdir(parents=True, exist_ok=True)
    key = signing.load_private(broker.key)
    bell = closing.enter_context(Bell(data / "uplink.sock"))
    link = LinkStore.open(data / "uplink.db")
    closing.callback(link.close)
    source = JournalSource(data / "journal.db")
    closing.callback(source.close)
    store = closing.enter_context(
        DirectoryStore.open(data / "directory.db", device, _versions()["balie"])
    )
    keeper = DirectoryKeeper(store)
    update = UpdateWord(Notes(data), Started.read())
    condition = Condition(data)
    counter = partial(_counter, CounterFiles(settings.file.parent))
    return Parts(
        device=device,
        source=source,
        sender=Sender(
            source,
            partial(_pack, source, device=device, signer=key),
            acked=link.state.acked,
            pruned=source.pruned,
        ),
        receiver=Receiver(
            keeper, stream="directory", device=device, public_key=collector_key(broker.ca)
        ),
        broker=Broker(_address(device, broker)),
        link=link,
        bell=bell,
        versions=_versions(),
        refusal=lambda: keeper.refusal,
        says=lambda: update() | keeper.told() | condition() | counter(),
    )


def _counter(files: CounterFiles) -> dict[str, Any]:
    """Say how the device stands to what it was told of its counter, if it was told anything."""
    taken = files.taken()
    return {} if taken is None else {"counter": taken.to_data()}


def _fetch(settings: Settings, broker: BrokerSettings, closing: ExitStack) -> None:
    """Fetch new versions beside sending, on a device that has a slot for them."""
    if Started.read().slot is None:
        return
    certificates = Certificates(broker.ca, broker.certificate, broker.key)
    data, device = settings.device.data, settings.device.id
    thread = fetching(data, device, certificates, runs=running_version())
    closing.callback(thread.close)
    thread.start()


def _renew(settings: Settings, broker: BrokerSettings, uplink: Uplink, closing: ExitStack) -> None:
    """Have the certificate made anew in time, where a door gives one, and its last day known."""
    certificates = Certificates(broker.ca, broker.certificate, broker.key)
    device = settings.device
    renewal = Renewal(device.id, settings.door, certificates, device.data, renewed=uplink.renewed)
    closing.callback(renewal.close)
    renewal.start()


def _pack(
    source: JournalSource, entries: Sequence[Sendable], *, device: str, signer: signing.Signer
) -> bytes:
    """Make a batch of entries, with what is attached to them and not erased."""
    beside = source.attachments(entries)
    return pack(entries, stream="journal", device=device, signer=signer, attachments=beside)


def collector_key(ca: Path) -> signing.PublicKey | None:
    """Tell with whose key the directory must be signed: the certificate beside the authority's.

    Enrolment puts ``collector.pem`` there. Without it whatever the broker brings is believed, as
    far as its chain goes.

    Raises:
        KeyUnreadable: if the file holds no Ed25519 key.
    """
    file = ca.with_name("collector.pem")
    if not file.exists():
        log.warning("%s is not there: the directory's signatures are not checked", file)
        return None
    return signing.load_public(file)


def _address(device: str, broker: BrokerSettings) -> Address:
    return Address(
        host=broker.host,
        port=broker.port,
        client=device,
        topics=(topic(device, Leaf.ACK), topic(device, Leaf.DIRECTORY)),
        will=(topic(device, Leaf.STATUS), OFFLINE),
        certificates=Certificates(broker.ca, broker.certificate, broker.key),
    )


def _versions() -> dict[str, str]:
    try:
        balie = version("balie")
    except PackageNotFoundError:
        balie = "from its source"
    return {
        "balie": balie,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "paho-mqtt": version("paho-mqtt"),
    }


class _Stop:
    """Becomes true at SIGTERM or Ctrl-C."""

    def __init__(self) -> None:
        self._told = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._tell)

    def __call__(self) -> bool:
        return self._told

    def _tell(self, *_: object) -> None:
        self._told = True
