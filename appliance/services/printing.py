"""Receipts on their way to paper: kept first, printed after, tried again by a person.

A sale is completed before anything here begins; nothing here can undo it. A job is kept as the
printer's own bytes, so what is tried again is exactly what failed. "Printed" is what the printer
says, never what was sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from typing import Any

from appliance.services.copies import copies_made, note_copy
from appliance.services.ports import Post, PrintJob, Shelf
from appliance.services.worker import DeviceWorker
from drivers import DeviceError
from drivers.printer import Element, Printed, Printer, PrinterError, PrinterStatus

log = logging.getLogger(__name__)

Key = tuple[str, int]
"""A sale and the number of the copy."""

GIFT = -1
"""Stands where a copy has its number: a gift receipt is no copy, and no receipt either."""


class Stage(Enum):
    """How far a receipt has come."""

    PRINTING = "printing"
    PRINTED = "printed"
    SENT = "sent"
    """Handed over to a printer that cannot say whether it printed."""
    WAITING = "waiting"
    """It failed, and waits for a person."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One receipt on its way.

    Attributes:
        job: What is printed.
        stage: How far it is.
        error: What went wrong with it, while it waits.
    """

    job: PrintJob
    stage: Stage
    error: type[DeviceError] | None = None


MOST_OUT = 8
"""Papers that came out and are remembered: more than go with any sale."""


@dataclass(frozen=True, slots=True)
class PrinterView:
    """What the screen knows of the printer and its jobs.

    Attributes:
        present: Whether there is a printer at all.
        status: What it last said; None before it was asked.
        papers: Receipts that wait or are being printed, and the last ones that came out.
    """

    present: bool = False
    status: PrinterStatus | None = None
    papers: dict[Key, Paper] = field(default_factory=dict)

    @property
    def waiting(self) -> tuple[Paper, ...]:
        """Receipts that failed and wait for a person, oldest first."""
        return tuple(each for each in self.papers.values() if each.stage is Stage.WAITING)

    def of(self, sale: str) -> Paper | None:
        """Return the latest paper of a sale, the receipt itself or a copy."""
        papers = [
            each
            for (owner, number), each in self.papers.items()
            if owner == sale and number != GIFT
        ]
        return papers[-1] if papers else None


class Printing:
    """Prints receipts on the device worker.

    Args:
        printer: The printer.
        worker: Where its calls may block.
        shelf: Keeps the jobs.
        post: Brings results back to the screen's thread.
        changed: Called there after each.

    Attributes:
        view: What the screen knows; replaced, never changed.
    """

    def __init__(
        self,
        *,
        printer: Printer,
        worker: DeviceWorker,
        shelf: Shelf,
        post: Post,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self.changed = changed
        waiting = {(job.sale, job.copy): Paper(job, Stage.WAITING) for job in shelf.jobs()}
        self.view = PrinterView(printer.present, papers=waiting)
        self._printer = printer
        self._worker = worker
        self._shelf = shelf
        self._post = post
        worker.watch(self._look)

    @property
    def columns(self) -> int:
        """Characters on a line of the paper."""
        return self._printer.columns

    def print(self, sale: str, receipt: str, copy: int, document: Sequence[Element]) -> None:
        """Keep and print a receipt; what becomes of it is in `view`."""
        job = PrintJob(sale, receipt, copy, b"")
        self._show(Paper(job, Stage.PRINTING))
        self._do(job, partial(self._encode_and_print, job, document))

    def retry(self) -> None:
        """Print everything that waits, oldest first."""
        for paper in self.view.waiting:
            self._show(replace(paper, stage=Stage.PRINTING, error=None))
            self._do(paper.job, partial(self._print, paper.job))

    def copies(self, sale: str) -> int:
        """Return how many copies were made of a receipt, and -1 if not even the receipt itself."""
        return max((job.copy for job in self._shelf.jobs(sale)), default=-1)

    def copies_made(self, sale: str) -> int:
        """Return the number of the last copy of a receipt, however old; 0 where none was made."""
        return copies_made(self._shelf, sale)

    def note_copy(self, data: Mapping[str, Any]) -> None:
        """Remember a copy that was recorded, as its entry tells it."""
        note_copy(self._shelf, data)

    def _do(self, job: PrintJob, task: Callable[[], None]) -> None:
        lost = Paper(job, Stage.WAITING, PrinterError)
        self._worker.do(task, otherwise=lambda: self._tell(lost))

    def _encode_and_print(self, job: PrintJob, document: Sequence[Element]) -> None:
        job = replace(job, document=self._printer.encode(document))
        self._shelf.keep_job(job)
        self._print(job)

    def _print(self, job: PrintJob) -> None:
        try:
            printed = self._printer.print(job.document)
        except DeviceError as error:
            log.warning("Receipt %s was not printed: %s", job.receipt, error)
            failed = replace(job, trouble=type(error).__name__)
            self._shelf.keep_job(failed)
            self._tell(Paper(failed, Stage.WAITING, type(error)))
            return
        job = replace(job, printed=True, trouble="")
        self._shelf.keep_job(job)
        self._tell(Paper(job, Stage.PRINTED if printed is Printed.CONFIRMED else Stage.SENT))

    def _look(self) -> None:
        """Ask the printer how it is."""
        status = self._printer.status() if self._printer.present else PrinterStatus()
        if status != self.view.status:
            self._post(lambda: self._show_status(status))

    def _tell(self, paper: Paper) -> None:
        self._post(lambda: self._show(paper))

    def _show(self, paper: Paper) -> None:
        """Show a paper; of those that came out only the last ones are of interest.

        One is too few: a slip or a gift receipt comes after the receipt that it belongs to, which
        is printed all the same.
        """
        key = (paper.job.sale, paper.job.copy)
        papers = {k: each for k, each in self.view.papers.items() if k != key}
        out = [k for k, each in papers.items() if each.stage in (Stage.PRINTED, Stage.SENT)]
        for oldest in out[: max(0, len(out) - MOST_OUT)]:
            del papers[oldest]
        self.view = replace(self.view, papers={**papers, key: paper})
        self.changed()

    def _show_status(self, status: PrinterStatus) -> None:
        self.view = replace(self.view, status=status)
        self.changed()
