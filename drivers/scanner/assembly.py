"""Characters as they come, put together to codes."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.scanner import NOT_TEXT, TOO_LONG, TORN, Scan

LONGEST_CODE = 1024
"""Bytes. The longest code on goods, a GS1 Digital Link in a QR code, stays far below."""

_ENDS = b"\r\n"


class Assembler:
    """Splits what one scanner sends at its line ends.

    Args:
        source: The scanner's name, for ``Scan.source``.
        longest: More bytes than this without a line end are no code.
    """

    def __init__(self, source: str, longest: int = LONGEST_CODE) -> None:
        self._source = source
        self._longest = longest
        self._begun = bytearray()
        self._fault: str | None = None

    @property
    def begun(self) -> bool:
        """A code has begun and its end has not come."""
        return bool(self._begun) or self._fault is not None

    def feed(self, data: bytes) -> Iterator[Scan]:
        """The scans that ``data`` completes."""
        for byte in data:
            if byte in _ENDS:
                yield from self._end()
            elif self._fault is None:
                self._begun.append(byte)
                if len(self._begun) > self._longest:
                    self.spoil(TOO_LONG)

    def spoil(self, fault: str) -> None:
        """Nothing up to the next end can be trusted; the fault is told once, at that end."""
        self._begun.clear()
        self._fault = fault

    def pause(self) -> Iterator[Scan]:
        """The scanner fell silent: a code that has no end by now will not get one."""
        if self._begun:
            self.spoil(TORN)
        yield from self._end()

    def forget(self) -> None:
        """The scanner was plugged in: nothing has begun."""
        self._begun.clear()
        self._fault = None

    def _end(self) -> Iterator[Scan]:
        whole, fault = bytes(self._begun), self._fault
        self.forget()
        if fault is not None:
            yield Scan("", self._source, fault)
        elif whole:
            try:
                yield Scan(whole.decode(), self._source)
            except UnicodeDecodeError:
                yield Scan("", self._source, NOT_TEXT)
