"""The first page of an EMG report for the terminal, and what a file holds; readable at 80 columns and in a pipe."""

from typing import TYPE_CHECKING

from spasmograph.model import Biosignal, Channel, EmgMeasurement
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import OWN_UNIT
from spasmograph.present.emg.content import EmgContent, emg_content
from spasmograph.present.emg.leads import calibrated, muscle_words
from spasmograph.present.emg.remarks import Remark
from spasmograph.present.numbers import seconds
from spasmograph.present.rows import Cell
from spasmograph.present.rows import Table as Rows
from spasmograph.present.terminal import TONES, Sentence
from spasmograph.terms import ChannelKind, Verdict

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

MOST_REMARKS = 8
MOST_COLUMNS = 6


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
    return Group(*head, *reasons, Text(), *sentences, *_tables(facts), *_published(facts))


def contents_table(biosignal: Biosignal) -> "Group":
    """What a file holds and how its channels are understood; to be printed by a rich `Console`."""
    from rich.console import Group
    from rich.text import Text

    recording = biosignal.recording
    line = f"{words.shown_name(recording.file_format)}, {seconds(recording.duration_s)}, {own.counted(len(biosignal.annotations), 'annotation')}"
    table = _grid(("No.", "Name", "Kind", "Muscle", "Side", "Rate", "Unit"))
    for channel in recording.channels:
        table.add_row(*(Text(cell) for cell in _channel(channel)))
    lost = f"{own.counted(len(recording.gaps), 'gap')}, {seconds(sum(gap.duration_s for gap in recording.gaps))} in all."
    gaps = [Sentence(lost)] if recording.gaps else []
    notes = [Sentence(words.sentence(words.shown_name(note))) for note in recording.notes]
    name = Text(words.shown_name(recording.name), style="bold", overflow="fold")
    return Group(name, Sentence(line, "dim"), table, *gaps, *notes)


def _channel(channel: Channel) -> tuple[str, ...]:
    muscle = muscle_words(str(channel.muscle)) if channel.muscle else "not known" if channel.kind is ChannelKind.EMG else ""
    side = words.SIDES[channel.side] if channel.side else "not known" if channel.kind is ChannelKind.EMG else ""
    unit = words.shown_name(channel.unit) or (OWN_UNIT if not calibrated(channel) else "")
    return str(channel.index + 1), words.shown_name(channel.name), own.KINDS[channel.kind], muscle, side, f"{channel.rate_hz:g} Hz", unit


def _published(facts: EmgContent) -> list[Sentence]:
    """How many features speak for and against each published pattern; none where nothing can be told of any."""
    told = [block for block in facts.published.patterns if block.told]
    lines = [Sentence(f"- {block.name}: {block.summary}.") for block in told]
    return [Sentence(f"{own.HEADINGS['published']}, feature by feature. {own.NO_DIAGNOSIS}"), *lines] if lines else []


def _reasons(facts: EmgContent) -> list[Sentence]:
    reasons = [f"- {reason.label}{reason.seconds}. {reason.message}" for reason in facts.reasons]
    return [Sentence(line) for line in (*reasons, *(f"- {note}" for note in facts.notes))]


def _remarks(facts: EmgContent) -> list[Sentence]:
    """What was wrong with single channels."""
    rest = own.remarks_left_out(len(facts.channel_notes.remarks) - MOST_REMARKS)
    return [Sentence(f"- {_remark(remark)}") for remark in facts.channel_notes.remarks[:MOST_REMARKS]] + ([Sentence(f"- {rest}")] if rest else [])


def _remark(remark: Remark) -> str:
    return f"{remark.label}, {remark.short}. {remark.message}" if remark.label else f"{words.capital(remark.short)}: {remark.message}"


def _tables(facts: EmgContent) -> "list[Table | Sentence]":
    """What stimuli evoked, then each muscle in numbers."""
    evoked, activity = facts.tables.evoked, facts.tables.activity
    found: list[Table | Sentence] = [_plain(evoked, MOST_COLUMNS), Sentence(f"{own.RESPONSES_CAPTION}.")] if evoked else []
    return found + ([_plain(activity, len(activity.headings)), Sentence(f"{own.ACTIVITY_CAPTION}.")] if activity else [])


def _plain(rows: Rows, columns: int) -> "Table":
    """The first columns of a table."""
    from rich.text import Text

    table = _grid(rows.headings[:columns])
    for line in rows.lines:
        table.add_row(*(Text(_cell(cell)) for cell in line[:columns]))
    return table


def _cell(cell: Cell) -> str:
    """A value, with its interval on a line of its own."""
    return f"{cell.value}\n{cell.interval}" if cell.interval else cell.value


def _grid(headings: tuple[str, ...]) -> "Table":
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
