"""A real broker with mutual TLS, a small collector of Receiver and paho, and a device's uplink."""

from __future__ import annotations

import queue
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address

import orjson
import paho.mqtt.client as paho
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID
from paho.mqtt.enums import CallbackAPIVersion

from appliance.journal import signing
from appliance.journal.batch import pack
from appliance.journal.entry import START, ZERO_HASH, Watermark, make
from appliance.journal.reader import JournalReader
from appliance.journal.store import Event, Journal
from appliance.journal.stream import Pace, Receiver, Sender
from appliance.journal.topics import Leaf, read, topic
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from appliance.uplink.backoff import Backoff
from appliance.uplink.broker import Address, Broker
from appliance.uplink.directory import DirectoryKeeper
from appliance.uplink.loop import OFFLINE, Parts, Uplink
from appliance.uplink.poke import Bell, Poke
from appliance.uplink.process import collector_key
from appliance.uplink.source import JournalSource
from appliance.uplink.state import LinkReader, LinkStore
from appliance.uplink.tls import Certificates

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
DEVICE = "shop-1"
CEILING_S = 60
PACE = Pace(patience_s=0.5, patience_most_s=2, settle_s=0.2, probe_s=2)


def eventually(condition, what="what was expected"):
    """Wait until a condition holds; generous, because the machine may be busy."""
    until = time.monotonic() + CEILING_S
    while not (result := condition()):
        assert time.monotonic() < until, f"{what} did not happen within {CEILING_S} s"
        time.sleep(0.01)
    return result


class Authority:
    """Signs certificates for a test."""

    def __init__(self, folder, name):
        folder.mkdir()
        self.folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.ca = folder / "ca.pem"
        self.ca.write_bytes(self._sign(self._name, self._key.public_key(), ca=True))

    def issue(self, name, *, days=30, into=None):
        """Write a certificate and its key; negative days make one that has run out."""
        into = into or self.folder
        key = ed25519.Ed25519PrivateKey.generate()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate, private = into / f"{name}.pem", into / f"{name}.key"
        certificate.write_bytes(self._sign(subject, key.public_key(), days=days))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return Certificates(self.ca, certificate, private)

    def _sign(self, subject, public_key, *, days=30, ca=False):
        now = datetime.now(UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=60))
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if ca:
            use = x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            )
            builder = builder.add_extension(use, critical=True)
        else:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


class Mosquitto:
    """A broker on a loopback port that keeps its port when it is started again."""

    def __init__(self, folder, authority, server):
        folder.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._file = folder / "mosquitto.conf"
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\nuser root\npersistence false\n"
            f"cafile {authority.ca}\ncertfile {server.certificate}\nkeyfile {server.key}\n"
            "require_certificate true\nuse_identity_as_username true\nallow_anonymous false\n"
            f"max_queued_messages 100000\nset_tcp_nodelay true\nacl_file {folder / 'acl'}\n"
            "log_dest none\n"
        )
        (folder / "acl").write_text(
            "user collector\ntopic readwrite balie/1/#\n\n"
            "pattern write balie/1/+/%u/journal\npattern write balie/1/+/%u/want\n"
            "pattern write balie/1/+/%u/status\npattern read balie/1/+/%u/ack\n"
            "pattern read balie/1/+/%u/directory\n"
        )
        self._process = None

    def start(self):
        self._process = subprocess.Popen([MOSQUITTO, "-c", self._file])
        eventually(self._answers, "the broker's answer")
        return self

    def kill(self):
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self):
        assert self._process.poll() is None, "the broker ended by itself"
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class Office:
    """A small collector: keeps one device's journal in memory, sends it a directory."""

    def __init__(self, port, certificates, public_key):
        self.kept, self.aside, self.statuses = [], [], []
        self.directory = Log()
        self._receiver = Receiver(self, stream="journal", device=DEVICE, public_key=public_key)
        self._sender = Sender(
            self.directory,
            partial(
                pack,
                stream="directory",
                device=DEVICE,
                signer=signing.load_private(certificates.key),
            ),
            pace=PACE,
        )
        self._came: queue.SimpleQueue = queue.SimpleQueue()
        self._ended = threading.Event()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="collector", protocol=paho.MQTTv5
        )
        self._client.tls_set_context(certificates.context())
        self._client.reconnect_delay_set(1, 1)
        self._client.on_socket_open = lambda _c, _d, opened: opened.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        self._client.on_connect = lambda c, *_: c.subscribe("balie/1/+/+/#", qos=1)
        self._client.on_message = lambda _c, _d, message: self._came.put(message)
        self._client.connect_async("127.0.0.1", port, clean_start=True)
        self._client.loop_start()
        self._worker = threading.Thread(target=self._work)
        self._worker.start()

    @property
    def watermark(self):
        return self.kept[-1].watermark if self.kept else START

    def mark(self, epoch):
        last = next((e for e in reversed(self.kept) if e.epoch == epoch), None)
        return last.watermark if last else Watermark(epoch, 0, ZERO_HASH)

    def hashes(self, epoch, first, last):
        wanted = (e for e in self.kept if e.epoch == epoch)
        return {e.sequence: e.hash for e in wanted if first <= e.sequence <= last}

    def store(self, entries, _beside=()):
        after = self.mark(entries[0].epoch)
        for entry in entries:
            assert entry.follows(after), "stored twice or out of order"
            after = entry.watermark
        self.kept = [*self.kept, *entries]

    def quarantine(self, spoiled):
        self.aside.append(spoiled)

    def say(self, word, *, retain=True):
        """Publish a word of what is held, whatever is held."""
        self._client.publish(topic(DEVICE, Leaf.ACK), word.to_json(), qos=1, retain=retain)

    def publish(self, leaf, payload):
        self._client.publish(topic(DEVICE, leaf), payload, qos=1)

    def close(self):
        self._ended.set()
        self._worker.join()
        self._client.disconnect()
        self._client.loop_stop()

    def _work(self):
        while not self._ended.is_set():
            try:
                message = self._came.get(timeout=0.05)
            except queue.Empty:
                pass
            else:
                self._hear(message)
            while (payload := self._sender.due(time.monotonic())) is not None:
                self.publish(Leaf.DIRECTORY, payload)

    def _hear(self, message):
        leaf = read(message.topic)[1]
        if leaf is Leaf.JOURNAL:
            self.say(self._receiver.receive(message.payload).watermark)
        elif leaf is Leaf.STATUS:
            self.statuses.append(orjson.loads(message.payload))
            if self.statuses[-1]["link"] == "online":
                self._sender.connected(time.monotonic())
        elif leaf is Leaf.WANT:
            self._sender.acknowledge(Watermark.from_json(message.payload), time.monotonic())


