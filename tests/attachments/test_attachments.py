"""What an attachment is, what its entry says of it, and how it travels."""

from __future__ import annotations

import contextlib
from hashlib import sha256

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.attachments import (
    MAX_ATTACHMENTS,
    MAX_CONTENT_BYTES,
    Attachment,
    Carried,
    Held,
    attach,
    examine,
    new_reference,
    read_names,
    with_names,
)
from appliance.journal.errors import AttachmentError

REFERENCE = "0123456789abcdef" * 2
SALT = b"s" * 16


def made(content=b"Wil van Doorn", **more):
    return Attachment(REFERENCE, "customer", SALT, content, **more)


def test_its_entry_says_what_it_is_and_nothing_of_what_it_says():
    named = made(subject="f" * 32).named()
    assert named == {
        "reference": REFERENCE,
        "kind": "customer",
        "commitment": sha256(SALT + b"Wil van Doorn").hexdigest(),
        "subject": "f" * 32,
    }
    assert "subject" not in made().named()


def test_each_has_a_reference_and_a_salt_that_nobody_can_foresee():
    one, other = attach("customer", b"the same"), attach("customer", b"the same")
    assert one.reference != other.reference
    assert one.commitment != other.commitment
    assert len(one.salt) == 16
    told = attach("customer", b"the same", random=lambda count: b"\x07" * count)
    assert (told.reference, told.salt) == ("07" * 16, b"\x07" * 16)


def test_what_it_says_does_not_slip_into_a_log():
    assert "Doorn" not in repr(made())
    assert "Doorn" not in repr(Carried(1, 2, REFERENCE, SALT, b"Wil van Doorn"))
    assert "Doorn" not in repr(Held(REFERENCE, SALT, b"Wil van Doorn"))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"reference": "wil-van-doorn"}, "a reference of 32 hexadecimal digits"),
        ({"reference": REFERENCE.upper()}, "a reference of 32 hexadecimal digits"),
        ({"kind": "Customer data"}, "a kind in small letters"),
        ({"subject": "wil"}, "a subject of 32 hexadecimal digits"),
        ({"salt": b"short"}, "16 to 64 bytes, not 5"),
        ({"salt": b"s" * 65}, "16 to 64 bytes, not 65"),
        ({"content": b""}, "1 to 65536 bytes, not 0"),
        ({"content": b"x" * (MAX_CONTENT_BYTES + 1)}, "1 to 65536 bytes, not 65537"),
    ],
)
def test_what_could_not_be_kept_is_refused(change, why):
    whole = {"reference": REFERENCE, "kind": "customer", "salt": SALT, "content": b"x"}
    with pytest.raises(AttachmentError, match=why):
        Attachment(**whole | change)


def test_an_entry_names_what_is_attached_and_nothing_else():
    data = with_names({"customer": "c"}, (made(),))
    assert data == {"customer": "c", "attachments": [made().named()]}
    assert with_names({"customer": "c"}, ()) == {"customer": "c"}
    assert [name.reference for name in read_names(data)] == [REFERENCE]
    with pytest.raises(AttachmentError, match="leave it out"):
        with_names({"attachments": []}, ())
    with pytest.raises(AttachmentError, match="a reference of its own"):
        with_names({}, (made(), made(b"another")))
    many = [attach("customer", b"x") for _ in range(MAX_ATTACHMENTS + 1)]
    with pytest.raises(AttachmentError, match="at most 16 attachments, not 17"):
        with_names({}, many)
    large = [attach("picture", b"x" * MAX_CONTENT_BYTES) for _ in range(5)]
    with pytest.raises(AttachmentError, match="at most 262144 bytes, not 327680"):
        with_names({}, large)


@pytest.mark.parametrize("listed", ["text", 7, {"reference": REFERENCE}, [7], [{}], [None]])
def test_a_list_that_names_nothing_is_not_understood(listed):
    with pytest.raises(AttachmentError):
        read_names({"attachments": listed})


def test_it_travels_as_one_line_and_comes_back():
    there = Carried(3, 412, REFERENCE, SALT, "Zoë\nvan Doorn".encode())
    line = there.to_line()
    assert b"\n" not in line
    assert Carried.from_line(line) == there
    assert list(orjson.loads(line)) == ["epoch", "sequence", "reference", "salt", "content"]


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 0},
        {"sequence": True},
        {"sequence": "7"},
        {"reference": None},
        {"salt": None},
        {"salt": "c2hvcnQ="},
        {"content": ""},
        {"content": "not base64!"},
        {"content": "é"},
        {"content": 7},
    ],
)
def test_a_line_that_is_none_is_refused_without_repeating_it(change):
    told = orjson.loads(Carried(1, 2, REFERENCE, SALT, b"Wil van Doorn").to_line()) | change
    with pytest.raises(AttachmentError) as refused:
        Carried.from_line(orjson.dumps(told))
    assert "Doorn" not in str(refused.value)
    assert "V2ls" not in str(refused.value)


@given(st.binary(max_size=400))
def test_any_bytes_are_an_attachment_or_refused(line):
    with contextlib.suppress(AttachmentError):
        Carried.from_line(line)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5) | st.just(REFERENCE),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(["attachments", "reference", "kind", "commitment", "epoch", "salt"]),
            part,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(["epoch", "sequence", "reference", "salt", "content"]), json)
)
def test_any_json_is_an_attachment_or_refused(value):
    with contextlib.suppress(AttachmentError):
        Carried.from_line(orjson.dumps(value))


@given(json)
def test_any_list_names_attachments_or_is_refused(listed):
    with contextlib.suppress(AttachmentError):
        read_names({"attachments": listed})


@given(st.binary(min_size=1, max_size=200), st.binary(min_size=16, max_size=64))
def test_one_bit_changed_is_seen(content, salt):
    kept = Attachment(REFERENCE, "customer", salt, content)
    data = with_names({}, (kept,))
    other = bytes([content[0] ^ 1]) + content[1:]
    assert examine(data, [Held(REFERENCE, salt, content)]).sound == (REFERENCE,)
    assert examine(data, [Held(REFERENCE, salt, other)]).altered == (REFERENCE,)
    assert examine(data, [Held(REFERENCE, bytes([salt[0] ^ 1]) + salt[1:], content)]).altered


def test_what_is_held_is_compared_with_what_was_said():
    kept, gone, lost = (attach("customer", b"x") for _ in range(3))
    data = with_names({}, (kept, gone, lost))
    stranger = new_reference()
    found = examine(
        data,
        [
            Held(kept.reference, kept.salt, kept.content),
            Held(gone.reference, None, None),
            Held(stranger, SALT, b"x"),
        ],
    )
    assert found.sound == (kept.reference,)
    assert found.erased == (gone.reference,)
    assert found.missing == (lost.reference,)
    assert found.unnamed == (stranger,)
    assert examine(data, [Held(kept.reference, kept.salt, None)]).altered == (kept.reference,)
