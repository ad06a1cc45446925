"""A new version, and new settings: they wait for a quiet moment and start; why a version did not stay."""

from appliance.desks.register.presenter_restart_causes import NewSettings
from appliance.domain.update import Report, Stage, Why
from appliance.services.updating import UpdateView
from stories.table import story


@story(signed_in=False)
def a_new_version(cashier):
    session = cashier.presenter.session
    updating, page = session.parts.updating, session.pages.restart
    updating.view = UpdateView(Report("2026.11.22", Stage.INSTALLED), "2026.11.22")
    page._starts_at = session.parts.monotonic() + 12
    session.show(page)
    yield "counts down"
    page._agreed = True
    session.changed()
    yield "starts anew"


@story(signed_in=False)
def new_settings_of_the_counter(cashier):
    session = cashier.presenter.session
    page, settings = session.pages.restart, NewSettings(session)
    session.parts.counter_settings.waits = True
    page.announce(settings)
    page._starts_at = session.parts.monotonic() + 12
    session.changed()
    yield "counts down"
    page._agreed = True
    session.changed()
    yield "starts anew"


@story()
def what_came_of_a_version(cashier):
    updating = cashier.presenter.session.parts.updating
    told = {
        "fell back": Report("2026.11.22", Stage.FELL_BACK, Why.PERIPHERALS),
        "waiting": Report("2026.11.22", Stage.WAITING, Why.UNSENT),
        "older, on a stick": Report("2026.11.22", Stage.REFUSED, Why.OLDER),
        "something on a stick": Report("", Stage.REFUSED, Why.SIGNATURE),
    }
    for name, report in told.items():
        updating.view = UpdateView(report)
        updating.changed()
        cashier.touch("status-update")
        yield name
        cashier.touch("status-close")
