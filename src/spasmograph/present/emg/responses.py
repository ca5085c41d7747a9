"""What stimuli evoked, in words and numbers: a table of all responses, and a block for each with what is published beside it."""

import math
from dataclasses import dataclass

from spasmograph.model import EmgMeasurement, EvokedResponse, Presence
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import amplitude, amplitude_estimate, between
from spasmograph.present.emg.leads import Lead, name_of, unit_of
from spasmograph.present.emg.references import References
from spasmograph.present.emg.sentences import estimate, missed, response_title
from spasmograph.present.emg.tables import EMPTY, estimate_cell
from spasmograph.present.numbers import LEAST_P, SPACE, interval, plain
from spasmograph.present.rows import Cell, Table

THERE = (Presence.PRESENT, Presence.REDUCED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseBlock:
    """An evoked response in words: what, whether it was there, and its numbers."""

    title: str
    presence: str
    facts: tuple[tuple[str, str], ...]
    note: str


def response_table(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> Table:
    """Every response that was looked for: where, whether it was there, its latency and amplitude, and what would have been seen."""
    headings = ("Response", "Muscle", "Stimulated", "Result", "Latency", "Amplitude", "Visible from", "Stimuli")
    sided = any(response.stimulated for response in measurement.evoked)
    lines = tuple(_line(response, leads, sided=sided) for response in measurement.evoked)
    return Table(caption=own.RESPONSES_CAPTION, headings=headings, widths=(1.6, 1.9, 0.9, 1.0, 1.3, 1.3, 0.9, 0.6), lines=lines)


def response_block(response: EvokedResponse, leads: tuple[Lead, ...], cited: References) -> ResponseBlock:
    """One response with all its numbers."""
    low_ms, high_ms = response.window_ms
    facts = _numbers(response, unit_of(leads, response.channel)) if response.presence in THERE else []
    facts += [
        ("Published", f"{interval(norm.low, norm.high, 'ms') or plain(norm.low)}{SPACE}ms, {norm.condition} {cited.cite(norm.source)}")
        for norm in response.norms
    ]
    facts += [
        ("Looked for", f"{plain(low_ms)} to {plain(high_ms)}{SPACE}ms after the stimulus"),
        ("Stimuli", f"{response.sweeps}{f', {response.rejected} left out' if response.rejected else ''}"),
        ("Chance", chance(response.probability)),
    ]
    return ResponseBlock(title=response_title(response, leads), presence=own.PRESENCES[response.presence], facts=tuple(facts), note=_note(response))


def _numbers(response: EvokedResponse, unit: str) -> list[tuple[str, str]]:
    """What is told of the numbers of a response that is there; its amplitude and area in its channel's unit."""
    numbers = (
        ("Latency", response.latency_ms, estimate(response.latency_ms, "ms")),
        ("Amplitude", response.amplitude_uv, amplitude_estimate(response.amplitude_uv, unit)),
        ("Duration", response.duration_ms, estimate(response.duration_ms, "ms")),
        ("Area", response.area_uv_ms, amplitude_estimate(response.area_uv_ms, unit).replace(unit, f"{unit}{SPACE}ms", 1)),
    )
    return [(label, shown) for label, value, shown in numbers if math.isfinite(value.value)]


def chance(probability: float) -> str:
    """How seldom noise alone gives as much, in words."""
    if not math.isfinite(probability):
        return words.NOT_TOLD
    often = f"fewer than {100 * LEAST_P:g}" if probability < LEAST_P else f"{100 * probability:.0f}"
    return f"noise alone gives as much in {often} of 100 cases"


def _note(response: EvokedResponse) -> str:
    """What a response that was not there means: once, as what would have been seen, or else why nothing can be told."""
    if response.presence is Presence.ABSENT and missed(response):
        return f"Tested, not only missing: {missed(response)}."
    return words.sentence(words.shown_name(response.reason)) if response.reason else ""


def _line(response: EvokedResponse, leads: tuple[Lead, ...], *, sided: bool) -> tuple[Cell, ...]:
    stimulated = (words.SIDES[response.stimulated] if response.stimulated else words.EMPTY) if sided else ""
    there = response.presence in THERE
    unit, size = unit_of(leads, response.channel), response.amplitude_uv
    return (
        Cell(value=own.RESPONSES[response.kind]),
        Cell(value=name_of(leads, response.channel), colour=str(response.side or "")),
        Cell(value=stimulated),
        Cell(value=own.PRESENCES[response.presence], colour="standing-for" if there else "standing-not_told"),
        estimate_cell(response.latency_ms, "ms") if there else EMPTY,
        Cell(value=amplitude(size.value, unit), interval=between(size.low, size.high, unit)) if there and math.isfinite(size.value) else EMPTY,
        Cell(value=amplitude(response.detectable_uv, unit)) if math.isfinite(response.detectable_uv) else EMPTY,
        Cell(value=str(response.sweeps)),
    )
