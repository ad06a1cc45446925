"""A dead device's card: each of its sales reaches the collector, once, to the cent."""

from __future__ import annotations

import contextlib
import random
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from appliance.__main__ import main
from appliance.journal.entry import Watermark
from appliance.journal.reader import JournalReader
from appliance.journal.signing import generate, load_public, public_pem, save
from appliance.journal.store import Journal
from appliance.journal.verify import verify
from appliance.recovery.partitions import file_systems
from collector.__main__ import main as collector_main
from collector.desks.register.models import Sale
from collector.ingest.keys import change_key
from collector.ingest.models import Device, Entry, Fork
from collector.ingest.recovering import NotRecovered
from collector.ingest.recovering import recover as take
from tests.collector.till import Collector
from tests.recovery.cards import Register, can_mount, make_card, make_ext4, mounted

pytestmark = pytest.mark.django_db


@pytest.fixture
def collector():
    return Collector()


@pytest.fixture
def register(tmp_path, collector):
    """Three sales are in the back office, four are only on the card."""
    register = Register(tmp_path / "device")
    register.enrol()
    for _ in range(3):
        register.sell()
    collector.take(register.batch())
    register.acknowledged(register.journal.head)
    for count in range(1, 5):
        register.sell(count, 0, 1)
    yield register
    register.journal.close()


def turnover() -> tuple[int, int]:
    sums = Sale.objects.aggregate(total=Sum("gross_minor"))
    return Sale.objects.count(), sums["total"] or 0


def sold(register) -> tuple[int, int]:
    with JournalReader.open(register.folder / "data" / "journal.db") as journal:
        sales = [each.data for each in journal.entries() if "sale" in each.type]
    return len(sales), sum(each["totals"]["gross_minor"] for each in sales)


def recover(card, target, *more) -> int:
    return main(["recover", str(card), "--output", str(target), *map(str, more)])


def test_each_sale_is_in_the_collector_once_whatever_happens_after(
    register, collector, tmp_path, capsys
):
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    before = card.read_bytes()
    assert recover(card, file) == 0
    assert "4 entries" in capsys.readouterr().out
    assert card.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600

    assert collector_main(["recover", str(file)]) == 0
    assert "4 of them new, 0 held already, 0 set aside" in capsys.readouterr().out
    assert turnover() == sold(register)
    assert turnover()[0] == 7

    assert collector_main(["recover", str(file)]) == 0
    assert "0 of them new, 4 held already, 0 set aside" in capsys.readouterr().out
    assert turnover() == sold(register)

    # The old card comes back to life, sells on, and sends all of it.
    register.sell(9, 0, 0)
    collector.take(register.batch(Watermark(1, 2, "")))
    assert turnover() == sold(register)
    assert turnover()[0] == 8
    assert collector.ack == register.journal.head
    assert not Fork.objects.exists()


def test_the_file_is_an_export_that_anybody_may_check(register, tmp_path):
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    recover(card, file)
    key = tmp_path / "key.pem"
    key.write_text(public_pem(register.key))
    report = verify(file, key=load_public(key))
    assert report.is_sound
    assert report.entries == 4


def test_a_folder_is_read_as_a_card_is(register, tmp_path, capsys):
    register.journal.close()
    assert recover(register.folder, tmp_path / "out.balie") == 0
    assert "4 entries" in capsys.readouterr().out


def test_nothing_is_written_where_nothing_is_unsent(register, collector, tmp_path, capsys):
    collector.take(register.batch())
    register.acknowledged(register.journal.head)
    file = tmp_path / "out.balie"
    assert recover(register.card(tmp_path / "card.img"), file) == 0
    assert not file.exists()
    assert "Nothing is unsent" in capsys.readouterr().out


def test_without_the_cursor_everything_is_handed_on_and_held_once(register, tmp_path, capsys):
    for name in register.folder.glob("data/uplink.db*"):
        name.unlink()
    file = tmp_path / "out.balie"
    assert recover(register.card(tmp_path / "card.img"), file) == 0
    collector_main(["recover", str(file)])
    assert "8 entries in the file, 4 of them new, 4 held already" in capsys.readouterr().out
    assert turnover() == sold(register)


def test_a_replaced_devices_old_card_is_believed_by_the_key_of_its_time(
    register, collector, tmp_path, capsys
):
    new = Register(tmp_path / "new")
    change_key(Device.objects.get(), public_pem(new.key), last_epoch=1, now=register.till.at)
    new.journal.close()
    for name in new.folder.glob("data/journal.db*"):
        name.unlink()
    new.journal = Journal.open(new.folder / "data/journal.db", new.device, first_epoch=2)
    new.till.number = 7
    new.sell()
    collector.take(new.batch())
    file = tmp_path / "out.balie"
    recover(register.card(tmp_path / "card.img"), file)
    assert collector_main(["recover", str(file)]) == 0
    assert "4 of them new" in capsys.readouterr().out
    assert turnover()[0] == 8
    assert not Fork.objects.exists()
    new.sell()
    collector.take(new.batch())
    assert collector.ack == new.journal.head
    new.journal.close()


def test_a_copied_card_that_sold_on_is_set_aside_in_words(register, collector, tmp_path, capsys):
    """The back office took other entries with the same numbers meanwhile."""
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    recover(card, file)
    copied = register.till.fork()
    copied.entries = list(register.journal.entries(None, 4))
    copied.sell(5, 5, 5)
    collector.take(copied.batch(5))
    held = turnover()
    capsys.readouterr()
    assert collector_main(["recover", str(file)]) == 0
    said = capsys.readouterr().out
    assert "0 of them new" in said
    assert "the card was copied" in said
    assert Fork.objects.count() == 4
    assert turnover() == held


