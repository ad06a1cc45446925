"""What somebody who wants to change the takings would put in place of a message.

He knows the program, and every message that ever passed. He has no key but a stranger's; only where
a test says so he has copied the register's own (a cloned storage card).
"""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.journal import batch as batches
from appliance.journal.entry import START, Watermark, make
from appliance.journal.topics import Leaf, read
from tests.world.frames import Publish

STRANGER = Ed25519PrivateKey.from_private_bytes(b"a stranger's key of 32 bytes    ")
FAR = 10**6


class Forger:
    """Makes false messages of true ones.

    Args:
        register_key: The register's own key, for somebody who copied it.

    Attributes:
        acked: Up to where the collector holds the true journal: a copied key is used below that,
            for above it nobody could tell which of two histories is the true one.
    """

    def __init__(self, register_key: Ed25519PrivateKey | None = None) -> None:
        self.acked = START
        self._key = register_key
        self._seen: list[bytes] = []
        """Every batch of the register that passed."""

    def __call__(self, message: Publish, chance: random.Random) -> bytes:
        """Return what is sent in place of a message."""
        _, leaf = read(message.topic)
        if leaf in (Leaf.ACK, Leaf.WANT):
            return self._word(message.payload, chance)
        if leaf is Leaf.STATUS:
            return chance.choice((b"{}", b"[", b'{"link": "away"}', b"\xff\xfe"))
        return self._batch(message.payload, chance)

    def _word(self, payload: bytes, chance: random.Random) -> bytes:
        """A false word of what is held: another hash, more than there is, an old one, noise."""
        word = orjson.loads(payload)
        strange = f"{chance.getrandbits(256):064x}"
        ways = (
            lambda: {**word, "hash": strange},
            lambda: {**word, "sequence": word["sequence"] + FAR, "hash": strange},
            lambda: {**word, "epoch": word["epoch"] + FAR, "hash": strange},
            lambda: {**word, "sequence": max(1, word["sequence"] - 1)},
            lambda: {"epoch": 0, "sequence": 0, "hash": ""},
            lambda: {"sequence": "many"},
        )
        return orjson.dumps(chance.choice(ways)())

    def hear(self, message: Publish) -> None:
        """Remember a message that passes."""
        if read(message.topic)[1] is Leaf.JOURNAL:
            self._seen.append(message.payload)

    def _batch(self, payload: bytes, chance: random.Random) -> bytes:
        ways: list[Callable[[bytes, random.Random], bytes]] = [
            _flipped,
            _altered,
            _stripped,
            _resigned,
            _shortened,
            _renamed,
            _moved,
            _swollen,
            _noise,
            self._again,
            lambda payload, chance: self.forked(chance) or _flipped(payload, chance),
        ]
        return chance.choice(ways)(payload, chance)

    def _again(self, payload: bytes, chance: random.Random) -> bytes:
        """A true message of earlier."""
        return chance.choice(self._seen or [payload])

    def forked(self, chance: random.Random) -> bytes | None:
        """Another entry at a place that is taken, signed with the register's own key."""
        if self._key is None or not self._seen:
            return None
        true = batches.unpack(chance.choice(self._seen))
        if true.watermark.place > self.acked.place:
            return None
        entry = chance.choice(true.entries)
        false = make(
            Watermark(entry.epoch, entry.sequence - 1, entry.previous),
            device=true.device,
            type="balie.sale.abandoned.v1",
            time=datetime.now(UTC),
            data={"sale": "another", "lines": [], "gross_minor": 0, "cashier": "p1"},
        )
        return batches.pack([false], stream="journal", device=true.device, signer=self._key)

    def resigned(self, chance: random.Random) -> bytes:
        """A message of earlier under a stranger's signature."""
        return _resigned(chance.choice(self._seen), chance)


def _flipped(payload: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(payload))
    return payload[:at] + bytes([payload[at] ^ 1 << chance.randrange(8)]) + payload[at + 1 :]


def _altered(payload: bytes, chance: random.Random) -> bytes:
    """One figure of one entry is another one."""
    text = bytearray(zlib.decompress(payload))
    figures = [at for at in range(text.index(b"\n"), len(text)) if text[at : at + 1].isdigit()]
    at = chance.choice(figures)
    text[at] = ord("0") + (text[at] - ord("0") + 1) % 10
    return zlib.compress(bytes(text))


def _edited(payload: bytes, edit: Callable[[dict, list[bytes]], None]) -> bytes:
    first, *lines = zlib.decompress(payload).split(b"\n")
    header = orjson.loads(first)
    edit(header, lines)
    return zlib.compress(b"\n".join([orjson.dumps(header), *lines]))


def _stripped(payload: bytes, _chance: random.Random) -> bytes:
    return _edited(payload, lambda header, _: header.update(signature=""))


def _resigned(payload: bytes, _chance: random.Random) -> bytes:
    """A stranger signs it."""

    def sign(header: dict, _lines: list[bytes]) -> None:
        last = header["first"] + header["count"] - 1
        head = Watermark(header["epoch"], last, header["head"])
        text = batches.signed_text(header["stream"], header["device"], head)
        header["signature"] = base64.b64encode(STRANGER.sign(text)).decode()

    return _edited(payload, sign)


def _shortened(payload: bytes, _chance: random.Random) -> bytes:
    """The last entry is gone, and the header says so."""

    def shorten(header: dict, lines: list[bytes]) -> None:
        lines.pop()
        header["count"] -= 1

    return _edited(payload, shorten)


def _renamed(payload: bytes, _chance: random.Random) -> bytes:
    return _edited(payload, lambda header, _: header.update(device="register-9"))


def _moved(payload: bytes, chance: random.Random) -> bytes:
    """True entries at another place."""
    by = chance.choice((1, FAR))
    return _edited(payload, lambda header, _: header.update(first=header["first"] + by))


def _swollen(_payload: bytes, _chance: random.Random) -> bytes:
    """A few bytes that become very many."""
    return zlib.compress(bytes(64 << 20))


def _noise(_payload: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(2000))
