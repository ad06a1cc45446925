"""Goods by weight, with everything the pad may have to say."""

from dataclasses import replace

from appliance.desks.register.presenter_scale import SCALE_TROUBLES, WEIGHING
from stories.table import story
from tests.flows.shop import APPLES


@story(scale=True)
def weighing(cashier):
    cashier.shop.scale.put(12_750)
    cashier.touch("category-fruit", f"key-{APPLES}")
    cashier.see(lambda screen: screen.body.keypad.entry.endswith("750"))
    yield "what lies on the scale"
    cashier.touch("pad-0", "pad-comma", "pad-0", "pad-2", "pad-extra")
    cashier.see(lambda screen: screen.body.keypad.entry.endswith("730"))
    yield "the packing comes off"
    cashier.shop.scale.put(0)
    cashier.touch("pad-extra", "pad-confirm")
    cashier.see(lambda screen: screen.sound[1] == "bad")
    yield "nothing lies there"
    cashier.touch("pad-cancel")
    cashier.shop.scale.put(5)
    cashier.touch("status-scale")
    yield "set to zero"


@story(scale=True)
def weighing_without_the_scale(cashier):
    cashier.shop.scale.unplug()
    cashier.touch("category-fruit", f"key-{APPLES}")
    cashier.see(lambda screen: any(item.state.value == "bad" for item in screen.top.items))
    yield "the scale is away"
    cashier.type("1234")
    yield "too heavy, or sold"


@story(scale=True, variants=True)
def what_the_scale_says(cashier):
    cashier.touch("category-fruit", f"key-{APPLES}")
    screen = cashier.screen
    say = cashier.presenter._session.words.say
    said = [" ".join(map(say, trouble[1:])) for trouble in SCALE_TROUBLES.values()]
    said += map(say, WEIGHING.values())
    for place, hint in enumerate(said):
        pad = replace(screen.body.keypad, hint=hint)
        cashier.presenter.screen = replace(screen, body=replace(screen.body, keypad=pad))
        yield f"what the scale may say {place}"
