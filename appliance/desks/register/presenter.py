"""The register desk's presenter: the day of a cashier, without a window.

The pages hold what happens on each screen; here is what happens on all of them: scans, the top
bar, the language, the notice, the idle lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from appliance.desks.register.presenter_display import CustomerLines
from appliance.desks.register.presenter_form import FormPage
from appliance.desks.register.presenter_greeting import greet
from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_news import News
from appliance.desks.register.presenter_pages import Pages
from appliance.desks.register.presenter_sentences import explain
from appliance.desks.register.presenter_session import Parts, Session
from appliance.desks.register.presenter_status import status_items
from appliance.desks.register.presenter_tips import Tips
from appliance.desks.register.presenter_weigh import follow_scale
from appliance.desks.register.view import Action, Notice, Screen, State, StatusItem, TopBar
from appliance.domain.pricing import Promotions
from appliance.services.ports import StoreError
from appliance.services.register import CardAnswer
from appliance.services.resume import Resumed
from appliance.services.words import LANGUAGES, sentence

LOCK_AFTER_S = 300
JUMP_S = 60.0
NOT_KEPT = sentence(
    "The storage card refuses: an open sale would not survive a power cut. Free some space."
)


class RegisterPresenter:
    """What a cashier sees and does; see `contract.Presenter`.

    Args:
        parts: The services.
        language: To begin with.
        resumed: What was found at the start.

    Attributes:
        screen: What is shown now.
        signs_out: Asked before somebody is signed out, with the reason; true where it saw to that.
    """

    def __init__(self, parts: Parts, *, language: str, resumed: Resumed) -> None:
        self._parts = parts
        self._listeners: list[Callable[[Screen], None]] = []
        self._held: list[tuple[str, str]] = []
        self._changing = 0
        self._lock_after_s = float(LOCK_AFTER_S)
        self._open_status = ""
        self._choosing_language = False
        self._touched_s = parts.monotonic()
        self._clock_ahead_s = self._ahead_s()
        self._rests = False
        self.signs_out: Callable[[str], bool] = lambda _reason: False
        self._session = Session(parts, language, self._refresh)
        self._session.release_scans = self._release_scans
        self._pages = self._session.pages = Pages(self._session)
        self._session.page = self._pages.sign_in
        self._tips = Tips(self._session)
        self._news = News(self._session, self._refresh)
        self._news.follow()
        self.screen = Screen(self._top(()), self._session.page.view())
        self.watch(CustomerLines(self._session).follow)
        self.watch(partial(follow_scale, parts.scales))
        with self._at_once():
            if not greet(self._session, resumed):
                self._news.offer_printing(self._session.words.say("A receipt was not printed."))
            self._follow_directory()

    def watch(self, listener: Callable[[Screen], None]) -> None:
        """Have ``listener`` called with the new screen after every change."""
        self._listeners.append(listener)

    def rest(self) -> None:
        """Show nothing more: another presenter has the screen."""
        self._rests = True

    def attend(self) -> None:
        """Take the screen, and what the devices say, from whoever had it."""
        self._rests = False
        self._touched_s = self._parts.monotonic()
        self._news.follow()
        with self._at_once():
            self._follow_directory()

    @property
    def session(self) -> Session:
        """What its pages share."""
        return self._session

    @property
    def is_paying(self) -> bool:
        """Whether money is on its way just now."""
        return self._parts.register.busy or self._pages.terminal.waiting

    @property
    def is_asking_for_leave(self) -> bool:
        """Whether somebody is asked to allow something."""
        return self._session.page is self._pages.allow

    # What comes in.

    def press(self, control: str) -> None:
        """A control was touched.

        Raises:
            LookupError: If there is no such control on the page.
        """
        self._touched_s = self._parts.monotonic()
        with self._at_once():
            self._tips.pressed(control)
            if not self._pressed_anywhere(control) and not self._session.page.press(control):
                raise LookupError(
                    f"The page has no control {control!r}; see contract.Presenter.press."
                )

    def scanned(self, text: str, source: str, fault: str | None = None) -> None:
        """A scanner read ``text``, or failed with ``fault``."""
        self._touched_s = self._parts.monotonic()
        say, page = self._session.words.say, self._session.page
        with self._at_once():
            if fault is not None:
                self._session.refuse(say(fault))
            elif page is self._pages.sign_in:
                self._scanned_badge(text)
            elif page is self._pages.allow:
                self._pages.allow.badge(text)
            elif self._pages.terminal.waiting:
                self._session.refuse(
                    say("The customer is paying. Wait for the terminal, then scan.")
                )
            elif self._parts.register.busy:
                self._held.append((text, source))
            elif self._switched_by_badge(text):
                self._session.accept()
            elif page is self._pages.done:
                self._scanned_after_sale(text)
            elif self._taken(text):
                self._session.changed()
            else:
                if page is not self._pages.sale:
                    self._pages.sale.enter()
                self._pages.sale.scan(text)

    def searched(self, text: str) -> None:
        """The search text changed."""
        self._touched_s = self._parts.monotonic()
        with self._at_once():
            page = self._session.page
            if isinstance(page, ListPage):
                page.searched(text)
            else:
                self._pages.sale.articles.search = text
                self._tips.pressed("search")
            self._session.forget_passing()

    def tick(self) -> None:
        """About once a second: the clock, the idle lock, what the back office said."""
        now, told = self._parts.monotonic(), self._session.told
        with self._at_once():
            if told is not None and told.until_s is not None and now >= told.until_s:
                self._session.told = None
            self._session.clock_jumped |= abs(self._ahead_s() - self._clock_ahead_s) > JUMP_S
            self._complain_of_shelf()
            self._pages.terminal.tick()
            self._pages.look()
            if now - self._touched_s >= self._lock_after_s:
                self.lock("idle")
            if self._parts.directory.changed():
                self._follow_directory()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Show once what several steps change; say so where the articles cannot be read."""
        self._changing += 1
        try:
            yield
        except StoreError as error:
            self._session.refuse(explain(error, self._session.words))
        finally:
            self._changing -= 1
            self._refresh()

    def _pressed_anywhere(self, control: str) -> bool:
        """Do what a control asks that is there on every page; say whether it is one."""
        kind, _, key = control.partition("-")
        if control == "language":
            self._choosing_language = not self._choosing_language
        elif kind == "language":
            self._choosing_language = False
            self._session.speak(key)
        elif control == "status-close":
            self._open_status = ""
        elif kind == "status":
            self._show_status(key)
        elif control == "notice":
            self._answer_notice()
        elif control == "tip":
            self._tips.dismiss()
        elif control == "lock":
            self.lock("lock")
        else:
            return False
        return True

    # Scans.

    def _taken(self, text: str) -> bool:
        """Hand a scan to the page that asks for one; a form says itself what came of it."""
        page = self._session.page
        if isinstance(page, FormPage):
            return page.scan(text)
        taken = isinstance(page, ListPage) and page.scan(text)
        if taken:
            self._session.accept()
        return taken

    def _scanned_badge(self, text: str) -> None:
        if self._parts.staff.try_badge(text) is not None:
            self._session.accept()
            self._pages.signed_in()
        else:
            self._session.refuse(self._session.words.say("Sign in first, then scan again."))

    def _switched_by_badge(self, text: str) -> bool:
        """Hand the counter to whoever shows a badge; what lies on it stays. A number is no badge."""
        if text.isdigit() or self._parts.staff.try_badge(text) is None:
            return False
        self._pages.signed_in()
        return True

    def _scanned_after_sale(self, text: str) -> None:
        """The next sale begins with the next article; a misread leaves the change on the screen."""
        self._pages.sale.forget_lines(self._pages.done.unread_change)
        if self._pages.sale.scan(text):
            self._session.show(self._pages.sale)

    def _release_scans(self) -> None:
        """Hand over what was scanned while the sale was recorded: the next sale begins."""
        held, self._held = self._held, []
        for text, source in held:
            self.scanned(text, source)

    # The bar, the notice, the lock.

    def _show_status(self, key: str) -> None:
        """Open what an item means, with what can be done about it at hand."""
        self._open_status = key
        say = self._session.words.say
        if key == "printer" and self._parts.printing.view.waiting:
            self._news.offer_printing(say("A receipt was not printed."))
        elif key == "drawer" and self._news.drawer_error is not None:
            self._news.offer_drawer(self._news.drawer_error)
        elif key == "scale":
            self._session.tell(
                say("The scale shows something though nothing lies on it?"),
                action=say("Set to zero"),
                do=self._parts.scales.zero,
            )
        elif key == "terminal" and self._parts.register.unresolved:
            self._session.tell(
                say("A card payment is unclear."),
                action=say("Ask the terminal"),
                do=self._ask_about_unresolved,
                cause="terminal",
            )

    def _ask_about_unresolved(self) -> None:
        attempt = self._parts.register.unresolved[0]
        if attempt.by_code:
            self._pages.qr.resume(attempt)
            return

        def told(answer: CardAnswer) -> None:
            if answer.give_back:
                self._pages.terminal.tell_to_give_back(attempt)
            elif attempt not in self._parts.register.unresolved:
                self._session.tell(self._session.words.say("Nothing was taken by that card."))
            else:
                self._session.tell(
                    self._session.words.say("The terminal still does not answer."),
                    action=self._session.words.say("What does the slip say?"),
                    do=lambda: self._pages.terminal.ask_slip(attempt),
                )

        self._pages.money.look_up(attempt, then=told)

    def _answer_notice(self) -> None:
        told, self._session.told = self._session.told, None
        self._open_status = ""
        if told is not None and told.do is not None:
            told.do()

    def lock(self, reason: str) -> None:
        """Sign out whoever is at the counter, unless money is on its way just now.

        Args:
            reason: ``lock``, ``idle`` or ``removed``.
        """
        nobody = (self._pages.sign_in, self._pages.restart)
        if self._session.page in nobody or self.is_paying:
            return
        if self.signs_out(reason):
            return
        self._pages.sign_in.enter()
        self._parts.staff.sign_out(reason)
        self._open_status, self._choosing_language = "", False

    # What the services say.

    def _follow_directory(self) -> None:
        """The back office said something: keys, people and settings may be others now."""
        directory, staff, setting = self._parts.directory, self._parts.staff, self._session.setting
        self._parts.register.merge = bool(setting("merge_same_article", True))
        self._parts.register.promotions = Promotions(directory.promotions())
        self._parts.customers.refresh()
        self._lock_after_s = _seconds(setting("lock_after_s", LOCK_AFTER_S))
        self._parts.sounds.follow()
        self._parts.hints.follow()
        self._pages.sale.articles.refresh()
        if staff.person is not None and staff.person not in directory.people():
            here = {person.id: person for person in directory.people()}
            staff.person = here.get(staff.person.id, staff.person)
            if staff.person.id not in here:
                self.lock("removed")

    def _complain_of_shelf(self) -> None:
        trouble = self._parts.shelf_trouble()
        if trouble and (self._session.told is None or self._session.told.cause != "shelf"):
            self._session.refuse(self._session.words.say(NOT_KEPT), cause="shelf")
        elif not trouble:
            self._session.over("shelf")

    def _ahead_s(self) -> float:
        """How far the shop's clock is ahead of the one that never jumps."""
        return self._parts.clock().timestamp() - self._parts.monotonic()

    # What is shown.

    def _refresh(self) -> None:
        if self._changing or self._rests:
            return
        try:
            screen = self._screen()
        except StoreError as error:
            told = Notice(explain(error, self._session.words), State.BAD)
            screen = replace(self.screen, notice=told)
        if screen != self.screen:
            self.screen = screen
            for listener in self._listeners:
                listener(screen)

    def _screen(self) -> Screen:
        session = self._session
        items = status_items(session)
        return Screen(
            top=self._top(items),
            body=session.page.view(),
            notice=None if session.told is None else session.told.notice,
            detail=next((item for item in items if item.key == self._open_status), None),
            detail_close=session.words.say("Close"),
            languages=self._languages(),
            tip=self._tips.tip(),
            sound=session.sound,
        )

    def _top(self, items: tuple[StatusItem, ...]) -> TopBar:
        words, person = self._session.words, self._parts.staff.person
        name = words.say("Register {name}", name=self._parts.name)
        return TopBar(
            register=words.say("TRAINING: nothing is sold") if self._parts.training else name,
            training=self._parts.training,
            person=person.name if person is not None else "",
            items=items,
            language=words.language.upper(),
            clock=f"{self._parts.clock():%H:%M}",
        )

    def _languages(self) -> tuple[Action, ...]:
        if not self._choosing_language:
            return ()
        current = self._session.words.language
        return tuple(
            Action(code, name, enabled=code != current) for code, name in LANGUAGES.items()
        )


def _seconds(wanted: object) -> float:
    """Read the time to the idle lock; a setting that is none keeps the usual one."""
    usable = isinstance(wanted, int | float) and wanted > 0
    return float(wanted) if usable else float(LOCK_AFTER_S)  # type: ignore[arg-type]  # checked by usable
