"""Personal data in journal.db: there with its entry or not at all, and gone when it is erased."""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from appliance.journal import attached, schema
from appliance.journal.attachments import ERASED, MAX_CONTENT_BYTES, attach, new_reference
from appliance.journal.batch import unpack
from appliance.journal.entry import START, Watermark
from appliance.journal.errors import AttachmentError, JournalBusy, JournalTaken
from appliance.journal.signing import generate
from appliance.journal.store import Event, Journal, JournalReader
from appliance.journal.writer import JournalWriter
from appliance.uplink.process import _pack
from appliance.uplink.source import JournalSource
from tests.attachments.old import make_old
from tests.attachments.people import bytes_around, event, known, person, words_of

ROUNDS = int(os.environ.get("BALIE_ERASURES", "60"))
"""How often data comes, goes and is searched for; the time grows with the square."""
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path):
    with Journal.open(tmp_path / "journal.db", "shop-1", clock=lambda: NOON) as opened:
        yield opened


def rows(journal):
    with closing(sqlite3.connect(journal.path)) as file:
        return list(attached.held(file))


def test_it_lies_beside_the_entry_that_names_it(journal):
    content = person()
    (entry,) = journal.append(known(content))
    ((position, held),) = rows(journal)
    assert (position, held.content) == (2, content)
    assert words_of(content)[0] not in entry.raw
    assert entry.data["attachments"][0]["reference"] == held.reference


def test_several_entries_with_theirs_are_recorded_together_or_not_at_all(journal):
    twice = attach("customer", person())
    with pytest.raises(JournalTaken):
        journal.append(event(twice), Event("t"), event(twice))
    assert (str(journal.head), rows(journal)) == ("1.1", [])
    journal.append(event(attach("customer", b"a"), attach("card", b"b")), Event("t"), known())
    assert [position for position, _ in rows(journal)] == [2, 2, 4]


def test_what_cannot_be_kept_is_not_recorded(journal):
    with pytest.raises(AttachmentError):
        journal.append(Event("t", {"attachments": []}))
    assert str(journal.head) == "1.1"


@pytest.mark.parametrize(
    "sql",
    [
        "update attachment set content = x'00'",
        "update attachment set salt = null, content = null",
        "update attachment set salt = null, content = null, erased_at = '2026', reference = 'x'",
        "update attachment set salt = null, content = null, erased_at = '2026', position = 1",
        "update attachment set salt = null, content = null, erased_at = '2026', subject = null",
        "update attachment set content = null, erased_at = '2026'",
        "update attachment set salt = null, erased_at = '2026'",
        "delete from attachment",
        "insert into attachment (position, reference, salt, content) values (2, 'f', x'1', x'1')",
        "insert into attachment (position, reference, salt, content) values (9, 'f', x'1', x'1')",
        "insert or replace into attachment select * from attachment",
    ],
)
def test_sql_itself_refuses_anything_but_erasure(journal, sql):
    journal.append(known())
    with closing(sqlite3.connect(journal.path)) as file, pytest.raises(sqlite3.Error):
        file.execute(sql.replace("x'1'", "x'11'"))
    assert len(rows(journal)) == 1


def test_what_is_erased_stays_erased(journal):
    journal.append(known())
    journal.erase([rows(journal)[0][1].reference])
    for sql in (
        "update attachment set salt = x'11', content = x'11', erased_at = null",
        "update attachment set erased_at = '2030'",
    ):
        with closing(sqlite3.connect(journal.path)) as file, pytest.raises(sqlite3.Error):
            file.execute(sql)


def test_an_attachment_cannot_be_added_to_an_entry_afterwards(journal):
    journal.append(known())
    late = attach("customer", b"x")
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as file:
        with pytest.raises(sqlite3.IntegrityError):
            attached.keep(file, 2, [late])  # the entry does not name it
        journal.append(Event("t", {"told": late.named()}), Event("t"))
        with pytest.raises(sqlite3.IntegrityError):
            attached.keep(file, 3, [late])  # it does, but others came after it


def test_the_chain_and_its_entries_stay_when_it_is_erased(journal):
    journal.append(known(), Event("t"))
    before = [entry.raw for entry in journal.entries()]
    reference = rows(journal)[0][1].reference
    assert journal.erase([reference]) == (reference,)
    assert [entry.raw for entry in journal.entries()] == before
    assert rows(journal)[0][1].is_erased
    assert journal.erase([reference, new_reference()]) == (reference,)  # again changes nothing
    journal.append(Event("t"))


def test_everything_about_a_person_goes_at_once(journal):
    wil, other = new_reference(), new_reference()
    contents = [person(number) for number in range(4)]
    for content, subject in zip(contents, (wil, other, wil, wil), strict=True):
        journal.append(known(content, subject), Event("t"))
    assert len(journal.erase([], [wil])) == 3
    left = [held.content for _, held in rows(journal) if not held.is_erased]
    assert left == [contents[1]]


