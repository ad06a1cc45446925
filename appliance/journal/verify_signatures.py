"""Holds the signatures that a collector keeps against the entries they are about."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidSignature

from appliance.journal.batch import signed_text
from appliance.journal.entry import Watermark
from appliance.journal.findings import Kind
from appliance.journal.report import Report
from appliance.journal.signing import PublicKey

Signed = tuple[int, str, str]
"""Sequence, hash of the head, signature in base64."""


class SignatureCheck:
    """Goes along the chain of a device and checks each head that was signed.

    Args:
        report: Where findings go.
        device: Whose journal it is.
        aside: Epoch, sequence and hash of every entry that was set aside: a signature of one of
            them proves who made it.
    """

    def __init__(
        self,
        report: Report,
        device: str,
        aside: Collection[tuple[int, int, str]],
    ) -> None:
        self._report = report
        self._device = device
        self._keys: Sequence[PublicKey] = ()
        self._had_key = False
        self._aside = aside
        self._epoch = 0
        self._waiting: Iterator[Signed] = iter(())
        self._next: Signed | None = None
        self._count = self._good = 0
        self._covered = 0
        self._wrong: list[tuple[Watermark, str, int]] = []

    def begin(self, epoch: int, keys: Sequence[PublicKey], signatures: Iterable[Signed]) -> None:
        """Begin an epoch with its signatures in order, and the keys that may have made them."""
        self._keys = keys
        self._had_key = self._had_key or bool(keys)
        self._epoch, self._waiting, self._covered = epoch, iter(signatures), 0
        self._next = next(self._waiting, None)

    def skip_to(self, mark: Watermark) -> None:
        """Pass over entries that are not read; that their heads were signed is checked still."""
        while self._next is not None and self._next[0] <= mark.sequence:
            held = mark.hash if self._next[0] == mark.sequence else self._next[1]
            self._check(self._next, held)
            self._next = next(self._waiting, None)
        self._covered = max(self._covered, mark.sequence)

    def see(self, mark: Watermark) -> None:
        """Take the next entry that is held."""
        while self._next is not None and self._next[0] <= mark.sequence:
            self._check(self._next, mark.hash if self._next[0] == mark.sequence else None)
            self._next = next(self._waiting, None)

    def end(self, proven: int) -> None:
        """End an epoch; up to ``proven`` everything should be covered by a signature."""
        while self._next is not None:
            self._check(self._next, None)
            self._next = next(self._waiting, None)
        if self._covered < proven and self._keys and not self._wrong:
            place = f"{self._epoch}.{self._covered + 1}"
            self._report.findings.add(
                Kind.FORGED,
                place,
                f"entries {place} to {self._epoch}.{proven} are covered by no signature of the "
                "device",
            )

    def finish(self) -> None:
        """Say what was found about all of them."""
        if self._count and not self._had_key:
            self._report.signatures = "not checked: the public key that is kept cannot be read"
            return
        self._report.signatures = f"{self._good} of {self._count} heads are signed by the device"
        if self._count and not self._good:
            self._report.findings.add(
                Kind.KEY,
                "public key",
                f"the public key of {self._device} was exchanged: none of its {self._count} "
                "signatures was made with the key that belongs to it",
            )
        elif self._wrong:
            mark, what, after = self._wrong[0]
            others = len(self._wrong) - 1
            rest = f"; so are {others} later ones" if others else ""
            self._report.findings.add(
                Kind.FORGED,
                str(mark),
                f"the signature of entry {mark} {what}: an entry after {mark.epoch}.{after} and up to "
                f"{mark} is not what the device recorded{rest}",
            )

    def _check(self, signed: Signed, held: str | None) -> None:
        sequence, digest, signature = signed
        mark = Watermark(self._epoch, sequence, digest)
        self._count += 1
        genuine = self._is_genuine(mark, signature)
        self._good += genuine
        if (self._epoch, sequence, digest) in self._aside:
            return
        if held is None:
            if genuine:
                self._miss(mark)
            return
        if genuine and digest == held:
            self._covered = max(self._covered, sequence)
        elif self._keys:
            what = "is of another entry" if genuine else "was not made with the device's key"
            self._wrong.append((mark, what, self._covered))

    def _miss(self, mark: Watermark) -> None:
        self._report.findings.add(
            Kind.REMOVED,
            str(mark),
            f"entry {mark} with the hash {mark.hash[:12]}… was signed by the device and is not "
            "held, neither in the chain nor among the forks: it was removed",
        )

    def _is_genuine(self, mark: Watermark, signature: str) -> bool:
        text = signed_text("journal", self._device, mark)
        return is_signed(signature, text, self._keys)


def is_signed(signature: str, text: bytes, keys: Iterable[PublicKey]) -> bool:
    """Tell whether a signature, in base64, was made over a text with one of some keys."""
    try:
        made = base64.b64decode(signature, validate=True)
    except binascii.Error:
        return False
    return any(_verifies(key, made, text) for key in keys)


def _verifies(key: PublicKey, made: bytes, text: bytes) -> bool:
    try:
        key.verify(made, text)
    except InvalidSignature:
        return False
    return True
