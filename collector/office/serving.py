"""Serving the pages: gunicorn with a few threads in each of its processes."""

from __future__ import annotations

from typing import Any

from gunicorn.app.base import BaseApplication


class Pages(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The pages behind gunicorn.

    Args:
        address: Host and port to listen on, such as ``127.0.0.1:8000``.
        workers: How many processes.
    """

    def __init__(self, address: str, workers: int) -> None:
        self._options = {
            "bind": address,
            "workers": workers,
            "threads": 4,
            "proc_name": "balie-collector-web",
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        """Give gunicorn its options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application gunicorn serves."""
        from collector.wsgi import application  # noqa: PLC0415  # loaded in each process

        return application
