"""A whole day in one room: a desk that sells, its uplink, a collector, and all they say written down.

Everything is real but the broker, which is replaced by a wire that hands messages over at once.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from unittest.mock import patch

from appliance.domain import market as markets
from appliance.domain.sale import Kind
from appliance.domain.shift_books import (
    CASH_MOVED,
    DRAWER_OPENED,
    SHIFT_REPRINTED,
    TERMINAL_CLOSED,
)
from appliance.journal import signing
from appliance.journal.attachments import ERASED, new_reference
from appliance.journal.batch import pack
from appliance.journal.stream import Receiver, Sender
from appliance.journal.topics import Leaf, read, topic
from appliance.services import events
from appliance.store.directory import Directory
from appliance.store.directory_store import DirectoryStore
from appliance.update.system import Started
from appliance.uplink.broker import Message
from appliance.uplink.directory import DirectoryKeeper
from appliance.uplink.loop import Parts, Uplink
from appliance.uplink.poke import Bell
from appliance.uplink.process import _versions
from appliance.uplink.source import JournalSource
from appliance.uplink.state import LinkStore
from collector.attachments.ordering import erase
from collector.directory import log
from collector.directory.editing import apply, open_epoch
from collector.directory.files.articles import read_articles
from collector.directory.files.categories import read_categories
from collector.directory.files.keys import read_keys
from collector.directory.files.shop import read_shop
from collector.directory.files.staff import read_staff
from collector.ingest.models import Device
from drivers.terminal.simulated import Behaviour
from tests.collector.till import Collector
from tests.flows.shop import APPLES, BADGE, BREAD, MILK, NUTELLA, Shop

DEVICE = "winkel-2"
MANY_TURNS = 2000

ARTICLES = f"""\
code;name;price;tax_class;category;unit;cost;stock;stock_elsewhere;colour
{NUTELLA};Nutella 400 g;3,99;reduced;Broodbeleg;piece;2,50;12;"Utrecht 3; Den Haag 1,5";#0B5F5B
{MILK};Halfvolle melk 1 l;1,29;reduced;Zuivel;;;;;
{BREAD};Volkorenbrood heel;2,89;reduced;Brood;;;;;
{APPLES};Elstar los;2,49;reduced;Fruit;kg;;;;
DET1;Afwasmiddel;2,15;standard;;;;-1,5;;
"""
KEYS = f"category,page,position,article,label\nBrood,1,1,{BREAD},Brood\nBrood,1,2,{MILK},\n"
FEWER_KEYS = f"category,page,position,article\nBrood,1,1,{BREAD}\n"
STAFF = f"""\
id,name,pin,badge,roles,language
p1,Sanne,2580,,cashier,
p2,Budi,4711,{BADGE},manager supervisor,id
"""
SHOP = """\
name = "Buurtwinkel De Hoek"
address = ["Dorpsstraat 1", "1234 AB Ons Dorp"]
tax_number = "NL001234567B01"
footer = {nl = "Tot ziens"}
[settings]
merge_same_article = true
lock_after_s = 300
receipt = "print"
points = {earn = 1, per_minor = 100}
"""


@dataclass(frozen=True)
class Said:
    """A message as it was published."""

    leaf: Leaf
    payload: bytes
    retain: bool
    upward: bool


class Wire:
    """Stands for both ends' broker."""

    is_ready = True

    def __init__(self, collector):
        self.said = []
        self._collector = collector
        self._up, self._heard = [], 0
        # Always readable, so that the uplink's loop never sleeps.
        self._reader, self._writer = os.pipe()
        os.write(self._writer, b"!")

    def publish(self, name, payload, *, retain=False):
        device, leaf = read(name)
        assert device == DEVICE
        self.said.append(Said(leaf, payload, retain, upward=True))
        self._up.append(self.said[-1])

    def work(self, *, readable, writable):
        """Let the collector take what came and hand over what it answers."""
        for message in self._take():
            self._collector.take(message.payload, device=DEVICE, leaf=message.leaf)
        published = self._collector.broker.published
        new, self._heard = published[self._heard :], len(published)
        for name, payload, retain in new:
            self.said.append(Said(read(name)[1], payload, retain, upward=False))
        return [Message(name, payload, retained=False) for name, payload, _ in new]

    def taken(self):
        """What came is dealt with as it comes."""

    def _take(self):
        waiting, self._up = self._up, []
        return waiting

    def fileno(self):
        return self._reader

    def wants_to_write(self):
        return False

    def leave(self):
        self.work(readable=False, writable=False)

    def close(self):
        os.close(self._reader)
        os.close(self._writer)


