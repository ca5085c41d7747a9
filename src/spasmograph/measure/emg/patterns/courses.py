"""How alike the movements of a film and the envelopes of muscles are at an offset: it tells apart offsets at which as many events meet."""

from collections.abc import Iterator, Sequence

import numpy as np

from spasmograph.measure.emg.patterns.activity import Activity
from spasmograph.measure.emg.patterns.shared_events import Candidate, next_best
from spasmograph.model import Floats, Measurement
from spasmograph.parameters import Parameters
from spasmograph.terms import Muscle, Side

_SIGNALS = {
    Muscle.ORBICULARIS_OCULI: "eye_closure_{}",
    Muscle.ORBICULARIS_ORIS: "oral_commissure_excursion_{}_mm",
    Muscle.ZYGOMATICUS_MAJOR: "oral_commissure_excursion_{}_mm",
}
_STEP_S = 0.04
_LEAST = 100


def told_by_course(film: Measurement, activities: Sequence[Activity], tried: Sequence[Candidate], parameters: Parameters) -> Candidate | None:
    """The one of several offsets at which movements and envelopes are alike, and clearly less so at any other; None if there is none."""
    close = [one for one in tried if one.pairs >= parameters["align_course_pairs"] * tried[0].pairs]
    courses = list(_courses(film, activities))
    if not courses:
        return None
    alike = sorted(((_alike(courses, one.offset_s), one) for one in close), key=lambda row: -row[0])
    value, best = alike[0]
    other = next_best([one for _, one in alike], best, parameters)
    beside = next((alikeness for alikeness, one in alike if one is other), 0.0)
    clear = value >= parameters["align_course_alike"] and beside <= parameters["align_course_second"] * value
    return best if clear else None


def _courses(film: Measurement, activities: Sequence[Activity]) -> Iterator[tuple[Floats, Floats, Activity]]:
    """The times and the size of each movement that the film shows, with the muscle behind it."""
    for one in activities:
        name = _SIGNALS[one.muscle].format(one.side) if one.muscle in _SIGNALS and one.side in {Side.LEFT, Side.RIGHT} else ""
        if name in set(film.signals):
            kept = np.isfinite(film.signals[name])
            yield film.signals.time_s[kept], np.abs(film.signals[name][kept]), one


def _alike(courses: Sequence[tuple[Floats, Floats, Activity]], offset_s: float) -> float:
    """The mean correlation of movements and envelopes, 0 where too little time is shared."""
    found = []
    for time_s, moved, one in courses:
        place = np.floor((time_s + offset_s) * one.envelope_rate_hz + 0.5)
        inside = (place >= 0) & (place < len(one.envelope_uv))
        reach = max(1, round(_STEP_S * one.envelope_rate_hz))
        smooth = np.convolve(np.sqrt(one.envelope_uv), np.full(reach, 1 / reach), "same")[place[inside].astype(np.intp)]
        seen = np.isfinite(smooth)
        x, y = np.sqrt(moved[inside][seen]), smooth[seen]
        told = len(x) >= _LEAST and np.ptp(x) > 0 and np.ptp(y) > 0
        found.append(float(np.corrcoef(x, y)[0, 1]) if told else 0.0)
    return float(np.mean(found))
