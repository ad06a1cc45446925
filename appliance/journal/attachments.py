"""Personal data beside an entry, so that it can be erased and the chain still holds.

Names, addresses and the like never enter an entry: what is chained can never be let go. The entry
names its attachments in ``data.attachments``: a random reference, what kind of thing it is, and a
commitment, the SHA-256 of a random salt and the content. The content and its salt are kept and
sent beside the entry. As long as they are there, anybody can check that they are what the entry
was made with; once both are erased, the commitment tells nobody anything: without the salt no
guess can be tried against it.

Attachments may share a *subject*, a random reference to the person they are about, so that all
that is known of somebody can be erased at once.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from typing import Any

import orjson

from appliance.journal.errors import AttachmentError

KEY = "attachments"
"""Where an entry's data names its attachments."""
ERASED = "balie.attachment.erased.v1"
"""Downward the order to erase, upward the answer that it was done."""

SALT_BYTES = 16
MAX_SALT_BYTES = 64
MAX_CONTENT_BYTES = 64 * 1024
"""The longest content: a person's data has some hundred bytes, a signature as a picture 10 kB."""
MAX_TOGETHER_BYTES = 256 * 1024
"""The most content beside one entry; together it still fits into one message."""
MAX_ATTACHMENTS = 16
"""The most attachments of one entry."""

