"""What the counter starts anew for: a new version of everything, or new settings of the counter."""

from __future__ import annotations

from typing import Protocol

from appliance.desks.register.presenter_session import Session
from appliance.domain.update import Stage


class Cause(Protocol):
    """Something that waits until nobody is at the counter."""

    @property
    def waits(self) -> bool:
        """Whether it does."""

    @property
    def title(self) -> str:
        """What is ready."""

    def soon(self, seconds: int) -> str:
        """Say when it starts and how long that takes."""

    @property
    def now(self) -> str:
        """Say that it starts."""

    def agree(self) -> None:
        """Have it started: nobody is here."""

    def withdraw(self) -> None:
        """It was not started, and may not be any more."""


class NewVersion:
    """A new version in the other slot: the whole device starts anew, which systemd sees to."""

    def __init__(self, session: Session) -> None:
        self._updating = session.parts.updating
        self._session = session

    @property
    def waits(self) -> bool:
        """Whether one does; a machine without slots knows of none."""
        return self._updating.is_followed and bool(self._updating.view.wanted)

    @property
    def title(self) -> str:
        """What is ready."""
        return self._session.words.say(
            "A new version is ready: {version}", version=self._updating.view.wanted
        )

    def soon(self, seconds: int) -> str:
        """Say when it starts and how long that takes."""
        return self._session.words.say(
            "It starts in {seconds} seconds and is back within a minute or two.", seconds=seconds
        )

    @property
    def now(self) -> str:
        """Say that it starts."""
        return self._session.words.say(
            "The counter starts anew now. Leave it on; it is back in a minute or two."
        )

    def agree(self) -> None:
        """Tell ``balie update``."""
        self._updating.agree()

    def withdraw(self) -> None:
        """Tell ``balie update`` that it does not hold any more."""
        self._updating.withdraw()


class NewSettings:
    """New settings of the counter: the desk alone starts anew, and does it itself.

    They wait while a new version still has to show that it can sell, so that it is not blamed for
    what stands elsewhere now.
    """

    def __init__(self, session: Session) -> None:
        self._settings = session.parts.counter_settings
        self._updating = session.parts.updating
        self._session = session

    @property
    def waits(self) -> bool:
        """Whether there are any, and no version is tried."""
        report = self._updating.view.report
        is_tried = report is not None and report.stage is Stage.TRYING
        return self._settings.waits and not is_tried

    @property
    def title(self) -> str:
        """What is ready."""
        return self._session.words.say("New settings for this counter are ready")

    def soon(self, seconds: int) -> str:
        """Say when it starts and how long that takes."""
        return self._session.words.say(
            "The counter starts anew in {seconds} seconds and is back within half a minute.",
            seconds=seconds,
        )

    @property
    def now(self) -> str:
        """Say that it starts."""
        return self._session.words.say(
            "The counter starts anew now. Leave it on; it is back within half a minute."
        )

    def agree(self) -> None:
        """End the screen, so that the desk begins anew."""
        self._settings.again()

    def withdraw(self) -> None:
        """The screen goes on: it is asked again at the next quiet moment."""
