"""The tables of two muscles: which go together, and which joins while another is moved; what cannot be told of stands in sentences below."""

import math
import re
from collections.abc import Iterable, Sequence

from spasmograph.model import EmgMeasurement, Synchrony, Synkinesis, Together
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.leads import Lead, name_of
from spasmograph.present.emg.sentences import mid
from spasmograph.present.emg.tables import EMPTY, REMARKS, as_remark, estimate_cell, p_value
from spasmograph.present.numbers import interval
from spasmograph.present.rows import Cell, Table

PAIR_ORDER = (Together.SYNCHRONOUS, Together.CROSS_TALK, Together.BY_CHANCE, Together.NOT_TOLD)
MOST_NAMED = 6
_NUMBER = re.compile(r"\d+")


def pair_table(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> Table:
    """Which muscles begin their bursts together, what tells most first; no line where nothing can be told of any."""
    compared = [pair for pair in measurement.synchrony if math.isfinite(pair.shared.value)]
    told = any(pair.together is not Together.NOT_TOLD for pair in compared)
    headings = ("First", "Second", "Together", "Shared", "By chance", "Probability", "Lag", "Same signal", "What it says", REMARKS)
    ranked = sorted(compared, key=lambda pair: (PAIR_ORDER.index(pair.together), -pair.shared.value))
    lines = tuple(_pair(pair, leads) for pair in ranked) if told else ()
    return Table(caption=own.SYNCHRONY_CAPTION, headings=headings, widths=(1.4, 1.4, 0.8, 1.2, 0.9, 0.9, 1.2, 0.8, 1.8, 1.0), lines=lines)


def synkinesis_table(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> Table:
    """What another muscle does while one is moved; no line where none was."""
    headings = ("Moved", "Other muscle", "Movements", "With a burst", "Ratio", REMARKS)
    lines = tuple(_synkinesis(one, leads) for one in measurement.synkinesis if math.isfinite(one.ratio.value))
    return Table(caption=own.SYNKINESIS_CAPTION, headings=headings, widths=(1.4, 1.4, 0.8, 0.8, 1.2, 2.0), lines=lines)


def untold_pairs(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> tuple[str, ...]:
    """Of which pairs nothing can be told, and why: one sentence a reason."""
    every = [(pair.first, pair.second) for pair in measurement.synchrony]
    untold = [(pair.first, pair.second, pair.reason) for pair in measurement.synchrony if not math.isfinite(pair.shared.value)]
    return _untold(untold, every, leads, joint=" with ")


def untold_synkineses(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> tuple[str, ...]:
    """Of which movements nothing can be told, and why: one sentence a reason."""
    every = [(one.moved, one.follower) for one in measurement.synkinesis]
    untold = [(one.moved, one.follower, one.reason) for one in measurement.synkinesis if not math.isfinite(one.ratio.value)]
    return _untold(untold, every, leads, joint=" while moving ", turned=True)


def _untold(
    untold: Sequence[tuple[str, str, str]], every: Sequence[tuple[str, str]], leads: tuple[Lead, ...], *, joint: str, turned: bool = False
) -> tuple[str, ...]:
    """One sentence for all pairs whose reasons differ by their numbers at most."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for first, second, reason in untold:
        groups.setdefault(_NUMBER.sub("#", reason), []).append((second, first, reason) if turned else (first, second, reason))
    listed = [(second, first) for first, second in every] if turned else list(every)
    return tuple(_sentence(group, listed, leads, joint) for group in groups.values())


def _sentence(group: Sequence[tuple[str, str, str]], every: Sequence[tuple[str, str]], leads: tuple[Lead, ...], joint: str) -> str:
    many = "One other pair" if len(group) == 1 else f"{len(group)} other pairs"
    pairs = [(first, second) for first, second, _ in group]
    silent = [label for label in dict.fromkeys(label for pair in every for label in pair) if _is_silent(label, pairs, every)]
    rest = [pair for pair in pairs if not set(pair) & set(silent)]
    calm = [mid(name_of(leads, label)) for label in silent[:MOST_NAMED]]
    named = [f"every pair with {'one of ' if len(calm) > 1 else ''}{words.joined(calm)}"] if calm else []
    named += [f"{mid(name_of(leads, first))}{joint}{mid(name_of(leads, second))}" for first, second in rest[:MOST_NAMED]]
    left_out = max(0, len(silent) - MOST_NAMED) + max(0, len(rest) - MOST_NAMED)
    named += [f"and {left_out} more"] if left_out else []
    why = _reasons([reason for _, _, reason in group], leads)
    return f"{many} cannot be told{f', since {why}' if why else ''}: {'; '.join(named)}."


def _is_silent(label: str, untold: Sequence[tuple[str, str]], every: Sequence[tuple[str, str]]) -> bool:
    """Whether nothing can be told of any pair with this channel, of which there are at least two."""
    own_pairs = [pair for pair in every if label in pair]
    return len(own_pairs) > 1 and all(pair in untold for pair in own_pairs)


def _reasons(reasons: Sequence[str], leads: tuple[Lead, ...]) -> str:
    """Reasons that differ by their numbers as one, with the range of each number."""
    found = list(zip(*([int(number) for number in _NUMBER.findall(reason)] for reason in reasons), strict=True))
    ranges = iter([f"{min(values)}–{max(values)}" if min(values) < max(values) else str(values[0]) for values in found])
    text = _NUMBER.sub(lambda _: next(ranges), reasons[0])
    return words.shown_name(_with_names(text, leads)).strip().rstrip(".")


def _with_names(text: str, leads: Iterable[Lead]) -> str:
    """The text with channels as a person calls them."""
    for lead in sorted(leads, key=lambda lead: -len(lead.label)):
        text = re.sub(rf"\b{re.escape(lead.label)}\b", lambda _, lead=lead: mid(lead.name), text)  # type: ignore[misc]
    return text


def _synkinesis(one: Synkinesis, leads: tuple[Lead, ...]) -> tuple[Cell, ...]:
    known = own.ANNOTATED if one.annotated else own.NOT_ANNOTATED
    return (
        Cell(value=name_of(leads, one.moved)),
        Cell(value=name_of(leads, one.follower)),
        Cell(value=str(one.movements)),
        Cell(value=str(one.followed)),
        estimate_cell(one.ratio, ""),
        Cell(value=as_remark(_with_names(one.reason, leads)) or known),
    )


def _pair(pair: Synchrony, leads: tuple[Lead, ...]) -> tuple[Cell, ...]:
    return (
        Cell(value=name_of(leads, pair.first)),
        Cell(value=name_of(leads, pair.second)),
        Cell(value=str(pair.pairs)),
        estimate_cell(pair.shared, "fraction"),
        Cell(value=interval(pair.null_low, pair.null_high, "fraction") or words.EMPTY),
        Cell(value=p_value(pair.probability)) if math.isfinite(pair.probability) else EMPTY,
        estimate_cell(pair.lag_ms, "ms"),
        Cell(value=f"{pair.same_waveform:.2f}") if math.isfinite(pair.same_waveform) else EMPTY,
        Cell(value=words.capital(own.TOGETHER[pair.together])),
        Cell(value=as_remark(pair.reason)),
    )
