"""What every receipt printer driver does, over a network, a serial line, a device file and none."""

from __future__ import annotations

import pytest

import drivers
from drivers.printer import (
    Align,
    Barcode,
    BarcodeKind,
    CoverOpenError,
    Cut,
    Feed,
    NoPrinterError,
    Paper,
    PaperOutError,
    Printed,
    PrinterFaultError,
    PrinterOfflineError,
    PrinterSilentError,
    PrintInterruptedError,
    Qr,
    Rule,
    Text,
)
from tests.contract.rigs import Later, until

RECEIPT = [
    Text("De Hoek", align=Align.CENTRE, bold=True, size=2),
    Rule(),
    Text("Crème brûlée", "€ 3,99"),
    Text("TOTAAL", "€ 3,99", bold=True, size=2),
    Feed(1),
    Barcode(BarcodeKind.EAN13, "3017620422003"),
    Qr("https://balie.example/r/2-000412"),
    Cut(),
]
ON_PAPER = """\
                    De Hoek
------------------------------------------------
Crème brûlée                              € 3,99
TOTAAL                                    € 3,99

             [EAN-13 3017620422003]
                 3017620422003
     [QR https://balie.example/r/2-000412]
"""
LONG = [*(Text(f"line {n:03}", "1,00") for n in range(120)), Cut()]
LONG_ON_PAPER = "".join(f"line {n:03}{'1,00':>40}\n" for n in range(120))


def test_a_job_is_printed_and_confirmed(rig, receipts):
    with rig.open() as printer:
        assert printer.present
        assert printer.columns == 48
        assert printer.print(printer.encode(RECEIPT)) is Printed.CONFIRMED
        assert receipts() == [ON_PAPER]
        assert rig.status()["warnings"] == []


def test_a_job_larger_than_any_buffer_is_printed_whole(rig, receipts):
    with rig.open() as printer:
        assert printer.print(printer.encode(LONG)) is Printed.CONFIRMED
    assert receipts() == [LONG_ON_PAPER]


def test_the_same_document_gives_the_same_job(rig):
    with rig.open() as printer:
        first = printer.encode(RECEIPT)
        printer.encode([Text("пельмени €")])
        assert printer.encode(RECEIPT) == first


def test_it_comes_back_only_when_the_paper_is_out(rig, receipts):
    with rig.open() as printer:
        assert printer.status().online
        rig.does("hold")
        printing = Later(printer.print, printer.encode(RECEIPT))
        until(lambda: rig.machine.room < 4096, "the job")
        assert printing.running
        assert receipts() == []
        rig.does("ok")
        assert printing.wait() is Printed.CONFIRMED
        assert receipts() == [ON_PAPER]


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("paper-out", PaperOutError),
        ("cover-open", CoverOpenError),
        ("fault", PrinterFaultError),
        ("offline", PrinterOfflineError),
        ("off", PrinterOfflineError),
        ("unplug", PrinterOfflineError),
    ],
)
def test_nothing_is_sent_to_a_printer_that_cannot_print(rig, receipts, word, error):
    with rig.open() as printer:
        job = printer.encode(RECEIPT)
        rig.does(word)
        with pytest.raises(error) as raised:
            printer.print(job)
        assert not raised.value.incomplete
        assert raised.value.remedy in str(raised.value)
        rig.does("ok")
        assert receipts() == []
        assert printer.print(job) is Printed.CONFIRMED
        assert receipts() == [ON_PAPER]


def test_a_printer_that_answers_nothing_gets_no_job(rig, receipts):
    with rig.open(answer_timeout_s=0.1) as printer:
        rig.does("silent")
        with pytest.raises(PrinterSilentError) as raised:
            printer.print(printer.encode(RECEIPT))
        assert not raised.value.incomplete
        assert printer.status().online is None
        rig.does("ok")
        assert receipts() == []


@pytest.mark.parametrize("document", [RECEIPT, LONG], ids=["short", "long"])
def test_paper_that_ends_in_the_middle_is_told_and_the_next_print_is_whole(rig, receipts, document):
    with rig.open() as printer:
        rig.does("paper-out 3")
        job = printer.encode(document)
        with pytest.raises(PaperOutError) as raised:
            printer.print(job)
        assert raised.value.incomplete
        rig.does("ok")
        assert printer.print(job) is Printed.CONFIRMED
        torn, whole = receipts()
        assert len(torn.splitlines()) == 3
        assert whole == (ON_PAPER if document is RECEIPT else LONG_ON_PAPER)


