"""What a scanner types: key codes of Linux as characters, on the keyboard of the United States.

Scanners are set to that keyboard when they leave the factory, and its layout is all they know of.
The computer's own layout plays no part: the keys are read before it comes in.
"""

from __future__ import annotations

from evdev import ecodes

_PLAIN = {
    "GRAVE": "`~", "1": "1!", "2": "2@", "3": "3#", "4": "4$", "5": "5%", "6": "6^", "7": "7&",
    "8": "8*", "9": "9(", "0": "0)", "MINUS": "-_", "EQUAL": "=+", "LEFTBRACE": "[{",
    "RIGHTBRACE": "]}", "BACKSLASH": "\\|", "SEMICOLON": ";:", "APOSTROPHE": "'\"",
    "COMMA": ",<", "DOT": ".>", "SLASH": "/?", "SPACE": "  ", "TAB": "\t\t", "KPPLUS": "++",
    "KPMINUS": "--", "KPDOT": "..", "KPSLASH": "//", "KPASTERISK": "**",
    **{letter: letter.lower() + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    **{f"KP{digit}": digit * 2 for digit in "0123456789"},
}  # fmt: skip
"""Key name → the character without and with shift."""

CHARACTERS: dict[int, str] = {ecodes.ecodes[f"KEY_{name}"]: pair for name, pair in _PLAIN.items()}

ENDS = frozenset({ecodes.KEY_ENTER, ecodes.KEY_KPENTER})
SHIFTS = frozenset({ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTSHIFT})
CONTROLS = frozenset({ecodes.KEY_LEFTCTRL, ecodes.KEY_RIGHTCTRL})
LOCKS = frozenset({ecodes.KEY_CAPSLOCK, ecodes.KEY_NUMLOCK, ecodes.KEY_SCROLLLOCK})


class Typing:
    """Follows the keys of one scanner."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    def key(self, code: int, *, down: bool) -> bytes | None:
        """What a key types, as bytes; empty for shift and the like, None for no key of a code.

        A letter or bracket with Ctrl is a control character: scanners send FNC1 of GS1 codes as
        Ctrl and ``]``, which is GS.
        """
        if code in SHIFTS | CONTROLS:
            (self._held.add if down else self._held.discard)(code)
            return b""
        if not down or code in LOCKS:
            return b""
        if code in ENDS:
            return b"\r"
        if code not in CHARACTERS:
            return None
        pair = CHARACTERS[code]
        if self._held & CONTROLS:
            return bytes([ord(pair[0].upper()) & 0x1F])
        return pair[bool(self._held & SHIFTS)].encode()

    def release(self) -> None:
        """Forget which keys are held: their release may have been lost."""
        self._held.clear()
