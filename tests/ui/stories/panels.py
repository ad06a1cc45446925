"""The panels that open from the top bar: what each state means, and what to do."""

from dataclasses import replace
from datetime import timedelta

from appliance.desks.register import presenter_status
from appliance.desks.register.view import State, StatusItem
from appliance.services.ports import Sending
from drivers.plugged import Plugged, What
from stories.goods import CHEESE
from stories.table import story


@story(scale=True, display=True)
def panels(cashier):
    cashier.scan(CHEESE)
    for item in cashier.screen.top.items:
        cashier.touch(f"status-{item.key}")
        yield f"what {item.key} means"
        cashier.touch("status-close")


@story(variants=True)
def sending(cashier):
    cashier.scan(CHEESE)
    now = cashier.shop.times.now
    for problem in ("", *presenter_status._PROBLEMS):
        cashier.presenter._parts.sending._show(Sending(unsent=1234, problem=problem, oldest=now))
        cashier.touch("status-sending")
        yield f"the problem {problem or 'none'}"
        cashier.touch("status-close")


@story(scale=True, display=True)
def everything_at_once(cashier):
    """Nothing works: the bar has to hold it all."""
    say, shop = cashier.presenter._session.words.say, cashier.shop
    cashier.scan(CHEESE)
    shop.scanner.unplug()
    shop.scale.unplug()
    shop.drawer.pull_open()
    shop.times.pass_by(754)
    shop.times.now += timedelta(days=400)
    newcomer = Plugged("1-1.3", "0c2e:0b61", "Honeywell Voyager 1452g", What.KEYS)
    cashier.presenter._parts.newcomers.strangers = (newcomer,)
    cashier.presenter._parts.sending._show(Sending(unsent=1234, problem="unreachable"))
    cashier.presenter.tick()
    if cashier.body.kind == "sign_in":
        cashier.sign_in()
    cashier.see(lambda screen: sum(item.state is State.BAD for item in screen.top.items) > 2)
    screen = cashier.screen
    for place, trouble in enumerate(presenter_status._PRINTER_TROUBLES):
        label, meaning, remedy = map(say, trouble[2:])
        printer = StatusItem("printer", label, State.BAD, meaning, remedy)
        items = (printer, *screen.top.items[1:])
        top = replace(screen.top, items=items)
        cashier.presenter.screen = replace(screen, top=top, detail=printer)
        yield f"what to do about the printer {place}"
        cashier.presenter.screen = replace(screen, top=top)
        yield f"in the bar {place}"
