"""The top bar: what works, what does not, what it means and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from appliance.desks.register.presenter_scale import SCALE_TROUBLES
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.presenter_terminal_state import terminal_item
from appliance.desks.register.presenter_update_state import update_item
from appliance.desks.register.view import State, StatusItem
from appliance.services.standing import say_standing
from appliance.services.words import sentence
from drivers.drawer import DrawerState
from drivers.plugged import What
from drivers.printer import Paper, PrinterStatus
from drivers.scale import ScaleState

FRESH = timedelta(seconds=15)
"""What is sent within this time is no news."""

EARLIEST = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
"""This program did not exist before: a clock that says so is wrong."""

_NOT_ANSWERED = sentence("The back office has not answered yet.")
_TRIED_AGAIN = sentence("It is tried again by itself. Go on selling.")
_PROBLEMS = {
    "unreachable": sentence("The broker of the back office cannot be reached."),
    "lost": sentence("The connection to the back office broke off."),
    "refused": sentence("The back office refuses this device."),
    "untrusted": sentence("Whoever answers is not the back office of this shop."),
    "unsteady": sentence("The connection to the back office breaks off again and again."),
    "expired": sentence("This device's certificate has run out."),
    "broker_expired": sentence("The certificate of the back office's broker has run out."),
    "clock": sentence("This device's clock is wrong, so no certificate can be believed."),
    "certificate": sentence("This device's certificate cannot be read."),
    "taken": sentence("Another device uses this device's name."),
    "stranger": sentence("The back office holds more of this device than this storage card."),
    "copied": sentence("Another device uses this device's name."),
    "silent": sentence("The broker answers, the back office behind it does not."),
    "refusal": sentence("Something the back office sent could not be used."),
    "journal": sentence("The journal cannot be read for sending."),
    "directory": sentence("Prices from the back office cannot be kept."),
}
_REMEDIES = {
    "unreachable": sentence("Check the network cable and the router. Go on selling."),
    "lost": _TRIED_AGAIN,
    "refused": sentence("Call the technician to enrol the device anew. Go on selling."),
    "untrusted": sentence("Check the device's clock, then call the technician. Go on selling."),
    "unsteady": sentence("Call the technician: see to the network, or to a copied storage card."),
    "expired": sentence("Call the technician to renew it. Go on selling."),
    "broker_expired": sentence("Tell the back office to renew it. Go on selling."),
    "clock": sentence("Call the technician to set the clock. Go on selling."),
    "certificate": sentence("Call the technician to enrol the device anew. Go on selling."),
    "taken": sentence("Call the technician now: a storage card was copied."),
    "stranger": sentence("It begins a new part of its journal by itself. Go on selling."),
    "copied": sentence("Call the technician now: a storage card was copied."),
    "silent": sentence("Tell the back office that its collector does not run. Go on selling."),
    "refusal": sentence("Tell the back office. Go on selling."),
    "journal": sentence("Call the technician. Go on selling."),
    "directory": sentence("Call the technician. Prices may be old; go on selling."),
}


_PRINTER_TROUBLES: tuple[tuple[Callable[[PrinterStatus], bool], State, str, str, str], ...] = (
    (
        lambda status: bool(status.cover_open),
        State.BAD,
        sentence("Cover open"),
        sentence("The printer's cover is open."),
        sentence("Close the cover."),
    ),
    (
        lambda status: status.paper is Paper.OUT,
        State.BAD,
        sentence("No paper"),
        sentence("The printer has no paper."),
        sentence("Put in a new roll and close the cover."),
    ),
    (
        lambda status: bool(status.fault),
        State.BAD,
        sentence("Printer fault"),
        sentence("The printer reports a fault of its knife or head."),
        sentence("Open the cover, remove stuck paper, switch it off and on."),
    ),
    (
        lambda status: status.online is False,
        State.BAD,
        sentence("Printer away"),
        sentence("The printer cannot be reached. Selling goes on without paper."),
        sentence("Check that it is switched on and its cable is in."),
    ),
    (
        lambda status: status.paper is Paper.NEAR_END,
        State.LOOK,
        sentence("Paper ends soon"),
        sentence("The paper roll is nearly empty."),
        sentence("Have a new roll at hand."),
    ),
)


_WHAT = {
    What.KEYS: sentence("a keyboard, or a scanner that types"),
    What.POINTER: sentence("a mouse or a touchscreen"),
    What.SERIAL: sentence("a device with a serial port"),
    What.PRINTER: sentence("a printer"),
    What.STORAGE: sentence("a storage stick"),
    What.OTHER: sentence("a device of an unknown kind"),
}


def status_items(session: Session) -> tuple[StatusItem, ...]:
    """Prepare every item of the top bar, in their fixed order."""
    items = [_printer(session), _drawer(session), _scanner(session), _sending(session)]
    if session.parts.sending.view.enabled:
        items.append(_network(session))
    if session.parts.scales.view.present:
        items.append(_scale(session))
    if session.parts.display.view.error is not None:
        items.append(_display(session))
    if session.parts.second_screen.view.trouble:
        items.append(_second_screen(session))
    if session.parts.newcomers.strangers:
        items.append(_newcomer(session))
    if session.parts.register.unresolved:
        items.append(_terminal(session))
    elif session.parts.cards.present:
        items.append(terminal_item(session))
    if (update := update_item(session)) is not None:
        items.append(update)
    return (*items, _clock(session))


def _printer(session: Session) -> StatusItem:
    words, view = session.words, session.parts.printing.view
    if not view.present:
        meaning = words.say("This counter has no receipt printer.")
        return StatusItem("printer", words.say("No printer"), State.OK, meaning)
    for is_so, state, label, meaning, remedy in _PRINTER_TROUBLES:
        if view.status is not None and is_so(view.status):
            said = (words.say(text) for text in (meaning, remedy))
            return StatusItem("printer", words.say(label), state, *said)
    if view.waiting:
        label = words.count("{number} receipt waits", "{number} receipts wait", len(view.waiting))
        remedy = words.say("Touch 'Print again' to print it now.")
        return StatusItem(
            "printer", label, State.LOOK, words.say("A receipt was not printed."), remedy
        )
    ready = words.say("The receipt printer is ready.")
    return StatusItem("printer", words.say("Receipt"), State.OK, ready)


def _drawer(session: Session) -> StatusItem:
    say, view = session.words.say, session.parts.till.view
    if not view.present:
        return StatusItem(
            "drawer", say("No drawer"), State.OK, say("This counter has no cash drawer.")
        )
    if view.error is not None:
        return StatusItem(
            "drawer", say("Drawer"), State.BAD, say(view.error.meaning), say(view.error.remedy)
        )
    if view.state is DrawerState.OPEN and view.open_since is not None:
        seconds = max(0, int((session.parts.clock() - view.open_since).total_seconds()))
        time = f"{seconds // 60}:{seconds % 60:02d}"
        return StatusItem(
            "drawer",
            say("Drawer open {time}", time=time),
            State.OK,
            say("The cash drawer stands open."),
            say("Shut it when the change is given."),
        )
    if view.state is DrawerState.UNKNOWN:
        meaning = say("The cash drawer has no sensor: whether it is open is not known.")
        return StatusItem("drawer", say("Drawer"), State.OK, meaning)
    return StatusItem("drawer", say("Drawer"), State.OK, say("The cash drawer is shut."))


def _scanner(session: Session) -> StatusItem:
    say = session.words.say
    scanners = [each for each in session.parts.scanners if each.present]
    if not scanners:
        meaning = say("No scanner is set up; codes can be typed or looked up.")
        return StatusItem("scanner", say("No scanner"), State.OK, meaning)
    away = [each.name for each in scanners if not each.connected]
    if away:
        return StatusItem(
            "scanner",
            say("Scanner away"),
            State.BAD,
            say("Not plugged in: {names}.", names=", ".join(away)),
            say("Plug it in; it works again by itself. Until then look articles up."),
        )
    return StatusItem("scanner", say("Scanner"), State.OK, say("The scanner is ready."))


def _scale(session: Session) -> StatusItem:
    say, reading = session.words.say, session.parts.scales.view.reading
    state = ScaleState.STABLE if reading is None else reading.state
    if state in SCALE_TROUBLES:
        label, meaning, remedy = SCALE_TROUBLES[state]
        return StatusItem("scale", say(label), State.BAD, say(meaning), say(remedy))
    return StatusItem("scale", say("Scale"), State.OK, say("The scale is ready."))


def _newcomer(session: Session) -> StatusItem:
    """Say what was plugged in that no driver was set up for: the last of them."""
    say, device = session.words.say, session.parts.newcomers.strangers[-1]
    meaning = say(
        "{name} was plugged in: {what}. No driver is set up for it.",
        name=f"{device.name} ({device.identity})".strip(),
        what=say(_WHAT[device.what]),
    )
    remedy = say("Pull it out, or call the technician to set it up. Go on selling.")
    return StatusItem("newcomer", say("New device"), State.LOOK, meaning, remedy)


def _display(session: Session) -> StatusItem:
    say, error = session.words.say, session.parts.display.view.error
    if error is None:
        return StatusItem("display", say("Display"), State.OK, say("The customer display works."))
    return StatusItem(
        "display", say("Display away"), State.LOOK, say(error.meaning), say(error.remedy)
    )


def _second_screen(session: Session) -> StatusItem:
    say = session.words.say
    return StatusItem(
        "second_screen",
        say("Customer's screen away"),
        State.LOOK,
        say("The customer's screen does not show what is sold."),
        say("Check its cable and its power; it is started again by itself. Go on selling."),
    )


def _sending(session: Session) -> StatusItem:
    """Say how sending goes, and below it how much is held elsewhere, in the Z report's words."""
    item, view = _sending_alone(session), session.parts.sending.view
    if not view.standing.device:
        return item
    line = say_standing(view.standing, session.words, session.parts.clock())
    return replace(item, meaning=f"{item.meaning}\n{line}")


