"""A device is let go of, to be updated, written anew or reset: never with something only it holds."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from appliance import config, enrolment
from appliance.__main__ import main
from appliance.domain.shift_books import SHIFT_CLOSED
from appliance.journal.reader import JournalReader
from appliance.journal.verify import verify
from appliance.uplink.state import LinkStore
from tests.flows.shop import BREAD, DIRECTORY, MILK, NUTELLA, Shop
from tests.flows.test_the_drawers_day import allow, count

DONE, LEFT, NOT_DONE = 0, 1, 2


class Enrolled(Shop):
    """A shop whose register was told where the collector is."""

    def __init__(self, folder, **told):
        super().__init__(folder, **told)
        file = folder / "balie.toml"
        with file.open("a") as toml:
            toml.write(
                '[broker]\nhost = "127.0.0.1"\nca = "ca.pem"\ncertificate = "device.pem"\n'
                'key = "device.key"\n'
            )
        self.file, self.settings = file, config.load(file)
        self.data.mkdir()
        self.send(**DIRECTORY)

    def has_sent_all(self):
        """Have the collector's word say so, as the uplink notes it."""
        with JournalReader.open(self.data / "journal.db") as journal:
            head = journal.head
        link = LinkStore.open(self.data / "uplink.db")
        link.keep(replace(link.state, acked=head, remote=head))
        link.close()

    def balie(self, *words):
        return main([*words, "--config", str(self.file)])


@pytest.fixture
def shop(tmp_path):
    made = Enrolled(tmp_path)
    made.cashier = made.open().sign_in()
    yield made
    made.close()


def sell(cashier, *codes):
    for code in codes:
        cashier.scan(code)
        cashier.touch("money-exact")
        cashier.see_page("done")
        cashier.touch("done-next")


def close_the_shift(cashier):
    cashier.touch("action-more", "list-drawer", "list-count")
    allow(cashier)
    count(cashier, n1_00=4)
    cashier.see(lambda s: s.body.kind == "form" and [f.key for f in s.body.fields] == ["left"])
    cashier.touch("form-confirm")
    cashier.see(lambda s: s.body.kind in ("paper", "list"))
    if cashier.body.kind == "list":
        cashier.touch("list-0")
    cashier.see_page("paper")
    cashier.touch("paper-back")


def test_what_is_unsent_is_said_and_holds_an_update_off(shop, capsys):
    sell(shop.cashier, NUTELLA)
    assert shop.balie("unsent") == LEFT
    assert "entries are unsent" in capsys.readouterr().out
    shop.has_sent_all()
    assert shop.balie("unsent") == DONE
    assert "the collector holds everything" in capsys.readouterr().out


def test_a_reset_refuses_and_changes_nothing_while_something_is_unsent(shop, capsys):
    sell(shop.cashier, NUTELLA)
    shop.close()
    before = {file: file.read_bytes() for file in shop.data.glob("*.db")}
    assert shop.balie("reset") == LEFT
    assert "Nothing was reset." in capsys.readouterr().err
    for file, content in before.items():
        assert file.name == "desk.db" or file.read_bytes() == content
    shop.open().sign_in()
    assert len(shop.sales()) == 1


def test_a_reset_refuses_while_the_desk_or_the_uplink_runs(shop, capsys):
    sell(shop.cashier, NUTELLA)
    shop.has_sent_all()
    assert shop.balie("reset") == NOT_DONE
    assert "Another desk runs" in capsys.readouterr().err
    shop.close()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as uplink:
        uplink.bind(str(shop.data / "uplink.sock"))
        assert shop.balie("reset") == NOT_DONE
    assert "The uplink runs" in capsys.readouterr().err
    (shop.data / "uplink.sock").unlink()
    assert shop.balie("reset") == DONE


def test_after_a_reset_the_name_goes_on_above_all_it_ever_used(shop):
    cashier = shop.cashier
    sell(cashier, NUTELLA, MILK)
    close_the_shift(cashier)
    perpetual = shop.entries(SHIFT_CLOSED)[0]["perpetual"]
    shop.close()
    shop.has_sent_all()
    assert shop.balie("reset") == DONE
    assert not (shop.data / "journal.db").exists()
    shop.directory = shop.directory.__class__(1, 0, "0" * 64)
    shop.send(**DIRECTORY)
    cashier = shop.open().sign_in()
    sell(cashier, BREAD)
    (sale,) = shop.sales()
    assert (sale["receipt"], shop.entries()[0].epoch) == ("2-000003", 2)
    close_the_shift(cashier)
    (z,) = shop.entries(SHIFT_CLOSED)
    assert z["shift"] == 2
    assert z["perpetual"]["gross_minor"] == perpetual["gross_minor"] + 289
    shop.close()
    shop.has_sent_all()
    assert shop.balie("reset") == DONE
    shop.directory = shop.directory.__class__(1, 0, "0" * 64)
    shop.send(**DIRECTORY)
    sell(shop.open().sign_in(), BREAD)
    assert shop.sales()[0]["receipt"] == "2-000004"