@pytest.mark.parametrize("word", ["cover-open", "fault", "offline"])
def test_a_stop_in_the_middle_is_told_and_nothing_comes_out_twice(rig, receipts, word):
    expected = {"cover-open": CoverOpenError, "fault": PrinterFaultError}
    with rig.open() as printer:
        rig.does(f"{word} 20")
        with pytest.raises(expected.get(word, PrinterOfflineError)) as raised:
            printer.print(printer.encode(LONG))
        assert raised.value.incomplete
        rig.does("ok")
        printer.print(printer.encode(RECEIPT))
        (paper,) = receipts()
        assert paper.endswith(ON_PAPER)
        assert paper.count("TOTAAL") == 1


@pytest.mark.parametrize("word", ["off", "unplug"])
def test_a_line_that_breaks_in_the_middle_is_told_and_the_job_is_not_sent_again(
    rig, receipts, word
):
    with rig.open() as printer:
        rig.does("hold 20")
        printing = Later(printer.print, printer.encode(LONG))
        until(lambda: len(rig.machine.roll.rows) == 20, "the beginning of the receipt")
        rig.does(word)
        with pytest.raises(PrintInterruptedError) as raised:
            printing.wait()
        assert raised.value.incomplete
        assert receipts() == []
        rig.does("ok")
        assert printer.print(printer.encode(RECEIPT)) is Printed.CONFIRMED
        (paper,) = receipts()
        assert paper.endswith(ON_PAPER)
        assert paper.count("TOTAAL") == 1


def test_a_printer_that_falls_silent_in_the_middle_is_not_believed(rig, receipts):
    with rig.open(answer_timeout_s=0.5, stall_timeout_s=0.5) as printer:
        assert printer.status().online
        rig.does("hold")
        printing = Later(printer.print, printer.encode(RECEIPT))
        until(lambda: rig.machine.room < 4096, "the job")
        rig.does("silent")
        with pytest.raises(PrinterSilentError) as raised:
            printing.wait()
        assert raised.value.incomplete
        assert receipts() == []


def test_a_printer_that_does_not_go_on_is_not_waited_for_without_end(rig):
    with rig.open(stall_timeout_s=0.5) as printer:
        rig.does("hold 20")
        with pytest.raises(PrinterSilentError) as raised:
            printer.print(printer.encode(LONG))
        assert raised.value.incomplete


def test_it_survives_being_plugged_again_and_again(rig, receipts):
    with rig.open() as printer:
        job = printer.encode(RECEIPT)
        for _ in range(5):
            rig.does("unplug")
            assert printer.status().online is False
            rig.does("ok")
            printer.print(job)
        assert receipts() == [ON_PAPER] * 5


def test_its_status_says_what_is_the_matter(rig):
    with rig.open() as printer:
        status = printer.status()
        assert (status.online, status.paper, status.cover_open) == (True, Paper.OK, False)
        assert (status.drawer_open, status.fault) == (False, False)
        rig.does("near-end")
        assert printer.status().paper is Paper.NEAR_END
        assert printer.print(printer.encode(RECEIPT)) is Printed.CONFIRMED
        rig.does("paper-out")
        assert printer.status().paper is Paper.OUT
        rig.does("cover-open")
        assert printer.status().cover_open
        rig.does("fault")
        assert printer.status().fault
        assert printer.status().online is False


def test_it_kicks_the_drawer(rig):
    with rig.open() as printer:
        printer.kick()
        assert printer.status().drawer_open
        rig.shut_drawer()
        assert printer.status().drawer_open is False
        assert rig.status()["pulses"] == 1


@pytest.mark.parametrize("word", ["paper-out", "cover-open"])
def test_it_kicks_the_drawer_without_paper_too(rig, word):
    with rig.open() as printer:
        rig.does(word)
        printer.kick()
        assert printer.status().drawer_open


def test_a_kick_to_a_printer_that_is_away_is_told(rig):
    with rig.open() as printer:
        rig.does("unplug")
        with pytest.raises(PrinterOfflineError):
            printer.kick()


def test_it_may_be_closed_twice(rig):
    printer = rig.open()
    printer.status()
    printer.close()
    printer.close()


def test_no_printer_says_that_it_is_not_there():
    options = drivers.configure("printer", "none", {})
    with drivers.load("printer", "none").open_device(options) as printer:
        assert not printer.present
        assert printer.status().online is None
        with pytest.raises(NoPrinterError):
            printer.print(printer.encode(RECEIPT))
        with pytest.raises(NoPrinterError):
            printer.kick()