_REFERENCE = re.compile(r"[0-9a-f]{32}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that is to be kept beside an entry.

    Attributes:
        reference: 32 random hexadecimal digits.
        kind: What it is, such as ``customer``; stays in the entry for ever.
        salt: At least 16 random bytes, erased with the content.
        content: What it says.
        subject: 32 random hexadecimal digits that stand for the person it is about, or None.
    """

    reference: str
    kind: str
    salt: bytes = field(repr=False)
    content: bytes = field(repr=False)
    subject: str | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be kept or proved.

        Raises:
            AttachmentError: if something is of another form or too large.
        """
        Named(self.reference, self.kind, self.commitment, self.subject)
        _check_sizes(self.reference, self.salt, self.content)

    @property
    def commitment(self) -> str:
        """What the entry says of it."""
        return commitment(self.salt, self.content)

    def named(self) -> dict[str, str]:
        """Tell how the entry names it, in JSON's own types."""
        subject = {"subject": self.subject} if self.subject else {}
        return {
            "reference": self.reference,
            "kind": self.kind,
            "commitment": self.commitment,
            **subject,
        }


@dataclass(frozen=True, slots=True)
class Named:
    """An attachment as its entry names it. Attributes as in `Attachment`."""

    reference: str
    kind: str
    commitment: str
    subject: str | None = None

    def __post_init__(self) -> None:
        """Refuse what names nothing.

        Raises:
            AttachmentError: if something is of another form.
        """
        _check(self.reference, _REFERENCE, "a reference of 32 hexadecimal digits")
        _check(self.kind, _KIND, "a kind in small letters, digits and '_', at most 40")
        _check(self.commitment, _COMMITMENT, "a commitment of 64 hexadecimal digits")
        if self.subject is not None:
            _check(self.subject, _REFERENCE, "a subject of 32 hexadecimal digits")

    def is_kept_by(self, salt: bytes, content: bytes) -> bool:
        """Tell whether this is the content that the entry was made with."""
        return compare_digest(self.commitment, commitment(salt, content))


@dataclass(frozen=True, slots=True)
class Carried:
    """An attachment on its way, as a line of a batch.

    Attributes:
        epoch: Epoch of the entry it belongs to.
        sequence: The entry's number.
        reference: Which of the entry's attachments it is.
        salt: The salt.
        content: What it says.
    """

    epoch: int
    sequence: int
    reference: str
    salt: bytes = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def place(self) -> tuple[int, int]:
        """Epoch and sequence of the entry."""
        return self.epoch, self.sequence

    def to_line(self) -> bytes:
        """Make the line, without its line end."""
        return orjson.dumps(
            {
                "epoch": self.epoch,
                "sequence": self.sequence,
                "reference": self.reference,
                "salt": base64.b64encode(self.salt).decode(),
                "content": base64.b64encode(self.content).decode(),
            }
        )

    @classmethod
    def from_line(cls, line: bytes) -> Carried:
        """Read a line; attributes that are not known are passed over.

        Raises:
            AttachmentError: if it is no attachment. The sentence holds nothing of the content.
        """
        try:
            value = orjson.loads(line)
        except ValueError:
            raise AttachmentError("an attachment is one JSON object on a line") from None
        if not isinstance(value, dict):
            raise AttachmentError("an attachment is one JSON object on a line")
        epoch, sequence = value.get("epoch"), value.get("sequence")
        if type(epoch) is not int or type(sequence) is not int or min(epoch, sequence) < 1:
            raise AttachmentError("an attachment names its entry by epoch and sequence, from 1")
        reference = _check(
            value.get("reference"), _REFERENCE, "a reference of 32 hexadecimal digits"
        )
        salt, content = (_bytes(value.get(name), name) for name in ("salt", "content"))
        _check_sizes(reference, salt, content)
        return cls(epoch, sequence, reference, salt, content)


@dataclass(frozen=True, slots=True)
class Held:
    """What a store holds of an attachment; None for salt and content once it is erased."""

    reference: str
    salt: bytes | None = field(repr=False)
    content: bytes | None = field(repr=False)

    @property
    def is_erased(self) -> bool:
        """Whether nothing of it is left."""
        return self.salt is None and self.content is None


@dataclass(frozen=True, slots=True)
class Examined:
    """How the attachments that are held compare with what their entry says.

    Attributes:
        sound: References whose content is what the entry was made with.
        erased: References of which nothing is left, and which are known to be erased.
        missing: References the entry names and nobody holds: never arrived, or taken away.
        altered: References whose content or salt is not what the entry was made with.
        unnamed: References held under this entry that it does not name.
    """

    sound: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


def attach(
    kind: str,
    content: bytes,
    *,
    subject: str | None = None,
    random: Callable[[int], bytes] = secrets.token_bytes,
) -> Attachment:
    """Make an attachment with a reference and a salt of its own.

    Args:
        kind: What it is, such as ``customer``.
        content: What it says.
        subject: Whom it is about, as `new_reference` made it once for that person.
        random: So many bytes that nobody can foresee.

    Raises:
        AttachmentError: if the kind is none or the content too large.
    """
    return Attachment(new_reference(random), kind, random(SALT_BYTES), content, subject)


def new_reference(random: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Make a reference, to an attachment or to a person, that tells nothing."""
    return random(16).hex()


def commitment(salt: bytes, content: bytes) -> str:
    """Tell what an entry says of a content: SHA-256 of the salt and it, hexadecimal."""
    return sha256(salt + content).hexdigest()


def with_names(data: Mapping[str, Any], attachments: Sequence[Attachment]) -> Mapping[str, Any]:
    """Add to an entry's data the names of its attachments.

    Raises:
        AttachmentError: if the data names attachments by itself, or they are too many, too large
            together, or share a reference.
    """
    if KEY in data:
        raise AttachmentError(f"'{KEY}' of an entry is made from what is attached; leave it out")
    if not attachments:
        return data
    if len(attachments) > MAX_ATTACHMENTS:
        raise AttachmentError(
            f"an entry has at most {MAX_ATTACHMENTS} attachments, not {len(attachments)}"
        )
    together = sum(len(each.content) for each in attachments)
    if together > MAX_TOGETHER_BYTES:
        raise AttachmentError(
            f"the attachments of an entry have at most {MAX_TOGETHER_BYTES} bytes, not {together}"
        )
    if len({each.reference for each in attachments}) < len(attachments):
        raise AttachmentError("each attachment of an entry has a reference of its own")
    return {**data, KEY: [each.named() for each in attachments]}


def read_names(data: Mapping[str, Any]) -> tuple[Named, ...]:
    """Read which attachments an entry's data names, none for most.

    Raises:
        AttachmentError: if the list is none.
    """
    listed = data.get(KEY, ())
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise AttachmentError(f"'{KEY}' of an entry is a list, not {type(listed).__name__}")
    found = {}
    for each in listed:
        if not isinstance(each, Mapping):
            raise AttachmentError(f"'{KEY}' of an entry holds objects, not {type(each).__name__}")
        name = Named(
            each.get("reference", ""),
            each.get("kind", ""),
            each.get("commitment", ""),
            each.get("subject"),
        )
        found[name.reference] = name
    return tuple(found.values())


def examine(data: Mapping[str, Any], held: Iterable[Held]) -> Examined:
    """Compare the attachments that are held under an entry with what its data says.

    Raises:
        AttachmentError: if the entry's own list cannot be read.
    """
    names = {name.reference: name for name in read_names(data)}
    found: dict[str, list[str]] = {"sound": [], "erased": [], "altered": [], "unnamed": []}
    for each in held:
        found[_judge(names.get(each.reference), each)].append(each.reference)
    seen = {reference for references in found.values() for reference in references}
    return Examined(
        **{name: tuple(references) for name, references in found.items()},
        missing=tuple(reference for reference in names if reference not in seen),
    )


def _judge(name: Named | None, held: Held) -> str:
    if name is None:
        return "unnamed"
    if held.is_erased:
        return "erased"
    if held.salt is None or held.content is None:
        return "altered"
    return "sound" if name.is_kept_by(held.salt, held.content) else "altered"


def _check(value: object, form: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise AttachmentError(f"an attachment has {what}; this is not one")
    return value


def _check_sizes(reference: str, salt: bytes, content: bytes) -> None:
    if not SALT_BYTES <= len(salt) <= MAX_SALT_BYTES:
        raise AttachmentError(
            f"the salt of attachment {reference} has {SALT_BYTES} to {MAX_SALT_BYTES} bytes, "
            f"not {len(salt)}"
        )
    if not 1 <= len(content) <= MAX_CONTENT_BYTES:
        raise AttachmentError(
            f"attachment {reference} has 1 to {MAX_CONTENT_BYTES} bytes, not {len(content)}"
        )


def _bytes(value: object, name: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        raise AttachmentError(f"the {name} of an attachment is base64") from None
