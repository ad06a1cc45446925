"""What keys typed on a workstation's keyboard mean on each of the register's screens."""

from __future__ import annotations

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter

SOURCE = "keyboard"
LEAST_CODE = 3
"""Shorter texts are not taken for a code when a person ends them with Enter."""


class Typist:
    """Turns typing into the presenter's calls: into digits where a keypad is open, else search."""

    def __init__(self, presenter: Presenter) -> None:
        self._presenter = presenter

    def typed(self, text: str) -> None:
        """Press the digits that were typed, or look for the text."""
        pad = self._pad()
        if pad:
            for character in text:
                if character.isascii() and character.isdigit():
                    self._presenter.press(f"{pad}-{character}")
                elif character in ",." and self._comma():
                    self._presenter.press("pad-comma")
        elif isinstance(self._body, view.FormView):
            for character in text:
                self._presenter.press(f"form-type-{character}")
        elif (search := self._search()) is not None:
            self._presenter.searched(search + text)

    def rubbed_out(self, count: int = 1) -> None:
        """Take back the last characters."""
        pad = self._pad()
        if pad:
            for _ in range(count):
                self._presenter.press(f"{pad}-back")
        elif isinstance(self._body, view.FormView):
            for _ in range(count):
                self._presenter.press("form-erase")
        elif search := self._search():
            self._presenter.searched(search[:-count])

    def entered(self) -> None:
        """Confirm a number; take a code that was typed by hand; choose the only result."""
        body, pad = self._body, self._pad()
        if pad:
            self._presenter.press("pin-enter" if pad == "pin" else "pad-confirm")
        elif isinstance(body, view.FormView):
            self._presenter.press("form-confirm")
        elif isinstance(body, view.ListView) and len(body.rows) == 1 and body.search:
            self._presenter.press(f"list-{body.rows[0].key}")
        elif isinstance(body, view.SaleView) and body.search:
            text = body.search.strip()
            if len(body.results) == 1:
                self._presenter.press(f"result-{body.results[0].article}")
            elif (
                len(text) >= LEAST_CODE and text.isascii() and text.isalnum() and not text.isalpha()
            ):
                self._presenter.searched("")
                self._presenter.scanned(text, SOURCE)

    def escaped(self) -> None:
        """Close what is open, or clear the search."""
        screen = self._presenter.screen
        if screen.detail is not None or screen.languages:
            self._presenter.press("status-close" if screen.detail is not None else "language")
        elif self._pad() == "pad":
            self._presenter.press("pad-cancel")
        elif isinstance(self._body, view.ListView | view.FormView | view.PaperView):
            self._presenter.press(f"{self._body.kind}-back")
        elif isinstance(self._body, view.SaleView) and self._body.search:
            self._presenter.searched("")

    def scanned(self, text: str) -> None:
        """Hand over a scan, whatever is on the screen."""
        self._presenter.scanned(text, SOURCE)

    @property
    def _body(self) -> view.Body:
        return self._presenter.screen.body

    def _search(self) -> str | None:
        """Give what is looked for, or None where nothing can be."""
        body = self._body
        return body.search if isinstance(body, view.SaleView | view.ListView) else None

    def _pad(self) -> str:
        """Tell which keys digits go to: ``pin``, ``pad`` or none."""
        body = self._body
        if isinstance(body, view.SignInView):
            return "pin"
        return "pad" if getattr(body, "keypad", None) is not None else ""

    def _comma(self) -> bool:
        keypad = getattr(self._body, "keypad", None)
        return bool(keypad is not None and keypad.comma)
