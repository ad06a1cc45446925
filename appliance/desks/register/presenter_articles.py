"""The things to reach for: quick keys by category, and the search."""

from __future__ import annotations

from datetime import datetime

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ArticleTile, CategoryTile
from appliance.domain.article import Article
from appliance.domain.money import NO_BREAK_SPACE, format_quantity
from appliance.domain.staff import Right
from appliance.services.ports import QuickKey
from appliance.services.vouchers import day_text_of
from appliance.services.words import Words

HOUR_MIN, DAY_H = 60, 24
FRESH_MIN = HOUR_MIN
"""The stock of other places bears its age from here on; it never comes by the minute."""


class Articles:
    """What the directory offers, asked again only when it said something new.

    Attributes:
        search: What was typed.
    """

    def __init__(self, session: Session) -> None:
        self.search = ""
        self._session = session
        self._category = ""
        self._keys: tuple[Words, tuple[ArticleTile, ...]] | None = None
        self._found: tuple[str, list[Article]] = ("", [])
        self._categories: tuple[tuple[str, str, str], ...] | None = None

    def refresh(self) -> None:
        """Ask the directory anew: the back office said something."""
        self._keys = self._categories = None
        self._found = ("", [])

    def choose(self, category: str) -> None:
        """Show the keys of another category."""
        self._category, self._keys = category, None

    def categories(self) -> tuple[CategoryTile, ...]:
        """Prepare the tabs."""
        held = self._held_categories()
        if self._category not in (key for key, _, _ in held):
            self.choose(held[0][0] if held else "")
        return tuple(CategoryTile(key, name, key == self._category) for key, name, _ in held)

    def quick_keys(self) -> tuple[ArticleTile, ...]:
        """Prepare the keys of the chosen category; they stay while nothing changes."""
        words = self._session.words
        if self._keys is None or self._keys[0] is not words:
            found = self._session.parts.catalogue.quick_keys(self._category)
            self._keys = (words, tuple(self._tile(key) for key in found))
        return self._keys[1]

    def _tile(self, key: QuickKey) -> ArticleTile:
        colours = {category: colour for category, _, colour in self._held_categories()}
        return ArticleTile(
            article=key.article.code,
            label=key.label,
            price=self._session.price(key.article),
            colour=key.colour or colours.get(self._category, ""),
        )

    def results(self) -> tuple[ArticleTile, ...]:
        """Prepare what the search found: its offers, its stock and, where the role allows, cost."""
        text = self.search.strip()
        if text != self._found[0]:
            self._found = (text, self._session.parts.catalogue.search(text) if text else [])
        return tuple(
            ArticleTile(
                article=article.code,
                label=article.name,
                price=self._session.price(article),
                colour=article.colour or "",
                detail=self._detail(article),
            )
            for article in self._found[1]
        )

    def _held_categories(self) -> tuple[tuple[str, str, str], ...]:
        if self._categories is None:
            found = self._session.parts.catalogue.categories()
            self._categories = tuple((each.key, each.name, each.colour) for each in found)
        return self._categories

    def _detail(self, article: Article) -> str:
        say = self._session.words.say
        facts, stock = [*self._offers(article), article.code], self._stock(article)
        if not article.stock_elsewhere:
            facts += stock
        if article.cost_minor is not None and self._session.parts.staff.may(Right.SEE_COST):
            facts.append(say("cost {amount}", amount=self._session.money(article.cost_minor)))
        told = " · ".join(facts)
        # With other places it is a line of its own: broken off somewhere it would be read wrongly.
        return f"{told}\n{' · '.join(stock)}" if article.stock_elsewhere else told

    def _stock(self, article: Article) -> list[str]:
        """Say what is here and what other places have, and how old these figures are."""
        language, say = self._session.words.language, self._session.words.say
        said = []
        if article.stock_milli is not None:
            here = format_quantity(article.stock_milli, language)
            age = self._age(self._minutes_since(article.stock_at))
            said.append(
                say("stock {quantity}, {age}", quantity=here, age=age)
                if age
                else say("stock {quantity}", quantity=here)
            )
        if article.stock_elsewhere:
            places = ", ".join(
                f"{each.place}{NO_BREAK_SPACE}{format_quantity(each.quantity_milli, language)}"
                for each in article.stock_elsewhere
            )
            ages = [self._minutes_since(each.at) for each in article.stock_elsewhere]
            oldest = max((each for each in ages if each is not None), default=0)
            stale = oldest >= FRESH_MIN
            said.append(
                say("{places} ({age})", places=places, age=self._age(oldest)) if stale else places
            )
        return said

    def _offers(self, article: Article) -> list[str]:
        """Say what is offered on it, and when, where that is not simply always."""
        today, say = self._session.parts.clock().date(), self._session.words.say
        said = []
        for each in self._session.parts.register.promotions.offered(
            article.code, article.category, today
        ):
            window, words = each.window, self._session.words
            first = None if window.first_day is None else day_text_of(window.first_day, words)
            last = None if window.last_day is None else day_text_of(window.last_day, words)
            ahead = window.first_day is not None and window.first_day > today
            if ahead and last:
                said.append(
                    say("{offer} from {day} to {last}", offer=each.name, day=first, last=last)
                )
            elif ahead:
                said.append(say("{offer} from {day}", offer=each.name, day=first))
            elif last:
                said.append(say("{offer} up to {day}", offer=each.name, day=last))
            else:
                said.append(each.name)
        return said

    def _minutes_since(self, at: str | None) -> int | None:
        """Tell how old a figure is, None where that is not known."""
        if at is None:
            return None
        try:
            then = datetime.fromisoformat(at)
        except ValueError:
            return None
        now = self._session.parts.clock()
        aware = then if then.tzinfo else then.replace(tzinfo=now.tzinfo)
        return int((now - aware).total_seconds() // 60)

    def _age(self, minutes: int | None) -> str:
        """Say how old a figure is."""
        if minutes is None:
            return ""
        count = self._session.words.count
        if minutes < 1:
            return self._session.words.say("just now")
        if minutes < HOUR_MIN:
            return count("{number} minute ago", "{number} minutes ago", minutes)
        if minutes < HOUR_MIN * DAY_H:
            return count("{number} hour ago", "{number} hours ago", minutes // HOUR_MIN)
        return count("{number} day ago", "{number} days ago", minutes // HOUR_MIN // DAY_H)
