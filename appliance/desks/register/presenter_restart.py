"""A new version waits to be started: it starts when nobody is at the counter, or is put off.

Quiet is when nobody is signed in, nothing lies on the counter, no payment is on its way and no
drawer is being counted, for a minute. Then the screen says what is about to happen and counts
down; whoever comes can put it off, by touching or by showing a badge.
"""

from __future__ import annotations

from appliance.desks.register.presenter_list import ListPage
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
    """Tell whether something is sold, what that was set up does not answer, and of the paper."""
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
    status = printer.status
    return {
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
        self._quiet_since: float | None = None
        self._starts_at = 0.0
        self._agreed = False
        self._not_before = 0.0

    def look(self) -> None:
        """Every second: say what works, and see whether the moment has come, or has gone."""
        if self._parts.training or not self._parts.updating.is_followed:
            return
        self._parts.updating.show(**works_here(self._session))
        now, view = self._parts.monotonic(), self._parts.updating.view
        if self._session.page is self:
            self._go_on(now, wanted=bool(view.wanted))
        elif not view.wanted or now < self._not_before or not self._is_quiet():
            self._quiet_since = None
        elif self._quiet_since is None:
            self._quiet_since = now
        elif now - self._quiet_since >= QUIET_S:
            self._quiet_since = None
            self._starts_at, self._agreed = now + COUNTDOWN_S, False
            self._session.show(self)

    def put_off(self) -> None:
        """Somebody is here: not now."""
        if self._agreed:
            return
        self._not_before = self._parts.monotonic() + PUT_OFF_S
        self._leave()

    def view(self) -> ListView:
        """Prepare what is shown."""
        say, version = self._session.words.say, self._parts.updating.view.wanted
        left = max(0, round(self._starts_at - self._parts.monotonic()))
        text = (
            say("It starts in {seconds} seconds and is back within a minute or two.", seconds=left)
            if not self._agreed
            else say("The counter starts anew now. Leave it on; it is back in a minute or two.")
        )
        return ListView(
            title=say("A new version is ready: {version}", version=version),
            rows=(),
            back=Action("back", say("Not now"), enabled=not self._agreed),
            text=text,
        )

    def _go_on(self, now: float, *, wanted: bool) -> None:
        if self._agreed:
            if now - self._starts_at >= GIVEN_UP_S:
                self._parts.updating.withdraw()
                self._agreed = False
                self.put_off()
        elif not wanted:
            self._leave()
        elif now >= self._starts_at:
            self._agreed = True
            self._parts.updating.agree()
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
