"""Pages for whoever does not see them, or has no mouse: what HTML has to say of itself."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from collector.__main__ import main
from collector.desks.register.models import Sale
from collector.desks.register.shift_models import DrawerEvent, PeriodClosing, Shift
from collector.enrolment.models import Admission
from tests.web.back_office import EVA, a_whole_office
from tests.web.shop import trouble

FIELDS = {"input", "select", "textarea"}
VOID = {"input", "meta", "link", "br", "img", "hr"}
COLOURS = {"fine", "look", "bad", "up", "down"}


class Element:
    """An element of a page, with what is in it."""

    def __init__(self, name, given, parent=None):
        self.name, self.given, self.parent = name, dict(given), parent
        self.parts = []

    def __iter__(self):
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part

    def __str__(self):
        given = "".join(f' {name}="{value}"' for name, value in self.given.items())
        return f"<{self.name}{given}>{self.words[:40]}"

    def all(self, *names):
        return [each for each in self if each.name in names]

    @property
    def classes(self):
        return set(self.given.get("class", "").split())

    @property
    def words(self):
        """What is read out of it: nothing that is there to be seen only."""
        if self.given.get("aria-hidden") == "true":
            return ""
        if told := self.given.get("aria-label"):
            return told
        said = (part if isinstance(part, str) else part.words for part in self.parts)
        return " ".join("".join(said).split())

    def is_within(self, name):
        return self.parent is not None and (self.parent.name == name or self.parent.is_within(name))


class Page(HTMLParser):
    """A page as a tree; an element that is never closed, or closed twice, is a fault."""

    def __init__(self, text):
        super().__init__()
        self.root = self.at = Element("", {})
        self.feed(text)
        assert self.at is self.root, f"{self.at} is not closed"

    def handle_starttag(self, tag, attrs):
        made = Element(tag, attrs, self.at)
        self.at.parts.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag, attrs):
        self.at.parts.append(Element(tag, attrs, self.at))

    def handle_endtag(self, tag):
        assert self.at.name == tag, f"</{tag}> ends {self.at}"
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.parts.append(data)


def faults(page, language):
    """Name everything that would stop somebody."""
    root = page.root
    (html,) = root.all("html")
    if html.given.get("lang") != language:
        yield f"its language is {html.given.get('lang')}"
    for name in ("title", "main", "h1"):
        found = [each for each in root.all(name) if not each.is_within("svg")]
        if len(found) != 1 or not found[0].words:
            yield f"one {name} that says something was expected, found {len(found)}"
    yield from headings(root)
    yield from fields(root)
    yield from tables(root)
    yield from names(root)
    for each in root:
        if int(each.given.get("tabindex", "0")) > 0:
            yield f"{each} is out of the order of the keyboard"
        if each.classes & COLOURS and not each.words:
            yield f"{each} says by its colour alone"
        if "onclick" in each.given:
            yield f"{each} wants a mouse"


def names(root):
    """Whatever is named is named once, and whatever can be chosen says what it is."""
    ids = [each.given["id"] for each in root if "id" in each.given]
    yield from (f"{each} is the id of two" for each in set(ids) if ids.count(each) > 1)
    for each in root.all("a", "button", "summary", "option"):
        if not each.words and not (each.name == "option" and not each.given.get("value")):
            yield f"{each} says nothing"
    for each in root.all("nav"):
        if not each.given.get("aria-label"):
            yield f"{each} does not say which it is"


def headings(root):
    """From one level to the next none is left out."""
    last = 0
    for each in root.all("h1", "h2", "h3", "h4"):
        level = int(each.name[1])
        if level > last + 1:
            yield f"{each} leaves a level out"
        last = level


def fields(root):
    ids = {each.given.get("id") for each in root}
    labelled = {each.given.get("for") for each in root.all("label") if each.words}
    for each in root.all(*FIELDS):
        if each.given.get("type") == "hidden":
            continue
        is_named = each.given.get("aria-label") or each.given.get("id") in labelled
        if not is_named and not each.is_within("label"):
            yield f"{each} has no label"
        if (said := each.given.get("aria-describedby")) and said not in ids:
            yield f"{each} is described by {said}, which is not there"


def tables(root):
    """Every column or every row has a heading that says which it is, and says something."""
    for table in root.all("table"):
        for each in table.all("th"):
            if each.given.get("scope") not in {"col", "row"} or not each.words:
                yield f"{each} heads nothing, or says nothing"
        if table.all("thead"):
            continue
        for row in table.all("tr"):
            if row.all("th", "td")[0].name != "th":
                yield f"{row} has no heading"


@pytest.fixture
def office(shop, now, settings, tmp_path, sign_in):
    settings.BALIE_STATE = tmp_path
    main(["authority", "init"])
    a_whole_office(now)
    trouble(shop, now)
    return sign_in("manager", language="nl")


def places(office):
    """Every page there is, with something on it."""
    latest = {
        "sale": Sale.objects.filter(device="register-2").latest("sequence"),
        "shift": Shift.objects.latest("sequence"),
        "closing": PeriodClosing.objects.latest("sequence"),
        "drawer-event": DrawerEvent.objects.latest("sequence"),
        "admission": Admission.objects.exclude(used=None).get(),
    }
    for name in ("overview", "sales", "totals", "shifts", "closings", "training", "drawer"):
        yield reverse(name)
    for name in ("balances", "devices", "alarms", "updates", "let-in", "customers"):
        yield reverse(name)
    yield from (reverse("profiles"), reverse("new-profile"))
    yield reverse("profile", args=["Bakkerij"])
    for device in ("register-1", "register-2", "register-3"):
        yield reverse("counter", args=[device])
    yield from (reverse("same-customers"), reverse("erasures"))
    for name, row in latest.items():
        yield reverse(name, args=[row.pk])
    yield reverse("balance", args=["gift_card", "KAART0001"])
    for name, key in (("customer", EVA), ("erase-customer", EVA), ("device", "register-3")):
        yield reverse(name, args=[key])
    yield reverse("shut-out", args=["register-3"])
    yield "/sales/?since=never"
    yield "/nowhere/"


def test_every_page_is_for_everybody(office, client):
    found = {}
    for place in places(office):
        response = office.get(place)
        assert response.status_code in {200, 404}, place
        found[place] = list(faults(Page(response.content.decode()), "nl"))
    new = {"device": "register-77", "name": "Kassa 77", "register": "77", "language": "nl"}
    code = office.post(reverse("let-in"), new)
    found["the code"] = list(faults(Page(code.content.decode()), "nl"))
    odd = {"choice": "own", "settings": "[printer", "terminal.host": "x", "put": "scale"}
    for told in (odd, odd | {"put": "?"}, {"choice": "own", "settings": "[printer"}):
        refused = office.post(reverse("counter", args=["register-1"]), told)
        found[f"a counter of {told}"] = list(faults(Page(refused.content.decode()), "nl"))
    office.post("/sign-out/")
    sign_in = office.post("/sign-in/", {"username": "x", "password": "y"}).content.decode()
    found["sign-in"] = list(faults(Page(sign_in), "nl"))
    wrong = [f"{place}: {each}" for place, named in found.items() for each in named]
    assert not wrong, "\n".join(wrong)


def test_the_keyboard_comes_first_to_the_contents(office):
    root = Page(office.get("/").content.decode()).root
    first = root.all("a", "button", *FIELDS)[0]
    (main_,) = root.all("main")
    assert first.given["href"] == f"#{main_.given['id']}"
    assert main_.given["tabindex"] == "-1"
