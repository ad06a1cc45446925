"""The bench's card terminal: it speaks ZVT as the description says, and fails as terminals do.

Written from PA00P015 and PA00P016, apart from the driver; the two share the bare form of messages and
fields, which tests check against bytes written by hand. It knows nothing of sockets and of time:
what waits for a customer waits for a word of the bench's control.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from drivers.bench import zvt_paper
from drivers.bench.zvt_paper import SlipForm, Transaction
from drivers.terminal import zvt_apdu, zvt_fields
from drivers.terminal.zvt_apdu import ACCEPTED, Apdu

_STOPPED, _NOT_REGISTERED, _WAIT, _REVERSED, _NO_SUCH = 0x6C, 0x6B, 0x9C, 0xB4, 0xB5
_TOO_LITTLE = 0x71


class Mood(Enum):
    """What it does with the next commands; the value is the word of the bench's control."""

    APPROVE = "approve"
    DECLINE = "decline"
    HOLD = "hold"
    """The customer stands there and does nothing, until ``go`` or until the register stops it."""
    SILENT = "silent"
    """It pays, and never says so; the line stays open."""
    LOST = "lost"
    """It pays, and the line drops before it can say so."""
    LATE = "late"
    """It pays and says so, and the line drops before it ends."""
    UNDONE = "undone"
    """It pays, the line drops, and it takes the payment back by itself."""
    DROPPED = "dropped"
    """The line drops in the middle, and nothing is paid."""
    POWER = "power"
    """Its power goes in the middle; it is off until it is switched on, and knows no register."""
    BUSY = "busy"
    NONSENSE = "nonsense"
    """It pays, and says so in words of no language."""
    CARELESS = "careless"
    """It pays, and shows the whole card number wherever it can."""
    DEAD = "dead"
    """It takes the line and answers nothing."""


class TerminalLine(Protocol):
    """The line to the register, as the terminal sees it."""

    def send(self, apdu: Apdu) -> None:
        """Send a message."""

    def drop(self) -> None:
        """Hang up in the middle."""

    def power_off(self) -> None:
        """Hang up, and answer nobody any more."""


Step = Apdu | Callable[[], None]
"""What comes next: a message, which the register acknowledges, or something the terminal does."""


