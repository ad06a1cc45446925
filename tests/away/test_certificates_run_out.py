"""A certificate runs out: the register sells on, says what to do, and sends the rest on renewal."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from collector.enrolment import certificates
from collector.enrolment.authority import Authority
from collector.enrolment.broker import BrokerPlace

SQLITE_SUFFICES = True
"""In the plain suite: nothing here is the database's doing."""


@pytest.fixture
def expired_now(house, monkeypatch):
    """The shop's authority, signing certificates that ran out yesterday."""

    @contextmanager
    def opened():
        with monkeypatch.context() as patched:
            patched.setattr(certificates, "CERTIFICATE_LASTS", timedelta(days=-1))
            yield Authority.open(house.folder / "state" / "authority")

    return opened


def test_a_device_whose_certificate_ran_out_sells_on_and_sends_on_renewal(house, expired_now):
    counter = house.register()
    counter.sell(3).settle()
    counter.disconnect()
    held = house.held_of(counter.device)
    with expired_now() as authority:
        (public_key,) = house.ask(
            "select public_key from ingest_device where id = %s", counter.device
        )[0]
        old = authority.renew(counter.device, public_key.encode())
    (counter.folder / "device.pem").write_bytes(old)
    counter.connect().sell(5)
    counter.sees("This device's certificate has run out.")
    assert "technician to renew it" in counter.badge().remedy
    assert "device renew" in counter.link.problem.sentence
    assert house.held_of(counter.device) == held

    house.collector("device", "renew", counter.device, "--folder", counter.folder)
    house.has(counter)
    house.wait("the trouble to be over", lambda: counter.problem == "")
    assert house.alarms_of(counter.device) == []


def test_a_broker_whose_certificate_ran_out_is_named_at_the_counter_and_in_ingest(
    house, expired_now
):
    counter = house.register()
    counter.sell(3).settle()
    folder = house.folder / "broker"
    with expired_now() as authority:
        old = authority.issue_server(BrokerPlace(folder).names())
    old.write(folder / "server.pem", folder / "server.key")
    house.restart("broker")
    counter.sell(5)
    counter.sees("The certificate of the back office's broker has run out.")
    assert "broker-config" in counter.link.problem.sentence
    house.wait("ingest to say so", lambda: "broker-config" in house.log("ingest"))

    house.collector("broker-config", "--folder", folder, "--port", house.port)
    house.restart("broker")
    house.has(counter)


def test_a_collector_whose_certificate_ran_out_is_named_and_goes_on_when_it_is_renewed(
    house, expired_now
):
    counter = house.register()
    counter.sell(3).settle()
    house.kill("ingest")
    with expired_now() as authority:
        authority.renew_collector()
    house.start("ingest")
    counter.sell(5)
    counter.sees("The broker answers, the back office behind it does not.")
    house.wait("ingest to say so", lambda: "authority renew" in house.log("ingest"))

    house.collector("authority", "renew")
    house.has(counter)
