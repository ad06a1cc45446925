"""The first word after a start: what was found of the time before."""

from __future__ import annotations

from functools import partial

from appliance.desks.register.presenter_session import Session
from appliance.desks.register.view import State
from appliance.domain.receipt import ReceiptFacts
from appliance.services.printing import Stage
from appliance.services.resume import Resumed
from appliance.services.words import sentence

NOTES_LOST = sentence(
    "The notes of open sales were damaged: scan again what is not paid. Nothing sold is lost."
)


def greet(session: Session, resumed: Resumed) -> bool:
    """Say what the restart gave back; whether there was something to say."""
    say, count = session.words.say, session.words.count
    open_ = resumed.start.open
    unprinted = [facts for facts in resumed.sold if not _is_printed(session, facts)]
    if resumed.notes_lost:
        session.tell(say(NOTES_LOST), State.BAD, cause="notes")
    elif unprinted:
        facts = unprinted[-1]
        session.tell(
            say(
                "Sale {receipt} is recorded; its receipt may not be printed.", receipt=facts.receipt
            ),
            action=say("Print the receipt"),
            do=partial(session.pages.done.reprint, facts),
            cause="printer",
        )
    elif session.parts.printing.view.waiting:
        return False
    elif open_ is not None and open_.basket.lines:
        text = count(
            "The open sale is back, with {number} line.",
            "The open sale is back, with {number} lines.",
            len(open_.basket.lines),
        )
        session.tell(text, State.OK)
    return True


def _is_printed(session: Session, facts: ReceiptFacts) -> bool:
    printing = session.parts.printing
    paper = printing.view.of(facts.sale)
    if paper is not None:
        return paper.stage is not Stage.WAITING
    return not printing.view.present or printing.copies(facts.sale) >= 0
