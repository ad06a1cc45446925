"""Who is at the counter: a PIN, a wrong one, too many of them, the lock, the languages."""

from stories.table import story
from tests.flows.shop import NUTELLA


@story(signed_in=False)
def signing_in(cashier):
    yield "who is it"
    cashier.touch("person-p3", "pin-1", "pin-1")
    yield "a PIN is typed"
    for tries in range(5):
        heard = cashier.screen.sound[0]
        cashier.touch("person-p1", "pin-1", "pin-1", "pin-1", "pin-1", "pin-enter")
        cashier.see(lambda screen, heard=heard: screen.sound[0] > heard)
        if tries == 0:
            yield "a wrong PIN"
    cashier.see(lambda screen: not screen.body.keypad_enabled)
    yield "too many wrong PINs"


@story()
def locking(cashier):
    cashier.scan(NUTELLA)
    cashier.touch("language")
    yield "the languages"
    cashier.touch("language", "lock")
    yield "locked"
    cashier.scan("5410013114697")
    yield "a scan while locked"
