"""The first page of a report for the terminal, readable at 80 columns and in a pipe."""

from typing import TYPE_CHECKING

from spasmograph.model import Measurement
from spasmograph.present import words
from spasmograph.present.content import Content, content
from spasmograph.terms import Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

TONES = {Verdict.GOOD: "green", Verdict.LIMITED: "yellow", Verdict.COUNTS_ONLY: "yellow", Verdict.REFUSED: "red"}


def summary_table(measurement: Measurement) -> "Group":
    """File, verdict with its reasons, what happened, and each side in numbers; to be printed by a rich `Console`."""
    from rich.console import Group
    from rich.text import Text

    facts = content(measurement)
    head = [
        Text(facts.file, style="bold", overflow="fold"),
        Text(facts.recording, style="dim"),
        Text(facts.verdict, style=f"bold {TONES[measurement.quality.verdict]}"),
    ]
    if measurement.quality.verdict is Verdict.REFUSED:
        return Group(*head, *_reasons(facts), Text(facts.verdict_note))
    sentences = [Text(sentence) for sentence in facts.happened]
    return Group(*head, *_reasons(facts), Text(), *sentences, _sides(facts), *_blinks(facts))


def _reasons(facts: Content) -> list["Text"]:
    from rich.text import Text

    return [Text(f"- {reason.label}{reason.seconds}. {reason.message}") for reason in facts.reasons]


def _sides(facts: Content) -> "Table":
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, caption=words.SIDE_TABLE_CAPTION, caption_justify="left")
    for heading in ("", "Right", "Left", "Both at once"):
        table.add_column(heading, overflow="fold")
    for row in facts.sides:
        cells = [f"{cell.value} ({cell.interval})" if cell.interval else cell.value for cell in row.cells]
        table.add_row(*(Text(words_of_cell) for words_of_cell in (row.label, *cells)))
    return table


def _blinks(facts: Content) -> list["Text"]:
    from rich.text import Text

    if not facts.blinks:
        return []
    own, *published = facts.blinks
    beside = f" Published, {published[0].label[:1].lower()}{published[0].label[1:]}: {published[0].value}." if published else ""
    return [Text(f"Blinks: {own.value}.{beside}")]
