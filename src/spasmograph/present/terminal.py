"""The first page of a report for the terminal, readable at 80 columns and in a pipe."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasmograph.model import Measurement
from spasmograph.present import words
from spasmograph.present.content import Content, content
from spasmograph.present.numbers import SPACE
from spasmograph.terms import Verdict

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, Group
    from rich.table import Table
    from rich.text import Text

TONES = {Verdict.GOOD: "green", Verdict.LIMITED: "yellow", Verdict.COUNTS_ONLY: "yellow", Verdict.REFUSED: "red"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence for a terminal of any width, broken so that a number keeps its unit."""

    words: str
    style: str = ""

    def __rich_console__(self, _: "Console", options: "ConsoleOptions") -> "Iterator[Text]":
        """The lines of the sentence, each of at most the width of the terminal."""
        from textwrap import wrap

        from rich.text import Text

        yield from (Text(line.replace(SPACE, " "), style=self.style) for line in wrap(self.words, options.max_width))


def summary_table(measurement: Measurement) -> "Group":
    """File, verdict with its reasons, what happened, and each side in numbers; to be printed by a rich `Console`."""
    from rich.console import Group
    from rich.text import Text

    facts = content(measurement)
    head: list[Text | Sentence] = [
        Text(facts.file, style="bold", overflow="fold"),
        Sentence(facts.recording, "dim"),
        Sentence(facts.verdict, f"bold {TONES[measurement.quality.verdict]}"),
    ]
    if measurement.quality.verdict is Verdict.REFUSED:
        return Group(*head, *_reasons(facts), Sentence(facts.verdict_note))
    sentences = [Sentence(sentence) for sentence in facts.happened]
    return Group(*head, *_reasons(facts), Text(), *sentences, _sides(facts), Sentence(f"{words.SIDE_TABLE_CAPTION}."), *_blinks(facts))


def _reasons(facts: Content) -> list[Sentence]:
    reasons = [f"- {reason.label}{reason.seconds}. {reason.message}" for reason in facts.reasons]
    return [Sentence(line) for line in (*reasons, *(f"- {note}" for note in facts.notes))]


def _sides(facts: Content) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", no_wrap=True)
    for heading in ("Right", "Left", "Both at once"):
        table.add_column(heading, overflow="fold")
    for row in facts.sides:
        cells = [f"{cell.value} ({cell.interval})" if cell.interval else cell.value for cell in row.cells]
        table.add_row(*(Text(words_of_cell) for words_of_cell in (row.label, *cells)))
    return table


def _blinks(facts: Content) -> list[Sentence]:
    if not facts.blinks:
        return []
    own, *published = facts.blinks
    beside = f" Published, {published[0].label[:1].lower()}{published[0].label[1:]}: {published[0].value}." if published else ""
    return [Sentence(f"Blinks: {own.value}.{beside}")]
