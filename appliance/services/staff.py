"""Who stands at the counter: signed in by PIN or badge, locked when nobody is there.

Tries are counted for each person and kept through a restart, so pulling the plug buys no further
guesses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict
from datetime import timedelta

from appliance.domain.errors import PinError
from appliance.domain.staff import Attempts, Person, Right, hash_badge, verify_pin
from appliance.journal.entry import Entry
from appliance.journal.store import Event
from appliance.services import events
from appliance.services.ports import Clock, Directory, Journal, Post, Shelf

ATTEMPTS_FACT = "pin_attempts"

log = logging.getLogger(__name__)

Submit = Callable[[Callable[[], bool]], Future[bool]]
"""Has a check made on another thread: a PIN's hash takes a tenth of a second on purpose."""


class Staff:
    """Signs people in and out.

    Args:
        directory: Who may.
        journal: Records who did.
        shelf: Keeps the wrong tries.
        clock: The shop's time.
        monotonic: Seconds of a clock that never jumps.
        submit: Checks PINs.
        post: Brings results back to the screen's thread.

    Attributes:
        person: Who is signed in, if anybody.
    """

    def __init__(
        self,
        *,
        directory: Directory,
        journal: Journal,
        shelf: Shelf,
        clock: Clock,
        monotonic: Callable[[], float],
        submit: Submit,
        post: Post,
    ) -> None:
        self.person: Person | None = None
        self._directory = directory
        self._journal = journal
        self._shelf = shelf
        self._clock = clock
        self._monotonic = monotonic
        self._submit = submit
        self._post = post
        self._attempts = self._kept_attempts()

    def people(self) -> Sequence[Person]:
        """Return everybody who may sign in with a PIN, by name."""
        return [each for each in self._directory.people() if each.pin_hash]

    def may(self, right: Right) -> bool:
        """Return whether the person at the counter has a right."""
        return self.person is not None and self.person.may(right)

    def wait_s(self, person: str) -> float:
        """Return how many seconds a person must wait before the next try."""
        return self._attempts.get(person, Attempts()).wait_s(self._monotonic())

    def wrong_tries(self, person: str) -> int:
        """Return how many wrong PINs a person typed in a row."""
        return self._attempts.get(person, Attempts()).wrong

    def try_pin(self, person: Person, pin: str, answer: Callable[[bool], object]) -> None:
        """Check a PIN and sign the person in if it is right.

        Args:
            person: Who says to be there.
            pin: What was typed.
            answer: Called on the screen's thread with whether it was right.
        """

        def answered(right: bool) -> None:  # noqa: FBT001 - the answer to one question
            if right:
                self._sign_in(person, "pin")
            answer(right)

        self.check_pin(person, pin, answered)

    def check_pin(self, person: Person, pin: str, answer: Callable[[bool], object]) -> None:
        """Check a PIN and count the wrong tries, without signing anybody in.

        Args:
            person: Who says to be there.
            pin: What was typed.
            answer: Called on the screen's thread with whether it was right.
        """
        if self.wait_s(person.id) > 0:
            answer(False)
            return
        future = self._submit(lambda: _is_right(pin, person.pin_hash or ""))
        future.add_done_callback(
            lambda done: self._post(lambda: answer(self._checked(person, right=done.result())))
        )

    def who_has_badge(self, code: str) -> Person | None:
        """Return whoever carries this badge, without signing anybody in."""
        badge = hash_badge(code)
        return next((each for each in self._directory.people() if each.badge_hash == badge), None)

    def try_badge(self, code: str) -> Person | None:
        """Sign in whoever carries this badge, if anybody does."""
        person = self.who_has_badge(code)
        if person is not None:
            self._sign_in(person, "badge")
        return person

    def record_allowed(self, person: Person, right: Right, method: str) -> None:
        """Record that somebody allowed what the person at the counter may not do."""
        asked = "" if self.person is None else self.person.id
        self._record(events.allowed(right.value, asked, person.id, method, self._clock()))

    def sign_out(self, reason: str) -> None:
        """Lock the counter, by ``lock`` or ``idle``; a basket stays where it is."""
        if self.person is not None:
            self._record(events.signed_out(self.person.id, reason, self._clock()))
            self.person = None

    def _checked(self, person: Person, *, right: bool) -> bool:
        before = self._attempts.get(person.id, Attempts())
        if right:
            self._keep_attempts(person, before.succeeded())
            return True
        after = before.failed(self._monotonic())
        self._keep_attempts(person, after)
        wait = after.wait_s(self._monotonic())
        if wait > 0:
            now = self._clock()
            until = now + timedelta(seconds=round(wait))
            self._record(events.refused(person.id, after.wrong, until, now))
        return False

    def _sign_in(self, person: Person, method: str) -> None:
        self.sign_out("switch")
        self.person = person
        self._record(events.signed_in(person.id, method, self._clock()))

    def _record(self, event: Event) -> None:
        """Record who comes and goes; a full disk stops sales by itself and says so there."""
        self._journal.submit(event).add_done_callback(_complain)

    def _keep_attempts(self, person: Person, attempts: Attempts) -> None:
        self._attempts[person.id] = attempts
        now = self._monotonic()
        self._shelf.keep_fact(
            ATTEMPTS_FACT,
            {
                who: {**asdict(each), "until_s": each.wait_s(now)}
                for who, each in self._attempts.items()
                if each.wrong
            },
        )

    def _kept_attempts(self) -> dict[str, Attempts]:
        """Read the tries of before the start; what was left to wait then begins anew."""
        now = self._monotonic()
        kept = self._shelf.fact(ATTEMPTS_FACT, {})
        return {who: Attempts(each["wrong"], now + each["until_s"]) for who, each in kept.items()}


def _is_right(pin: str, stored: str) -> bool:
    try:
        return verify_pin(pin, stored)
    except PinError as error:
        log.warning("A stored PIN cannot be used: %s", error)
        return False


def _complain(future: Future[tuple[Entry, ...]]) -> None:
    error = future.exception()
    if error is not None:
        log.error("Who came or went could not be recorded: %s", error)
