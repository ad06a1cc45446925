"""The keys for numbers."""

from appliance.ui.widgets.digits import Digits


def test_digits_are_where_a_card_terminal_has_them(stage):
    pressed = []
    digits = Digits("pad", pressed.append, before="comma", before_text=",")
    stage.resize(800, 480)
    stage.show(digits)
    order = sorted(stage.outline().values(), key=lambda item: (item.y, item.x))
    assert [item.name for item in order] == [
        *(f"pad-{digit}" for digit in "123456789"), "pad-comma", "pad-0", "pad-back",
    ]  # fmt: skip
    stage.show(None)
