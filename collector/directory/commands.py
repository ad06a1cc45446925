"""``balie-collector`` import and set."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 (argparse gives the type no public name)


def add_commands(subparsers: Subparsers) -> None:
    """Add the commands of this area to ``balie-collector``."""
