"""The power goes at a chosen step of what changes the card."""

import os

CALLS = ("open", "write", "fsync", "rename", "replace", "unlink")


class KilledError(BaseException):
    """The power went."""


def killing(patched, at):
    """Have the power go at the ``at``-th call that changes the card; return how many there were."""
    made = [0]

    def guarded(real):
        def call(*arguments, **told):
            made[0] += 1
            if made[0] == at:
                raise KilledError
            return real(*arguments, **told)

        return call

    for name in CALLS:
        patched.setattr(os, name, guarded(getattr(os, name)))
    return made
