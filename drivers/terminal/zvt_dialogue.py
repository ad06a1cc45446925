"""One command and all the terminal says about it until it hands back the word.

The register asks; the terminal accepts or refuses at once, and then has the word: it tells
intermediate statuses, what became of it, lines to print, and ends with a completion or an abort.
Each of its messages is acknowledged. Source: PA00P015, the sequences of the commands.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from drivers.terminal import (
    CurrencyError,
    Slip,
    TerminalBusyError,
    TerminalError,
    TerminalLockedError,
    Told,
    zvt_apdu,
    zvt_fields,
)
from drivers.terminal.zvt_apdu import ACCEPTED, Apdu
from drivers.terminal.zvt_fields import FieldError
from drivers.terminal.zvt_line import Line, LineError
from drivers.terminal.zvt_status import Slips, Status, shown_text, status
from drivers.terminal.zvt_words import WAIT, is_about_currency, shown

log = logging.getLogger(__name__)

_MOST_NONSENSE = 5


class RefusedError(Exception):
    """The terminal did not accept the command: nothing was begun.

    Attributes:
        code: Its result code.
    """

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"The terminal refused the command with result code {code:02X}.")


@dataclass(frozen=True, slots=True)
class Heard:
    """All the terminal said about a command.

    Attributes:
        completed: Whether it ended with a completion; else with an abort.
        code: The abort's result code.
        status: The last status information, if any came.
        slips: What it wants on paper.
        data: What stood in the completion.
    """

    completed: bool
    code: int
    status: Status | None
    slips: tuple[Slip, ...]
    data: bytes = b""


class Dialogue:
    """Runs commands over an open line.

    Args:
        line: The line. After a ``LineError`` it MUST be closed.
        accept_s: How soon the terminal must accept or refuse.
        quiet_s: How long it may say nothing afterwards.
        stopped: Whether the cashier wants to stop.
        closing: Whether the register goes away.
    """

    def __init__(
        self,
        line: Line,
        *,
        accept_s: float,
        quiet_s: float,
        stopped: Callable[[], bool] = lambda: False,
        closing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._line = line
        self._accept_s = accept_s
        self._quiet_s = quiet_s
        self._stopped = stopped
        self._closing = closing

    def run(self, command: Apdu, told: Told | None = None) -> Heard:
        """Send a command and hear the terminal out. Only a payment is stopped on the way.

        Raises:
            RefusedError: It does not accept the command: nothing was begun.
            LineError: It did not say how the command ended.
        """
        self._line.send(command)
        self._await_acceptance()
        hearing = _Hearing(told)
        until = self._closing
        if command.control == zvt_apdu.AUTHORISATION:
            until = self._closing_or_stopped
        while hearing.ended is None:
            apdu = self._line.receive(self._quiet_s, until)
            if apdu is not None:
                self._answer(hearing, apdu)
            elif until == self._closing_or_stopped and self._stopped() and not self._closing():
                until = self._closing  # said once; the end tells what came of it
                self._line.send(Apdu(zvt_apdu.STOP))
            else:
                raise LineError("The terminal fell silent in the middle of a command.")
        return hearing.ended

    def _await_acceptance(self) -> None:
        """Wait until the terminal accepts a command.

        Raises:
            RefusedError: It does not: nothing was begun.
            LineError: It said nothing of the kind: it may have begun.
        """
        while True:
            apdu = self._line.receive(self._accept_s, self._closing)
            if apdu is None:
                raise LineError("The terminal did not acknowledge a command.")
            if apdu.accepts:
                return
            if apdu.refuses is not None:
                raise RefusedError(apdu.refuses)
            # Something of its own that crossed the command on the way: it is heard, and let be.
            self._line.send(ACCEPTED)

    def _closing_or_stopped(self) -> bool:
        return self._closing() or self._stopped()

    def _answer(self, hearing: _Hearing, apdu: Apdu) -> None:
        if apdu.accepts or apdu.refuses is not None:
            return  # of our wish to stop: what becomes of it is told as any other end
        try:
            understood = hearing.hear(apdu)
        except FieldError as error:
            raise LineError(f"The terminal said what nobody understands: {error}") from error
        self._line.send(ACCEPTED if understood else zvt_apdu.refusal(zvt_apdu.UNKNOWN_COMMAND))


class _Hearing:
    """Collects what the terminal says until it ends."""

    def __init__(self, told: Told | None) -> None:
        self.ended: Heard | None = None
        self._told = told
        self._status: Status | None = None
        self._slips = Slips()
        self._nonsense = 0

    def hear(self, apdu: Apdu) -> bool:
        """Take a message; False for one that is not of this conversation.

        Raises:
            FieldError: It is not written in the protocol's way.
            LineError: Too many were not of this conversation.
        """
        takes = {
            zvt_apdu.STATUS_INFORMATION: self._take_status,
            zvt_apdu.INTERMEDIATE_STATUS: self._tell,
            zvt_apdu.PRINT_LINE: self._slips.line,
            zvt_apdu.PRINT_TEXT: self._slips.block,
            zvt_apdu.COMPLETION: self._complete,
            zvt_apdu.ABORT: self._abort,
        }
        take = takes.get(apdu.control)
        if take is not None:
            take(apdu.data)
            return True
        self._nonsense += 1
        if self._nonsense > _MOST_NONSENSE:
            raise LineError("The terminal says nothing but what nobody understands.")
        log.info("The card terminal sent %02X %02X, which is not handled.", *apdu.control)
        return False

    def _take_status(self, data: bytes) -> None:
        self._status = status(data)

    def _tell(self, data: bytes) -> None:
        if self._told is None or not data:
            return
        text = shown_text(data) or shown(data[0])
        if text:
            self._told(text)

    def _complete(self, data: bytes) -> None:
        self.ended = Heard(True, 0, self._status, self._slips.taken(), data)

    def _abort(self, data: bytes) -> None:
        code = data[0] if data else 0xFF
        self.ended = Heard(False, code, self._status, self._slips.taken())


def registration(password: str, currency: int, *, prints: bool) -> Apdu:
    """``06 00``: the register is told intermediate statuses, and alone starts payments.

    Args:
        password: The terminal's.
        currency: ISO 4217's number.
        prints: Whether the register prints the slips; else the terminal does. Then the terminal's
            own menu is locked too: what it printed unasked would reach nobody.
    """
    payments, office, telling, starting, ruling, line_by_line = 0x02, 0x04, 0x08, 0x10, 0x20, 0x80
    printing = payments | office | ruling | line_by_line
    config = telling | starting | (printing if prints else 0)
    permitted = zvt_fields.tlv(0x26, zvt_fields.tlv(0x0A, bytes(zvt_apdu.PRINT_TEXT)))
    return Apdu(
        zvt_apdu.REGISTRATION,
        bytes.fromhex(password)
        + bytes((config,))
        + zvt_fields.to_bcd(currency, 2)
        + bytes((zvt_fields.SERVICE, 0x00))
        + zvt_fields.tlv(zvt_fields.TLV, permitted),
    )


def authorisation(amount_minor: int, currency: int) -> Apdu:
    """``06 01``: an amount, in the currency's own minor units."""
    return Apdu(
        zvt_apdu.AUTHORISATION,
        bytes((zvt_fields.AMOUNT,))
        + zvt_fields.to_bcd(amount_minor, 6)
        + bytes((zvt_fields.CURRENCY,))
        + zvt_fields.to_bcd(currency, 2),
    )


def reversal(password: str, receipt: int) -> Apdu:
    """``06 30``: take back the transaction with this receipt number."""
    number = bytes((zvt_fields.RECEIPT,)) + zvt_fields.to_bcd(receipt, 2)
    return Apdu(zvt_apdu.REVERSAL, bytes.fromhex(password) + number)


def last_transaction(password: str, service: int) -> Apdu:
    """``06 20``: the status information of the last transaction, after an unclear end.

    Args:
        password: The terminal's.
        service: The service byte, which asks for the status without the paper.
    """
    return Apdu(
        zvt_apdu.REPEAT_RECEIPT,
        bytes.fromhex(password) + bytes((zvt_fields.SERVICE, service)),
    )


def with_password(control: zvt_apdu.Control, password: str) -> Apdu:
    """A command that needs nothing but the password: ``05 01``, ``06 50``."""
    return Apdu(control, bytes.fromhex(password))


def why_not(code: int) -> TerminalError:
    """Why a command was refused, before anything was begun."""
    if code == WAIT:
        return TerminalBusyError()
    if is_about_currency(code):
        return CurrencyError(f"result code {code:02X}")
    return TerminalLockedError(f"result code {code:02X}")
