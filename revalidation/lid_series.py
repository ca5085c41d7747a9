"""The detector alone, on lid series that others measured and labelled: no film, no landmarks of ours."""

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from revalidation.counting import Counts, bootstrap, f1_interval, match, median, quantile, total
from revalidation.recordings import recording, table
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.measure.baseline import signals_from_geometry
from spasmograph.measure.events import find_events
from spasmograph.model import Event, Signals
from spasmograph.parameters import load_parameters
from spasmograph.terms import Region, Side

Floats = NDArray[np.float64]
LABELLED_RATE_HZ = 30.0
RATES_HZ = (240, 60, 30, 24)
_REPLY_S = (0.0, 0.5)
_SAME_S = 0.1
_STRONG_PSI = 30.0
_STILL = {"scale_px": 300.0, "mouth_opening": 0.0, "head_yaw_deg": 0.0, "head_pitch_deg": 0.0, "head_roll_deg": 0.0, "residual": 0.0, "covered": 0.0}
_STILL_SIDE = {"eye_width": 0.3, "pupil_gap": 0.05, "gaze_down": 0.0, "brow": 0.2, "corner_x": 0.3, "corner_y": -0.6, "cheek": -0.3, "iris": 0.13}
NOTES = (
    (
        "clip3, clip5: the mean eye aspect ratio of both eyes with frames labelled as blink by people, taken at 30 frames a "
        "second, which the files do not state. "
        "A hit shares a frame with the label."
    ),
    (
        "pyblinker: 900 s of a camera's eye aspect ratio at 100 Hz with 31 annotated events; its author labels selected events, "
        "so what else is found is not "
        "necessarily wrong, and only the share found is given."
    ),
    (
        "Air puffs (Kaiser): the puff goes to one eye, the blink is of both eyes. A reply is an event of both eyelids that "
        "begins within 0.5 s after the puff. "
        "The same series are thinned to other rates by taking the nearest moments; two events are the same if their onsets differ by at most 0.1 s."
    ),
)


def events_of(time_s: Floats, left: Floats, right: Floats) -> tuple[Signals, tuple[Event, ...]]:
    """Signals and events from lid gaps alone; the rest of the face is held still."""
    n = len(time_s)
    values = {name: np.full(n, value) for name, value in _STILL.items()}
    for side, gap in (("left", left), ("right", right)):
        values |= {f"{name}_{side}": np.full(n, value) for name, value in _STILL_SIDE.items()}
        values[f"lid_gap_{side}"] = gap
    raw = Signals(time_s=time_s, values=values)
    signals = signals_from_geometry(raw, load_parameters())
    return signals, find_events(signals)


def _lid_events(events: Sequence[Event]) -> list[Event]:
    return [event for event in events if event.side is Side.BOTH and Region.EYELID in event.regions]


def section() -> Section:
    """The rows of the lid series."""
    recording("lid_series")
    clips = {name: _labelled(name) for name in ("clip3", "clip5")}
    puffs = [_puffs(row) for row in table("lid_series/kaiser/index.csv")]
    rows = (*(_labelled_row(name, *found) for name, found in clips.items()), _annotated_row(), *_puff_rows(puffs), *_rate_rows(puffs))
    words = [text for _, texts in clips.values() for text in texts]
    return Section(
        key="lid_series", title="Lid series that others measured", rows=rows, tables=(_puff_table(puffs),), notes=NOTES, findings=tuple(words)
    )


def _labelled(name: str) -> tuple[dict[str, Counts], list[str]]:
    """Counts by stretch of a minute, and what went wrong."""
    rows = table(f"lid_series/{name}_ear_blink.csv")
    ear = np.array([float(row["ear_mean"] or "nan") for row in rows])
    label = np.array([int(float(row["blink"])) for row in rows])
    time_s = np.arange(len(ear)) / LABELLED_RATE_HZ
    _, events = events_of(time_s, ear, ear)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], label, [0]])))
    truth = [(int(a), int(b) - 1) for a, b in edges.reshape(-1, 2)]
    found = [(int(np.ceil(e.onset_s * LABELLED_RATE_HZ)), int(e.offset_s * LABELLED_RATE_HZ)) for e in _lid_events(events)]
    pairs = match(truth, found)
    hits, used = {i for i, _ in pairs}, {j for _, j in pairs}
    words = [f"{name} {a}-{b}: missed; lowest ratio {np.nanmin(ear[a : b + 1]):.3f}" for i, (a, b) in enumerate(truth) if i not in hits]
    words += [f"{name} {a}-{b}: invented; lowest ratio {np.nanmin(ear[a : b + 1]):.3f}" for j, (a, b) in enumerate(found) if j not in used]
    minutes: dict[str, Counts] = {}
    for i, (a, _) in enumerate(truth):
        _count(minutes, a, Counts(found=int(i in hits), missed=int(i not in hits)))
    for j, (a, _) in enumerate(found):
        _count(minutes, a, Counts(invented=int(j not in used)))
    return minutes, words


