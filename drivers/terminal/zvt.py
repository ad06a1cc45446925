"""A card terminal on the network that speaks ZVT, as most in Germany, Austria and Switzerland do.

Written from the protocol's public description (PA00P015 and PA00P016). The line stays open between
payments. A payment whose answer does not come is never asked for again: the terminal is asked for
its last transaction until it says what became of it. One terminal serves one register.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from drivers import Address, Closing, OptionError
from drivers.terminal import (
    CurrencyError,
    DayClosed,
    NotReversibleError,
    Outcome,
    Result,
    Terminal,
    TerminalAwayError,
    TerminalError,
    TerminalState,
    Told,
    sentences,
    zvt_apdu,
    zvt_words,
)
from drivers.terminal import zvt_dialogue as talk
from drivers.terminal.attempts import Book, Note, Stage, known, lost
from drivers.terminal.zvt_dialogue import Heard, RefusedError
from drivers.terminal.zvt_finding import judge
from drivers.terminal.zvt_line import LineError
from drivers.terminal.zvt_session import Session
from drivers.terminal.zvt_status import Mark

log = logging.getLogger(__name__)

MESSAGES = zvt_words.MESSAGES
"""Every sentence the driver may show."""

NOTES = "card-payments.json"
CURRENCIES = {"EUR": 978, "CHF": 756, "GBP": 826, "IDR": 360, "USD": 840}
"""ISO 4217's numbers, as messages carry them."""

_DECIMALS = 2
"""Of each of these currencies by ISO 4217, whatever a shop counts in."""

