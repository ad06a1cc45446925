"""Secrets of the collector: files that only their owner can read, made on first use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def read_or_make_secret(path: Path) -> str:
    """Return the secret kept in a file, making file and secret when there is none.

    Two processes that start together agree: the one that comes second reads what the first made.
    """
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(64).encode())
    secret = path.read_text("ascii").strip()
    if not secret:
        raise ValueError(f"{path} should hold a secret but is empty: remove it and start again")
    return secret


def write_secret(path: Path, content: bytes) -> None:
    """Write a new secret file with mode 0600; a file that is already there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written whole under a name of its own first, so that no reader ever sees half a secret.
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
