"""The pages of counters and profiles, without a script: what is typed is never lost."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from appliance.domain.counter import Stage, Taken, digest
from collector.counters import telling
from collector.counters.models import Counter, Profile
from collector.ingest.models import Device
from tests.counters.told import OTHER, PRINTER, SCALE

HOSTILE = "</textarea><script>alert(1)</script>\n[printer\n"
COUNTER = "/devices/register-1/counter/"
BAKERY = "/devices/profiles/of/Bakery/"


@pytest.fixture
def bakery(db, now):
    telling.keep_profile("Bakery", PRINTER, by="Sanne", now=now)


@pytest.fixture
def office(sign_in, device, bakery):
    return sign_in("technician")


def shown(page):
    return html.unescape(re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)[1])


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(shown|seen)" value="([^"]*)"', page))


def chosen(page):
    (select,) = re.findall(r'<select id="choice".*?</select>', page, re.DOTALL)
    return html.unescape(re.search(r'value="([^"]*)" selected', select)[1])


def opened(office, address=COUNTER):
    """Return what a page holds when it is opened, as a browser would send it back."""
    page = office.get(address).content.decode()
    told = {**hidden(page), "settings": shown(page).replace("\n", "\r\n")}
    return told | ({"choice": chosen(page)} if 'id="choice"' in page else {})


def sent(office, typed, address=COUNTER):
    answer = office.post(address, typed, follow=True)
    return answer, answer.content.decode()


def test_a_profile_is_chosen(office, settings_told):
    typed = opened(office)
    assert typed["choice"] == "found"
    _, page = sent(office, {**typed, "choice": "profile:Bakery"})
    assert "Saved; the device is told." in page
    assert "profile Bakery · not heard of yet" in page
    assert (chosen(page), shown(page)) == ("profile:Bakery", PRINTER)
    assert settings_told() == {"register-1": PRINTER}
    assert Counter.objects.get().changed_by == "technician"
    _, page = sent(office, {**opened(office), "choice": "profile:Bakery"})
    assert "knows this already" in page


def test_its_own_are_written(office, settings_told):
    _, page = sent(office, {**opened(office), "choice": "own", "settings": SCALE})
    assert "settings of its own" in page
    assert settings_told() == {"register-1": SCALE}
    _, page = sent(office, {**opened(office), "choice": "found", "settings": SCALE})
    assert settings_told() == {"register-1": ""}
    assert shown(page) == ""


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"choice": "own", "settings": HOSTILE}, "is no TOML"),
        ({"choice": "own", "settings": "[device]\nid = 1"}, "[device] cannot be told"),
        ({"choice": "own", "settings": " "}, "Write what stands on the counter"),
        ({"choice": "profile:Gone", "settings": ""}, "no profile called Gone any more"),
        ({"choice": "profile:\0", "settings": ""}, "no profile called"),
        ({"choice": "what", "settings": ""}, "from the list"),
        ({"choice": "profile:Bakery", "settings": SCALE}, "chose something else"),
        ({"choice": "found", "settings": SCALE, "terminal.host": "<b>"}, "Put it in first"),
        ({"choice": "own", "settings": SCALE, "put": "anything"}, "from the list"),
        ({"choice": "own", "settings": SCALE, "put": "network-printer"}, "Fill in"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(office, changes, typed, why):
    _, page = sent(office, opened(office) | typed)
    assert why in html.unescape(page)
    assert shown(page) == typed["settings"]
    assert "<script>alert" not in page
    if "terminal.host" in typed:
        assert 'value="&lt;b&gt;"' in page
    assert changes() == 0
    assert not Counter.objects.exists()


def test_a_piece_is_put_in_and_saved_after_that(office, changes, settings_told):
    piece = {
        "network-printer.host": 'a"b',
        "network-printer.port": "9100",
        "put": "network-printer",
    }
    _, page = sent(office, {**opened(office), "settings": SCALE, **piece})
    assert "not saved yet: Receipt printer in the network" in page
    assert changes() == 0
    assert chosen(page) == "own"
    assert 'host = "a\\"b"' in shown(page)
    assert 'id="network-printer.host" name="network-printer.host" value=""' in page
    typed = {**hidden(page), "choice": "own", "settings": shown(page)}
    sent(office, typed)
    assert settings_told()["register-1"].startswith(SCALE + "\n[printer]")


def test_two_who_have_the_page_open(office, now, settings_told):
    typed = opened(office)
    telling.give_own(Device.objects.get(), SCALE, by="Sanne", now=now)
    answer, page = sent(office, {**typed, "choice": "own", "settings": OTHER})
    assert answer.status_code == 400
    assert "Sanne changed this meanwhile" in page
    assert (shown(page), settings_told()) == (OTHER, {"register-1": SCALE})
    sent(office, {**hidden(page), "choice": "own", "settings": OTHER})
    assert settings_told() == {"register-1": OTHER}


def test_a_device_that_is_shut_out_is_told_later(office, now, changes):
    Device.objects.update(revoked=now)
    _, page = sent(office, {**opened(office), "choice": "profile:Bakery"})
    assert "Saved; the device is told when it is let in again." in page
    assert changes() == 0


def test_a_profile_is_made_changed_and_removed(office, device, now, settings_told):
    new = "/devices/profiles/new/"
    name = "Café <\"&'> 100%"
    typed = {**opened(office, new), "name": name, "settings": SCALE}
    answer, page = sent(office, typed, new)
    address = reverse("profile", args=[name])
    assert answer.redirect_chain == [(address, 302)]
    assert f"<h1>{html.escape(name)}</h1>" in page
    telling.choose_profile(device, name, by="x", now=now)
    _, page = sent(office, {**opened(office, address), "settings": OTHER}, address)
    assert "Saved; 1 device is told." in page
    assert settings_told() == {"register-1": OTHER}
    remove = reverse("remove-profile", args=[name])
    assert remove not in html.unescape(office.get(address).content.decode())
    _, page = sent(office, {}, remove)
    assert "1 device uses this profile" in page
    telling.as_it_finds_itself(device, by="x", now=now)
    assert remove in html.unescape(office.get(address).content.decode())
    _, page = sent(office, {}, remove)
    assert "is removed." in page
    assert Profile.objects.get().name == "Bakery"
    assert office.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"name": "Bakery", "settings": SCALE}, "called Bakery already"),
        ({"name": "a/b", "settings": SCALE}, "Name it otherwise"),
        ({"name": "<i>", "settings": HOSTILE}, "is no TOML"),
        ({"name": "<i>", "settings": ""}, "Write what stands"),
        ({"name": "<i>", "settings": SCALE, "terminal.host": "x"}, "Put it in first"),
    ],
)
def test_a_new_profile_that_cannot_be_is_said_and_nothing_typed_is_lost(office, typed, why):
    new = "/devices/profiles/new/"
    _, page = sent(office, opened(office, new) | typed, new)
    assert why in page
    assert shown(page) == typed["settings"]
    assert f'name="name" value="{html.escape(typed["name"])}"' in page
    assert [each.settings for each in Profile.objects.all()] == [PRINTER]


def test_a_piece_is_put_into_a_profile(office):
    put = {"put": "printer-drawer", "name": "", "settings": PRINTER}
    _, page = sent(office, put, "/devices/profiles/new/")
    assert shown(page) == f'{PRINTER}\n[drawer]\ndriver = "printer_kick"\n'


def test_a_profile_that_is_removed_while_its_page_is_open(office):
    typed = opened(office, BAKERY)
    telling.remove_profile("Bakery", by="Sanne")
    answer, page = sent(office, {**typed, "settings": OTHER}, BAKERY)
    assert answer.status_code == 400
    assert "removed it meanwhile" in page
    assert shown(page) == OTHER
    _, page = sent(office, {**hidden(page), "settings": OTHER}, BAKERY)
    assert "Saved" in page
    assert Profile.objects.get().settings == OTHER


def test_a_profile_that_is_changed_while_its_page_is_open(office, now):
    typed = opened(office, BAKERY)
    telling.keep_profile("Bakery", OTHER, by="Sanne", now=now)
    _, page = sent(office, {**typed, "settings": SCALE}, BAKERY)
    assert "Sanne changed this meanwhile" in page
    assert (shown(page), Profile.objects.get().settings) == (SCALE, OTHER)


@pytest.mark.parametrize("name", ["Gone", "%00", "a%2Fb", "..%2F..", "%E2%80%AE"])
def test_a_profile_that_never_was_is_not_there(office, name):
    assert office.get(f"/devices/profiles/of/{name}/").status_code == 404
    sent(office, {}, f"/devices/profiles/remove/{name}/")
    assert Profile.objects.count() == 1


def test_who_may_see_and_not_change_sees_it(sign_in, device, bakery, now):
    telling.choose_profile(device, "Bakery", by="Sanne", now=now)
    client = sign_in("finance")
    for address in (COUNTER, BAKERY, "/devices/profiles/"):
        page = client.get(address).content.decode()
        assert "<textarea" not in page
        assert "Bakery" in page
    for address in (COUNTER, BAKERY, "/devices/profiles/new/", "/devices/profiles/remove/Bakery/"):
        told = {"choice": "own", "settings": SCALE, "seen": "", "name": "x"}
        assert client.post(address, told).status_code == 403
    assert Counter.objects.get().in_force == PRINTER


def test_the_device_and_the_overview_say_what_was_refused(office, enrol, now):
    odd = enrol(2, name='<b>Kassa & "Zoon"</b>')
    telling.give_own(odd, SCALE, by="Sanne", now=now)
    why = "[scale] <script>alert(1)</script>"
    odd.reported = {"counter": Taken(digest(SCALE), Stage.REFUSED, why).to_data()}
    odd.save()
    for address in ("/devices/register-2/", "/devices/register-2/counter/"):
        page = office.get(address).content.decode()
        assert "refused" in page
        assert "&lt;script&gt;alert" in page
        assert "<script>alert" not in page
        assert "<b>Kassa" not in page
    overview = office.get("/").content.decode()
    assert "&lt;b&gt;Kassa &amp; &quot;Zoon&quot;&lt;/b&gt;" in overview
    assert "the settings of its counter do not fit" in overview
    assert 'href="/devices/register-2/counter/"' in overview
    telling.give_own(odd, PRINTER, by="Sanne", now=now)
    assert "do not fit" not in office.get("/").content.decode(), "it has not tried the new ones yet"
    Device.objects.filter(pk=odd.pk).update(revoked=now)
    assert "do not fit" not in office.get("/").content.decode()


def test_who_did_it_is_written_down(office, caplog):
    caplog.set_level("INFO", logger="collector.counters")
    sent(office, {**opened(office), "choice": "profile:Bakery"})
    assert caplog.records[-1].getMessage().endswith("to the profile 'Bakery' by technician")
