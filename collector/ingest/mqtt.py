"""Receiving over MQTT 5, on a loop in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import random
import ssl
import threading
from collections import deque
from collections.abc import Callable

from gmqtt.mqtt.handler import MQTTConnectError

from appliance.journal.topics import Shards
from collector.ingest.broker import Broker, BrokerSettingError, expiry
from collector.ingest.receiving import Deliver, Message, ReceivingError, client_id
from collector.ingest.session import ANSWER_S, HungUp, NotAllowed, Session, first

log = logging.getLogger("collector.ingest")

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 10.0
"""A connection that lasted so long was a success: the next pause is a short one again."""
_GOODBYE_S = 5.0


class MqttReceiving:
    """Keeps a connection up and hands messages both ways between its thread and the worker's.

    A connection is a new session object each time: gmqtt's own reconnecting, at a fixed pace and
    with the certificates it began with, is not used. What the worker hands over (messages dealt
    with, messages to publish) is taken along in one go, however much it is.

    Args:
        broker: Where to connect.
        shards: Whose messages to listen to.
        chance: Gives a number from 0 up to 1; spreads the attempts of many collectors.
    """

    def __init__(
        self, broker: Broker, shards: Shards, *, chance: Callable[[], float] = random.random
    ) -> None:
        self._broker = broker
        self._shards = shards
        self._chance = chance
        self._deliver: Deliver = lambda _message: False
        self._context = broker.tls.context() if broker.tls else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._live, name="broker", daemon=True)
        self._stop = asyncio.Event()
        self._session: Session | None = None
        self._numbers = itertools.count(1)
        self._handed: deque[Message | tuple[str, bytes, bool]] = deque()
        self._is_called = False
        self._is_held = False

    def start(self, deliver: Deliver) -> None:
        """Connect in the background and keep trying; see ``Receiving``."""
        self._deliver = deliver
        self._thread.start()

    def hold(self) -> None:
        """Read nothing more for now. Runs on the loop's thread, within ``deliver``."""
        self._is_held = True
        if self._session is not None:
            self._session.hold()

    def go_on(self) -> None:
        """Read again, on the loop's thread."""
        if self._is_held and self._thread.is_alive():
            self._is_held = False
            with contextlib.suppress(RuntimeError):  # it has ended: nothing is read any more
                self._loop.call_soon_threadsafe(self._read_again)

    def done(self, message: Message) -> None:
        """Acknowledge a message to the broker."""
        if message.ticket is not None:
            self._hand_over(message)

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send a message while connected; while not, it is dropped: it will be made anew."""
        self._hand_over((topic, payload, retain))

    def check(self) -> None:
        """Raise ReceivingError when the loop's thread has died."""
        if self._thread.ident is not None and not self._thread.is_alive():
            raise ReceivingError("The broker's client has died: start the collector again")

    def close(self) -> None:
        """Send what was handed over, disconnect and end the thread."""
        if self._thread.is_alive():
            with contextlib.suppress(RuntimeError):  # it ended by itself just now
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(2 * _GOODBYE_S)
        elif not self._loop.is_closed():
            self._loop.close()

    def _hand_over(self, item: Message | tuple[str, bytes, bool]) -> None:
        """Leave something for the loop's thread, and call it unless it has been called already."""
        self._handed.append(item)
        if not self._is_called and self._thread.is_alive():
            self._is_called = True
            with contextlib.suppress(RuntimeError):  # it has ended: nothing can be sent any more
                self._loop.call_soon_threadsafe(self._take_over)

    def _read_again(self) -> None:
        if self._session is not None:
            self._session.go_on()

    def _take_over(self) -> None:
        """Send what was handed over. Runs on the loop's thread."""
        # First: whoever hands over from here on calls again, at worst for nothing.
        self._is_called = False
        while self._handed:
            item = self._handed.popleft()
            if self._session is None:
                continue
            if isinstance(item, Message):
                self._session.acknowledge(item)
            else:
                self._session.send(*item)

    def _live(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._keep_connected())

    async def _keep_connected(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while not self._stop.is_set():
            began = self._loop.time()
            await self._connect_once()
            if self._loop.time() - began >= _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause_s * (0.5 + self._chance() / 2))
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    async def _connect_once(self) -> None:
        """Connect, and return when the connection has ended, or could not be made."""
        session = Session(client_id(self._shards), next(self._numbers), self._deliver)
        # At once: a session that the broker kept brings messages before we listen anew.
        self._session = session
        try:
            async with asyncio.timeout(ANSWER_S):
                await session.open(self._broker, self._read_certificates())
            await session.listen(self._shards)
            log.info("Connected to the broker at %s:%s", self._broker.host, self._broker.port)
            await self._stay(session)
        except (MQTTConnectError, HungUp) as refused:
            self._name_expiry(refused)
            log.warning(
                "The broker refuses the collector (%s): check its certificate. Connecting again",
                refused,
            )
        except NotAllowed as refused:
            log.warning("%s", refused)
        except OSError as away:  # a timeout is one, too
            self._name_expiry(away)
            log.warning(
                "No broker answers at %s:%s (%s); trying again until one does",
                self._broker.host,
                self._broker.port,
                str(away) or "it says nothing",
            )
        finally:
            self._session = None
            session.drop()

    async def _stay(self, session: Session) -> None:
        """Wait until the connection ends, or end it when told to stop."""
        stopping = self._loop.create_task(self._stop.wait())
        await first(stopping, session.ended)
        stopping.cancel()
        if session.ended.done():
            self._name_expiry(session.ended.result())
            log.warning("The broker is gone (%s). Connecting again", session.ended.result())
            return
        self._take_over()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(session.leave(), _GOODBYE_S)

    def _name_expiry(self, why: object) -> None:
        if sentence := expiry(self._broker, why):
            log.error("%s", sentence)

    def _read_certificates(self) -> ssl.SSLContext | None:
        """Take up renewed certificates: without a restart, at the next connection."""
        if self._broker.tls is not None:
            try:
                self._context = self._broker.tls.context()
            except BrokerSettingError as refused:
                log.warning("%s; going on with those read before", refused)
        return self._context
