"""What a page for a counter's settings has been filled with: nothing typed in it is ever lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from appliance.domain.counter import digest
from collector.counters.pieces import PIECES, Field, Piece, PieceRefused, put_in
from collector.counters.telling import CounterRefused, check, in_one_writing

_PUT = "put"


@dataclass(slots=True)
class Editor:
    """The settings and the pieces of a page.

    Attributes:
        text: What stands in the settings.
        shown: The `digest` of what stood there when the page was opened.
        seen: The state of what is changed, when the page was opened.
        typed: What stands in the fields of the pieces, by their names in the form.
        wrong: Why it was not saved, or empty.
        detail: More of that, in English.
        put: Title of the piece that was just put in, or empty.
        open: Key of the piece that something is wrong with, or empty.
    """

    text: str
    shown: str
    seen: str
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    detail: str = ""
    put: Any = ""
    open: str = ""

    @classmethod
    def opened(cls, text: str, seen: str) -> Editor:
        """Fill a page that is opened."""
        return cls(text, digest(in_one_writing(text)), seen)

    @classmethod
    def sent(cls, typed: Mapping[str, str]) -> Editor:
        """Fill a page as it was sent."""
        return cls(
            typed.get("settings", "").replace("\r\n", "\n"),
            typed.get("shown", ""),
            typed.get("seen", ""),
            typed,
        )

    @property
    def is_changed(self) -> bool:
        """Whether the settings are others than when the page was opened."""
        return digest(in_one_writing(self.text)) != self.shown

    @property
    def pieces(self) -> list[tuple[Piece, list[tuple[Field, str, str]]]]:
        """Every piece with its fields: their names in the form, and what stands in them."""
        return [
            (
                piece,
                [(each, name, self.typed.get(name, each.value)) for each, name in _named(piece)],
            )
            for piece in PIECES
        ]

    def refuse(self, refused: CounterRefused) -> None:
        """Keep why it was not saved."""
        self.wrong, self.detail = str(refused), refused.detail

    def put_piece(self) -> bool:
        """Put a piece into the settings, where that was asked; return whether it was."""
        asked = self.typed.get(_PUT)
        if asked is None:
            return False
        piece = next((each for each in PIECES if each.key == asked), None)
        if piece is None:
            self.wrong = _("Choose what is to be put in from the list.")
            return True
        said = {each.key: self.typed[name] for each, name in _named(piece) if name in self.typed}
        try:
            self.text = put_in(self.text, piece, said)
        except PieceRefused as refused:
            self.wrong, self.open = str(refused), piece.key
            return True
        names = {name for _field, name in _named(piece)}
        self.typed = {name: value for name, value in self.typed.items() if name not in names}
        self.put = piece.title
        try:
            check(self.text)
        except CounterRefused as refused:
            self.refuse(refused)
        return True

    def check_finished(self) -> None:
        """Refuse to leave out what was typed of a piece that was not put in.

        Raises:
            CounterRefused: Something was.
        """
        for piece in PIECES:
            for each, name in _named(piece):
                if not each.value and self.typed.get(name, "").strip():
                    self.open = piece.key
                    raise CounterRefused(
                        _("You filled in: {piece}. Put it in first, or empty it.").format(
                            piece=piece.title
                        )
                    )


def _named(piece: Piece) -> Iterator[tuple[Field, str]]:
    return ((each, f"{piece.key}.{each.key}") for each in piece.fields)
