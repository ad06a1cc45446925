"""The register's screen: draws the views of `view.py` and says which control was touched.

Nothing is decided here. A new `Screen` is compared with the one that is shown and only what
differs is set, so that a scan costs the texts of one line and of the total.
"""

from __future__ import annotations

from collections.abc import Callable

from kivy.uix.floatlayout import FloatLayout

from appliance.desks.register import view
from appliance.desks.register.contract import Presenter
from appliance.desks.register.screen_ask import FormBody, ListBody, PaperBody
from appliance.desks.register.screen_body import Body
from appliance.desks.register.screen_over import Over
from appliance.desks.register.screen_pay import TendersBody, TerminalBody
from appliance.desks.register.screen_qr import QrBody
from appliance.desks.register.screen_rest import DoneBody, ParkedBody, SignInBody
from appliance.desks.register.screen_sale import SaleBody
from appliance.desks.register.screen_typing import Typist
from appliance.ui.damage import damage
from appliance.ui.widgets.block import Block, Parts
from appliance.ui.widgets.frame import Frame
from appliance.ui.widgets.swap import Swap
from appliance.ui.widgets.top_bar import TopBar

BODIES: dict[str, type[Body]] = {
    "sign_in": SignInBody,
    "sale": SaleBody,
    "tenders": TendersBody,
    "terminal": TerminalBody,
    "qr": QrBody,
    "done": DoneBody,
    "parked": ParkedBody,
    "list": ListBody,
    "form": FormBody,
    "paper": PaperBody,
}


def build(presenter: Presenter, play: Callable[[str], None]) -> RegisterScreen:
    """Make the screen for ``presenter``; ``play`` plays a sound by its name."""
    return RegisterScreen(presenter, play)


class RegisterScreen(Block, FloatLayout):
    """The top bar, one body, and at times a card over both.

    Attributes:
        typist: Where the shell sends what is typed on the window's keyboard.
        opaque: Every dot of the window stands on some ground, so none has to be wiped before.
    """

    opaque = True

    def __init__(self, presenter: Presenter, play: Callable[[str], None]) -> None:
        super().__init__()
        self.typist = Typist(presenter)
        self._presenter = presenter
        self._play = play
        self._screen: view.Screen | None = None
        self._bodies: dict[str, Body] = {}
        self._top = TopBar(presenter.press)
        self._place = Swap()
        column = Parts(orientation="vertical")
        column.add_widget(self._top)
        column.add_widget(self._place)
        self.add_widget(column)
        self._over = Over(presenter.press)
        self._frame = Frame(self)
        presenter.watch(self.show)
        self.show(presenter.screen)

    def show(self, screen: view.Screen) -> None:
        """Show ``screen``; what is the same as before is left alone."""
        old, self._screen = self._screen, screen
        if old is None or screen.top != old.top:
            self._show_top(screen.top)
        if old is None or screen.body != old.body or screen.said != old.said:
            self._show_body(screen)
        if (
            old is None
            or (screen.detail, screen.languages) != (old.detail, old.languages)
            or screen.detail_close != old.detail_close
        ):
            self._show_over(screen)
        if old is not None and screen.sound[0] != old.sound[0]:
            self._play(screen.sound[1])

    def _show_top(self, top: view.TopBar) -> None:
        items = {
            item.key: (f"status-{item.key}", item.label, item.state.value) for item in top.items
        }
        name, _, state = items.pop("clock", ("", "", "ok"))
        clock = (name, top.clock, state)
        self._top.show(
            top.register, top.person, [*items.values()], top.language, clock, marked=top.training
        )
        self._frame.show(shown=top.training)

    def _show_body(self, screen: view.Screen) -> None:
        kind = screen.body.kind
        if kind not in self._bodies:
            self._bodies[kind] = BODIES[kind](self._presenter)
        body = self._bodies[kind]
        body.language = screen.top.language.lower()
        body.show(screen.body)
        body.note(screen.said)
        self._place.only(body)

    def _show_over(self, screen: view.Screen) -> None:
        if screen.detail is not None:
            self._over.explain(screen.detail, screen.detail_close)
        elif screen.languages:
            self._over.offer(screen.languages)
        damage.everything()
        wanted = screen.detail is not None or bool(screen.languages)
        if wanted and self._over.parent is None:
            self.add_widget(self._over)
        elif not wanted and self._over.parent is not None:
            self.remove_widget(self._over)
