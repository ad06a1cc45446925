"""Something waits for the counter to start anew: it does when nobody is there, or is put off.

That is a new version, or else what the back office tells of the counter (see
`presenter_restart_causes`).

Quiet is when nobody is signed in, nothing lies on the counter, no payment is on its way and no
drawer is being counted, for a minute. Then the screen says what is about to happen and counts
down; whoever comes can put it off, by touching or by showing a badge.
"""

from __future__ import annotations

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_restart_causes import Cause, NewSettings, NewVersion
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, ListView

QUIET_S = 60.0
"""Nobody came to the counter for so long."""
COUNTDOWN_S = 15
PUT_OFF_S = 900.0
"""Whoever puts it off is left alone for so long."""
GIVEN_UP_S = 120.0
"""Agreed to and still not started anew: the counter is opened again."""


def works_here(session: Session) -> dict[str, object]:
    """Tell whether something is sold, what that was set up does not answer, and of the paper.

    The card terminal stands by itself: many are switched off at night, and no update is blamed for it.
    """
    parts = session.parts
    printer = parts.printing.view
    away = {
        "printer": printer.status is not None and printer.status.online is False,
        "drawer": parts.till.view.error is not None,
        "scale": parts.scales.view.error is not None,
        "display": parts.display.view.error is not None,
        "second screen": bool(parts.second_screen.view.trouble),
        **{f"scanner {each.name}": each.present and not each.connected for each in parts.scanners},
    }
    status, terminal = printer.status, parts.cards.state
    return {
        "terminal": "" if terminal is None else terminal.value,
        "paper": "" if status is None or status.paper is None else status.paper.value,
        "selling": bool(parts.register.busy or parts.register.lines),
        "away": [name for name, is_so in away.items() if is_so],
    }


class RestartPage(ListPage):
    """Counts down, and says that it is about to start anew."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            title="",
            rows=tuple,
            pick=lambda _key: None,
            back=self.put_off,
            scan=self._scanned,
        )
        self._parts = session.parts
        self._causes: tuple[Cause, ...] = (NewVersion(session), NewSettings(session))
        self._cause: Cause = self._causes[0]
        self._quiet_since: float | None = None
        self._starts_at = 0.0
        self._agreed = False
        self._not_before = 0.0

    def look(self) -> None:
        """Every second: say what works, and see whether the moment has come, or has gone."""
        if self._parts.training:
            return
        if self._parts.updating.is_followed:
            self._parts.updating.show(**works_here(self._session))
        now = self._parts.monotonic()
        if self._session.page is self:
            self._go_on(now)
            return
        cause = next((each for each in self._causes if each.waits), None)
        if cause is None or now < self._not_before or not self._is_quiet():
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now
        elif now - self._quiet_since >= QUIET_S:
            self._quiet_since = None
            self.announce(cause)

    def announce(self, cause: Cause) -> None:
        """Say what is about to happen, and count down."""
        self._cause = cause
        self._starts_at, self._agreed = self._parts.monotonic() + COUNTDOWN_S, False
        self._session.show(self)

    def put_off(self) -> None:
        """Somebody is here: not now."""
        if self._agreed:
            return
        self._not_before = self._parts.monotonic() + PUT_OFF_S
        self._leave()

    def view(self) -> ListView:
        """Prepare what is shown."""
        left = max(0, round(self._starts_at - self._parts.monotonic()))
        return ListView(
            title=self._cause.title,
            rows=(),
            back=Action("back", self._session.words.say("Not now"), enabled=not self._agreed),
            text=self._cause.now if self._agreed else self._cause.soon(left),
        )

    def _go_on(self, now: float) -> None:
        if self._agreed:
            if now - self._starts_at >= GIVEN_UP_S:
                self._cause.withdraw()
                self._agreed = False
                self.put_off()
        elif not self._cause.waits:
            self._leave()
        elif now >= self._starts_at:
            self._agreed = True
            self._cause.agree()
        self._session.changed()

    def _leave(self) -> None:
        self._session.pages.sign_in.enter()

    def _is_quiet(self) -> bool:
        parts, pages = self._parts, self._session.pages
        shift = parts.shifts.current
        return (
            self._session.page is pages.sign_in
            and pages.sign_in.is_untouched
            and not parts.register.busy
            and not parts.register.lines
            and not parts.register.attempts
            and (shift is None or shift.locked is None)
        )

    def _scanned(self, text: str) -> bool:
        """A badge is somebody who wants to sell; anything else is somebody too."""
        if not self._agreed:
            self.put_off()
            if self._parts.staff.try_badge(text) is not None:
                self._session.pages.signed_in()
        return True
