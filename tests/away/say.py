"""Adds one entry of any type to the collector's directory: ``say.py TYPE JSON``."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collector.settings")
    django.setup()
    from django.db import transaction  # noqa: PLC0415 - Django must be set up

    from collector.directory.log import add, lock  # noqa: PLC0415 - the same

    kind, data = sys.argv[1:]
    with transaction.atomic():
        add(lock(), kind, [json.loads(data)], datetime.now(UTC))


if __name__ == "__main__":
    main()