def _count(minutes: dict[str, Counts], frame: int, counts: Counts) -> None:
    key = str(int(frame / LABELLED_RATE_HZ / 60))
    minutes[key] = minutes.get(key, Counts()) + counts


def _labelled_row(name: str, minutes: dict[str, Counts], _words: list[str]) -> Row:
    counts = total(list(minutes.values()))
    low, high = f1_interval(minutes)
    return Row(
        claim=f"{name}: blinks labelled by people, event F1",
        target="—",
        measured=with_interval(counts.f1, low, high) + f"; {counts.found} found, {counts.missed} missed, {counts.invented} invented",
        cases=f"{counts.found + counts.missed} blinks; the interval resamples minutes",
        value=counts.f1,
        low=low,
        high=high,
    )


def _annotated_row() -> Row:
    with recording("lid_series/pyblinker_ear_eog_0_900s.csv").open(encoding="utf-8", newline="") as file:
        rows = [(float(row["t"]), float(row["ear"])) for row in csv.DictReader(file)]
    time_s, ear = (np.array(column) for column in zip(*rows, strict=True))
    _, events = events_of(time_s, ear, ear)
    truth = [(float(r["onset"]), float(r["onset"]) + float(r["duration"])) for r in table("lid_series/pyblinker_annotations_0_900s.csv")]
    found = [(e.onset_s, e.offset_s) for e in _lid_events(events)]
    hits = len(match(truth, found))
    return Row(
        claim="pyblinker: annotated events found",
        target="—",
        measured=f"{hits} of {len(truth)}; {len(found) - hits} further lid events",
        cases=f"{len(truth)} events, 900 s, 1 person",
        value=hits / len(truth),
    )


class _Scan:
    """One scan of air puffs: lids of both eyes at 280 Hz, and the puffs."""

    def __init__(self, path: Path, subject: str, pressure: str) -> None:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        self.subject, self.pressure = subject, pressure
        self.time_s = np.array([float(row["Time (msec)"]) for row in rows]) / 1000
        self.gaps = {side: np.array([float(row[f"{side} Top"]) - float(row[f"{side} Bottom"]) for row in rows]) for side in ("Left", "Right")}
        self.puffs = [
            (float(r["Time (msec)"]) / 1000, "right" if r["Stimulus"] == "MC-OD" else "left") for r in rows if r["Stimulus"].startswith("MC")
        ]
        self.signals, self.events = events_of(self.time_s, self.gaps["Left"], self.gaps["Right"])

    def at_rate(self, rate_hz: int) -> tuple[Event, ...]:
        """The events of the same series thinned to another rate."""
        wanted = np.arange(self.time_s[0], self.time_s[-1], 1 / rate_hz)
        index = np.unique(np.searchsorted(self.time_s, wanted).clip(max=len(self.time_s) - 1))
        return events_of(self.time_s[index], self.gaps["Left"][index], self.gaps["Right"][index])[1]


def _puffs(row: dict[str, str]) -> _Scan:
    return _Scan(recording(f"lid_series/kaiser/{row['file']}"), row["subject"], row["psi"])


def _replies(scan: _Scan) -> list[tuple[str, Event | None]]:
    """For every puff its side and the reply."""
    low, high = _REPLY_S
    both = _lid_events(scan.events)
    return [(side, next((e for e in both if low <= e.onset_s - at < high), None)) for at, side in scan.puffs]


def _sided(scan: _Scan) -> list[Event]:
    return [event for event in scan.events if event.side is not Side.BOTH]


