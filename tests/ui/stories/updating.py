"""A new version: it waits for a quiet moment, starts, and why one did not stay."""

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


@story()
def what_came_of_a_version(cashier):
    updating = cashier.presenter.session.parts.updating
    told = [
        Report("2026.11.22", Stage.FELL_BACK, Why.PERIPHERALS),
        Report("2026.11.22", Stage.WAITING, Why.UNSENT),
        Report("2026.11.22", Stage.REFUSED, Why.SIGNATURE),
    ]
    for report in told:
        updating.view = UpdateView(report)
        updating.changed()
        cashier.touch("status-update")
        yield report.stage.value
        cashier.touch("status-close")
