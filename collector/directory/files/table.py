"""Reading a CSV file as spreadsheets write it, naming everything that is wrong with it.

UTF-8, with or without its mark; comma, semicolon or tab between the columns, found by the header;
the first line names the columns, in any order. Columns may be left out unless they are needed, but
none may have a name that means nothing here: a misspelt one would be lost without a word.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from collector.directory.files import Fault, FileRefused

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AGAIN = "save the table again as “CSV UTF-8”"
_DELIMITERS = ",;\t"
_LONGEST_CELL = 2000
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Column:
    """A column a file may have.

    Attributes:
        name: As in the header, in small letters.
        read: Makes the value of a cell; raises ValueError with the reason.
        needed: Whether the file must have it and no cell may be empty.
        empty: The value of an empty cell; without one the value is left out.
    """

    name: str
    read: Callable[[str], Any]
    needed: bool = False
    empty: Any = _NOTHING


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a file.

    Attributes:
        line: Its number in the file, from 1.
        values: Values by column; an absent column has none.
        cells: The cells as they stand, for naming what is wrong later.
    """

    line: int
    values: dict[str, Any]
    cells: dict[str, str]

    def fault(self, column: str, reason: str) -> Fault:
        """Say what is wrong with one of its cells."""
        return Fault(self.line, column, self.cells.get(column, ""), reason)


def read_table(
    name: str, content: bytes, columns: Sequence[Column]
) -> tuple[list[Record], list[Fault]]:
    """Read every line of a file.

    Args:
        name: The file's name, for its errors.
        content: Its bytes.
        columns: What it may hold.

    Returns:
        The lines that are in order, and everything wrong with the others.

    Raises:
        FileRefused: It is not a table of these columns at all.
    """
    lines = _lines(name, _decode(name, content), columns)
    _, header = next(lines)
    chosen = _header(name, header, columns)
    records: list[Record] = []
    faults: list[Fault] = []
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        record, wrong = _record(line, cells, chosen)
        faults += wrong
        if record is not None:
            records.append(record)
    return records, faults


def refuse_doubles(records: Sequence[Record], *columns: str) -> list[Fault]:
    """Find lines that name the same thing as a line before them."""
    first: dict[tuple[Any, ...], int] = {}
    faults = []
    for record in records:
        key = tuple(record.values[column] for column in columns)
        if key in first:
            faults.append(record.fault(columns[-1], f"line {first[key]} has the same already"))
        first.setdefault(key, record.line)
    return faults


def _decode(name: str, content: bytes) -> str:
    if content.startswith(_UTF_16) or b"\0" in content[:4]:
        raise _refused(name, 0, f"It is written in UTF-16, not in UTF-8: {_SAVE_AGAIN}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = (
            content[max(error.start - 12, 0) : error.start + 1].decode("latin-1").split("\n")[-1]
        )
        raise _refused(
            name,
            0,
            f"Line {line} is not written in UTF-8 (after “{found[:-1]}” stands byte "
            f"{content[error.start]:#04x}, as in Latin-1 or Windows-1252): {_SAVE_AGAIN}.",
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _refused(name, 0, f"Line {line} holds the character NUL: {_SAVE_AGAIN}.")
    return text


def _lines(name: str, text: str, columns: Sequence[Column]) -> Iterator[tuple[int, list[str]]]:
    """Yield each line with its number; a cell in quotes may run over several lines of the file."""
    header = text.split("\n", 1)[0].rstrip("\r")
    if not header.strip():
        raise _refused(name, 1, f"the first line names the columns: {_names(columns)}")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_delimiter(header, columns), strict=True
    )
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refused(name, line, f"the quotes do not match ({error})") from error


def _delimiter(header: str, columns: Sequence[Column]) -> str:
    """Choose the delimiter under which most columns of the header are known."""
    known = {column.name for column in columns}

    def recognised(delimiter: str) -> int:
        return len(known & {_plain(cell) for cell in header.split(delimiter)})

    return max(_DELIMITERS, key=recognised)


def _header(name: str, cells: Sequence[str], columns: Sequence[Column]) -> list[Column]:
    by_name = {column.name: column for column in columns}
    found = [_plain(cell) for cell in cells]
    unknown = [cell for cell in found if cell not in by_name]
    missing = [column.name for column in columns if column.needed and column.name not in found]
    double = {cell for cell in found if found.count(cell) > 1}
    for wrong, sentence in (
        (unknown, "mean nothing here"),
        (missing, "must be there"),
        (double, "stand there more than once"),
    ):
        if wrong:
            raise _refused(
                name,
                1,
                f"of its columns {', '.join(map(repr, wrong))} {sentence}: there are {_names(columns)}",
            )
    return [by_name[cell] for cell in found]


def _record(
    line: int, cells: Sequence[str], chosen: Sequence[Column]
) -> tuple[Record | None, list[Fault]]:
    if len(cells) != len(chosen):
        reason = f"{len(chosen)} cells are expected, {len(cells)} are found"
        return None, [Fault(line, "", "", reason)]
    values: dict[str, Any] = {}
    faults = []
    for column, cell in zip(chosen, cells, strict=True):
        try:
            value = _value(column, cell)
        except ValueError as wrong:
            faults.append(Fault(line, column.name, cell, str(wrong)))
        else:
            if value is not _NOTHING:
                values[column.name] = value
    if faults:
        return None, faults
    texts = {column.name: cell for column, cell in zip(chosen, cells, strict=True)}
    return Record(line, values, texts), []


def _value(column: Column, cell: str) -> Any:
    if len(cell) > _LONGEST_CELL:
        raise ValueError(f"this is longer than {_LONGEST_CELL} characters")
    if cell.strip():
        return column.read(cell)
    if column.needed:
        raise ValueError("this cannot be empty")
    return column.empty


def _plain(cell: str) -> str:
    return cell.strip().strip('"').strip().lower()


def _names(columns: Sequence[Column]) -> str:
    return ", ".join(
        f"{column.name} (needed)" if column.needed else column.name for column in columns
    )


def _refused(name: str, line: int, reason: str) -> FileRefused:
    return FileRefused(name, [Fault(line, "", "", reason)])
