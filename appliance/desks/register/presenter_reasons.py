"""Why? One touch on a reason the shop has named; its own words end up in the journal."""

from __future__ import annotations

from collections.abc import Callable

from appliance.desks.register.presenter_list import ListPage
from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import ListRow
from appliance.services.words import sentence

USUAL: dict[str, tuple[str, ...]] = {
    "price_reasons": (
        sentence("Wrong price on the shelf"),
        sentence("Damaged"),
        sentence("Price agreed with the customer"),
    ),
    "return_reasons": (
        sentence("Does not work"),
        sentence("Spoiled"),
        sentence("Wrong article"),
        sentence("The customer changed their mind"),
    ),
    "void_reasons": (
        sentence("Rung up by mistake"),
        sentence("Wrong way of paying"),
        sentence("The customer left it"),
    ),
    "no_sale_reasons": (
        sentence("Change for a note"),
        sentence("Wrong change given"),
        sentence("Test of the drawer"),
    ),
    "paid_in_reasons": (
        sentence("Change from the bank"),
        sentence("Put back"),
    ),
    "paid_out_reasons": (
        sentence("Paid a supplier"),
        sentence("Bought for the shop"),
        sentence("Tips to the staff"),
    ),
    "drop_reasons": (
        sentence("Too much in the drawer"),
        sentence("Change of cashier"),
    ),
    "difference_reasons": (
        sentence("Not known"),
        sentence("Wrong change given"),
        sentence("Paid out without a slip"),
        sentence("Not counted carefully"),
    ),
    "discount_reasons": (
        sentence("Damaged"),
        sentence("Close to its date"),
        sentence("Staff"),
        sentence("To make up for something"),
    ),
}
"""By the name of the setting with which the back office lays its own over them."""


def ask_reason(session: Session, setting: str, do: Callable[[str], object]) -> None:
    """Ask for a reason, then do something with it.

    Args:
        session: For the language and the settings.
        setting: Which reasons, by the setting's name.
        do: Takes the reason as it was shown.
    """
    own = session.setting(setting, None)
    named = [str(each) for each in own] if isinstance(own, list) and own else []
    reasons = named or [session.words.say(each) for each in USUAL[setting]]
    session.show(
        ListPage(
            session,
            title=session.words.say("Why?"),
            rows=lambda: [ListRow(str(place), reason) for place, reason in enumerate(reasons)],
            pick=lambda key: do(reasons[int(key)]),
            back=session.pages.sale.enter,
        )
    )
