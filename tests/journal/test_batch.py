"""A batch is read whole or refused with the reason."""

from __future__ import annotations

import zlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib

from appliance.journal import signing
from appliance.journal.batch import Limits, pack, unpack, verify
from appliance.journal.errors import BatchError, ForgedBatch, KeyUnreadable
from tests.benchmarks.journal import SIZES, sale


def packed(entries, signer, **changes):
    given = {"stream": "journal", "device": "shop-1", **changes}
    return pack(entries, signer=signer, **given)


def relined(payload, change):
    """Take a batch apart, change its lines, put it together again."""
    lines = zlib.decompress(payload).split(b"\n")
    change(lines)
    return zlib.compress(b"\n".join(lines))


def reheaded(payload, **changes):
    def change(lines):
        lines[0] = orjson.dumps({**orjson.loads(lines[0]), **changes})

    return relined(payload, change)


def test_what_was_packed_is_unpacked(chain, key):
    entries = chain(7)
    batch = unpack(packed(entries[2:], key))
    assert list(batch.entries) == entries[2:]
    assert (batch.epoch, batch.first, batch.count) == (1, 3, 5)
    assert batch.watermark == entries[-1].watermark
    verify(batch, key.public_key())


@pytest.mark.parametrize("size", SIZES)
def test_fifty_sales_travel_in_a_fifth_of_their_bytes(journal, key, size):
    entries = journal.append(*(sale(number, size) for number in range(50)))
    assert len(packed(entries, key)) <= 0.2 * sum(len(entry.raw) for entry in entries)


def test_nothing_and_mixed_epochs_make_no_batch(chain, key):
    with pytest.raises(BatchError, match="at least one"):
        packed([], key)
    with pytest.raises(BatchError, match="one epoch"):
        packed([*chain(1), *chain(1, epoch=2)], key)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines.pop(2), "promises 5 entries"),
        (lambda lines: lines.append(lines[-1]), "promises 5 entries"),
        (lambda lines: lines.__setitem__(2, lines[3]), "does not follow"),
        (lambda lines: lines.__setitem__(2, b"{}"), "a batch holds entries"),
        (lambda lines: lines.__setitem__(0, b"{"), "first line is its header"),
        (lambda lines: lines.__setitem__(0, b"{}"), "batch 1"),
        (lambda lines: lines.__setitem__(5, lines[5].replace(b"sold", b"gold")), "last entry"),
        (lambda lines: lines.__setitem__(3, lines[3].replace(b"sold", b"gold")), "does not follow"),
    ],
)
def test_parts_that_do_not_agree_are_refused(chain, key, change, said):
    with pytest.raises(BatchError, match=said):
        unpack(relined(packed(chain(5), key), change))


@pytest.mark.parametrize(
    "changes",
    [
        {"first": 2},
        {"epoch": 2},
        {"count": 0},
        {"count": "5"},
        {"count": True},
        {"head": "0" * 64},
        {"stream": "other"},
        {"device": 5},
        {"signature": None},
    ],
)
def test_a_header_that_lies_is_refused(chain, key, changes):
    with pytest.raises(BatchError):
        unpack(reheaded(packed(chain(5), key), **changes))


def test_limits_hold_before_anything_is_unpacked(chain, key):
    payload = packed(chain(5), key)
    with pytest.raises(BatchError, match="at most 10 bytes"):
        unpack(payload, Limits(payload_bytes=10))
    with pytest.raises(BatchError, match="unpacks to at most"):
        unpack(payload, Limits(text_bytes=100))
    with pytest.raises(BatchError, match="at most 4"):
        unpack(payload, Limits(entries=4))
    with pytest.raises(BatchError, match="unpacks to at most"):
        unpack(zlib.compress(bytes(1 << 26)))