_LARGEST = 10**12 - 1
_LARGEST_PORT = 65_535
_PASSWORD_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is set for a ZVT terminal.

    Attributes:
        host: Its address; a name only where the register is not shut in (a workstation).
        port: Its TCP port; ZVT's own is 20007.
        folder: Where the notes of payments are kept, through a power cut too. The register fills in
            its own data folder where it is left out; with none at all they are kept in memory.
        password: Six digits that registers send with their commands. It is no secret: it is printed
            in the protocol's description and nearly every terminal is delivered with 000000.
        terminal_prints: The terminal prints its slips itself; else the register does.
        connect_timeout_s: How long it may take to answer the door.
        answer_timeout_s: How soon it must accept a command.
        customer_timeout_s: How long it may say nothing while a customer pays.
        settle_s: How long after a broken line the terminal is asked what became of a payment. It
            takes a payment back by itself that nobody acknowledged, and needs a moment for it.
        repeat_service: The service byte of ``06 20``: its bits ask for the status of the last
            transaction, and for no paper. Terminals differ: see its maker's manual.
    """

    host: Address
    port: int = 20_007
    folder: str = ""
    password: str = "000000"  # noqa: S105  # no secret, see above
    terminal_prints: bool = False
    connect_timeout_s: float = 3.0
    answer_timeout_s: float = 5.0
    customer_timeout_s: float = 180.0
    settle_s: float = 8.0
    repeat_service: int = 0x03

    def __post_init__(self) -> None:
        if not self.host:
            raise OptionError("host", "The card terminal needs a host. Give its address.")
        if not 1 <= self.port <= _LARGEST_PORT:
            raise OptionError(
                "port",
                f"A TCP port is 1 to {_LARGEST_PORT}, found {self.port}. Mostly it is 20007.",
            )
        digits = self.password
        if not (digits.isascii() and digits.isdecimal() and len(digits) == _PASSWORD_DIGITS):
            raise OptionError("password", "The terminal's password is six digits, mostly 000000.")
        for key in ("connect_timeout_s", "answer_timeout_s", "customer_timeout_s"):
            if getattr(self, key) <= 0:
                raise OptionError(key, f"{key} must be above zero seconds. Leave it out.")
        if self.settle_s < 0:
            raise OptionError("settle_s", "settle_s is zero seconds or more. Leave it out.")
        if not 0 <= self.repeat_service <= 0xFF:  # noqa: PLR2004  # one byte
            raise OptionError("repeat_service", "repeat_service is one byte, 0 to 255. Leave it.")


def open_device(options: Options) -> Terminal:
    """The terminal; it is connected to when it is first used."""
    return ZvtTerminal(options)


class ZvtTerminal(Closing):
    """See ``drivers.terminal.Terminal``."""

    present = True

    def __init__(self, options: Options) -> None:
        self._password = options.password
        self._repeat_service = options.repeat_service
        self._settle_s = options.settle_s
        self._book = Book(Path(options.folder) / NOTES if options.folder else None)
        self._session = Session(
            (options.host, options.port),
            password=options.password,
            prints=not options.terminal_prints,
            connect_timeout_s=options.connect_timeout_s,
            accept_s=options.answer_timeout_s,
            quiet_s=options.customer_timeout_s,
        )
        self._turn = threading.Lock()
        self._currency = "EUR"
        self._stands_at: tuple[Mark | None] | None = None

    def pay(
        self,
        attempt: str,
        amount_minor: int,
        currency: str,
        decimals: int,
        told: Told | None = None,
    ) -> Result:
        """See ``drivers.terminal.Terminal``."""
        if amount_minor <= 0:
            raise ValueError(f"A card payment is above zero, found {amount_minor}. Give it back.")
        with self._turn:
            note = self._book.find(attempt)
            if note is None:
                wire_minor = _on_wire(amount_minor, currency, decimals)
                note = self._book.keep_first(
                    Note(attempt, amount_minor, wire_minor, currency, self._book.day)
                )
                return self._first(note, told)
            if (note.amount_minor, note.currency) != (amount_minor, currency):
                raise ValueError(
                    f"Attempt {attempt} was over {note.amount_minor} {note.currency} and comes back "
                    f"with {amount_minor} {currency}. Make a new attempt for another amount."
                )
            return self._what_became(note)

    def look_up(self, attempt: str) -> Result:
        """See ``drivers.terminal.Terminal``."""
        with self._turn:
            note = self._book.find(attempt)
            if note is not None:
                return self._what_became(note)
            if self._book.is_new:
                # It may have been asked before these notes were begun: that stays unknown.
                lost_note = lost(Note(attempt, 0, 0, "", self._book.day), sentences.CANNOT_SAY)
                return _result(self._book.keep(lost_note))
            return Result(Outcome.DECLINED, message=sentences.NEVER_ASKED)

    def cancel(self) -> None:
        """See ``drivers.terminal.Terminal``."""
        self._session.stop()

    def reverse(self, attempt: str, told: Told | None = None) -> Result:
        """See ``drivers.terminal.Terminal``."""
        with self._turn:
            note = self._book.find(attempt)
            if note is None or note.mark is None or note.day != self._book.day:
                raise NotReversibleError
            if _result(note).outcome is not Outcome.APPROVED:
                raise NotReversibleError
            if note.giving_back is Stage.KNOWN:
                return Result(Outcome.APPROVED, note.mark.reference(), sentences.GIVEN_BACK)
            self._use(note.currency)
            self._prepare()
            # A second question about the same number is safe: it is given back once.
            self._book.keep_first(replace(note, giving_back=Stage.ASKED))
            return self._give_back(note, note.mark, told)

    def end_of_day(self, told: Told | None = None) -> DayClosed:
        """See ``drivers.terminal.Terminal``."""
        with self._turn:
            self._prepare()
            self._stands_at = None
            command = talk.with_password(zvt_apdu.END_OF_DAY, self._password)
            try:
                heard = self._session.run(command, told)
            except RefusedError as error:
                raise talk.why_not(error.code) from error
            except LineError:
                self._book.next_day()
                return DayClosed(Outcome.UNKNOWN, sentences.DAY_UNKNOWN)
            return self._day(heard)

    def state(self) -> TerminalState:
        """See ``drivers.terminal.Terminal``."""
        if not self._turn.acquire(blocking=False):
            return TerminalState.BUSY
        try:
            return self._session.state(CURRENCIES[self._currency])
        finally:
            self._turn.release()

    def close(self) -> None:
        """See ``drivers.terminal.Terminal``."""
        self._session.end()
        with self._turn:
            self._session.close()

    def _first(self, note: Note, told: Told | None) -> Result:
        """Ask for an attempt for the first and only time."""
        self._session.resume()
        try:
            self._use(note.currency)
            stands_at = self._prepare()
            if self._session.stopped:
                stopped = Result(Outcome.CANCELLED, message=sentences.STOPPED)
                return _result(self._book.keep(known(note, stopped)))
            before = stands_at[0] if stands_at else None
            asked = replace(note, stage=Stage.ASKED, could_say=stands_at is not None, before=before)
            return self._ask(self._book.keep_first(asked), told)
        except TerminalError as error:
            never = Result(Outcome.DECLINED, message=sentences.NEVER_ASKED)
            self._book.keep(known(note, never))
            log.info("The card terminal was not asked: %s", error)
            raise

    def _ask(self, note: Note, told: Told | None) -> Result:
        command = talk.authorisation(note.wire_minor, CURRENCIES[note.currency])
        self._stands_at = None
        try:
            heard = self._session.run(command, told)
        except RefusedError as error:
            raise talk.why_not(error.code) from error
        except LineError as error:
            log.warning("The card terminal did not say what became of a payment: %s", error)
            if told is not None:
                told(zvt_words.LINE_BROKE)
            self._session.settle(self._settle_s)
            return self._find_out(note)
        return self._conclude(note, heard)

    def _conclude(self, note: Note, heard: Heard) -> Result:
        """What became of it, by all the terminal said; asked again where that is not clear."""
        status = heard.status
        if status is not None and status.mark is not None:
            self._stands_at = (status.mark,)
        if status is None and not heard.completed:
            outcome, message = zvt_words.refused(heard.code)
            return self._known(note, Result(outcome, message=message, slips=heard.slips))
        if status is None or (status.result == 0 and not heard.completed):
            return self._find_out(note)
        if status.result:
            outcome, message = zvt_words.refused(status.result)
            return self._known(note, Result(outcome, message=message, slips=heard.slips))
        if status.amount_minor not in {None, note.wire_minor}:
            return _result(self._book.keep(lost(note, sentences.OTHER_AMOUNT)))
        reference = status.mark.reference() if status.mark else ""
        paid = Result(Outcome.APPROVED, reference, sentences.PAID, heard.slips)
        return self._known(note, paid, status.mark)

    def _known(self, note: Note, result: Result, mark: Mark | None = None) -> Result:
        return _result(self._book.keep(known(note, result, mark)))

    def _what_became(self, note: Note) -> Result:
        if note.stage is Stage.NOTED:  # the power went before it was asked
            never = Result(Outcome.DECLINED, message=sentences.NEVER_ASKED)
            return self._known(note, never)
        return self._find_out(note) if note.is_open else _result(note)

    def _find_out(self, note: Note) -> Result:
        """Ask the terminal what became of an attempt, once."""
        try:
            self._use(note.currency)
            return _result(self._settle(note))
        except (TerminalError, LineError) as error:
            log.info("What became of a card payment is not known yet: %s", error)
            return Result(Outcome.UNKNOWN, message=sentences.NO_ANSWER)

    def _settle(self, note: Note) -> Note:
        """Find out about an open attempt, and note it.

        Raises:
            TerminalError: The terminal cannot be asked now.
            LineError: It did not answer.
        """
        self._session.be_idle(CURRENCIES[note.currency])
        last = self._session.last(self._repeat_service)
        self._stands_at = (last.mark,) if last is not None else None
        found = judge(note, last, CURRENCIES[note.currency])
        if found.stage is Stage.KNOWN and last is not None and found.result is not None:
            found = replace(found, result=replace(found.result, slips=self._session.reprinted))
        return self._book.keep(found)

    def _prepare(self) -> tuple[Mark | None] | None:
        """Connect, settle what is still open, and learn at which transaction the terminal stands.

        Returns:
            That transaction's mark, None in it where it has no number; None where the terminal
            cannot tell.

        Raises:
            TerminalError: It cannot be asked now.
        """
        try:
            if self._session.open(CURRENCIES[self._currency]):
                self._stands_at = None
            for note in self._book.open_notes():
                self._settle(note)
            if self._stands_at is None:
                last = self._session.last(self._repeat_service)
                self._stands_at = (last.mark,) if last is not None else None
        except LineError as error:
            raise TerminalAwayError(str(error)) from error
        return self._stands_at

    def _give_back(self, note: Note, mark: Mark, told: Told | None) -> Result:
        self._stands_at = None
        try:
            heard = self._session.run(talk.reversal(self._password, mark.receipt), told)
            code = _end_code(heard)
        except RefusedError as error:
            heard, code = None, error.code
        except LineError:
            return Result(Outcome.UNKNOWN, message=sentences.MAYBE_GIVEN_BACK)
        slips = heard.slips if heard else ()
        if code is None:
            return Result(Outcome.UNKNOWN, message=sentences.MAYBE_GIVEN_BACK, slips=slips)
        if code in {0, zvt_words.ALREADY_REVERSED}:
            self._book.keep(replace(note, giving_back=Stage.KNOWN))
            return Result(Outcome.APPROVED, mark.reference(), sentences.GIVEN_BACK, slips)
        self._book.keep(note)
        return Result(Outcome.DECLINED, message=sentences.NOT_GIVEN_BACK, slips=slips)

    def _day(self, heard: Heard) -> DayClosed:
        if _end_code(heard):
            return DayClosed(Outcome.DECLINED, sentences.DAY_OPEN, slips=heard.slips)
        self._book.next_day()
        status = heard.status
        count, total = status.total if status and status.total else (None, None)
        if total is None and status is not None:
            total = status.amount_minor
        return DayClosed(Outcome.APPROVED, sentences.DAY_CLOSED, total, count, heard.slips)

    def _use(self, currency: str) -> None:
        if currency not in CURRENCIES:
            raise CurrencyError(currency)
        self._currency = currency


def _on_wire(amount_minor: int, currency: str, decimals: int) -> int:
    """The amount in the currency's own minor units.

    Raises:
        CurrencyError: The terminal's messages have no place for it.
    """
    if currency not in CURRENCIES or not 0 <= decimals <= _DECIMALS:
        raise CurrencyError(currency)
    scaled: int = amount_minor * 10 ** (_DECIMALS - decimals)
    if scaled > _LARGEST:
        raise CurrencyError(f"{amount_minor} {currency}")
    return scaled


def _end_code(heard: Heard) -> int | None:
    """The result code of an end; None where the terminal ended well and did not say it."""
    if heard.status is not None and (heard.completed or heard.status.result):
        return heard.status.result
    if not heard.completed:
        return None if heard.status is not None else heard.code
    return None


def _result(note: Note) -> Result:
    return note.result or Result(Outcome.UNKNOWN, message=sentences.NO_ANSWER)
