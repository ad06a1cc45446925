"""The files themselves: missing, altered, moved, and all that is left of a database."""

from __future__ import annotations

import shutil
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from appliance.journal.archive import ArchiveError
from appliance.journal.verify import verify
from collector.__main__ import main
from collector.archive import archiving
from collector.archive.checking import check
from collector.archive.models import Archive
from collector.archive.taking_in import take_in
from collector.desks.register.models import Sale
from collector.directory.models import DirectoryEntry
from collector.ingest import models
from collector.ingest.projecting import Projector
from collector.ingest.standing import standings
from tests.archive.conftest import exports

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived(sold, run, monkeypatch):
    """301 entries in three files."""
    monkeypatch.setattr(archiving, "ENTRIES_IN_A_FILE", 120)
    run()
    return sold


@pytest.fixture
def files(archived, folder):
    return [folder / each.file for each in Archive.objects.order_by("first")]


def faults():
    return [each.fault for each in check()]


def altered_text(path, old, new):
    """Change a file's text and compress it again, as someone who knows the format would."""
    data, text = path.read_bytes(), []
    while data:
        inflater = zlib.decompressobj()
        text.append(inflater.decompress(data))
        data = inflater.unused_data
    assert any(old in part for part in text)
    path.write_bytes(b"".join(zlib.compress(part.replace(old, new, 1), 9) for part in text))


def test_all_is_well(files):
    assert faults() == ["", "", ""]


def test_verify_reads_an_archive(files, archived):
    report = verify(files[1], key=archived.key.public_key())
    assert report.is_sound, report.text()
    assert (report.entries, report.device) == (100, "register-2")


def test_verify_reads_a_folder_of_them(files, archived, folder):
    report = verify(folder, key=archived.key.public_key())
    assert report.is_sound, report.text()
    assert report.entries == 301


def test_a_missing_file_is_named(files):
    files[1].unlink()
    assert "register-2-1-101-200.balie cannot be read" in faults()[1]
    (standing,) = standings()
    assert standing.sequence == 301


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-20]), "ends within the batch"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "was altered at byte"),
        (lambda path: path.write_bytes(b""), "ends at"),
        (lambda path: altered_text(path, b"p1", b"p2"), "after entry 1.100"),
        (lambda path: altered_text(path, b'"entries":100', b'"entries":99'), "at its beginning"),
        (lambda path: altered_text(path, b'"signature":"', b'"signature":"AAAA'), "altered"),
    ],
    ids=["cut off", "longer", "empty", "an entry", "the first line", "a signature"],
)
def test_an_altered_file_is_named_with_the_place(files, spoil, says):
    spoil(files[1])
    first, second, third = faults()
    assert (first, third) == ("", "")
    assert "register-2-1-101-200.balie" in second
    assert says in second or "altered" in second


def test_files_that_changed_places_are_found(files):
    shutil.copy(files[0], files[1])
    assert faults()[1]


def test_figures_stay_when_a_file_is_missing_for_a_rebuild(files):
    before = exports()
    files[1].rename(files[1].with_suffix(".away"))
    with pytest.raises(ArchiveError, match="cannot be read"):
        Projector.from_settings().rebuild()
    assert exports() == before
    with pytest.raises(SystemExit, match="The figures are as they were"):
        main(["rebuild"])


def test_a_moved_folder_is_found_by_the_setting(files, tmp_path, settings):
    settings.BALIE_ARCHIVE = tmp_path / "elsewhere"
    files[0].parent.rename(settings.BALIE_ARCHIVE)
    assert faults() == ["", "", ""]


