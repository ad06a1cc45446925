"""What became of a payment whose answer did not come, told by the terminal's last transaction.

Before the terminal was asked it stood at one transaction, and now it stands at one. The same one:
ours never came to be. The next one, over our amount: ours. Anything else may be somebody else's, and
then nothing is guessed: a person compares the slips.
"""

from __future__ import annotations

from drivers.terminal import Outcome, Result
from drivers.terminal.attempts import Note, known, lost
from drivers.terminal.sentences import ANOTHER_PAYMENT, CANNOT_SAY, NEVER_ASKED, PAID, REFUSED
from drivers.terminal.zvt_status import Mark, Status
from drivers.terminal.zvt_words import refused


def judge(note: Note, last: Status | None, currency: int) -> Note:
    """The note with what became of it.

    Args:
        note: Of an attempt that may have been asked.
        last: The terminal's last transaction, whatever it was; None where it tells of none.
        currency: The number of the note's currency.
    """
    if last is None or not last.whole or not note.could_say:
        return lost(note, CANNOT_SAY)
    if last.mark is None:
        # A transaction without a number took nothing, and ours would have had to come after it.
        return known(note, Result(*refused(last.result))) if last.result else lost(note, CANNOT_SAY)
    if last.mark == note.before:
        return known(note, Result(Outcome.DECLINED, message=NEVER_ASKED))
    if not _is_over(note, last, currency):
        return lost(note, ANOTHER_PAYMENT)
    return _ours(note, last, last.mark)


def _ours(note: Note, last: Status, mark: Mark) -> Note:
    """The note by a later transaction over the same amount."""
    if last.original_trace is not None:
        return _taken_back(note, mark)
    if note.before is not None and not mark.follows(note.before):
        return lost(note, ANOTHER_PAYMENT)
    if last.result:
        return known(note, Result(*refused(last.result)), mark)
    return known(note, Result(Outcome.APPROVED, mark.reference(), PAID), mark)


def _is_over(note: Note, last: Status, currency: int) -> bool:
    return last.amount_minor == note.wire_minor and last.currency in {None, currency}


def _taken_back(note: Note, mark: Mark) -> Note:
    """The terminal took ours back by itself, because nobody acknowledged that it was paid."""
    if note.before is not None and any(mark.follows(note.before, steps) for steps in (1, 2)):
        return known(note, Result(Outcome.DECLINED, message=REFUSED), mark)
    return lost(note, ANOTHER_PAYMENT)
