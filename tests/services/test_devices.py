"""Paper, drawer and terminal on their own threads; what they find out comes back through post."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.services.cards import Cards
from appliance.services.ports import Attempt, Sending
from appliance.services.printing import Printing, Stage
from appliance.services.sending import SendingWatch
from appliance.services.till import Till
from appliance.services.worker import DeviceWorker
from appliance.ui.inbox import Inbox
from drivers.bench.printer import Condition
from drivers.drawer import DrawerState, DrawerStuckError
from drivers.drawer import none as no_drawer
from drivers.drawer.simulated import Options as DrawerOptions
from drivers.drawer.simulated import SimulatedDrawer
from drivers.printer import PaperOutError, PrinterError, Text
from drivers.printer import none as no_printer
from drivers.printer.simulated import Options as PrinterOptions
from drivers.printer.simulated import SimulatedPrinter
from drivers.terminal import NoTerminalError, Outcome, Result
from tests.services.doubles import NOW, MemoryShelf

CEILING_S = 90.0


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def until(inbox):
    def wait(condition):
        end = time.monotonic() + CEILING_S
        while True:
            inbox.run_pending()
            if condition():
                return
            assert time.monotonic() < end, "it never came"
            time.sleep(0.002)

    return wait


@pytest.fixture
def worker():
    made = DeviceWorker("test", every_s=0.02)
    yield made
    made.close()


class TestTheWorker:
    def test_does_tasks_in_order_and_looks_around_between_them(self, worker):
        seen, looked = [], threading.Event()
        worker.watch(looked.set)
        worker.start()
        for number in range(5):
            worker.do(lambda number=number: seen.append(number))
        worker.do(looked.clear)
        assert looked.wait(CEILING_S)
        worker.close()
        assert seen == [0, 1, 2, 3, 4]

    def test_outlives_a_task_that_fails(self, worker):
        seen = []
        worker.start()
        worker.do(lambda: 1 / 0, otherwise=lambda: seen.append("instead"))
        worker.do(lambda: seen.append("next"))
        worker.close()
        assert seen == ["instead", "next"]

    def test_may_be_closed_twice_and_before_it_began(self):
        worker = DeviceWorker("never")
        worker.close()
        worker.close()


class TestPrinting:
    @pytest.fixture
    def printer(self, tmp_path):
        made = SimulatedPrinter(PrinterOptions(folder=str(tmp_path / "paper")))
        made.tray._pictures = False
        return made

    @pytest.fixture
    def shelf(self):
        return MemoryShelf()

    @pytest.fixture
    def printing(self, printer, worker, shelf, inbox):
        made = Printing(printer=printer, worker=worker, shelf=shelf, post=inbox.put)
        worker.start()
        return made

    def test_a_job_is_kept_before_it_is_printed_and_marked_after(self, printing, shelf, until):
        printing.print("s1", "2-000001", 0, [Text("Bon")])
        assert printing.view.of("s1").stage is Stage.PRINTING
        until(lambda: printing.view.of("s1").stage is Stage.PRINTED)
        (job,) = shelf.jobs("s1")
        assert job.printed
        assert job.document == printing._printer.encode([Text("Bon")])
        assert printing.copies("s1") == 0
        assert printing.copies("s2") == -1

    def test_a_failed_job_waits_and_is_tried_again_byte_for_byte(
        self, printing, printer, shelf, until
    ):
        printer.behave(Condition.PAPER_OUT)
        printing.print("s1", "2-000001", 0, [Text("Bon")])
        until(lambda: printing.view.waiting)
        assert printing.view.of("s1").error is PaperOutError
        kept = shelf.jobs()[0]
        assert kept.trouble == "PaperOutError"
        printer.behave(Condition.OK)
        printing.retry()
        until(lambda: printing.view.of("s1").stage is Stage.PRINTED)
        assert shelf.jobs("s1")[0].document == kept.document

    def test_a_driver_that_breaks_is_a_failed_job_too(self, printing, printer, until, monkeypatch):
        monkeypatch.setattr(printer, "encode", lambda _: 1 / 0)
        printing.print("s1", "2-000001", 0, [])
        until(lambda: printing.view.waiting)
        assert printing.view.of("s1").error is PrinterError

    def test_of_what_came_out_only_the_last_ones_are_remembered(self, printing, until):
        for number in range(12):
            printing.print(f"s{number}", f"2-{number:06}", 0, [Text("Bon")])
        until(lambda: printing.view.of("s11").stage is Stage.PRINTED)
        assert printing.view.of("s0") is None
        assert printing.view.of("s10").stage is Stage.PRINTED
        assert len(printing.view.papers) == 9

    def test_a_counter_without_a_printer(self, worker, shelf, inbox):
        made = Printing(
            printer=no_printer.open_device(no_printer.Options()),
            worker=worker,
            shelf=shelf,
            post=inbox.put,
        )
        assert not made.view.present


class TestTheTill:
    @pytest.fixture
    def drawer(self):
        return SimulatedDrawer(DrawerOptions(gap_s=0, shut_after_s=0))

    @pytest.fixture
    def till(self, drawer, worker, inbox):
        made = Till(drawer=drawer, worker=worker, clock=lambda: NOW, post=inbox.put)
        worker.start()
        return made

    def test_opens_and_is_seen_shut_again(self, till, drawer, until):
        till.open()
        until(lambda: till.view.state is DrawerState.OPEN)
        assert till.view.open_since == NOW
        drawer.shut()
        until(lambda: till.view.state is DrawerState.SHUT)
        assert till.view.open_since is None

    def test_a_drawer_forced_open_is_seen(self, till, drawer, until):
        drawer.pull_open()
        until(lambda: till.view.state is DrawerState.OPEN)

    def test_a_stuck_drawer_is_told_until_it_opens(self, till, drawer, until):
        drawer.stuck = True
        till.open()
        until(lambda: till.view.error is DrawerStuckError)
        drawer.stuck = False
        till.open()
        until(lambda: till.view.error is None)

    def test_without_a_drawer_nothing_is_opened(self, worker, inbox):
        drawer = no_drawer.open_device(no_drawer.Options(), None)
        till = Till(drawer=drawer, worker=worker, clock=lambda: NOW, post=inbox.put)
        till.open()
        assert worker._tasks.empty()


class TestTheTerminal:
    @pytest.fixture
    def ask(self, inbox, until):
        """Ask a terminal that raises, and return what the desk is told."""
        executor = ThreadPoolExecutor(1)

        def asked(error):
            class Broken:
                present = True

                def pay(self, *_):
                    raise error

            cards = Cards(
                terminal=Broken(), executor=executor, post=inbox.put, currency="EUR", decimals=2
            )
            answers = []
            cards.pay(Attempt("a", "s", 100), answers.append)
            until(lambda: answers)
            return answers[0]

        yield asked
        executor.shutdown()

    def test_that_could_not_be_asked_took_nothing(self, ask):
        answer = ask(NoTerminalError())
        assert answer.outcome is Outcome.DECLINED
        assert answer.message == NoTerminalError.meaning + " " + NoTerminalError.remedy

    def test_whose_driver_broke_may_have_taken_something(self, ask):
        assert ask(RuntimeError("gone")) == Result(Outcome.UNKNOWN)


def test_sending_is_shown_when_it_changes(worker, inbox, until):
    class Outbox:
        seen = Sending(unsent=3)

        def look(self):
            return self.seen

    changes = []
    outbox = Outbox()
    watch = SendingWatch(
        outbox=outbox, worker=worker, post=inbox.put, changed=lambda: changes.append(1)
    )
    worker.start()
    until(lambda: watch.view == Sending(unsent=3))
    outbox.seen = Sending(connected=True)
    until(lambda: watch.view == Sending(connected=True))
    assert len(changes) == 2