@pytest.mark.parametrize("damage", ["page", "bytes"])
def test_what_lies_around_a_damaged_page_is_read(register, collector, tmp_path, capsys, damage):
    for _ in range(30):
        register.sell(1, 2, 3)
    register.journal.close()
    journal = register.folder / "data" / "journal.db"
    wanted = register.till.number + 1  # and the entry that opened the epoch
    if damage == "page":
        with closing(sqlite3.connect(journal)) as opened:
            opened.execute("pragma wal_checkpoint(truncate)")
        raw = bytearray(journal.read_bytes())
        at = raw.rindex(b'"id":"1.20"')
        raw[at - at % 1024 : at - at % 1024 + 1024] = bytes(1024)
        journal.write_bytes(raw)
    else:
        with closing(sqlite3.connect(journal)) as opened:
            opened.execute("drop trigger entry_stays")
            opened.execute(
                "update entry set raw = cast(replace(cast(raw as text), 'Nutella', 'Netulla')"
                " as blob) where sequence = 20"
            )
            opened.commit()
    file = tmp_path / "out.balie"
    assert recover(register.folder, file) == 1
    said = capsys.readouterr().out
    assert "cannot be read" in said
    assert "NOT sound" in said
    assert collector_main(["recover", str(file)]) == 0
    held = Entry.objects.count()
    assert wanted - 3 <= held < wanted
    assert Entry.objects.filter(sequence=register.till.number).exists()
    assert not Entry.objects.filter(sequence=20).exists()


def test_a_card_that_ends_before_what_was_acknowledged_says_so(register, tmp_path, capsys):
    register.acknowledged(Watermark(1, 90, "f" * 64))
    assert recover(register.card(tmp_path / "card.img"), tmp_path / "out.balie") == 1
    said = capsys.readouterr().out
    assert "its write-ahead log is missing, or it is an older card" in said


def test_without_the_key_the_file_is_not_believed(register, tmp_path, capsys):
    (register.folder / "identity" / "device.key").unlink()
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    assert recover(card, file) == 0
    assert "NOT signed" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="not signed"):
        collector_main(["recover", str(file)])
    strange = tmp_path / "strange.key"
    save(generate(), strange)
    file.unlink()
    recover(card, file, "--key", strange)
    with pytest.raises(SystemExit, match="signed by a stranger"):
        collector_main(["recover", str(file)])
    assert turnover()[0] == 3


@pytest.mark.parametrize("cut", [1, 100, 2000])
def test_a_file_that_was_cut_is_taken_as_far_as_it_is_whole(register, tmp_path, cut):
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    recover(card, file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    if cut == 1:  # the last line's end
        assert collector_main(["recover", str(file)]) == 0
    else:
        with pytest.raises(SystemExit, match="what came before it is held"):
            collector_main(["recover", str(file)])
    file.write_bytes(whole)
    assert collector_main(["recover", str(file)]) == 0
    assert turnover() == sold(register)


@pytest.mark.parametrize("seed", range(8))
def test_a_file_that_was_changed_anywhere_brings_in_nothing_that_was_not_sold(
    register, tmp_path, seed
):
    card, file = register.card(tmp_path / "card.img"), tmp_path / "out.balie"
    recover(card, file)
    whole = file.read_bytes()
    genuine = {entry.hash for entry in register.journal.entries()}
    chance = random.Random(seed)
    for _ in range(6):
        changed = bytearray(whole)
        changed[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        with contextlib.suppress(NotRecovered):
            take(file, now=register.till.at)
        assert set(Entry.objects.values_list("hash", flat=True)) <= genuine
    file.write_bytes(whole)
    assert collector_main(["recover", str(file)]) == 0
    assert turnover() == sold(register)


@given(st.binary(max_size=4096), st.booleans())
def test_no_card_is_so_strange_that_reading_its_table_fails(content, signed):
    if signed and len(content) >= 512:
        content = content[:510] + b"\x55\xaa" + content[512:]
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        for found in file_systems(Path(file.name)):
            assert found.offset < len(content)


def test_what_is_no_card_is_refused_in_words(tmp_path, capsys):
    nothing = tmp_path / "nothing.img"
    nothing.write_bytes(bytes(4 << 20))
    assert recover(nothing, tmp_path / "out") == 2
    assert "was expected, found 0 others" in capsys.readouterr().err
    assert recover(tmp_path / "none.img", tmp_path / "out") == 2
    assert "is not there" in capsys.readouterr().err
    make_ext4(tmp_path / "empty.part")
    card = make_card(tmp_path / "empty.part", tmp_path / "empty.img")
    assert recover(card, tmp_path / "out") == 2
    assert "If this device never sold, nothing is lost" in capsys.readouterr().err
    strange = tmp_path / "strange.balie"
    strange.write_text("hello\n")
    with pytest.raises(SystemExit, match="balie recover --output"):
        collector_main(["recover", str(strange)])


def test_a_power_cut_leaves_the_last_sales_in_the_file_systems_own_journal(
    collector, tmp_path, capsys
):
    if not can_mount(tmp_path):
        pytest.skip("root and a loop device are needed to use a file system and cut its power")
    part = tmp_path / "data.part"
    make_ext4(part)
    with mounted(part, tmp_path / "device") as place:
        register = Register(place)
        register.enrol()
        for _ in range(60):
            register.sell()
        torn = tmp_path / "torn.part"
        shutil.copyfile(part, torn)
        wanted = sold(register)
        register.journal.close()
    card, file = make_card(torn, tmp_path / "card.img"), tmp_path / "out.balie"
    assert recover(card, file) == 0
    collector_main(["recover", str(file)])
    assert "61 of them new" in capsys.readouterr().out
    assert turnover() == wanted
