"""The first page of an EMG report for the terminal, and what a file holds; readable at 80 columns and in a pipe."""

from typing import TYPE_CHECKING

from spasmograph.model import Biosignal, Channel, EmgMeasurement
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.content import EmgContent, emg_content
from spasmograph.present.emg.leads import calibrated, muscle_words
from spasmograph.present.numbers import seconds
from spasmograph.present.rows import Cell
from spasmograph.present.rows import Table as Rows
from spasmograph.present.terminal import TONES, Sentence
from spasmograph.terms import ChannelKind, Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

MOST_REMARKS = 8


def emg_summary_table(measurement: EmgMeasurement) -> "Group":
    """File, verdict with its reasons, what was found, and each muscle in numbers; to be printed by a rich `Console`."""
    from rich.console import Group
    from rich.text import Text

    facts = emg_content(measurement)
    head: list[Text | Sentence] = [
        Text(facts.file, style="bold", overflow="fold"),
        Sentence(facts.recording, "dim"),
        Sentence(facts.verdict, f"bold {TONES[measurement.quality.verdict]}"),
    ]
    reasons = [*_reasons(facts), *_remarks(facts)]
    if measurement.quality.verdict is Verdict.REFUSED:
        return Group(*head, *reasons, Sentence(facts.verdict_note))
    sentences = [Sentence(sentence) for sentence in facts.happened]
    tables: list[Table | Sentence] = [_activity(facts.activity), Sentence(f"{own.ACTIVITY_CAPTION}.")] if facts.activity else []
    published = [Sentence(f"Beside the published pattern “{block.name}”: {block.summary}.") for block in facts.published]
    return Group(*head, *reasons, Text(), *sentences, *tables, *published, *([Sentence(own.LIMITS[1][1])] if published else []))


def contents_table(biosignal: Biosignal) -> "Group":
    """What a file holds and how its channels are understood; to be printed by a rich `Console`."""
    from rich.console import Group
    from rich.text import Text

    recording = biosignal.recording
    line = f"{words.shown_name(recording.file_format)}, {seconds(recording.duration_s)}, {len(biosignal.annotations)} annotations"
    table = _grid(("No.", "Name", "Kind", "Muscle", "Side", "Rate", "Unit"))
    for channel in recording.channels:
        table.add_row(*(Text(cell) for cell in _channel(channel)))
    gaps = [Sentence(f"{len(recording.gaps)} gaps, {seconds(sum(gap.duration_s for gap in recording.gaps))} in all.")] if recording.gaps else []
    notes = [Sentence(words.sentence(words.shown_name(note))) for note in recording.notes]
    name = Text(words.shown_name(recording.name), style="bold", overflow="fold")
    return Group(name, Sentence(line, "dim"), table, *gaps, *notes)


def _channel(channel: Channel) -> tuple[str, ...]:
    muscle = muscle_words(str(channel.muscle)) if channel.muscle else "not known" if channel.kind is ChannelKind.EMG else ""
    side = words.SIDES[channel.side] if channel.side else "not known" if channel.kind is ChannelKind.EMG else ""
    unit = words.shown_name(channel.unit) or (own.OWN_UNIT if not calibrated(channel) else "")
    return str(channel.index + 1), words.shown_name(channel.name), own.KINDS[channel.kind], muscle, side, f"{channel.rate_hz:g} Hz", unit


def _reasons(facts: EmgContent) -> list[Sentence]:
    reasons = [f"- {reason.label}{reason.seconds}. {reason.message}" for reason in facts.reasons]
    return [Sentence(line) for line in (*reasons, *(f"- {note}" for note in facts.notes))]


def _remarks(facts: EmgContent) -> list[Sentence]:
    """What was wrong with single channels."""
    lines = facts.channels.lines if facts.channels else ()
    told = [f"- {', '.join(cell.value for cell in line[:2] if cell.value != words.EMPTY)}: {line[-1].value}" for line in lines if line[-1].value]
    rest = [f"- And {len(told) - MOST_REMARKS} more channels with remarks; report.html lists them."] if len(told) > MOST_REMARKS else []
    return [Sentence(line) for line in (*told[:MOST_REMARKS], *rest)]


def _activity(rows: Rows) -> "Table":
    from rich.text import Text

    table = _grid(rows.headings)
    for line in rows.lines:
        table.add_row(*(Text(_cell(cell)) for cell in line))
    return table


def _cell(cell: Cell) -> str:
    return f"{cell.value} ({cell.interval})" if cell.interval else cell.value


def _grid(headings: tuple[str, ...]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
