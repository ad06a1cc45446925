"""Compiles gettext catalogues: ``python -m provisioning.workstation.translations FILE.po …``."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> Path:
    """Write the compiled catalogue beside its source and return where it is.

    Raises:
        ValueError: The catalogue is not well formed.
    """
    language = source.parts[-3]
    with source.open("rb") as text:
        catalogue = read_po(text, locale=language, abort_invalid=True)
    compiled = source.with_suffix(".mo")
    draft = compiled.with_suffix(".mo.new")
    with draft.open("wb") as out:
        write_mo(out, catalogue)
    return draft.replace(compiled)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        compile_catalogue(Path(argument))