def test_torn_and_lengthened_payloads_are_refused(chain, key):
    payload = packed(chain(5), key)
    for torn in (payload[:-1], payload[: len(payload) // 2], payload + b"x", b"", b"rubbish"):
        with pytest.raises(BatchError):
            unpack(torn)


@given(
    text=st.binary(max_size=400),
    at=st.integers(0, 10_000),
    byte=st.integers(0, 255),
    cut=st.integers(0, 9),
)
def test_isal_takes_exactly_what_zlib_takes(text, at, byte, cut):
    payload = bytearray(isal_zlib.compress(text, 1))
    payload[at % len(payload)] = byte
    payload = bytes(payload[: len(payload) - max(cut - 6, 0)])
    assert taken(isal_zlib, payload) == taken(zlib, payload)


def taken(library, payload):
    """Return what a library reads, None for what it refuses or finds torn."""
    inflater = library.decompressobj()
    try:
        text = inflater.decompress(payload, 1 << 20)
    except library.error:
        return None
    return (text, inflater.unused_data) if inflater.eof else None


def test_attachments_travel_beside_the_entries(chain, key):
    entries, lines = chain(3), [b'{"reference":"5f"}', b"\xff any bytes but a line end"]
    payload = packed(entries, key, attachments=lines)
    batch = unpack(payload)
    assert list(batch.entries) == entries
    assert list(batch.attachments) == lines
    verify(batch, key.public_key())
    header = orjson.loads(zlib.decompress(payload).split(b"\n")[0])
    assert (header["count"], header["attachments"]) == (3, 2)


def test_a_batch_without_attachments_reads_as_ever(chain, key):
    payload = packed(chain(2), key)
    assert b"attachments" not in zlib.decompress(payload)
    assert unpack(payload).attachments == ()
    assert unpack(reheaded(payload, attachments=0)).count == 2


@pytest.mark.parametrize("line", [b"", b"two\nlines", b"\n"])
def test_what_is_no_line_is_no_attachment(chain, key, line):
    with pytest.raises(BatchError, match="one line"):
        packed(chain(2), key, attachments=[line])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines.pop(), "promises 2 entries"),
        (lambda lines: lines.append(b"one more"), "promises 2 entries"),
        (lambda lines: lines.append(b""), "promises 2 entries"),
        (lambda lines: lines.__setitem__(-1, b""), "one line"),
        (lambda lines: lines.__setitem__(1, lines[-1]), "a batch holds entries"),
    ],
)
def test_attachments_that_do_not_agree_are_refused(chain, key, change, said):
    with pytest.raises(BatchError, match=said):
        unpack(relined(packed(chain(2), key, attachments=[b"a", b"b"]), change))


@pytest.mark.parametrize("count", [1, 3, -1, True, "2", 2.0, None])
def test_a_header_that_lies_about_attachments_is_refused(chain, key, count):
    with pytest.raises(BatchError):
        unpack(reheaded(packed(chain(2), key, attachments=[b"a", b"b"]), attachments=count))


def test_attachments_have_a_limit(chain, key):
    with pytest.raises(BatchError, match="at most 1"):
        unpack(packed(chain(2), key, attachments=[b"a", b"b"]), Limits(attachments=1))


@given(st.binary())
def test_any_bytes_are_a_batch_or_an_error(payload):
    with pytest.raises(BatchError):
        unpack(payload)


def test_signatures_prove_stream_device_and_head(chain, key):
    public = key.public_key()
    good = packed(chain(3), key)
    verify(unpack(good), public)
    for forged in (
        packed(chain(3), None),
        packed(chain(3), signing.generate()),
        reheaded(good, device="shop-2"),
        reheaded(good, stream="directory"),
        reheaded(good, signature="AAAA"),
        reheaded(good, signature="not base64!"),
        packed(chain(3, say="forged"), signing.generate()),
    ):
        with pytest.raises(ForgedBatch, match=r"expected the signature of its sender's own key"):
            verify(unpack(forged), public)


def test_keys_are_kept_and_read(tmp_path, key):
    signing.save(key, tmp_path / "key.pem")
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    loaded = signing.load_private(tmp_path / "key.pem")
    assert signing.public_pem(loaded) == signing.public_pem(key.public_key())
    assert signing.read_public(signing.public_pem(key)) == key.public_key()
    with pytest.raises(FileExistsError):
        signing.save(key, tmp_path / "key.pem")


def test_other_keys_are_refused(tmp_path, key):
    (tmp_path / "rubbish.pem").write_text("rubbish")
    with pytest.raises(KeyUnreadable, match="Ed25519 private key"):
        signing.load_private(tmp_path / "rubbish.pem")
    with pytest.raises(KeyUnreadable):
        signing.load_private(tmp_path / "none.pem")
    with pytest.raises(KeyUnreadable):
        signing.load_public(tmp_path / "none.pem")
    with pytest.raises(KeyUnreadable):
        signing.read_public("rubbish")
