"""The register: a cashier scans, takes money, gives a receipt."""

from __future__ import annotations

from appliance.desks.register.presenter import RegisterPresenter
from appliance.desks.register.presenter_session import Parts
from appliance.services.resume import Resumed

NAME = "register"
"""Its folder, and its name in the settings."""

DEVICES = ("printer", "drawer", "scanner", "terminal", "scale", "display")
"""The kinds of devices it works with; each may be missing."""


def present(parts: Parts, *, language: str, resumed: Resumed) -> RegisterPresenter:
    """Make the desk's presenter.

    Args:
        parts: The services it works with.
        language: To begin with.
        resumed: What was found at the start.
    """
    return RegisterPresenter(parts, language=language, resumed=resumed)
