"""The settings of the counter that the back office tells: taken when nobody is there.

The desk looks at its own setting in the directory whenever that changed. What would not open is
refused at once, with the reason; what would is kept beside ``balie.toml``, and the desk begins anew
with it at a quiet moment. What comes to the same as what is in use needs no new beginning.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol

from appliance.config import ConfigError, Settings
from appliance.counter_check import checked, reason
from appliance.counter_files import CounterFiles
from appliance.domain import counter
from appliance.domain.counter import CounterError, digest
from appliance.services.ports import Post, StoreError
from appliance.services.worker import DeviceWorker

log = logging.getLogger(__name__)

AGAIN_S = 30.0
"""Where the card refuses, it is tried again so often."""
_NOT_SAID = object()


class Said(Protocol):
    """What the back office says; see `appliance.store.directory`."""

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting."""

    def changed(self) -> bool:
        """Tell whether something new was said since this was asked last."""


class CounterSettings:
    """Follows the counter's settings on a worker's thread.

    Args:
        settings: Those in use.
        directory: What the back office says; the worker's own.
        software: The program's name and version.
        worker: Where files are read and written.
        post: Brings what is new to the screen's thread.
        monotonic: Seconds of a clock that never jumps.
        again: Ends the screen, so that the program begins anew.

    Attributes:
        waits: Whether new ones wait for a quiet moment, as the screen knows it.
        again: As given.
        idle: Tells whether nobody stands at the counter, once somebody can tell; a sale never waits
            for a check.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        directory: Said,
        software: str,
        worker: DeviceWorker,
        post: Post,
        monotonic: Callable[[], float],
        again: Callable[[], object],
    ) -> None:
        self.waits = False
        self.again = again
        self.idle: Callable[[], bool] = lambda: False
        self._settings = settings
        self._in_use = settings.told.text if settings.told else None
        self._files = CounterFiles(settings.file.parent)
        self._key = counter.key(settings.device.id)
        self._directory = directory
        self._software = software
        self._worker = worker
        self._post = post
        self._monotonic = monotonic
        self._is_new = True
        self._is_seen = False
        self._not_before = 0.0
        self._complained = ""
        worker.watch(self.look)

    def seen(self) -> None:
        """The first picture was shown with the settings in use: they are good."""
        self._worker.do(self._keep_from_now_on)

    def look(self) -> None:
        """Every second, on the worker's thread: take what is new."""
        try:
            self._is_new = self._directory.changed() or self._is_new
            if self._is_new and self._monotonic() >= self._not_before and self.idle():
                self._is_new = False
                self._hear(self._said())
        except StoreError:
            self._is_new = True  # not made yet, or made anew meanwhile: the next look finds it
        except OSError as error:
            self._try_later(error)

    def _said(self) -> str | None:
        """Return what was told last, None where nothing was.

        That the directory says nothing is no word: it is so until all of it is there.
        """
        value = self._directory.setting(self._key, _NOT_SAID)
        return self._files.told if value is _NOT_SAID else counter.from_setting(value)

    def _hear(self, text: str | None) -> None:
        """Take settings, or refuse them.

        Raises:
            OSError: The card refuses.
        """
        refused = self._files.refused
        is_known = (
            refused is not None
            and text is not None
            and (refused.digest, refused.software) == (digest(text), self._software)
        )
        waits = text is not None and not is_known and self._is_another(text)
        self._keep()
        if waits != self.waits:
            self._post(lambda: self._show(waits))

    def _is_another(self, text: str) -> bool:
        """Check settings; tell whether they are taken and the desk must begin anew for them.

        Raises:
            OSError: The card refuses.
        """
        if text == self._in_use:
            self._files.tell(text)  # again, after others
            return False
        try:
            settings = checked(self._settings.file, text)
        except (ConfigError, CounterError) as error:
            log.warning("The settings %s of the counter cannot be used.", digest(text))
            self._files.refuse(text, reason(error), self._software, instead=self._in_use)
            return False
        self._files.tell(text)
        if settings != self._settings:
            return True
        self._in_use = text
        return False

    def _keep_from_now_on(self) -> None:
        self._is_seen = True
        try:
            self._keep()
        except OSError as error:
            self._try_later(error)

    def _keep(self) -> None:
        """Keep what is in use as good, once the desk was seen with it.

        Raises:
            OSError: The card refuses.
        """
        if self._is_seen and self._in_use is not None:
            self._files.keep(self._in_use)

    def _try_later(self, error: OSError) -> None:
        self._is_new = True
        self._not_before = self._monotonic() + AGAIN_S
        if str(error) != self._complained:
            self._complained = str(error)
            log.warning("The counter's settings cannot be kept, trying again: %s", error)

    def _show(self, waits: bool) -> None:  # noqa: FBT001 - as the screen is to know it
        self.waits = waits
