"""A start of the desk with settings that the back office told: good once the desk was seen.

Settings that passed the check are tried. What is thrown out at the start, or three times ends
before the first picture was shown, is refused, and the desk opens with the last that were good,
else with the device's own. All of it happens by itself, and nothing here may keep a till shut: where
the card takes no note, only what was good before is used.
"""

from __future__ import annotations

import logging
from pathlib import Path

from appliance.config import ConfigError, Settings, load
from appliance.counter_check import reason
from appliance.counter_files import CounterFiles
from appliance.domain.counter import digest
from appliance.domain.update import Stage
from appliance.update.notes import Notes

log = logging.getLogger(__name__)

MOST_STARTS = 3
"""So often a desk is started with settings and not seen, before others are taken."""
UNSEEN = f"The counter was started {MOST_STARTS} times with them, and its screen showed nothing."


class Trial:
    """One start.

    Args:
        file: The device's ``balie.toml``.
        software: The program's name and version.
    """

    def __init__(self, file: Path, software: str) -> None:
        self._file = file.absolute()
        self._files = CounterFiles(self._file.parent)
        self._software = software
        self._without: set[str] = set()

    def begin(self) -> Settings:
        """Return the best settings; the start is counted where they still have to be good.

        While a new version has to show that it can sell, nothing else is tried: it would be blamed
        for a printer that stands elsewhere now.

        Raises:
            ConfigError: If the device's own cannot be used either.
        """
        while True:
            settings = load(self._file, without=self._without)
            told = settings.told
            if told is None or told.text == self._files.good:
                return settings
            starts = self._files.starts(told.text)
            if _is_version_tried(settings.device.data):
                self._without.add(digest(told.text))
            elif starts >= MOST_STARTS:
                self._refuse(told.text, UNSEEN)
            elif self._count(told.text, starts + 1):
                return settings

    def falls_back(self, settings: Settings, error: ConfigError) -> bool:
        """The desk did not open: tell whether it may with others.

        Args:
            settings: Those it had.
            error: Why not.
        """
        if settings.told is None:
            return False
        self._refuse(settings.told.text, reason(error))
        return True

    def excuse(self, settings: Settings) -> None:
        """This start shows nothing of its settings: something else is in the way."""
        told = settings.told
        if told is not None and (starts := self._files.starts(told.text)):
            self._count(told.text, starts - 1)

    def _count(self, text: str, starts: int) -> bool:
        try:
            self._files.count(text, starts)
        except OSError as error:
            log.warning("New settings of the counter are not tried, the card refuses: %s", error)
            self._without.add(digest(text))
            return False
        return True

    def _refuse(self, text: str, why: str) -> None:
        """Pass settings over from now on, noted or not."""
        log.warning("The settings %s of the counter cannot be used.", digest(text))
        self._without.add(digest(text))
        good = self._files.good
        try:
            instead = None if good == text else good
            self._files.refuse(text, why, self._software, instead=instead)
        except OSError as error:
            log.warning("That cannot be noted, the card refuses: %s", error)


def _is_version_tried(data: Path) -> bool:
    report = Notes(data).report()
    return report is not None and report.stage is Stage.TRYING
