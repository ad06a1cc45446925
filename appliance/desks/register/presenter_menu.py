"""Everything that is done less often than selling, one touch further away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow, ListView


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One thing to do.

    Attributes:
        key: Its stable name.
        label: What it is called, in the screen's language.
        do: Does it.
        detail: What it is about just now, such as the line that was touched, or why it cannot be
            done. What cannot be done and does not say why is not shown.
        enabled: Whether it can be done just now.
    """

    key: str
    label: str
    do: Callable[[], object]
    detail: str = ""
    enabled: bool = True


Offer = Callable[[], Sequence[MenuItem]]
"""Says what a part of the register offers just now."""


class MenuPage:
    """What else can be done? Each part of the register offers its own.

    Args:
        session: For the language and the way to other pages.
        offers: The parts, in the order in which they are shown.
    """

    def __init__(self, session: Session, offers: Sequence[Offer]) -> None:
        self._session = session
        self._offers = tuple(offers)

    def enter(self) -> None:
        """Show it."""
        self._session.show(self)

    def view(self) -> ListView:
        """Prepare what is shown."""
        return self._list().view()

    def press(self, control: str) -> bool:
        """Do what was touched, or go back to the sale."""
        return self._list().press(control)

    def _list(self) -> ListPage:
        offered = [item for offer in self._offers for item in offer()]
        told = [item for item in offered if item.detail and not item.enabled]
        items = {item.key: item for item in (*filter(_can_be_done, offered), *told)}
        return ListPage(
            self._session,
            title=self._session.words.say("What else?"),
            rows=lambda: [
                ListRow(item.key, item.label, item.detail, enabled=item.enabled)
                for item in items.values()
            ],
            pick=lambda key: items[key].do() if items[key].enabled else None,
            back=self._session.pages.sale.enter,
        )


def _can_be_done(item: MenuItem) -> bool:
    return item.enabled
