"""What the customer's screen shows, as the desk says it over the socket."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

from appliance.services.faces import CustomerView, Message
from appliance.services.ports import Post
from appliance.services.second_screen import END_S, MOST_BYTES

log = logging.getLogger(__name__)


class DisplayPresenter:
    """Takes over what the desk says and answers what is shown.

    Args:
        line: The socket to the desk.
        post: Has a call made on the screen's thread.

    Attributes:
        view: What is shown now.
    """

    def __init__(self, line: socket.socket, post: Post) -> None:
        self.view = CustomerView()
        self._line = line
        self._post = post
        self._listener: Callable[[CustomerView], None] = lambda _: None

    def watch(self, listener: Callable[[CustomerView], None]) -> None:
        """Have ``listener`` called with each new view."""
        self._listener = listener

    def start(self) -> None:
        """Begin to listen."""
        threading.Thread(target=self._listen, name="desk", daemon=True).start()

    def tick(self) -> None:
        """Do nothing: the desk says when something changes."""

    def scanned(self, text: str) -> None:
        """Hand on what a scanner typed into this window: it was meant for the desk."""
        self._answer(Message(scanned=text))

    def _listen(self) -> None:
        """Take what the desk says until it goes, and go with it."""
        while True:
            try:
                said = self._line.recv(MOST_BYTES)
            except OSError:
                said = b""
            if not said:
                break
            try:
                message = Message.from_bytes(said)
            except ValueError:
                log.exception("The desk said something else than what to show.")
                continue
            self._post(partial(self._show, message))
        os.kill(os.getpid(), signal.SIGTERM)  # the shell ends in order at this
        time.sleep(END_S)
        os._exit(1)

    def _show(self, message: Message) -> None:
        """Show it and say so; an answer that is not given tells the desk that this window hangs."""
        if message.view is not None and message.view != self.view:
            self.view = message.view
            self._listener(message.view)
        self._answer(Message(message.number))

    def _answer(self, message: Message) -> None:
        try:
            self._line.send(message.to_bytes(), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
        except OSError as error:
            log.info("The desk takes no answer: %s", error)