def _sending_alone(session: Session) -> StatusItem:
    say, count, view = session.words.say, session.words.count, session.parts.sending.view
    if not view.enabled:
        meaning = say("This device is not set up to send; everything stays in its journal.")
        remedy = say("Ask the technician to connect it to a back office. Go on selling.")
        return StatusItem("sending", say("Not sending"), State.LOOK, meaning, remedy)
    label = (
        count("{number} to send", "{number} to send", view.unsent)
        if view.unsent
        else say("All sent")
    )
    old = view.oldest is not None and session.parts.clock() - view.oldest > FRESH
    if not view.problem and not (view.unsent and old):
        if view.connected or view.unsent:
            meaning = say("The back office has everything, or is just getting it.")
            return StatusItem("sending", label, State.OK, meaning)
        meaning = say("There is no connection to the back office yet.")
        return StatusItem("sending", label, State.LOOK, meaning, say(_TRIED_AGAIN))
    meaning = say(_PROBLEMS.get(view.problem, _NOT_ANSWERED))
    if view.oldest is not None and view.unsent:
        since = f"{view.oldest.astimezone(session.parts.clock().tzinfo):%d-%m %H:%M}"
        meaning += " " + say("Nothing is lost: it waits here since {since}.", since=since)
    remedy = say(_REMEDIES.get(view.problem, _TRIED_AGAIN))
    return StatusItem("sending", label, State.LOOK, meaning, remedy)


