"""Lines of tables that every report has: cells with intervals, reasons for unmeasured time, parameters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count, product
from string import ascii_lowercase

from spasmograph.model import Provenance, QualityReason, Score, Span
from spasmograph.parameters import Parameters
from spasmograph.present import words
from spasmograph.present.numbers import clock, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value and its interval, both as text, the letter of a note on it, and the name of its colour."""

    value: str
    interval: str = ""
    note: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table: its caption, the headings of its columns, its lines, and notes by their letters.

    `widths` are the shares of a sheet of paper that its columns take.
    """

    caption: str
    headings: tuple[str, ...]
    widths: tuple[float, ...]
    lines: tuple[tuple[Cell, ...], ...]
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Why some time was not measured."""

    label: str
    seconds: str
    message: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRow:
    """One parameter as it was used, with its unit and its reason where the rule set of this version knows it."""

    key: str
    value: str
    why: str


def reason_rows(reasons: Iterable[QualityReason]) -> tuple[ReasonRow, ...]:
    """Why some time was not measured, each reason with how long and when."""
    return tuple(
        ReasonRow(
            label=words.REASONS[reason.code],
            seconds=f", {seconds(reason.seconds)}" if reason.seconds > 0 else "",
            message=words.sentence(words.shown_name(reason.message)),
            when=_when(reason.spans),
        )
        for reason in reasons
    )


def _when(spans: Sequence[Span]) -> str:
    shown = ", ".join("–".join(dict.fromkeys((clock(span.onset_s), clock(span.offset_s)))) for span in spans[:4])
    return f"{shown} and {len(spans) - 4} more" if len(spans) > 4 else shown


def parameter_rows(provenance: Provenance, rule_set: Parameters) -> tuple[ParameterRow, ...]:
    """Every parameter as it was used, by its name."""
    return tuple(_parameter(key, value, rule_set) for key, value in sorted(provenance.parameters.items()))


def _parameter(key: str, value: float | str | bool, rule_set: Parameters) -> ParameterRow:
    known = rule_set.entries.get(key)
    unit = known.unit if known and known.unit not in ("ratio", "count") else ""
    shown = f"{value:g}" if isinstance(value, float) else str(value)
    return ParameterRow(key=key, value=f"{shown} {unit}".strip(), why=known.why if known else "")


def note_letters(scores: Iterable[Score]) -> dict[str, str]:
    """A letter for every reason that scores give, in their order."""
    return lettered(score.reason for score in scores)


def lettered(remarks: Iterable[str]) -> dict[str, str]:
    """A letter for every remark, each once and in order: a to z, then aa, ab and so on."""
    told = dict.fromkeys(remark for remark in remarks if remark)
    letters = ("".join(some) for length in count(1) for some in product(ascii_lowercase, repeat=length))
    return dict(zip(told, letters, strict=False))


def score_notes(scores: Iterable[Score]) -> tuple[tuple[str, str], ...]:
    """Every reason that scores give as a sentence, with its letter."""
    return tuple((letter, words.sentence(words.shown_name(reason))) for reason, letter in note_letters(scores).items())