class Day:
    """The shop, the back office and the wire between them."""

    def __init__(self, folder):
        self.shop = Shop(folder)
        self.shop.data.mkdir(exist_ok=True)
        self.collector = Collector()
        self.key = signing.generate()
        Device.objects.create(
            id=DEVICE, name="Kassa 2", register="2", public_key=signing.public_pem(self.key)
        )
        self.wire = Wire(self.collector)

    def run(self):
        self.prepare()
        self.carry()
        with patch.object(Started, "read", return_value=Started("A")):  # a device with two slots
            self.shop.cashier = self.shop.open()
        self.sell()
        self.change()
        self.carry()
        self.shop.cashier.see_page("sign_in")
        self.shop.cashier.see(lambda _: self._left("removed"))
        self.shop.cashier.see(lambda _: self.shop.entries(ERASED))
        self.shop.close()
        open_epoch()
        self.carry()

    def close(self):
        self.shop.close()
        self.wire.close()

    def prepare(self):
        """The back office brings its files."""
        apply(read_articles("a.csv", ARTICLES.encode(), markets.load("nl")))
        apply(read_categories("c.csv", b"name,colour\nBrood,#3A7F3A\nZuivel,\n"))
        apply(read_keys("k.csv", KEYS.encode()))
        apply(read_staff("s.csv", STAFF.encode()))
        apply(read_shop("shop.toml", SHOP.encode()))

    def change(self):
        """Other keys, people and prices; and a customer asks to be forgotten."""
        apply(read_keys("k.csv", FEWER_KEYS.encode()))
        apply(read_staff("s.csv", b"id,active\np1,no\n"))
        apply(read_articles("a.csv", f"code,price\n{MILK},1.35\n".encode(), markets.load("nl")))
        erase([], [new_reference()], by="chef", now=datetime.now(UTC))

    def carry(self):
        """Connect, and stay until both ends hold all there is."""
        data = self.shop.data
        link, source = LinkStore.open(data / "uplink.db"), JournalSource(data / "journal.db")
        with (
            DirectoryStore.open(data / "directory.db") as store,
            Bell(data / "uplink.sock") as bell,
        ):

            def sign(entries):
                beside = source.attachments(entries)
                told = {"stream": "journal", "device": DEVICE, "signer": self.key}
                return pack(entries, **told, attachments=beside)

            parts = Parts(
                device=DEVICE,
                source=source,
                sender=Sender(source, sign, acked=link.state.acked),
                receiver=Receiver(
                    DirectoryKeeper(store),
                    stream="directory",
                    device=DEVICE,
                    public_key=self.collector.key.public_key(),
                ),
                broker=self.wire,
                link=link,
                bell=bell,
                versions=_versions(),
            )
            turns = iter(range(MANY_TURNS))

            def is_done():
                assert next(turns, None) is not None, "the two ends never agreed"
                directory = parts.receiver.watermark == log.head()
                return directory and parts.sender.acked == source.head and self._has_acked()

            Uplink(parts).run(is_done)
        source.close()
        link.close()

    def _has_acked(self):
        return any(name == topic(DEVICE, Leaf.ACK) for name, *_ in self.collector.broker.published)

    def sell(self):
        """A day of everything that leaves a trace."""
        cashier, shop = self.shop.cashier, self.shop
        self._guess_pins()
        cashier.sign_in("p1", "2580")
        cashier.scan(NUTELLA)
        cashier.scan(MILK)
        cashier.touch(f"key-{BREAD}", "line-2", "action-remove", "action-undo")
        cashier.touch("line-1", "action-quantity", "pad-3", "pad-confirm", "action-undo")
        cashier.touch("line-2", "action-remove", "money-note-2000")
        cashier.see_page("done")
        cashier.see_paper(1)
        cashier.see(lambda s: s.body.actions[0].enabled)
        cashier.touch("done-reprint")
        cashier.see_paper(2)
        self._pay_by_card()
        self._sell_a_gift_card()
        self._meet_a_customer()
        cashier.scan(BREAD)
        cashier.scan(MILK)
        cashier.touch("line-1", "action-quantity", "pad-2", "pad-confirm", "action-undo")
        cashier.touch("line-1", "action-remove", "action-undo")
        cashier.touch("line-1", "action-remove", "action-more", "list-abandon")
        cashier.see(lambda _: shop.entries(events.ABANDONED))
        self._return_at_another_price()
        cashier.touch("done-next")
        self._close_the_shift()
        self._learn()
        cashier.touch("lock")
        cashier.scan(BADGE)
        cashier.see_page("sale")
        shop.times.pass_by(301)
        cashier.see_page("sign_in")
        cashier.sign_in("p1", "2580")
        cashier.see(lambda _: len(shop.entries(events.SIGNED_IN)) == 3)

    def _sell_a_gift_card(self):
        """Money goes on a card and is spent, with a tip on the card that pays the rest."""
        cashier = self.shop.cashier
        cashier.touch("done-next", "action-more", "list-gift-card")
        cashier.scan("KAART0001")
        cashier.touch("form-type-2", "form-confirm", "money-exact")
        cashier.see_page("done")
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-code")
        cashier.scan("KAART0001")
        cashier.touch("tender-tip")
        cashier.type("1")
        cashier.touch("tender-card_terminal")
        cashier.type("")
        cashier.see_page("done")

    def _left(self, reason):
        return reason in [gone["reason"] for gone in self.shop.entries(events.SIGNED_OUT)]

    def _guess_pins(self):
        cashier = self.shop.cashier
        for _ in range(5):
            cashier.touch("person-p1", *["pin-1"] * 4, "pin-enter")
            cashier.see(lambda s: s.sound[1] == "bad" and not s.body.dots)
            cashier.see(lambda s: "klopt niet" in s.body.prompt or "Te vaak" in s.body.prompt)
        cashier.see(lambda _: self.shop.entries(events.REFUSED))
        self.shop.times.pass_by(31)

    def _meet_a_customer(self):
        """Somebody new who buys for a company, allows to be written to, and earns points."""
        cashier = self.shop.cashier
        cashier.touch("done-next", "action-more", "list-customer", "list-do-new")
        cashier.touch("field-name", *(f"form-type-{sign}" for sign in "eva"))
        cashier.touch("field-consent-news", "form-confirm")
        cashier.see(lambda screen: screen.body.kind == "sale" and screen.body.customer)
        cashier.touch("action-customer", "list-company")
        cashier.touch("field-company", *(f"form-type-{sign}" for sign in "smit"), "form-confirm")
        cashier.see(lambda screen: screen.body.kind == "sale")
        cashier.scan(NUTELLA)
        cashier.touch("money-exact")
        cashier.see_page("done")

    def _pay_by_card(self):
        cashier, terminal = self.shop.cashier, self.shop.terminal
        for behaviour in (Behaviour.APPROVE, Behaviour.DECLINE, Behaviour.SILENT):
            terminal.behave(behaviour)
            cashier.scan(NUTELLA)
            cashier.touch("money-card")
            if behaviour is not Behaviour.APPROVE:
                cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
                decline = behaviour is Behaviour.DECLINE
                cashier.touch(
                    *(["terminal-back", "money-exact"] if decline else ["terminal-look_up"])
                )
            cashier.see_page("done")
        self._give_a_card_payment_back()
        cashier.scan(NUTELLA)
        cashier.touch("money-other", "tender-card_manual")
        cashier.type("")
        cashier.type("412111")
        cashier.see_page("done")

    def _give_a_card_payment_back(self):
        """The answer is lost, the customer pays in cash, and the card turns out to have paid too."""
        cashier, shop = self.shop.cashier, self.shop
        cashier.scan(NUTELLA)
        cashier.touch("money-card")
        cashier.see(lambda s: s.body.kind == "terminal" and not s.body.waiting)
        cashier.touch("terminal-other", "tender-cash")
        cashier.type("5")
        cashier.see_page("done")
        cashier.touch("status-terminal", "notice")
        cashier.see_notice("Boek het terug op de pinautomaat")
        shop.terminal.behave(Behaviour.APPROVE)
        cashier.touch("notice")
        cashier.see(lambda _: shop.entries(events.REVERSED))
        cashier.see_page("sale")

    def _return_at_another_price(self):
        """A return and its price come through the services: the screen does not offer them yet."""
        cashier = self.shop.cashier
        register = cashier.presenter._parts.register
        directory = Directory(self.shop.data / "directory.db")
        cashier.see(lambda _: not register.busy)
        register.open(Kind.RETURN)
        line = register.add(directory.find(APPLES), -436, source="search")
        register.set_price(line.number, 199, "overripe")
        directory.close()
        cashier.touch("money-exact")
        cashier.see_page("done")

    def _close_the_shift(self):
        """Some money goes to the safe, the drawer is counted, the shift and the day are closed."""
        cashier, shop = self.shop.cashier, self.shop
        cashier.touch("action-more", "list-drawer", "list-drop", "form-type-5", "form-confirm")
        cashier.touch("list-0")
        cashier.see(lambda _: shop.entries(CASH_MOVED) and "open" in cashier.status("drawer").label)
        cashier.see_page("sale")
        # It may still have been open from the sale before, and be kicked open once more behind that.
        cashier.see(lambda _: shop.drawer.shut() or shop.entries(DRAWER_OPENED))
        self._ask_the_manager("count")
        cashier.touch("field-5000", "form-type-1", "form-confirm")
        cashier.see(lambda s: [each.key for each in s.body.fields] == ["left"])
        cashier.touch("form-confirm", "list-0")
        cashier.see_page("paper")
        cashier.see(
            lambda _: shop.entries(TERMINAL_CLOSED) and any("Z 1" in p for p in shop.papers())
        )
        cashier.touch("paper-print")
        cashier.see(lambda _: shop.entries(SHIFT_REPRINTED))
        cashier.touch("paper-back")
        self._ask_the_manager("close_day")
        cashier.see_page("paper")
        cashier.touch("paper-back")

    def _learn(self):
        """Nothing of a lesson is sent but that there was one."""
        cashier = self.shop.cashier
        cashier.touch("action-more", "list-training")
        self._manager_allows()
        cashier.scan(NUTELLA)
        cashier.touch("money-exact")
        cashier.see_page("done")
        cashier.touch("done-next", "action-more", "list-training")
        cashier.see(lambda screen: not screen.top.training)

    def _ask_the_manager(self, key):
        self.shop.cashier.touch("action-more", "list-drawer", f"list-{key}")
        self._manager_allows()

    def _manager_allows(self):
        cashier = self.shop.cashier
        cashier.touch("person-p2", *(f"pin-{digit}" for digit in "4711"), "pin-enter")
        cashier.see(lambda screen: screen.body.kind != "sign_in")
