"""Whoever asked how the device is gets an answer, and never "all is well" when nobody looked."""

from __future__ import annotations

from appliance.doctor.attending import Attending
from appliance.doctor.findings import Severity


def answered(look):
    answers = []
    attending = Attending(look=look, submit=lambda do, *given: do(*given), post=lambda show: show())
    attending.ask(answers.append)
    (found,) = answers
    return found


def test_what_was_found_is_handed_on():
    assert answered(lambda: ["a finding"]) == ["a finding"]


def test_a_doctor_who_stumbles_is_no_clean_bill():
    def look():
        raise OSError(5, "Input/output error")

    (finding,) = answered(look)
    assert finding.severity is Severity.LOOK
    assert finding.remedy
    assert finding.detail == "OSError"
