"""The customer's second screen: a window in a process of its own, looked after from here.

Kivy draws one window a process, and a window that faces the street may be closed, hang or lose its
cable. So the desk only hands over what is to be shown: one datagram, never waited for. A worker
starts the window, sees by its answers that it lives, ends it when it hangs and starts it again when
it has gone. When the desk goes, however it goes, the socket closes and the window ends by itself.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from appliance.services.faces import CustomerView, Message
from appliance.services.ports import Post
from appliance.services.worker import DeviceWorker

log = logging.getLogger(__name__)

PATIENCE_LOOKS = 20
"""At the next look after so many without an answer, the window hangs."""

AGAIN_LOOKS = 10
"""At every so many looks it is told again what it shows, which tells whether it lives."""

LONGEST_WAIT_LOOKS = 30
"""A window that will not open is tried again at the latest after so many looks."""

END_S = 3.0
"""How long a window may take to end by itself."""

SOCKET_OPTION = "--socket"
"""Followed by the number of the open socket, at the end of the command."""

MOST_BYTES = 100_000
"""Longer than any message."""


@dataclass(frozen=True, slots=True)
class SecondScreenView:
    """What the desk's own screen knows of the customer's.

    Attributes:
        present: Whether there is one at all.
        trouble: Whether the customer does not see what was to be shown.
    """

    present: bool = False
    trouble: bool = False


class SecondScreen:
    """Shows the customer's view in a window of its own; only what was said last counts.

    Args:
        command: Starts the window; empty where there is no second screen.
        worker: Where the window is looked after.
        post: Brings results back to the screen's thread.
        languages: In which the customer reads; empty for the shop's own.

    Attributes:
        view: What the desk's screen knows; replaced, never changed.
        changed: Called on the screen's thread when that changed.
        scanned: Called there with what a scanner typed into the customer's window.
    """

    def __init__(
        self,
        *,
        command: Sequence[str],
        worker: DeviceWorker,
        post: Post,
        languages: Sequence[str] = (),
    ) -> None:
        self.view = SecondScreenView(present=bool(command))
        self.languages = tuple(languages)
        self.changed: Callable[[], object] = lambda: None
        self.scanned: Callable[[str], object] = lambda _: None
        self._command = tuple(command)
        self._worker = worker
        self._post = post
        self._told = CustomerView()
        self._window: _Window | None = None
        self._trouble = False
        self._number = 0
        self._sent: CustomerView | None = None
        self._silent_looks = 0
        self._looks = 0
        self._wait_looks = 0
        self._next_wait = 1
        if command:
            worker.watch(self._look)

    def show(self, view: CustomerView) -> None:
        """Have the customer see something; returns at once, whatever the window does."""
        if self.view.present and view != self._told:
            self._told = view
            self._worker.do(self._send)

    @property
    def pid(self) -> int | None:
        """The window's process, while it runs."""
        window = self._window
        return None if window is None else window.pid

    def close(self) -> None:
        """End the window; the worker MUST have ended before."""
        window, self._window = self._window, None
        if window is not None:
            window.close()

    # On the worker.

    def _look(self) -> None:
        """Start the window, or see whether it lives."""
        window = self._window
        if window is None:
            self._wait_looks -= 1
            if self._wait_looks <= 0:
                self._start()
            return
        if window.ended:
            self._lost("it ended by itself")
            return
        if window.heard == self._number and self._sent is not None:
            self._well()
            self._looks += 1
            if self._looks % AGAIN_LOOKS == 0:
                self._sent = None
        else:
            self._silent_looks += 1
            if self._silent_looks > PATIENCE_LOOKS:
                self._lost("it did not answer")
                return
        self._send()

    def _start(self) -> None:
        self._silent_looks, self._sent = 0, None
        try:
            self._window = _Window(self._command, self._heard)
        except OSError as error:
            self._lost(str(error))
            return
        self._send()

    def _send(self) -> None:
        window, told = self._window, self._told
        if window is None or told is self._sent:
            return
        if window.send(Message(self._number + 1, told)):
            self._number += 1
            self._sent = told

    def _well(self) -> None:
        self._silent_looks, self._next_wait = 0, 1
        self._tell(trouble=False)

    def _lost(self, why: str) -> None:
        """Let go of the window; the longer it fails, the longer it is left alone."""
        log.warning("The customer's screen is started again: %s.", why)
        self.close()
        self._wait_looks = self._next_wait
        self._next_wait = min(2 * self._next_wait, LONGEST_WAIT_LOOKS)
        self._tell(trouble=True)

    def _tell(self, *, trouble: bool) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble

        def told() -> None:
            self.view = SecondScreenView(self.view.present, trouble)
            self.changed()

        self._post(told)

    def _heard(self, text: str) -> None:
        """A scanner typed into the customer's window; called on the listening thread."""
        self._post(lambda: self.scanned(text))


class _Window:
    """One run of the window's process, and the socket to it.

    Attributes:
        heard: Number of the last message it says it shows.
        ended: Whether it closed its end.
    """

    def __init__(self, command: Sequence[str], scanned: Callable[[str], object]) -> None:
        self.heard = 0
        self.ended = False
        self._scanned = scanned
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [*command, SOCKET_OPTION, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,  # Ctrl-C is the desk's, which then ends it in order
                )
        except OSError:
            self._socket.close()
            raise
        self.pid = self._process.pid
        threading.Thread(target=self._listen, name="second screen", daemon=True).start()

    def send(self, message: Message) -> bool:
        """Hand a message over; False where the window takes none just now."""
        try:
            self._socket.send(message.to_bytes(), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except BlockingIOError:
            return False
        except OSError:
            self.ended = True
            return False
        return True

    def close(self) -> None:
        """End it: kindly at first."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._socket.close()

    def _listen(self) -> None:
        """Take the window's answers until it has gone."""
        while True:
            try:
                said = self._socket.recv(MOST_BYTES)
                answer = Message.from_bytes(said) if said else None
            except (OSError, ValueError):
                answer = None
            if answer is None:
                self.ended = True
                return
            if answer.scanned:
                self._scanned(answer.scanned)
            self.heard = max(self.heard, answer.number)


def inherited(number: int) -> socket.socket:
    """The window's end of the socket, by the number it was given.

    Raises:
        OSError: There is no such socket.
    """
    os.set_inheritable(number, False)
    return socket.socket(fileno=number)