class Log:
    """The collector's log of directory entries."""

    def __init__(self, kept=()):
        self.kept = list(kept)

    @property
    def head(self):
        return self.kept[-1].watermark if self.kept else START

    def entries(self, after, limit):
        return [e for e in list(self.kept) if e.watermark.place > after.place][:limit]

    def find(self, epoch, sequence):
        marks = (e.watermark for e in list(self.kept))
        return next((mark for mark in marks if mark.place == (epoch, sequence)), None)

    def change(self, name, price_minor):
        article = {
            "code": "100",
            "gtin": None,
            "name": name,
            "price_minor": price_minor,
            "tax_class": "reduced",
            "category": "",
            "unit": "piece",
            "cost_minor": None,
            "stock_milli": None,
            "stock_at": None,
            "colour": None,
            "active": True,
        }
        self.say({"change": f"c{len(self.kept)}", "part": 1, "parts": 1, "articles": [article]})

    def say(self, data):
        after = self.head if self.kept else Watermark(1, 0, ZERO_HASH)
        self.kept.append(
            make(
                after,
                device=DEVICE,
                source="/collector",
                type="balie.directory.changed.v1",
                time=datetime.now(UTC),
                data=data,
            )
        )


class Device:
    """A device's data folder, its journal, and an uplink that runs in a thread."""

    def __init__(self, folder, port, certificates):
        folder.mkdir(exist_ok=True)
        self.folder, self._port, self.certificates = folder, port, certificates
        self.journal = Journal.open(folder / "journal.db", DEVICE)
        self._poke = Poke(folder / "uplink.sock")
        self._reader = LinkReader(folder / "uplink.db")
        self._thread, self._told = None, threading.Event()

    @property
    def state(self):
        return self._reader.read()

    @property
    def problem(self):
        problem = self.state.problem
        return problem.key if problem else ""

    def sell(self, count=1):
        for _ in range(count):
            self.journal.append(Event("balie.test.sold.v1", {"head": str(self.journal.head)}))
            self._poke()

    def is_sent(self):
        return self.state.acked == self.journal.head

    def price(self):
        article = Directory(self.folder / "directory.db").find("100")
        return article.price_minor if article else None

    def start(self):
        self._told.clear()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def stop(self):
        self._told.set()
        if self._thread:
            self._thread.join()
            self._thread = None

    def close(self):
        self.stop()
        self._reader.close()
        self._poke.close()
        self.journal.close()

    def _run(self):
        key = serialization.load_pem_private_key(self.certificates.key.read_bytes(), None)
        link = LinkStore.open(self.folder / "uplink.db")
        source = JournalSource(self.folder / "journal.db")
        with (
            Bell(self.folder / "uplink.sock") as bell,
            DirectoryStore.open(self.folder / "directory.db") as store,
        ):
            keeper = DirectoryKeeper(store)
            sign = partial(pack, stream="journal", device=DEVICE, signer=key)
            parts = Parts(
                device=DEVICE,
                source=source,
                sender=Sender(source, sign, acked=link.state.acked, pace=PACE),
                receiver=Receiver(
                    keeper,
                    stream="directory",
                    device=DEVICE,
                    public_key=collector_key(self.certificates.ca),
                ),
                broker=Broker(self._address()),
                link=link,
                bell=bell,
                versions={"balie": "test"},
                refusal=lambda: keeper.refusal,
                says=keeper.told,
                backoff=Backoff(lambda: 0.0, first_s=0.2, most_s=0.4, steady_s=2),
            )
            Uplink(parts).run(self._told.is_set)
        source.close()
        link.close()

    def _address(self):
        return Address(
            host="127.0.0.1",
            port=self._port,
            client=DEVICE,
            topics=(topic(DEVICE, Leaf.ACK), topic(DEVICE, Leaf.DIRECTORY)),
            will=(topic(DEVICE, Leaf.STATUS), OFFLINE),
            certificates=self.certificates,
        )


def raws(device):
    with JournalReader.open(device.journal.path) as journal:
        return [entry.raw for entry in journal.entries()]


def arrived(device, office):
    return eventually(
        lambda: device.is_sent() and [e.raw for e in office.kept] == raws(device), "arrival"
    )