def _network(session: Session) -> StatusItem:
    """Say whether the back office can be heard; what waits for it is said by the item before."""
    say, view = session.words.say, session.parts.sending.view
    if view.connected:
        there = say("The connection to the back office stands.")
        return StatusItem("network", say("Network"), State.OK, there)
    problem = view.problem or "unreachable"
    meaning = say(_PROBLEMS.get(problem, _NOT_ANSWERED))
    remedy = say(_REMEDIES.get(problem, _TRIED_AGAIN))
    return StatusItem("network", say("Offline"), State.LOOK, meaning, remedy)


def _terminal(session: Session) -> StatusItem:
    words, open_ = session.words, session.parts.register.unresolved
    label = words.count("{number} card unclear", "{number} cards unclear", len(open_))
    amounts = ", ".join(session.money_with_symbol(each.amount_minor) for each in open_)
    return StatusItem(
        "terminal",
        label,
        State.LOOK,
        words.say("The terminal never said whether it took {amounts}.", amounts=amounts),
        words.say("Touch 'Ask the terminal' below, or look at the terminal's own list."),
    )


def _clock(session: Session) -> StatusItem:
    say, now = session.words.say, session.parts.clock()
    if now < EARLIEST or session.clock_jumped:
        return StatusItem(
            "clock",
            say("Clock?"),
            State.BAD,
            say("This device's clock is wrong or has jumped; receipts show the wrong time."),
            say("Check the network, or call the technician to set the clock."),
        )
    return StatusItem("clock", say("Clock"), State.OK, say("The clock goes right."))
