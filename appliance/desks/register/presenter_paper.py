"""A report or a slip to read, print, or leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, PaperView
from appliance.services.receipts import as_lines
from drivers.printer import Element

PAPER_COLUMNS = 38


class PaperPage:
    """A paper as it would be printed.

    Args:
        session: For the language and the way to other pages.
        title: What it is.
        document: What stands on it.
        back: Goes back.
        text: A sentence under the title.
        actions: Makes what can be done with it.
        act: Does it, by its key.
    """

    def __init__(
        self,
        session: Session,
        *,
        title: str,
        document: Sequence[Element],
        back: Callable[[], object],
        text: str = "",
        actions: Callable[[], Sequence[Action]] = tuple,
        act: Callable[[str], object] = lambda _key: None,
    ) -> None:
        self._session = session
        self._title = title
        self._paper = as_lines(document, PAPER_COLUMNS)
        self._back = back
        self._text = text
        self._actions = actions
        self._act = act

    def view(self) -> PaperView:
        """Prepare what is shown."""
        return PaperView(
            title=self._title,
            paper=self._paper,
            actions=tuple(self._actions()),
            back=Action("back", self._session.words.say("Back")),
            text=self._text,
        )

    def press(self, control: str) -> bool:
        """Do something with the paper, or go back."""
        kind, _, key = control.partition("-")
        if kind != "paper":
            return False
        if key == "back":
            self._back()
        else:
            self._act(key)
        self._session.changed()
        return True
