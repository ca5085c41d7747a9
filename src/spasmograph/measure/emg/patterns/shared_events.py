"""Events of a film and bursts of the same part and side of the face, and which of them belong together at an offset between the two clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spasmograph.measure.emg.patterns.activity import Activity, edges
from spasmograph.measure.emg.patterns.synchrony import partners
from spasmograph.measure.emg.patterns.synkinesis import movement_table
from spasmograph.measure.scores.clock import joined
from spasmograph.model import Event, Floats, Measurement
from spasmograph.parameters import Parameters
from spasmograph.terms import Region, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The film's time on the recording's clock: film time + `offset_s`, which grows by `slope` a second from `middle_s` of the film on."""

    offset_s: float
    middle_s: float = 0.0
    slope: float = 0.0

    def here(self, film_s: Floats) -> Floats:
        """Moments of the film, in any shape, on the recording's clock."""
        return np.asarray(film_s + self.offset_s + self.slope * (film_s - self.middle_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """The events of one muscle: in the film and in the EMG, (n, 2) onsets and offsets, each on its own clock, with the time that each saw, (k, 2).

    `film_index` (n,) says which of the film's events each is; one event may belong to several muscles.
    """

    film_s: Floats
    film_index: NDArray[np.intp]
    film_seen: Floats
    emg_s: Floats
    emg_seen: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An offset and how many events find a partner at it."""

    offset_s: float
    pairs: int


def strands_of(film: Measurement, activities: Sequence[Activity]) -> list[Strand]:
    """Film and EMG by muscle; muscles that move no part of the face that the film shows, or without a side, are left out."""
    events, seen = _single(film.events), joined(film.quality.observed)
    found = []
    for one in activities:
        regions = {region for region in Region if one.muscle in movement_table()["groups"][region]}
        if one.side not in {Side.LEFT, Side.RIGHT} or not regions:
            continue
        kept = [index for index, event in enumerate(events) if event.side in {one.side, Side.BOTH} and regions & set(event.regions)]
        times = np.array([(events[index].onset_s, events[index].offset_s) for index in kept]).reshape(-1, 2)
        found.append(Strand(film_s=times, film_index=np.array(kept, np.intp), film_seen=seen, emg_s=edges(one.bursts), emg_seen=one.observed))
    return found


def offsets_tried(strands: Sequence[Strand], parameters: Parameters) -> list[Candidate]:
    """Offsets at which events find partners, the one with most first."""
    window_s = parameters["align_window_s"]
    apart_s = np.concatenate([(strand.emg_s[None, :, 0] - strand.film_s[:, None, 0]).ravel() for strand in strands])
    first = np.floor(np.min(apart_s) / window_s)
    counted = np.bincount((np.floor(apart_s / window_s) - first).astype(np.intp), minlength=2)
    # Around the edge between two bins, so that no offset falls between two.
    around = counted[:-1] + counted[1:]
    likely = np.argsort(around, kind="stable")[::-1][: int(parameters["align_candidates"])]
    places_s = [float((first + at + 1) * window_s) for at in likely]
    found = [Candidate(offset_s=at_s, pairs=len(shared_pairs(strands, Clock(offset_s=at_s), window_s)[0])) for at_s in places_s]
    return sorted(found, key=lambda one: -one.pairs)


def next_best(tried: Sequence[Candidate], best: Candidate, parameters: Parameters) -> Candidate:
    """The first of the offsets that is another one than the best; one without partners if there is none."""
    elsewhere = [one for one in tried if abs(one.offset_s - best.offset_s) > parameters["align_apart_s"]]
    return elsewhere[0] if elsewhere else Candidate(offset_s=float("nan"), pairs=0)


def shared_pairs(strands: Sequence[Strand], clock: Clock, reach_s: float) -> tuple[Floats, Floats]:
    """When the film's events with a partner begin (film's clock), and how much later the burst begins on its own clock; each event once.

    Of the muscles of one event the first to burst counts.
    """
    rows: dict[int, tuple[float, float]] = {}
    for strand in strands:
        here, there = partners(clock.here(strand.film_s[:, 0]), strand.emg_s[:, 0], window_s=reach_s)
        for index, film_s, emg_s in zip(strand.film_index[here], strand.film_s[here, 0], strand.emg_s[there, 0], strict=True):
            known = rows.get(int(index))
            if known is None or emg_s - film_s < known[1]:
                rows[int(index)] = (float(film_s), float(emg_s - film_s))
    table = np.array([rows[index] for index in sorted(rows)]).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _single(events: Iterable[Event]) -> list[Event]:
    """Events in order of time, trains as their members."""
    every = [member for event in events for member in (event.members or (event,))]
    return sorted(every, key=lambda event: event.onset_s)