def _puff_rows(scans: Sequence[_Scan]) -> list[Row]:
    people = sorted({scan.subject for scan in scans})
    strong = [scan for scan in scans if float(scan.pressure) >= _STRONG_PSI]
    replies = [reply for scan in strong for _, reply in _replies(scan)]
    sided = sum(len(_sided(scan)) for scan in scans)
    events = sum(len(scan.events) for scan in scans)
    uneven = {person: [a for scan in scans if scan.subject == person for a in _asymmetries(scan)] for person in people}
    every = [a for own in uneven.values() for a in own]
    low, high = bootstrap(uneven, lambda drawn: median([a for own in drawn for a in own]))
    cases = f"{len(scans)} scans, {len(people)} people"
    found = sum(reply is not None for reply in replies)
    return [
        Row(
            claim="air puffs of 30 and 60 psi answered by an event of both eyelids",
            target="—",
            measured=f"{found} of {len(replies)}",
            cases=f"{len(strong)} scans, {len({s.subject for s in strong})} people",
            value=found / len(replies),
        ),
        Row(
            claim="events called one-sided (the blink reflex is of both eyes)",
            target="—",
            measured=f"{sided} of {events}",
            cases=cases,
            value=sided / events,
        ),
        Row(
            claim="closure on the side of the puff less that of the other side, median",
            target="—",
            measured=with_interval(median(every), low, high, 2) + f"; p90 of the size {quantile(np.abs(every).tolist(), 0.9):.2f}",
            cases=f"{len(every)} replies",
            value=median(every),
            low=low,
            high=high,
        ),
    ]


def _asymmetries(scan: _Scan) -> list[float]:
    """Peak closure on the puff's side less the other side's, of each reply."""
    found = []
    for side, reply in _replies(scan):
        if reply is not None:
            own, other = ("left", "right") if side == "left" else ("right", "left")
            found.append(reply.peaks[f"eyelid_{own}"] - reply.peaks[f"eyelid_{other}"])
    return found


def _rate_rows(scans: Sequence[_Scan]) -> list[Row]:
    return [_rate_row(rate, scans) for rate in RATES_HZ]


def _rate_row(rate_hz: int, scans: Sequence[_Scan]) -> Row:
    people: dict[str, Counts] = {}
    onsets, peaks = [], []
    for scan in scans:
        counts, pairs = _same(scan.events, scan.at_rate(rate_hz))
        people[scan.subject] = people.get(scan.subject, Counts()) + counts
        onsets += [1000 * abs(a.onset_s - b.onset_s) for a, b in pairs]
        peaks += [abs(a.amplitude - b.amplitude) for a, b in pairs]
    counts = total(list(people.values()))
    low, high = f1_interval(people)
    text = f"{with_interval(counts.f1, low, high)}; onset differs by {median(onsets):.0f} ms, closure by {median(peaks):.3f} (medians)"
    claim = f"the same events at {rate_hz} as at 280 a second, F1"
    cases = f"{counts.found + counts.missed} events, {len(people)} people"
    return Row(claim=claim, target="—", measured=text, cases=cases, value=counts.f1, low=low, high=high)


def _same(whole: Sequence[Event], thinned: Sequence[Event]) -> tuple[Counts, list[tuple[Event, Event]]]:
    """Events with the same side and kind and nearly the same onset."""
    left = list(thinned)
    pairs = []
    for event in whole:
        near = [e for e in left if e.side is event.side and e.kind is event.kind and abs(e.onset_s - event.onset_s) <= _SAME_S]
        if near:
            best = min(near, key=lambda e, at=event.onset_s: abs(e.onset_s - at))  # type: ignore[misc]
            left.remove(best)
            pairs.append((event, best))
    return Counts(found=len(pairs), missed=len(whole) - len(pairs), invented=len(left)), pairs


def _puff_table(scans: Sequence[_Scan]) -> Table:
    cells = []
    for pressure in sorted({scan.pressure for scan in scans}, key=float):
        own = [scan for scan in scans if scan.pressure == pressure]
        replies = [reply for scan in own for _, reply in _replies(scan)]
        found = sum(reply is not None for reply in replies)
        cells.append((pressure, str(len(own)), f"{found} of {len(replies)}", str(sum(len(_sided(scan)) for scan in own))))
    return Table(title="Air puffs by pressure", columns=("psi", "scans", "answered", "one-sided events"), cells=tuple(cells))