def test_the_page_of_an_archived_sale(files, admin_client):
    sale = Sale.objects.order_by("sequence")[150]
    page = admin_client.get(f"/sales/{sale.pk}/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "It is archived in register-2-1-101-200.balie." in text
    assert "The bytes still have their hash." in text
    assert "It names the entry before it by that one" in text
    files[1].unlink()
    text = admin_client.get(
        f"/sales/{sale.pk}/", headers={"accept-language": "en"}
    ).content.decode()
    assert "It cannot be read from the archive now." in text
    assert "register-2-1-101-200.balie cannot be read" in text


class TestCommand:
    def test_it_archives_and_tells_the_devices(self, sold, folder, capsys):
        tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
        words = ["archive", "--before", tomorrow, "--folder", str(folder)]
        assert main(words) == 0
        told = capsys.readouterr().out
        assert "register-2  1.1 to 1.301, 301 entries in register-2-1-1-301.balie" in told
        assert "1 devices are told" in told
        entry = DirectoryEntry.objects.get()
        assert sold.head.hash.encode() in bytes(entry.raw)
        assert main(words) == 0
        assert capsys.readouterr().out == "Nothing is old enough to be archived.\n"
        assert DirectoryEntry.objects.count() == 1

    def test_days_to_keep(self, sold, folder, capsys):
        assert main(["archive", "--keep-days", "30", "--folder", str(folder)]) == 0
        assert "Nothing is old enough" in capsys.readouterr().out

    def test_status_says_where_entries_are(self, files, capsys):
        assert main(["status"]) == 0
        assert "archived up to 1.301 in register-2-1-201-301.balie\n" in capsys.readouterr().out
        files[2].unlink()
        main(["status"])
        assert "register-2-1-201-301.balie, which is not there now" in capsys.readouterr().out

    def test_check(self, files, capsys):
        assert main(["archive", "--check"]) == 0
        files[0].unlink()
        assert main(["archive", "--check"]) == 1
        assert "3 files, 1 of them not as they should be" in capsys.readouterr().out


class TestTakingIn:
    def forget(self):
        """A database made anew: devices are enrolled, nothing else is known."""
        Archive.objects.all().delete()
        for table in (models.Entry, models.Signature, models.Watermark, Sale):
            table.objects.all().delete()

    def test_a_database_made_anew_learns_everything(self, files, archived, folder, collector):
        before = exports()
        self.forget()
        result = take_in(folder, now=datetime.now(UTC))
        assert result.refused == []
        assert len(result.archives) == 3
        assert standings()[0].sequence == 301
        Projector.from_settings().rebuild()
        assert exports() == before
        archived.sell()
        collector.take(archived.batch(302))
        assert collector.ack == archived.head
        assert take_in(folder, now=datetime.now(UTC)).archives == []

    def test_what_a_device_sent_already_is_joined_to_it(self, files, archived, folder, collector):
        self.forget()
        archived.sell()
        collector.take(archived.batch(250))  # it has let go of what came before
        assert standings()[0].gaps == 249
        take_in(folder, now=datetime.now(UTC))
        archived.sell()
        collector.take(archived.batch(303))
        assert collector.ack == archived.head
        assert (standings()[0].gaps, standings()[0].forks) == (0, 0)

    def test_a_file_that_is_missing_between_is_named(self, files, folder):
        self.forget()
        files[1].unlink()
        result = take_in(folder, now=datetime.now(UTC))
        assert [each.last for each in result.archives] == [100]
        assert "the file between them is missing" in result.refused[0]

    def test_a_file_of_another_history_is_refused(self, files, archived, folder, collector):
        self.forget()
        clone = archived.fork()
        clone.entries = clone.entries[:5]
        clone.sell(7)
        collector.take(clone.batch())
        result = take_in(folder, now=datetime.now(UTC))
        assert "another entry 1.6 than the database" in result.refused[0]

    def test_a_strangers_file_is_refused(self, files, folder):
        self.forget()
        altered_text(files[0], b'"signature":"', b'"signature":"AAAA')
        models.Device.objects.update(public_key=OTHER)
        assert len(take_in(folder, now=datetime.now(UTC)).refused) == 3

    def test_an_archive_that_knows_more_is_not_written_over(self, files, run):
        self.forget()
        models.Watermark.objects.create(
            device_id="register-2",
            epoch=1,
            sequence=0,
            hash="0" * 64,
            updated=datetime.now(UTC),
        )
        (sentence,) = run().refused
        assert "--take-in" in sentence


OTHER = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
