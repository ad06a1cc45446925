"""Where the set-up keeps what it makes: all of it under ``.balie/``, which git ignores."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The project's own folder, the one with ``pyproject.toml``."""

HOME = ROOT / ".balie"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
"""In the environment itself, so that one that is thrown away takes its memory with it."""
LOGS = HOME / "logs"
REQUIREMENTS = ROOT / "provisioning" / "requirements"


def shown(path: Path) -> str:
    """Return ``path`` as a person would type it from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