def test_unsent_entries_are_copied_whole_before_they_go(shop, tmp_path, capsys):
    sell(shop.cashier, NUTELLA, MILK)
    shop.close()
    sold, copy = shop.sales(), tmp_path / "stick" / "winkel-2.db"
    assert shop.balie("reset", "--export", str(copy)) == NOT_DONE, "there is no such folder"
    assert len(shop.sales()) == 2
    copy.parent.mkdir()
    assert shop.balie("reset", "--export", str(copy)) == DONE
    assert "the copy is sound" in capsys.readouterr().out
    assert verify(copy).is_sound
    with JournalReader.open(copy) as journal:
        kept = [e.data for e in journal.entries() if e.type == "balie.sale.completed.v1"]
    assert kept == sold


def test_a_copy_never_takes_another_files_place(shop, tmp_path, capsys):
    sell(shop.cashier, NUTELLA)
    shop.close()
    there = tmp_path / "there.db"
    there.write_text("something of somebody else's")
    assert shop.balie("unsent", "--export", str(there)) == NOT_DONE
    assert "is there already; name a new file." in capsys.readouterr().err
    assert there.read_text() == "something of somebody else's"


def test_a_device_that_sends_to_nobody_keeps_what_is_only_there(tmp_path, capsys):
    shop = Shop(tmp_path)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    sell(shop.open().sign_in(), NUTELLA)
    shop.close()
    told = ("--config", str(tmp_path / "balie.toml"))
    assert main(["unsent", *told]) == LEFT
    assert "sends to no collector" in capsys.readouterr().out
    assert main(["unsent", *told, "--export", str(tmp_path / "copy.db")]) == DONE


def test_a_device_that_stands_alone_uses_no_number_twice_after_a_reset(tmp_path):
    shop = Shop(tmp_path)
    shop.data.mkdir()
    shop.send(**DIRECTORY)
    told = ("--config", str(tmp_path / "balie.toml"))
    cashier = shop.open().sign_in()
    sell(cashier, NUTELLA, MILK)
    close_the_shift(cashier)
    perpetual = shop.entries(SHIFT_CLOSED)[0]["perpetual"]["gross_minor"]
    for resets, number in ((1, 3), (2, 4)):
        shop.close()
        assert main(["reset", *told]) == LEFT
        assert main(["reset", *told, "--export", str(tmp_path / f"copy-{resets}.db")]) == DONE
        shop.directory = shop.directory.__class__(1, 0, "0" * 64)
        shop.send(**DIRECTORY)
        cashier = shop.open().sign_in()
        sell(cashier, BREAD)
        (sale,) = shop.sales()
        assert (sale["receipt"], shop.entries()[0].epoch) == (f"2-{number:06d}", resets + 1)
        close_the_shift(cashier)
        (z,) = shop.entries(SHIFT_CLOSED)
        assert z["shift"] == resets + 1
        assert z["perpetual"]["gross_minor"] == perpetual + resets * 289
    shop.close()


def test_what_a_device_came_to_alone_holds_once_it_is_enrolled(tmp_path):
    shop = Enrolled(tmp_path)
    alone = f'device = "{shop.settings.device.id}"\nfirst_epoch = 3\nlast_number = 17\n'
    (shop.data / "enrolment.toml").write_text(alone)
    assert enrolment.read(shop.settings).last_number == 17
    of_the_office = f'device = "{shop.settings.device.id}"\nfirst_epoch = 5\nlast_number = 2\n'
    (tmp_path / "enrolment.toml").write_text(of_the_office)
    found = enrolment.read(shop.settings)
    assert (found.first_epoch, found.last_number) == (5, 17)


def test_a_journal_nobody_can_read_is_kept(shop, capsys):
    sell(shop.cashier, NUTELLA)
    shop.close()
    for file in shop.data.glob("journal.db-*"):
        file.unlink()
    (shop.data / "journal.db").write_bytes(b"torn" * 4000)
    assert shop.balie("unsent") == NOT_DONE
    assert shop.balie("reset") == NOT_DONE
    assert "Keep the storage card as it is" in capsys.readouterr().err
    assert (shop.data / "journal.db").exists()