class BenchTerminal:
    """One terminal.

    Attributes:
        transactions: All it did, oldest first; one from before it came to this shop.
        mood: What it does with the next commands.
        code: The result code it declines with.
        form: How it prints.
        heard: The control fields of what it was sent, for tests.
    """

    def __init__(self) -> None:
        self.transactions = [Transaction(receipt=41, trace=410, amount=100, original=None)]
        self.mood = Mood.APPROVE
        self.code = _TOO_LITTLE
        self.form = SlipForm.LINES
        self.heard: list[zvt_apdu.Control] = []
        self._registered = False
        self._steps: deque[Step] = deque()
        self._line: TerminalLine | None = None
        self._undecided = False
        self._held: list[Step] | None = None
        self._day_from = len(self.transactions)

    @property
    def taken(self) -> list[int]:
        """What customers really paid here and did not get back, in minor units."""
        return [each.amount for each in self.transactions[1:] if each.stands]

    def forget(self) -> None:
        """Forget the register."""
        self._registered = False

    def go(self) -> bool:
        """The customer pays after all; False when nobody is waited for."""
        if self._held is None:
            return False
        self._steps.extend(self._held)
        self._held = None
        self._next()
        return True

    def pays_elsewhere(self, amount: int) -> None:
        """Somebody pays at it without this register."""
        self._book(amount)

    def hang_up(self) -> None:
        """The register is gone: whatever was under way ends."""
        self._line, self._held, self._undecided = None, None, False
        self._steps.clear()

    def receive(self, apdu: Apdu, line: TerminalLine) -> None:
        """Take a message of the register."""
        self._line = line
        if self.mood is Mood.DEAD:
            return
        if apdu.accepts or apdu.refuses is not None:
            self._next()
            return
        self.heard.append(apdu.control)
        if apdu.control == zvt_apdu.STOP:
            self._stop()
        elif self.mood is Mood.BUSY or self._steps or self._held is not None:
            line.send(zvt_apdu.refusal(_WAIT))
        else:
            self._command(apdu)

    def _command(self, apdu: Apdu) -> None:
        commands = {
            zvt_apdu.REGISTRATION: self._register,
            zvt_apdu.AUTHORISATION: self._pay,
            zvt_apdu.STATUS_ENQUIRY: self._tell_state,
            zvt_apdu.REPEAT_RECEIPT: self._repeat,
            zvt_apdu.REVERSAL: self._reverse,
            zvt_apdu.END_OF_DAY: self._close_day,
            zvt_apdu.LOG_OFF: self._log_off,
        }
        command = commands.get(apdu.control)
        if command is None:
            self._send(zvt_apdu.refusal(zvt_apdu.UNKNOWN_COMMAND))
        elif not self._registered and apdu.control != zvt_apdu.REGISTRATION:
            self._send(zvt_apdu.refusal(_NOT_REGISTERED))
        else:
            command(apdu.data)

    def _register(self, data: bytes) -> None:
        if zvt_fields.from_bcd(data[4:6]) != zvt_paper.EURO:
            self._send(zvt_apdu.refusal(0x6F))
            return
        self._registered = True
        self._begin([Apdu(zvt_apdu.COMPLETION, zvt_paper.about_terminal())])

    def _log_off(self, _data: bytes) -> None:
        self._registered = False
        self._send(ACCEPTED)

    def _tell_state(self, _data: bytes) -> None:
        self._begin([Apdu(zvt_apdu.COMPLETION, b"\x00")])

    def _repeat(self, _data: bytes) -> None:
        last = self.transactions[-1]
        self._begin([zvt_paper.status(last), Apdu(zvt_apdu.COMPLETION)])

    def _pay(self, data: bytes) -> None:
        amount = zvt_fields.read(data).number(zvt_fields.AMOUNT) or 0
        self._undecided = True
        asking: list[Step] = [zvt_paper.shows(0x0A), zvt_paper.shows(0x01)]
        if self.mood is Mood.CARELESS:
            asking.append(zvt_paper.shows(0xFF, f"Karte {zvt_paper.CARD}"))
        paying = [zvt_paper.shows(0x04), *self._paid(amount)]
        if self.mood is Mood.SILENT:
            asking, paying = [], [lambda: self._decide(amount), lambda: None]
        if self.mood is Mood.HOLD:
            self._held, paying = paying, []
        self._begin([*asking, *paying])

    def _paid(self, amount: int) -> list[Step]:
        """The steps from the customer's PIN to the end."""
        mood = self.mood
        if mood is Mood.DECLINE:
            return [lambda: self._refuse(self.code)]
        if mood in {Mood.DROPPED, Mood.POWER}:
            return [self._drop]
        steps: list[Step] = [lambda: self._decide(amount)]
        if mood in {Mood.LOST, Mood.UNDONE}:
            return [*steps, self._drop]
        return [*steps, self._tell_paid]

    def _decide(self, amount: int) -> None:
        self._undecided = False
        booked = self._book(amount)
        if self.mood is Mood.UNDONE:
            self._take_back(booked)

    def _tell_paid(self) -> None:
        """Say that it paid, print, end."""
        done = self.transactions[-1]
        careless = self.mood is Mood.CARELESS
        if self.mood is Mood.NONSENSE:
            self._steps.append(Apdu(zvt_apdu.STATUS_INFORMATION, b"\x27\x00\x04\x00\xbe\xef"))
            return
        self._steps.append(zvt_paper.status(done, careless=careless))
        if self.mood is Mood.LATE:
            self._steps.append(self._drop)
        self._steps.extend(zvt_paper.slips(done, self.form, careless=careless))
        self._steps.append(Apdu(zvt_apdu.COMPLETION))

    def _reverse(self, data: bytes) -> None:
        receipt = zvt_fields.read(data[3:]).number(zvt_fields.RECEIPT)
        found = [
            each
            for each in self.transactions[self._day_from :]
            if each.receipt == receipt and each.original is None and not each.result
        ]
        if self.mood is Mood.DECLINE or not found:
            self._begin([lambda: self._refuse(_NO_SUCH)])
        elif found[-1].reversed:
            self._begin([lambda: self._refuse(_REVERSED)])
        elif self.mood is Mood.DROPPED:
            self._begin([self._drop])
        else:
            self._begin([lambda: self._take_back(found[-1]), self._tell_reversed])

    def _tell_reversed(self) -> None:
        if self.mood is Mood.LOST:
            self._drop()
            return
        done = self.transactions[-1]
        self._steps.append(zvt_paper.status(done))
        self._steps.extend(zvt_paper.slips(done, self.form))
        self._steps.append(Apdu(zvt_apdu.COMPLETION))

    def _close_day(self, _data: bytes) -> None:
        if self.mood is Mood.DECLINE:
            self._begin([lambda: self._refuse(0x77)])
            return
        today = [each for each in self.transactions[self._day_from :] if each.stands]
        self._day_from = len(self.transactions)
        if self.mood is Mood.LOST:
            self._begin([self._drop])
            return
        end = [*zvt_paper.day(today, self.form), Apdu(zvt_apdu.COMPLETION)]
        self._begin([zvt_paper.shows(0x0F), *end])

    def _stop(self) -> None:
        self._send(ACCEPTED)
        if not self._undecided:
            return
        waiting = self._held is not None
        self._held = None
        self._steps.clear()
        self._steps.append(lambda: self._refuse(_STOPPED))
        if waiting:
            self._next()

    def _refuse(self, code: int) -> None:
        """Say that nothing was done, and why."""
        self._undecided = False
        self._steps.append(zvt_paper.refused(code))
        self._steps.append(Apdu(zvt_apdu.ABORT, bytes((code,))))

    def _book(self, amount: int, original: int | None = None) -> Transaction:
        last = self.transactions[-1]
        booked = Transaction(last.receipt % 9999 + 1, last.trace + 1, amount, original)
        self.transactions.append(booked)
        return booked

    def _take_back(self, booked: Transaction) -> None:
        booked.reversed = True
        self._book(booked.amount, booked.trace)

    def _drop(self) -> None:
        line, off = self._line, self.mood is Mood.POWER
        self.hang_up()
        self._registered = self._registered and not off
        if line is not None:
            (line.power_off if off else line.drop)()

    def _begin(self, steps: list[Step]) -> None:
        self._send(ACCEPTED)
        self._steps.extend(steps)
        self._next()

    def _next(self) -> None:
        """Go on until a message is sent; its acknowledgement brings the one after."""
        while self._steps:
            step = self._steps.popleft()
            if isinstance(step, Apdu):
                self._send(step)
                return
            step()

    def _send(self, apdu: Apdu) -> None:
        if self._line is not None:
            self._line.send(apdu)
