"""What the counter's devices say by themselves, as notices with what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_session import Session
from drivers import DeviceError


class News:
    """Follows printer, drawer, scale, display and sending.

    Args:
        session: For the services and the notice.
        refresh: Has the screen drawn anew.

    Attributes:
        drawer_error: Why the drawer did not open, while it has not since.
    """

    def __init__(self, session: Session, refresh: Callable[[], None]) -> None:
        self.drawer_error: type[DeviceError] | None = None
        self._session = session
        self._parts = session.parts
        self._refresh = refresh
        self._shown_errors: set[tuple[str, int]] = set()
        self._scale_error: type[DeviceError] | None = None

    def follow(self) -> None:
        """Hear what the devices say from now on, instead of whoever heard it before."""
        parts = self._parts
        parts.printing.changed = self._printing_changed
        parts.till.changed = self._till_changed
        parts.sending.changed = parts.display.changed = self._refresh
        parts.second_screen.changed = self._refresh
        parts.newcomers.changed = parts.updating.changed = self._refresh
        parts.scales.changed = self._scale_changed

    def offer_printing(self, text: str) -> None:
        """Say that a receipt was not printed, with the way to print it."""

        def retry() -> None:
            self._shown_errors.clear()
            self._parts.printing.retry()

        self._session.refuse(
            text, action=self._session.words.say("Print again"), do=retry, cause="printer"
        )

    def offer_drawer(self, error: type[DeviceError]) -> None:
        """Say why the drawer did not open, with the way to open it."""
        say = self._session.words.say
        self._session.refuse(
            f"{say(error.meaning)} {say(error.remedy)}",
            action=say("Open the drawer"),
            do=self._parts.till.open,
            cause="drawer",
        )

    def _printing_changed(self) -> None:
        printing = self._parts.printing.view
        if not printing.waiting:
            self._shown_errors.clear()
            self._session.over("printer")
        for paper in printing.waiting:
            key = (paper.job.sale, paper.job.copy)
            if paper.error is not None and key not in self._shown_errors:
                self._shown_errors.add(key)
                say = self._session.words.say
                self.offer_printing(f"{say(paper.error.meaning)} {say(paper.error.remedy)}")
        self._refresh()

    def _till_changed(self) -> None:
        before, self.drawer_error = self.drawer_error, self._parts.till.view.error
        if self.drawer_error is None:
            self._session.over("drawer")
        elif self.drawer_error is not before:
            self.offer_drawer(self.drawer_error)
        self._refresh()

    def _scale_changed(self) -> None:
        before, self._scale_error = self._scale_error, self._parts.scales.view.error
        if self._scale_error is not None and self._scale_error is not before:
            say = self._session.words.say
            self._session.refuse(
                f"{say(self._scale_error.meaning)} {say(self._scale_error.remedy)}"
            )
        self._refresh()
