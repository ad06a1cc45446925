"""How Balie speaks with an ESC/POS printer, over any line.

Before a job the printer is asked how it is; nothing is sent to one that cannot print. The job goes
out in pieces with GS r behind each, which is answered only when everything before it is printed:
the answer behind the last piece, and nothing else, is *printed*. No more than two pieces are on
their way at once, so the printer's buffer is never full and it always hears a question: while an
answer is awaited, DLE EOT tells whether it stopped, and why.

A job is sent once. When it stops in the middle, the printer is told to throw away what it still
holds, so that the rest does not come out of the new roll beside the receipt printed again.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from drivers import Closing
from drivers.printer import (
    CoverOpenError,
    Element,
    Paper,
    PaperOutError,
    Printed,
    PrinterError,
    PrinterFaultError,
    PrinterOfflineError,
    PrinterSilentError,
    PrinterStatus,
    PrintInterruptedError,
    commands,
    escpos,
    replies,
)
from drivers.printer.link import Link

PIECE_BYTES = 1024
"""Two of these, and a picture's band each, fit into the smallest buffers, of 4 kB."""

KICK = b"\x1bp\x00\x32\x32"
"""ESC p: 100 ms on, 100 ms off, in turn with what is being printed."""

KICK_NOW = b"\x10\x14\x01\x00\x01"
"""DLE DC4 1: 100 ms at once, also while the printer is stopped for paper or cover."""