def test_nothing_erased_is_left_in_the_file_or_its_log(tmp_path):
    """Entries and data of all lengths come and go; after each erasure the files are searched."""
    chance = random.Random(3)
    with Journal.open(tmp_path / "journal.db", "shop-1") as journal:
        living: dict[str, list[bytes]] = {}
        searched = 0
        for _ in range(ROUNDS):
            for _ in range(chance.randint(1, 5)):
                content = person(words=chance.choice((1, 2, 5, 8, 20, 40, 70, 200)))
                made = attach("customer", content)
                journal.append(Event("t", {"x": "a" * chance.randint(0, 1500)}), event(made))
                living[made.reference] = words_of(content)
            gone = chance.sample(sorted(living), chance.randint(1, min(4, len(living))))
            assert any(word in bytes_around(journal.path) for word in living[gone[0]])
            journal.erase(gone)
            left = bytes_around(journal.path)
            for reference in gone:
                searched += len(living[reference])
                assert not [word for word in living.pop(reference) if word in left]
        assert all(any(word in left for word in words) for words in living.values())
    assert searched > 15 * ROUNDS


def test_a_reader_in_the_middle_of_a_question_only_delays_it(journal):
    content = person()
    journal.append(known(content))
    reference = rows(journal)[0][1].reference
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from entry").fetchone()
        with pytest.raises(JournalBusy):
            journal.erase([reference])
        reader.execute("commit")
    assert words_of(content)[0] in bytes_around(journal.path)
    assert journal.erase([reference]) == (reference,)
    assert words_of(content)[0] not in bytes_around(journal.path)


def test_the_answer_is_recorded_once_nothing_is_left(journal):
    content, poked = person(), []
    with JournalWriter(journal, on_commit=lambda: poked.append(1)) as writer:
        (entry,) = writer.submit(known(content)).result()
        reference, subject = (
            entry.data["attachments"][0][name] for name in ("reference", "subject")
        )
        assert writer.erase([reference], []).result() == (reference,)
        assert writer.erase([new_reference()], []).result() == ()
        assert writer.erase([], [subject]).result() == (reference,)
    with JournalReader.open(journal.path) as reader:
        answers = [each.data for each in reader.entries() if each.type == ERASED]
    assert answers == [
        {"references": [reference], "subjects": []},
        {"references": [reference], "subjects": [subject]},
    ]
    assert len(poked) == 3


# The wire's end.


def test_a_batch_carries_what_is_not_erased(journal, tmp_path):
    key = generate()
    contents = [person(number) for number in range(3)]
    journal.append(*(known(content) for content in contents), Event("t"))
    journal.erase([rows(journal)[1][1].reference])
    source = JournalSource(tmp_path / "journal.db")
    source.changed()
    entries = list(source.entries(START, 50))
    batch = unpack(_pack(source, entries, device="shop-1", signer=key))
    assert len(batch.attachments) == 2
    assert [e.raw for e in batch.entries] == [e.raw for e in journal.entries()]
    (only,) = unpack(_pack(source, entries[3:4], device="shop-1", signer=key)).attachments
    assert b'"sequence":4' in only
    source.close()


def test_a_run_is_cut_where_its_attachments_would_not_fit(journal):
    large = [attach("picture", b"x" * MAX_CONTENT_BYTES) for _ in range(9)]
    journal.append(*(event(each) for each in large), Event("t"))
    with JournalReader.open(journal.path) as reader:
        after, runs = START, []
        while lines := list(reader.lines(after, 50)):
            lines = reader.travelling(lines)
            runs.append(len(lines))
            after = lines[-1].watermark
            assert sum(len(each.content) for each in reader.attachments(lines)) <= 4 << 16
    assert runs == [5, 4, 2]
    with Journal.open(journal.path.with_name("other.db"), "shop-1") as other:
        other.append(event(*large[:4]), event(*large[4:8]))
        assert len(other.travelling(list(other.lines(Watermark(1, 1, ""), 50)))) == 1


# Older files.


def test_a_journal_of_an_older_program_is_brought_up_to_date(tmp_path):
    path = tmp_path / "journal.db"
    before = make_old(path)
    with JournalReader.open(path) as reader:  # the uplink may look before the desk does
        assert len(list(reader.lines(None, 50))) == 5
        assert reader.attachments(list(reader.lines())) == []
        with Journal.open(path, "shop-1") as journal:
            assert [entry.raw for entry in journal.entries()] == before
            (entry,) = journal.append(known())
        assert len(reader.attachments([entry])) == 1
    with closing(sqlite3.connect(path)) as file:
        assert schema.version(file) == schema.VERSION
        assert schema.missing_guards(file) == []
    Journal.open(path, "shop-1").close()


def test_an_older_file_is_read_as_it_is_and_its_guards_are_known(tmp_path):
    path = tmp_path / "journal.db"
    make_old(path)
    with closing(sqlite3.connect(path)) as file:
        assert (schema.fault(file), schema.missing_guards(file)) == ("", [])
        file.execute("drop trigger entry_stays")
        assert schema.missing_guards(file) == ["entry_stays"]


def test_power_may_fail_at_any_statement_of_the_upgrade(tmp_path):
    path = tmp_path / "journal.db"
    before = make_old(path)

    class Cut(sqlite3.Connection):
        left = 0

        def executescript(self, script):
            for statement in script.split(";\n")[: self.left]:
                if sqlite3.complete_statement(statement + ";"):
                    self.execute(statement)
            raise KeyboardInterrupt

    for left in range(1, 12):
        with closing(sqlite3.connect(path, isolation_level=None, factory=Cut)) as file:
            file.left = left
            with pytest.raises(KeyboardInterrupt):
                schema.upgrade(file)
        with closing(sqlite3.connect(path)) as file:
            assert (schema.version(file), schema.missing_guards(file)) == (1, [])
    with Journal.open(path, "shop-1") as journal:
        assert [entry.raw for entry in journal.entries()] == before
