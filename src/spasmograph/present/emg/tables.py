"""The tables of an EMG report: channels, activity, rhythm, scores and bursts, once for page, paper and terminal."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import permutations

from spasmograph.model import Burst, ChannelPattern, EmgMeasurement, Estimate, Score
from spasmograph.model.evoked import ResponseKind
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.amplitudes import MICROVOLTS, amplitude, between
from spasmograph.present.emg.leads import Lead
from spasmograph.present.emg.remarks import brief
from spasmograph.present.emg.sentences import estimate
from spasmograph.present.numbers import LEAST_P, SPACE, clock, interval, percent, plain, score_interval, score_value, seconds
from spasmograph.present.rows import Cell, Table, lettered
from spasmograph.present.sentences import find
from spasmograph.terms import MICROVOLT, Verdict

IN_TABLES = frozenset(
    {"burst_rate", "burst_time", "burst_duration_median", "burst_peak_median", "noise", "burst_synchrony", "burst_lag", "synkinesis_ratio"}
)
REMARKS = "Remarks"
MOST_REASONS = 2
EMPTY = Cell(value=words.EMPTY)


def channel_table(leads: tuple[Lead, ...]) -> Table:
    """How well each channel could be measured, and what disturbed it."""
    headings = ("Muscle", "Side", "Verdict", "Measured", "Noise", "Mains, taken out", "Heart beats", "Not measured")
    lines = tuple((*_who(lead), *_quality(lead)) for lead in leads)
    return Table(caption=own.CHANNELS_CAPTION, headings=headings, widths=(1.6, 0.8, 0.9, 1.0, 0.9, 1.3, 1.1, 2.4), lines=lines)


def activity_table(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> Table:
    """Muscle by side: bursts, rate, length, peak and share of time."""
    headings = ("Muscle", "Side", "Bursts", "Per minute", "Length", "Peak", "Time in bursts")
    counts = Counter(burst.channel for burst in measurement.events)
    lines = tuple((*_who(lead), *_activity(measurement, lead, counts[lead.label])) for lead in leads if lead.quality.observed)
    return Table(caption=own.ACTIVITY_CAPTION, headings=headings, widths=(1.7, 0.7, 0.6, 1.2, 1.5, 1.5, 1.4), lines=lines)


def rhythm_table(measurement: EmgMeasurement, leads: tuple[Lead, ...]) -> Table:
    """How the bursts of each muscle follow each other; muscles without a burst are left out."""
    headings = ("Muscle", "Side", "Length", "Pause", "Rhythm", "Strength", "By chance", "In trains", REMARKS)
    by_label = {pattern.channel: pattern for pattern in measurement.patterns if pattern.bursts}
    lines = tuple((*_who(lead), *_rhythm(by_label[lead.label])) for lead in leads if lead.label in by_label)
    return Table(caption=own.RHYTHM_CAPTION, headings=headings, widths=(1.5, 0.6, 1.3, 1.2, 1.4, 0.8, 0.8, 1.0, 1.8), lines=lines)


def score_table(
    scores: Sequence[Score], leads: tuple[Lead, ...], letters: dict[str, str], cited: Callable[[str], str], *, further: bool = False
) -> Table:
    """Every score, one line a channel or pair, those of one name together; or only those further ones that no other table tells."""
    headings = ("Score", "Where", "Value", "Over", "Published")
    stems = {score.name: _where(score.name, leads)[0] for score in scores}
    places = {stem: place for place, stem in enumerate(dict.fromkeys(stems.values()))}
    shown = [score for score in scores if not (further and _told_elsewhere(stems[score.name]))]
    lines = tuple(_score(score, leads, letters, cited) for score in sorted(shown, key=lambda score: places[stems[score.name]]))
    return Table(caption=words.SCORES_CAPTION, headings=headings, widths=(1.8, 1.8, 1.6, 0.8, 2.0), lines=lines)


def filled(table: Table) -> Table | None:
    """The table without columns that tell nothing in any line, its remarks as notes; None where it has no line."""
    noted = _noted(table)
    kept = [place for place in range(len(noted.headings)) if any(line[place].value not in ("", words.EMPTY) for line in noted.lines)]
    if not kept:
        return None
    headings, widths = tuple(noted.headings[place] for place in kept), tuple(noted.widths[place] for place in kept)
    return replace(noted, headings=headings, widths=widths, lines=tuple(tuple(line[place] for place in kept) for line in noted.lines))


def _noted(table: Table) -> Table:
    """The table with a letter in each line for its remark, and each remark once."""
    if table.headings[-1] != REMARKS:
        return table
    letters = lettered(line[-1].value for line in table.lines)
    lines = tuple((replace(line[0], note=letters.get(line[-1].value, "")), *line[1:-1], Cell(value="")) for line in table.lines)
    return replace(table, lines=lines, notes=tuple((letter, remark) for remark, letter in letters.items()))


def burst_table(measurement: EmgMeasurement, leads: tuple[Lead, ...], places: Sequence[int]) -> Table:
    """Some bursts by their places, in order of time."""
    headings = ("No.", "Start", "Lasted", "Muscle", "Side", "Peak", "Mean", "Frequency", "Sure", "Remark")
    by_label = {lead.label: lead for lead in leads}
    lines = tuple(_burst(place + 1, measurement.events[place], by_label[measurement.events[place].channel]) for place in places)
    caption = own.bursts_listed(len(lines)) if len(lines) == len(measurement.events) else own.bursts_left_out(len(lines), len(measurement.events))
    return Table(caption=caption, headings=headings, widths=(0.5, 0.8, 0.8, 1.7, 0.6, 0.9, 0.9, 0.9, 0.7, 1.2), lines=lines)


def strongest(measurement: EmgMeasurement, leads: tuple[Lead, ...], most: int) -> list[int]:
    """The places of at most so many bursts, in order of time: the strongest of each channel, since channels do not compare."""
    known = {lead.label for lead in leads}
    places: dict[str, list[int]] = {}
    for place, burst in enumerate(measurement.events):
        if burst.channel in known:
            places.setdefault(burst.channel, []).append(place)
    if sum(map(len, places.values())) <= most:
        return sorted(place for own_places in places.values() for place in own_places)
    ranked = [(rank, place) for own_places in places.values() for rank, place in enumerate(_by_peak(measurement, own_places))]
    return sorted(place for _, place in sorted(ranked)[:most])


def p_value(value: float) -> str:
    """A probability as it is told."""
    return words.NOT_TOLD if not math.isfinite(value) else f"<{SPACE}{LEAST_P}" if value < LEAST_P else plain(value)


def _by_peak(measurement: EmgMeasurement, places: list[int]) -> list[int]:
    return sorted(places, key=lambda place: (-_known(measurement.events[place].peak_uv), place))


def _known(value: float) -> float:
    return value if math.isfinite(value) else -1.0


def _who(lead: Lead) -> tuple[Cell, Cell]:
    muscle = f"{lead.muscle} ({lead.mark})" if lead.mark else lead.muscle
    return Cell(value=muscle), Cell(value=lead.side or words.EMPTY, colour=lead.colour if lead.colour != "muted" else "")


def _quality(lead: Lead) -> tuple[Cell, ...]:
    quality = lead.quality
    none = "none seen" if quality.observed else words.EMPTY
    mains = f"{plain(quality.mains_hz)}{SPACE}Hz" if math.isfinite(quality.mains_hz) else ""
    size = amplitude(quality.mains_uv, lead.unit) if mains and math.isfinite(quality.mains_uv) else ""
    return (
        Cell(value=own.VERDICTS[quality.verdict], colour=f"tone-{quality.verdict}"),
        Cell(value=seconds(quality.observed_s)),
        Cell(value=amplitude(quality.noise_uv, lead.unit) if math.isfinite(quality.noise_uv) else words.EMPTY),
        Cell(value=size or mains or none, interval=mains if size else ""),
        Cell(value=f"{quality.ecg_per_min:.0f} per minute" if math.isfinite(quality.ecg_per_min) else none),
        Cell(value=_lacking(lead)),
    )


def _lacking(lead: Lead) -> str:
    """What a limited or refused channel lacks: the reasons that took most of its time."""
    if lead.quality.verdict is Verdict.GOOD:
        return ""
    most = sorted(lead.quality.reasons, key=lambda reason: -reason.seconds)[:MOST_REASONS]
    return "; ".join(f"{words.REASONS[reason.code]}{f': {brief(reason.seconds)}' if reason.seconds > 0 else ''}" for reason in most)


def as_remark(reason: str) -> str:
    """A reason as a sentence; empty where there is none."""
    return words.sentence(words.shown_name(reason)) if reason else ""


def estimate_cell(value: Estimate, unit: str) -> Cell:
    """A number with its unit and interval."""
    if not math.isfinite(value.value):
        return EMPTY
    return Cell(value=estimate(Estimate(value=value.value), unit), interval=interval(value.low, value.high, unit))


def _quartiles(values: tuple[float, float, float], unit: str) -> Cell:
    """A median with the middle half."""
    low, middle, high = values
    if not math.isfinite(middle):
        return EMPTY
    shown = seconds(middle) if unit == "s" else f"{plain(middle)}{SPACE}{unit}"
    return Cell(value=shown, interval=interval(low, high, unit))


def _activity(measurement: EmgMeasurement, lead: Lead, count: int) -> tuple[Cell, ...]:
    rate = _score_of(measurement, "burst_rate", lead)
    return (
        Cell(value=str(count)),
        Cell(value=plain(rate.value), interval=score_interval(rate)) if rate and math.isfinite(rate.value) else EMPTY,
        *(_of_score(measurement, name, lead) for name in ("burst_duration_median", "burst_peak_median", "burst_time")),
    )


def _of_score(measurement: EmgMeasurement, name: str, lead: Lead) -> Cell:
    score = _score_of(measurement, name, lead)
    if score is None or not math.isfinite(score.value):
        return EMPTY
    return _value(score, lead.unit)


def _score_of(measurement: EmgMeasurement, name: str, lead: Lead) -> Score | None:
    return find(measurement, f"{name}_{lead.label}")


def _told_elsewhere(stem: str) -> bool:
    """Whether another table or a response shows the scores of this name."""
    return stem in IN_TABLES or stem.startswith(tuple(f"{kind}_" for kind in ResponseKind))


def _value(score: Score, unit: str, note: str = "") -> Cell:
    """A score's value and interval; an amplitude is in its channel's unit."""
    if score.unit == MICROVOLT:
        return Cell(value=amplitude(score.value, unit), interval=between(score.low, score.high, unit), note=note)
    return Cell(value=score_value(score), interval=score_interval(score), note=note)


def _rhythm(pattern: ChannelPattern) -> tuple[Cell, ...]:
    trains = f"{pattern.in_trains} of {pattern.bursts}"
    if pattern.trains:
        trains += f", in {len(pattern.trains)}"
    return (
        _quartiles(pattern.duration_quartiles_s, "s"),
        _quartiles(pattern.interval_quartiles_s, "s"),
        _rhythm_cell(pattern),
        Cell(value=percent(pattern.rhythm_strength)) if math.isfinite(pattern.rhythm_strength) else EMPTY,
        Cell(value=p_value(pattern.rhythm_probability)) if math.isfinite(pattern.rhythm_probability) else EMPTY,
        Cell(value=trains),
        Cell(value=as_remark(pattern.reason)),
    )


def _rhythm_cell(pattern: ChannelPattern) -> Cell:
    """The rhythm; one that chance seldom gives, but that is not strong enough to be called one, as weak."""
    if pattern.rhythmic:
        return estimate_cell(pattern.rhythm_hz, "hz")
    if pattern.rhythm_probability < LEAST_P:
        cell = estimate_cell(pattern.rhythm_hz, "hz")
        return replace(cell, value=f"weak, {cell.value}")
    return Cell(value="none found" if not pattern.reason else words.NOT_TOLD)


def _score(score: Score, leads: tuple[Lead, ...], letters: dict[str, str], cited: Callable[[str], str]) -> tuple[Cell, ...]:
    stem, where, unit = _where(score.name, leads)
    label = _label(score, stem, leads)
    norms = "; ".join(
        f"{interval(norm.low, norm.high, score.unit) or plain(norm.low)}, {norm.condition} {cited(norm.source)}" for norm in score.norms
    )
    note = letters.get(score.reason, "")
    return (
        Cell(value=label),
        Cell(value=where),
        _value(score, unit, note),
        Cell(value=seconds(score.observed_s)),
        Cell(value=norms),
    )


def _label(score: Score, stem: str, leads: tuple[Lead, ...]) -> str:
    """A score's label without its channels, which have a column of their own."""
    spoken = [lead.label.replace("_", " ") for lead in leads if lead.label in score.name]
    ends = [f", {' and '.join(some)}" for some in (*permutations(spoken, 2), *((one,) for one in spoken))]
    label = next((score.label.removesuffix(end) for end in ends if score.label.endswith(end)), score.label)
    plain_words = words.capital(stem.replace("_", " "))
    return plain_words if not label or any(one in label for one in spoken) else words.shown_name(label)


