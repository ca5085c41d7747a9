"""Entries in the terminal: as one line of JSON, as a line of a table, or field by field."""

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from spasmograph.cli.wording import safe

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

    from spasmograph.model.record import Entry

# So much of an id tells entries apart, and commands take it for the whole.
SHORT_ID = 8
LONGEST_CELL = 90


def print_json(entries: "Iterable[Entry]") -> None:
    """One entry a line, in letters that every terminal has."""
    from spasmograph.io.store.codec import entry_to_dict

    for entry in entries:
        click.echo(json.dumps(entry_to_dict(entry)))


def print_kept(entry: "Entry", *, as_json: bool, verb: str = "Noted") -> None:
    """What was kept, in one line."""
    if as_json:
        print_json([entry])
    else:
        told = "; ".join(part for part in (when_words(entry), in_short(entry)) if part)
        click.echo(safe(f"{verb} {short(entry)}: {told}"))


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Labels with texts; those without a text are left out."""
    from rich.text import Text

    table = _table()
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    for label, text in facts:
        if text:
            table.add_row(Text(label), _cell(text))
    _print(table)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows under headings; the last column takes what room there is."""
    table = _table(header=True)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading != headings[-1])
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    _print(table)


def print_sentences(sentences: Iterable[str]) -> None:
    """Sentences below each other, broken at the terminal's width."""
    from rich.text import Text

    for sentence in sentences:
        _print(Text(safe(sentence)))


def short(entry: "Entry") -> str:
    """An entry's id as lists show it."""
    return entry.id[:SHORT_ID]


def when_words(entry: "Entry") -> str:
    """When an entry was, as far as it is known."""
    from spasmograph.web.rendering import moment

    return moment(entry.at, entry.precision)


def in_short(entry: "Entry", longest: int | None = None) -> str:
    """What an entry says, in one line."""
    from spasmograph.web.pages.telling import told_of

    when = when_words(entry)
    told = "; ".join(f"{label} {text}" for label, text in told_of(entry) if text and text != when)
    line = " ".join(told.split())
    return line if longest is None or len(line) <= longest else f"{line[: longest - 1]}…"


def list_rows(entries: "Iterable[Entry]") -> list[tuple[str, str, str, str]]:
    """Entries for a table: when, of which kind, the id, what it says."""
    return [(when_words(entry), str(entry.kind), short(entry), in_short(entry, LONGEST_CELL)) for entry in entries]


def _cell(text: str) -> "Text":
    """A text with its lines, and nothing in it that steers the terminal."""
    from rich.text import Text

    return Text("\n".join(safe(line) for line in text.splitlines()))


def _table(*, header: bool = False) -> "Table":
    from rich.table import Table

    return Table(box=None, show_header=header, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")


def _print(shown: object) -> None:
    from rich.console import Console

    Console(highlight=False, emoji=False).print(shown)
