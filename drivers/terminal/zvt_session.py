"""A register's session with a ZVT terminal: connected, registered, one command at a time."""

from __future__ import annotations

import logging
import threading

from drivers.terminal import (
    Slip,
    TerminalAwayError,
    TerminalBusyError,
    TerminalError,
    TerminalLockedError,
    TerminalState,
    Told,
    zvt_apdu,
)
from drivers.terminal import zvt_dialogue as talk
from drivers.terminal.zvt_apdu import Apdu
from drivers.terminal.zvt_dialogue import Dialogue, Heard, RefusedError
from drivers.terminal.zvt_fields import FieldError
from drivers.terminal.zvt_line import Line, LineError, Waker
from drivers.terminal.zvt_status import Status, terminal_code
from drivers.terminal.zvt_words import NOT_REGISTERED, WAIT

log = logging.getLogger(__name__)

_READY, _CARD_INSIDE = 0x00, 0xDC

_LONG = (zvt_apdu.AUTHORISATION, zvt_apdu.REVERSAL, zvt_apdu.END_OF_DAY)
"""Commands in which a customer or the bank is waited for; the terminal does the others by itself."""

_BY_ITSELF = 3
"""So many times as long as it takes to accept a command may it take to carry one out."""


class Session:
    """Connects when it is first needed, and again after the line broke.

    Only ``stop`` and ``end`` MAY be called from other threads.

    Args:
        address: Host and TCP port.
        password: The terminal's six digits.
        prints: Whether the register prints the slips.
        connect_timeout_s: How long it may take to answer the door.
        accept_s: How soon it must accept a command.
        quiet_s: How long it may say nothing while somebody is waited for.
    """

    def __init__(
        self,
        address: tuple[str, int],
        *,
        password: str,
        prints: bool,
        connect_timeout_s: float,
        accept_s: float,
        quiet_s: float,
    ) -> None:
        self.reprinted: tuple[Slip, ...] = ()
        self._address = address
        self._password = password
        self._prints = prints
        self._connect_timeout_s = connect_timeout_s
        self._accept_s = accept_s
        self._quiet_s = quiet_s
        self._waker = Waker()
        self._stopped = threading.Event()
        self._ended = threading.Event()
        self._line: Line | None = None
        self._currency = 0

    @property
    def stopped(self) -> bool:
        """Whether the cashier wants to stop."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Have the command under way stopped, if it still can be."""
        self._stopped.set()
        self._waker.wake()

    def resume(self) -> None:
        """Forget an earlier wish to stop."""
        self._stopped.clear()

    def end(self) -> None:
        """Have the command under way given up, and begin no other."""
        self._ended.set()
        self._waker.wake()

    def settle(self, wait_s: float) -> None:
        """Let the terminal come to an end by itself, unless the register goes away."""
        self._ended.wait(wait_s)

    def open(self, currency: int) -> bool:
        """Be connected and registered for a currency.

        Returns:
            Whether the line is a new one.

        Raises:
            TerminalError: The terminal cannot be asked now.
        """
        if self._ended.is_set():
            raise TerminalAwayError("The register is closing.")
        if self._line is not None and self._line.is_quiet and self._currency == currency:
            return False
        self._drop()
        self._currency = currency
        try:
            self._line = Line(self._address, self._connect_timeout_s, self._waker)
            self._register(self._dialogue(self._line))
        except OSError as error:
            self._drop()
            raise TerminalAwayError(str(error)) from error
        except TerminalError:
            self._drop()
            raise
        return True

    def run(self, command: Apdu, told: Told | None = None) -> Heard:
        """Have a command carried out; MUST be open.

        Raises:
            RefusedError: The terminal did not accept it: nothing was begun.
            LineError: It did not say how the command ended.
        """
        if self._line is None:
            raise LineError("The line broke before the command was sent.")
        dialogue = self._dialogue(self._line, waits=command.control in _LONG)
        try:
            try:
                return dialogue.run(command, told)
            except RefusedError as error:
                if error.code != NOT_REGISTERED:
                    raise
                # It forgot the register, after a power cut of its own, and took nothing.
                self._register(dialogue)
                return dialogue.run(command, told)
        except LineError:
            self._drop()
            raise

    def be_idle(self, currency: int) -> None:
        """Make sure that the terminal is in the middle of nothing (``05 01``).

        Raises:
            TerminalError: It is, or cannot be asked now.
            LineError: It did not answer.
        """
        self.open(currency)
        if self._code() in {WAIT, _CARD_INSIDE}:
            raise TerminalBusyError

    def last(self, service: int) -> Status | None:
        """The terminal's last transaction (``06 20``); None where it does not tell.

        What it prints of it meanwhile is in ``reprinted``.

        Raises:
            TerminalBusyError: It is occupied.
            LineError: It did not answer.
        """
        try:
            heard = self.run(talk.last_transaction(self._password, service))
        except RefusedError as error:
            if error.code == WAIT:
                raise TerminalBusyError from error
            return None
        self.reprinted = heard.slips
        return heard.status

    def state(self, currency: int) -> TerminalState:
        """Whether the terminal can be asked now."""
        try:
            self.open(currency)
            code = self._code()
        except TerminalBusyError:
            return TerminalState.BUSY
        except TerminalLockedError:
            return TerminalState.LOCKED
        except (TerminalError, LineError):
            return TerminalState.AWAY
        if code in {WAIT, _CARD_INSIDE}:
            return TerminalState.BUSY
        return TerminalState.READY if code == _READY else TerminalState.LOCKED

    def close(self) -> None:
        """Log off and hang up. MAY be called more than once."""
        if self._line is not None:
            try:
                self._line.send(Apdu(zvt_apdu.LOG_OFF))
            except LineError as error:
                log.info("The card terminal was gone before the register logged off: %s", error)
            else:
                self._line.close()
        self._drop()
        self._waker.close()

    def _code(self) -> int:
        """The terminal's own status; ready where it does not tell."""
        try:
            enquiry = talk.with_password(zvt_apdu.STATUS_ENQUIRY, self._password)
            return terminal_code(self.run(enquiry).data)
        except RefusedError as error:
            return WAIT if error.code == WAIT else _READY
        except FieldError as error:
            self._drop()
            raise LineError(f"The terminal said what nobody understands: {error}") from error

    def _register(self, dialogue: Dialogue) -> None:
        try:
            heard = dialogue.run(
                talk.registration(self._password, self._currency, prints=self._prints)
            )
        except RefusedError as error:
            raise talk.why_not(error.code) from error
        if not heard.completed:
            raise talk.why_not(heard.code)

    def _dialogue(self, line: Line, *, waits: bool = False) -> Dialogue:
        return Dialogue(
            line,
            accept_s=self._accept_s,
            quiet_s=self._quiet_s if waits else self._accept_s * _BY_ITSELF,
            stopped=self._stopped.is_set,
            closing=self._ended.is_set,
        )

    def _drop(self) -> None:
        if self._line is not None:
            self._line.abandon()
            self._line = None
