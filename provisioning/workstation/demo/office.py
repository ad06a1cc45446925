"""A visit to the back office's pages, signed in, as a browser would make it."""

from __future__ import annotations

import urllib.parse
import urllib.request
from html.parser import HTMLParser
from http.cookiejar import CookieJar

from provisioning.workstation.demo.fault import LinkError

PATIENCE_S = 30

ROWS = frozenset(("article", "dl", "div", "h1", "h2", "h3", "li", "p", "section", "table", "tr"))
CELLS = frozenset(("dd", "dt", "td", "th"))
SILENT = frozenset(("details", "footer", "header", "nav", "script", "style", "svg"))


class Office:
    """The pages at one address, with the cookies and the language of one visitor."""

    def __init__(self, address: str, language: str) -> None:
        self._address = address
        self._language = language
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)

    def sign_in(self, name: str, password: str) -> None:
        """Fill in the sign-in form and send it.

        Raises:
            LinkError: The back office did not let this person in.
        """
        place, page = self._get("")
        form = {**hidden_fields(page), "username": name, "password": password}
        filled = urllib.parse.urlencode(form).encode()
        place, page = self._send(urllib.request.Request(place, filled))  # noqa: S310 (our own address)
        if 'name="password"' in page:
            raise LinkError("page", f"{name} could not sign in at {place}")

    def page(self, path: str) -> str:
        """Return a page's HTML.

        Raises:
            LinkError: There is no such page, or it cannot be shown.
        """
        return self._get(path)[1]

    def _get(self, path: str) -> tuple[str, str]:
        address = urllib.parse.urljoin(self._address, path)
        return self._send(urllib.request.Request(address))  # noqa: S310 (our own address)

    def _send(self, request: urllib.request.Request) -> tuple[str, str]:
        # A form that came from a page of this site says so, as a browser does.
        request.add_header("Referer", self._address)
        request.add_header("Accept-Language", self._language)
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as answer:
                return answer.geturl(), answer.read().decode()
        except OSError as error:
            raise LinkError("page", f"{request.full_url} was not shown: {error}") from error


def hidden_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms: the token that proves where a form came from."""
    fields: dict[str, str] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            if tag == "input" and values.get("type") == "hidden" and values.get("name"):
                fields[str(values["name"])] = values.get("value") or ""

    Reader().feed(page)
    return fields


def link_to(words: str, page: str) -> str | None:
    """Return where the link that says exactly ``words`` leads, if the page has one."""
    reader = _Links()
    reader.feed(page)
    return reader.found.get(words)


def text_of(page: str) -> str:
    """Return what a person reads in the main part of a page, a line for each row."""
    reader = _MainText()
    reader.feed(page)
    lines = ("  ".join(cell for cell in row if cell) for row in reader.rows)
    return "\n".join(line for line in lines if line)


class _Links(HTMLParser):
    """Gathers links by what they say."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._leads_to = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where a link leads."""
        if tag == "a":
            self._leads_to = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """Leave a link."""
        if tag == "a":
            self._leads_to = ""

    def handle_data(self, data: str) -> None:
        """Take the words of a link."""
        if self._leads_to and data.strip():
            self.found[data.strip()] = self._leads_to


class _MainText(HTMLParser):
    """Gathers the words of ``<main>`` in rows of cells."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = [[""]]
        self._inside = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (the parser's own form)
        """Begin a row or a cell where the page does."""
        self._inside |= tag == "main"
        self._silent += tag in SILENT
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """End it likewise."""
        self._break(tag)
        self._silent -= tag in SILENT
        self._inside &= tag != "main"

    def handle_data(self, data: str) -> None:
        """Add words to the cell at hand."""
        words = " ".join(data.split())
        if self._inside and not self._silent and words:
            cell = self.rows[-1][-1]
            self.rows[-1][-1] = f"{cell} {words}" if cell else words

    def _break(self, tag: str) -> None:
        if tag in ROWS:
            self.rows.append([""])
        elif tag in CELLS:
            self.rows[-1].append("")
