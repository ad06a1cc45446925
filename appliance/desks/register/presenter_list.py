"""A list to choose from, whatever it is of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import Action, ListRow, ListView


class ListPage:
    """Rows; one of them is touched.

    Args:
        session: For the language and the way to other pages.
        title: What is to be chosen.
        rows: Makes the rows each time they are shown.
        pick: Takes the key of the row that was touched.
        back: Goes back.
        text: A sentence under the title, or what makes one each time it is shown.
        empty: Said where there are no rows.
        actions: Makes what else can be done.
        act: Does it, by its key.
        search: Takes what is searched; None where nothing can be.
        search_hint: How to search.
        scan: Takes what was scanned while this is shown, and says whether it was for this page.
    """

    def __init__(
        self,
        session: Session,
        *,
        title: str,
        rows: Callable[[], Sequence[ListRow]],
        pick: Callable[[str], object],
        back: Callable[[], object],
        text: str | Callable[[], str] = "",
        empty: str = "",
        actions: Callable[[], Sequence[Action]] = tuple,
        act: Callable[[str], object] = lambda _key: None,
        search: Callable[[str], object] | None = None,
        search_hint: str = "",
        scan: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        self._session = session
        self._title = title
        self._rows = rows
        self._pick = pick
        self._back = back
        self._text = text
        self._empty = empty
        self._actions = actions
        self._act = act
        self._search = search
        self._search_hint = search_hint
        self._searched = ""
        self.scan = scan

    def view(self) -> ListView:
        """Prepare what is shown."""
        return ListView(
            title=self._title,
            rows=tuple(self._rows()),
            back=Action("back", self._session.words.say("Back")),
            text=self._text() if callable(self._text) else self._text,
            empty=self._empty,
            actions=tuple(self._actions()),
            search=None if self._search is None else self._searched,
            search_hint=self._search_hint,
        )

    def press(self, control: str) -> bool:
        """Choose a row, do something else, or go back."""
        kind, _, key = control.partition("-")
        if kind != "list":
            return False
        if key == "back":
            self._back()
        elif key.startswith("do-"):
            self._act(key.removeprefix("do-"))
        else:
            self._pick(key)
        self._session.changed()
        return True

    def searched(self, text: str) -> None:
        """The search text changed."""
        if self._search is not None:
            self._searched = text
            self._search(text)
            self._session.changed()
