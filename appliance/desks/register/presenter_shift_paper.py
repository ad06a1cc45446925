"""Papers of a shift: printed where there is a printer, and on the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from appliance.desks.register.presenter_paper import PAPER_COLUMNS, PaperPage
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_shift_record import record
from appliance.desks.register.view import Action
from appliance.domain.shift import PeriodSum, Z
from appliance.domain.shift_terminal import TerminalDay
from appliance.services.receipts import Copy, Shop
from appliance.services.shift import Moved
from appliance.services.shift_papers import ShiftPapers
from appliance.services.slips import print_slips
from appliance.services.standing import standing_lines
from drivers.printer import Element
from drivers.terminal import Slip

Write = Callable[[Sequence[Element]], list[Element]]
"""Writes a paper, given how the journal stands at the collector."""


class ShiftPaper:
    """Prints and shows what `appliance.services.shift_papers` writes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._last: tuple[Z, PaperPage] | None = None

    def slip(self, moved: Moved) -> None:
        """Print the slip of money that moved."""
        parts = self._session.parts
        document = self._papers().slip(moved, parts.clock())
        self._print(f"slip-{moved.shift}-{moved.number}", f"{moved.shift}-{moved.number}", document)

    def x(self, report: Z) -> None:
        """Show the shift so far; it is printed when asked."""
        write: Write = lambda standing: self._papers().x(report, standing=standing)  # noqa: E731
        at = report.closing.at
        key = f"x-{report.number}-{at:%Y%m%d%H%M%S}"
        self._show("X", write, print_=lambda: self._print(key, "X", self._written(write)))

    def z(self, report: Z) -> None:
        """Print a Z that was just made, and show it."""
        write = self._z_writer(report, None)
        self._print(f"z-{report.number}", f"Z {report.number}", self._written(write))
        self._show_z(report, self._session.words.say("The shift is closed."))

    def z_again(self, report: Z) -> None:
        """Show a Z of before; what is printed of it is a copy."""
        self._show_z(report, "")

    def terminal(self, day: TerminalDay, slips: Sequence[Slip]) -> None:
        """Print the terminal's end of day beside ours, and its own slips; show it with its Z."""
        at = self._session.parts.clock()
        key = f"terminal-{at:%Y%m%d%H%M%S}"
        self._print(key, "Z", self._papers().terminal(day, at))
        print_slips(self._session.parts.printing, f"{key}-slips", slips)
        if self._last is not None and self._session.page is self._last[1]:
            self._show_z(self._last[0], self._session.words.say("The shift is closed."))

    def _show_z(self, report: Z, text: str) -> None:
        page = self._show(
            f"Z {report.number}",
            self._z_writer(report, None),
            text=text,
            print_=partial(self._copy_z, report),
        )
        self._last = report, page

    def period(self, closed: PeriodSum) -> None:
        """Print and show a day, a month or a year."""
        parts = self._session.parts
        perpetual, at = parts.shifts.books.perpetual, parts.clock()

        def write(standing: Sequence[Element]) -> list[Element]:
            return self._papers().period(closed, perpetual, at, standing=standing)

        key = f"{closed.period.value}-{closed.number}"
        self._print(key, closed.name, self._written(write))
        self._show(closed.name, write, text=self._session.words.say("It is closed."))

    def _z_writer(self, report: Z, copy: Copy | None) -> Write:
        day = self._session.parts.shifts.terminal_of(report.number)
        return lambda standing: self._papers().z(report, standing=standing, copy=copy, terminal=day)

    def _copy_z(self, report: Z) -> None:
        """Print a Z again; a copy is recorded, marked and numbered."""
        parts, key = self._session.parts, f"z-{report.number}"
        made = parts.printing.copies(key)
        copy = Copy(made + 1, parts.clock()) if made >= 0 else None

        def print_it(_recorded: None = None) -> None:
            write = self._z_writer(report, copy)
            self._print(key, f"Z {report.number}", self._written(write), copy=made + 1)

        if copy is None:
            print_it()
            return
        person = parts.staff.person
        by = report.closing.by if person is None else person.id
        record(self._session, lambda: parts.shifts.reprint(report, copy.number, by), print_it)

    def _show(
        self,
        title: str,
        write: Write,
        *,
        text: str = "",
        print_: Callable[[], object] | None = None,
    ) -> PaperPage:
        say, parts = self._session.words.say, self._session.parts
        can = print_ is not None and parts.printing.view.present
        page = PaperPage(
            self._session,
            title=title,
            document=write(self._standing(PAPER_COLUMNS)),
            back=self._session.pages.sale.enter,
            text=text,
            actions=lambda: [Action("print", say("Print"))] if can else [],
            act=lambda _key: print_() if print_ is not None else None,
        )
        self._session.show(page)
        return page

    def _written(self, write: Write) -> list[Element]:
        return write(self._standing(self._session.parts.printing.columns))

    def _standing(self, columns: int) -> Sequence[Element]:
        parts = self._session.parts
        known = parts.sending.view.standing
        return standing_lines(known, self._session.paper_words, parts.clock(), columns)

    def _print(self, key: str, number: str, document: Sequence[Element], *, copy: int = 0) -> None:
        printing = self._session.parts.printing
        if printing.view.present:
            printing.print(key, number, copy, document)

    def _papers(self) -> ShiftPapers:
        parts = self._session.parts
        shop = Shop.from_setting(self._session.setting("shop", None))
        return ShiftPapers(parts.market, shop, self._session.paper_words, parts.name)
