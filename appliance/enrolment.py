"""Where a device that was replaced or reset goes on, so that no number is used twice.

The back office writes it beside the certificate, the door beside the settings. A device that stands
alone has no certificate: a reset notes it in the device's data.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from appliance.config import ConfigError, Settings
from appliance.domain.errors import DomainError
from appliance.domain.shift_books import Books
from appliance.services.shift_book import NEW, Begun

FILE = "enrolment.toml"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What was known of a device when it was enrolled.

    Attributes:
        device: Its name.
        first_epoch: The epoch a new journal begins with: above all that the name ever used.
        last_number: The last receipt number its register is known to have given out.
        books: Its books of cash as JSON, or empty: the Z and the perpetual totals go on from there.
    """

    device: str
    first_epoch: int = 1
    last_number: int = 0
    books: str = ""

    @property
    def begun(self) -> Begun:
        """Where its books of cash go on."""
        if not self.books:
            return NEW
        return Begun(Books.from_data(json.loads(self.books)), self.first_epoch)


def place(settings: Settings) -> Path:
    """Return the file in which a device's own enrolment stands."""
    if settings.broker is None:
        return settings.device.data / FILE
    return settings.broker.certificate.with_name(FILE)


def read(settings: Settings) -> Enrolment:
    """Read a device's enrolment; one that was never replaced or reset begins at the start.

    Raises:
        ConfigError: If the file cannot be read, or is another device's.
    """
    # What it came to while it stood alone holds on once it has a certificate; a device that was let
    # in at the door has it beside its settings, for the desk may not look into the identity.
    files = (settings.device.data / FILE, settings.file.with_name(FILE), place(settings))
    told = [_of(settings.device.id, file) for file in dict.fromkeys(files) if _is_there(file)]
    told.sort(key=lambda each: each.first_epoch)
    return Enrolment(
        settings.device.id,
        first_epoch=max((each.first_epoch for each in told), default=1),
        last_number=max((each.last_number for each in told), default=0),
        books=next((each.books for each in reversed(told) if each.books), ""),
    )


def _of(device: str, file: Path) -> Enrolment:
    found = read_file(file)
    if found.device != device:
        raise ConfigError(
            f"{file}: expected the enrolment of {device}, found that of {found.device}; put the "
            "files that were made for this device in their place"
        )
    return found


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except PermissionError:
        return False  # the desk may not look into the identity


def read_file(file: Path) -> Enrolment:
    """Read one file, whichever device it is of.

    Raises:
        ConfigError: If it cannot be read, or says less than it should.
    """
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: a TOML file was expected, found: {error}") from error
    # A later back office may say more than this device understands.
    known = {each.name: table[each.name] for each in fields(Enrolment) if each.name in table}
    numbers = (known.get("first_epoch", 1), known.get("last_number", 0))
    if not isinstance(known.get("device"), str) or any(type(each) is not int for each in numbers):
        raise ConfigError(
            f"{file}: device, first_epoch and last_number were expected; fetch the file anew with "
            "balie-collector device replace"
        )
    found = Enrolment(**known)
    try:
        found.begun  # noqa: B018 - read once here, so that a desk that opens can go on from it
    except (DomainError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(
            f"{file}: books of cash were expected under books, found: {error}; fetch the file "
            "anew with balie-collector device replace"
        ) from error
    if found.first_epoch < 1 or found.last_number < 0:
        raise ConfigError(f"{file}: first_epoch counts from 1 and last_number from 0")
    return found
