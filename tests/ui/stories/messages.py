"""Sentences that come up anywhere, laid over the screens where they may come up."""

from dataclasses import replace

from appliance.desks.register.presenter import NOT_KEPT
from appliance.desks.register.presenter_greeting import NOTES_LOST
from appliance.desks.register.view import Action, Notice, State
from drivers import DeviceError
from stories.goods import CHEESE
from stories.table import story


def troubles(kind=DeviceError):
    """Give every trouble a device can tell of."""
    for each in kind.__subclasses__():
        yield each
        yield from troubles(each)


@story(variants=True)
def messages(cashier):
    say = cashier.presenter._session.words.say
    cashier.scan(CHEESE)
    screen = cashier.screen
    for place, text in enumerate((NOT_KEPT, NOTES_LOST)):
        cashier.presenter.screen = replace(screen, notice=Notice(say(text), State.BAD))
        yield f"of the start {place}"
    for kind in troubles():
        notice = Notice(
            f"{say(kind.meaning)} {say(kind.remedy)}",
            State.BAD,
            Action("notice", say("Print again")),
        )
        cashier.presenter.screen = replace(screen, notice=notice)
        yield f"{kind.__name__}"