def _where(name: str, leads: tuple[Lead, ...]) -> tuple[str, str, str]:
    """A score's name without its channels, these in words, and the unit of the last; what has none concerns the recording."""
    found: list[Lead] = []
    stem = words.shown_name(name)
    for _ in range(2):
        fitting = [lead for lead in leads if stem.endswith(f"_{lead.label}")]
        if not fitting:
            break
        longest = max(fitting, key=lambda lead: len(lead.label))
        found.insert(0, longest)
        stem = stem.removesuffix(f"_{longest.label}")
    return stem, " and ".join(lead.name for lead in found), found[-1].unit if found else MICROVOLTS


def _burst(number: int, burst: Burst, lead: Lead) -> tuple[Cell, ...]:
    known = math.isfinite(burst.median_frequency_hz)
    return (
        Cell(value=str(number)),
        Cell(value=clock(burst.onset_s)),
        Cell(value=f"{'≥ ' if burst.censored else ''}{seconds(burst.duration_s)}"),
        *_who(lead),
        Cell(value=amplitude(burst.peak_uv, lead.unit)),
        Cell(value=amplitude(burst.mean_uv, lead.unit)),
        Cell(value=f"{burst.median_frequency_hz:.0f}{SPACE}Hz") if known else EMPTY,
        Cell(value=percent(burst.confidence)),
        Cell(value="cut off by unmeasured time" if burst.censored else ""),
    )
