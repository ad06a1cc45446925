"""The broker's folder: mosquitto with mutual TLS, where a device reaches its own topics only.

The certificate says who is speaking; no passwords exist. A device may write its journal, what it
wants and its status, and read its acks and its directory. The collector may do all of it.
"""

from __future__ import annotations

import getpass
import logging
import os
import pwd
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.journal.topics import Shards
from collector.enrolment.authority import Authority
from collector.enrolment.names import COLLECTOR

log = logging.getLogger("collector.enrolment")

DEVICE_WRITES = ("journal", "want", "status")
DEVICE_READS = ("ack", "directory")

MESSAGE_LIMIT = 1024 * 1024
"""Bytes. A batch holds at most 256 KiB before it is packed; more than this is not ours."""

PID_FILE = "mosquitto.pid"
"""Says which process to tell that the lists changed."""

CONFIGURATION = "mosquitto.conf"

_ENDS_SESSIONS = "persistent_client_expiration"
"""What stood in this file once. See `appliance.journal.topics.SESSION_S` for what it led to."""

_CONFIGURATION = """\
# Written by: balie-collector broker-config. Run that again rather than editing this.

listener {port} {address}
user {user}

# Both sides show a certificate of the shop's own authority. Its common name is the user name.
cafile {folder}/ca.pem
certfile {folder}/server.pem
keyfile {folder}/server.key
crlfile {folder}/crl.pem
tls_version tlsv1.3
require_certificate true
use_identity_as_username true
allow_anonymous false

# One session per certificate: nobody can take over another's by borrowing its client id.
use_username_as_clientid true
acl_file {folder}/acl

# Nothing is lost when the broker loses something: a device sends again whatever the collector has
# not acknowledged. Keeping more only saves sending twice. The default of 1,000 would drop messages
# silently when the collector is away.
max_queued_messages 100000
max_queued_bytes 268435456
max_inflight_messages 2000
max_packet_size {message_limit}
persistence true
persistence_location {folder}/data/
autosave_interval 60
pid_file {folder}/{pid_file}

# Without this an ack waits some 40 ms for company.
set_tcp_nodelay true

log_dest stderr
log_type error
log_type warning
log_type notice
log_type information
"""


@dataclass(frozen=True, slots=True)
class BrokerPlace:
    """Where the broker listens and lives.

    Attributes:
        folder: Its folder; made when missing.
        address: The address it listens on.
        port: The TCP port.
        hosts: More names and addresses by which devices reach it.
        user: The system user it runs as when it is started by root; who writes it, by default.
        seen_as: The folder as the broker sees it, when that differs (inside a container).
        shares: Runs of shards that have a collector of their own each.
    """

    folder: Path
    address: str = "127.0.0.1"
    port: int = 8883
    hosts: tuple[str, ...] = ()
    user: str = ""
    seen_as: Path | None = None
    shares: tuple[Shards, ...] = ()

    def names(self) -> tuple[str, ...]:
        """Every name and address by which the broker is reached, without doubles."""
        everywhere = {"0.0.0.0", "::"}  # noqa: S104  # compared with, not bound to
        own = () if self.address in everywhere else (self.address,)
        return tuple(dict.fromkeys((*own, *self.hosts, "localhost", "127.0.0.1", "::1")))


def write_broker(authority: Authority, place: BrokerPlace) -> Path:
    """Write everything mosquitto needs into its folder.

    Safe to run again: the broker gets a new certificate, the sessions it keeps stay.

    Returns:
        The path of ``mosquitto.conf``.
    """
    folder = place.folder.resolve()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "data").chmod(0o700)
    user = place.user or getpass.getuser()
    (folder / "ca.pem").write_bytes(authority.certificate)
    collectors = [COLLECTOR, *(authority.issue_share(each) for each in place.shares)]
    (folder / "acl").write_text("\n".join(access_rules(collectors)) + "\n")
    (folder / "acl").chmod(0o600)
    authority.issue_server(place.names()).write(folder / "server.pem", folder / "server.key")
    write_revoked(authority, folder)
    configuration = folder / CONFIGURATION
    configuration.write_text(
        _CONFIGURATION.format(
            address=place.address,
            port=place.port,
            folder=place.seen_as or folder,
            user=user,
            message_limit=MESSAGE_LIMIT,
            pid_file=PID_FILE,
        )
    )
    _give_to(user, (folder, *folder.rglob("*")))
    return configuration


def write_revoked(authority: Authority, folder: Path) -> None:
    """Give the broker the list of revoked certificates; it reads it at start and on SIGHUP."""
    aside = folder / "crl.pem.new"
    aside.write_bytes(authority.revoked)
    aside.replace(folder / "crl.pem")


def end_no_session(folder: Path) -> None:
    """Take out of the configuration of an earlier version what a broker told to read it dies of.

    Raises:
        OSError: It cannot be read or written.
    """
    configuration = folder / CONFIGURATION
    if not configuration.exists():
        return  # another make of broker, or none of ours yet
    lines = configuration.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(_ENDS_SESSIONS)]
    if kept != lines:
        # In place: the file keeps the owner and the mode that let the broker read it.
        configuration.write_text("".join(kept))
        log.info("%s ends no session any more", configuration)


def access_rules(collectors: Sequence[str] = (COLLECTOR,)) -> Iterator[str]:
    """The lines of mosquitto's access rules; ``%u`` is the name in the certificate."""
    for name in collectors:
        yield f"user {name}"
        yield "topic readwrite balie/1/#"
        yield ""
    yield from (f"pattern write balie/1/+/%u/{topic}" for topic in DEVICE_WRITES)
    yield from (f"pattern read balie/1/+/%u/{topic}" for topic in DEVICE_READS)


def _give_to(user: str, paths: Sequence[Path]) -> None:
    """Hand the files to the broker's user; only root can, and only root needs to."""
    if os.geteuid() != 0:
        return
    owner = pwd.getpwnam(user)
    for path in paths:
        os.chown(path, owner.pw_uid, owner.pw_gid)