FORGET = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: throw away everything received and not yet printed."""


class EscposPrinter(Closing):
    """A receipt printer that speaks ESC/POS. See ``drivers.printer.Printer``.

    Args:
        connect: Opens the line; raises OSError when the printer is not there.
        options: What is set for this printer.
        shared: Give the line back after every use, for a printer that others use too.
    """

    present = True

    def __init__(
        self,
        connect: Callable[[], Link],
        options: escpos.EscposOptions,
        *,
        shared: bool = False,
    ) -> None:
        self.columns = options.columns
        self._connect = connect
        self._options = options
        self._shared = shared
        self._lock = threading.RLock()
        self._line: _Line | None = None
        self._holds_rest = False

    def encode(self, document: Sequence[Element]) -> bytes:
        """See ``drivers.printer.Printer``."""
        return escpos.encode(document, self._options)

    def print(self, job: bytes) -> Printed:
        """See ``drivers.printer.Printer``."""
        with self._session():
            if not self._options.answers:
                self._open().send(job, incomplete=True)
                return Printed.SENT
            line, status = self._greet()
            _refuse(status)
            self._forget_rest(line)
            try:
                line.print(job)
            except PrinterError as error:
                self._holds_rest = error.incomplete and not line.forget()
                raise
            return Printed.CONFIRMED

    def kick(self) -> None:
        """See ``drivers.printer.Printer``."""
        with self._session():
            if not self._options.answers:
                self._open().send(KICK)
                return
            line, status = self._greet()
            if status.online:
                line.send(KICK + replies.ASK_DONE)
                line.wait_done(0)
            else:
                line.send(KICK_NOW)

    def status(self) -> PrinterStatus:
        """See ``drivers.printer.Printer``."""
        try:
            with self._session():
                if self._options.answers:
                    return self._greet()[1]
                self._open()
                return PrinterStatus()
        except PrinterSilentError:
            return PrinterStatus()
        except PrinterError:
            return PrinterStatus(online=False)

    def close(self) -> None:
        """See ``drivers.printer.Printer``."""
        with self._lock:
            if self._line is not None:
                line, self._line = self._line, None
                line.link.close()

    @contextlib.contextmanager
    def _session(self) -> Iterator[None]:
        """One use of the printer. After an error the line is closed: the next one starts clean."""
        with self._lock:
            try:
                yield
            except PrinterError:
                self.close()
                raise
            except OSError as error:
                self.close()
                raise PrinterOfflineError(str(error)) from error
            if self._shared:
                self.close()

    def _open(self) -> _Line:
        """The kept line, or a new one."""
        if self._line is None:
            self._line = _Line(self._connect(), self._options)
        return self._line

    def _greet(self) -> tuple[_Line, PrinterStatus]:
        """An open line and how the printer is; a kept line that died unused is opened anew."""
        if self._line is not None:
            try:
                return self._line, self._line.ask_all()
            except OSError:
                self.close()
        line = self._open()
        return line, line.ask_all()

    def _forget_rest(self, line: _Line) -> None:
        """Have the printer throw away the rest of a broken job, and wait until all is quiet.

        An answer to an old GS r may still be on its way: taken for the new job's, it would call
        printed what is not. So the printer is asked once more and listened to until it is silent.
        """
        if self._holds_rest:
            line.send(FORGET + replies.ASK_DONE)
            line.wait_done(0)
            line.hear_out()
            self._holds_rest = False


class _Line:
    """One open line and what was heard on it."""

    def __init__(self, link: Link, options: escpos.EscposOptions) -> None:
        self.link = link
        self._options = options
        self._replies = replies.Replies()
        self._answer: int | None = None
        self._cleared = False
        self._awaited = 0
        """How many GS r were sent and not answered."""

    def ask_all(self) -> PrinterStatus:
        """Ask DLE EOT 1 to 4.

        Raises:
            PrinterSilentError: Not even the first was answered.
        """
        while self._listen(0):
            pass
        state = self._ask(replies.ASK_STATE)
        if state is None:
            raise PrinterSilentError
        others = (replies.ASK_CAUSE, replies.ASK_ERROR, replies.ASK_PAPER)
        cause, error, paper = (self._ask(question) for question in others)
        return replies.status(state, cause, error, paper, self._options.drawer_sensor)

    def print(self, job: bytes) -> None:
        """Send ``job`` and wait until all of it is on paper."""
        incomplete = False
        for piece in commands.pieces(job, PIECE_BYTES):
            self.send(piece + replies.ASK_DONE, incomplete=incomplete)
            incomplete = True
            self.wait_done(_ON_THEIR_WAY - 1, incomplete=True)
        self.wait_done(0, incomplete=True)

    def send(self, data: bytes, *, incomplete: bool = False) -> None:
        """Hand over all of ``data``, a piece of a job or a command.

        Args:
            data: What to send.
            incomplete: A part of the job may be on paper already.
        """
        sent = 0
        until = time.monotonic() + self._options.stall_timeout_s
        self._awaited += data.endswith(replies.ASK_DONE)
        with _interruptions(lambda: incomplete or sent > 0):
            while sent < len(data):
                taken = self.link.write(data[sent:], _GLANCE_S)
                sent += taken
                if not taken and time.monotonic() > until:
                    raise PrinterSilentError("It takes no data.", incomplete=incomplete or sent > 0)

    def wait_done(self, left: int, *, incomplete: bool = False) -> None:
        """Wait until at most ``left`` of the pieces sent are not printed yet."""
        until = time.monotonic() + self._options.stall_timeout_s
        awaited = self._awaited
        with _interruptions(lambda: incomplete):
            while self._awaited > left:
                self._listen(_GLANCE_S)
                if self._awaited < awaited:
                    awaited = self._awaited
                    until = time.monotonic() + self._options.stall_timeout_s
                    continue
                trouble = self._trouble()
                if trouble is not None and self._awaited > left:
                    _refuse(trouble, incomplete=incomplete)
                if time.monotonic() > until:
                    raise PrinterSilentError("It does not go on.", incomplete=incomplete)

    def forget(self) -> bool:
        """Have the printer throw away what it holds; true when it says that it did."""
        self._cleared = False
        try:
            self._ask_and_listen(FORGET, lambda: self._cleared)
        except OSError:
            return False
        return self._cleared

    def hear_out(self) -> None:
        """Listen until nothing more comes."""
        while self._listen(_QUIET_S):
            pass
        self._awaited = 0

    def _trouble(self) -> PrinterStatus | None:
        """The printer's status, if it stopped. It may say meanwhile that it had finished."""
        state = self._ask(replies.ASK_STATE)
        return self.ask_all() if state is not None and state & _OFFLINE else None

    def _ask(self, question: bytes) -> int | None:
        """The answer to one DLE EOT, or None if it did not come in time."""
        self._answer = None
        self._ask_and_listen(question, lambda: self._answer is not None)
        return self._answer

    def _ask_and_listen(self, question: bytes, answered: Callable[[], bool]) -> None:
        """Send a short question and listen until it is answered or its time is over."""
        until = time.monotonic() + self._options.answer_timeout_s
        while question and (left_s := until - time.monotonic()) > 0:
            question = question[self.link.write(question, left_s) :]
        while not question and not answered() and (left_s := until - time.monotonic()) > 0:
            self._listen(left_s)

    def _listen(self, wait_s: float) -> bool:
        """Sort what comes within ``wait_s``; false when nothing did."""
        data = self.link.read(wait_s)
        for reply in self._replies.feed(data):
            match reply:
                case replies.Answer():
                    self._answer = reply.value
                case replies.Done():
                    self._awaited -= 1
                case replies.Cleared():
                    self._cleared = True
        return bool(data)


@contextlib.contextmanager
def _interruptions(incomplete: Callable[[], bool]) -> Iterator[None]:
    """Errors of the line, as what they mean in the middle of a job."""
    try:
        yield
    except PrinterError:
        raise
    except OSError as error:
        raise PrintInterruptedError(str(error), incomplete=incomplete()) from error


def _refuse(status: PrinterStatus, *, incomplete: bool = False) -> None:
    """Raise why a printer in this state cannot print, if it cannot."""
    if status.cover_open:
        raise CoverOpenError(incomplete=incomplete)
    if status.paper is Paper.OUT:
        raise PaperOutError(incomplete=incomplete)
    if status.fault:
        raise PrinterFaultError(incomplete=incomplete)
    if status.online is False:
        raise PrinterOfflineError("It says that it is offline.", incomplete=incomplete)


_ON_THEIR_WAY = 2
_GLANCE_S = 0.25
_QUIET_S = 0.5
_OFFLINE = 0x08
