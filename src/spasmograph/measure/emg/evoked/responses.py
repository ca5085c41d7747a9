"""One evoked response: looked for in its window, tested, and measured where it is there."""

from dataclasses import dataclass, replace

import numpy as np

from spasmograph.measure.emg.evoked.norms import evoked_norms
from spasmograph.measure.emg.evoked.presence import UNTESTED, Finding, jittering_response, locked_response
from spasmograph.measure.emg.evoked.sizes import UNTOLD, Extent, Sizes, jittering_sizes, locked_sizes, rectified
from spasmograph.measure.emg.evoked.stimulus_tail import without_tail
from spasmograph.measure.emg.evoked.sweeps import averaged
from spasmograph.model import Channel, EvokedAverage, EvokedResponse, Floats, Presence, ResponseKind
from spasmograph.parameters import Parameters, load_emg_parameters
from spasmograph.terms import Side

_WINDOWS = {
    ResponseKind.DIRECT: ("direct_from_ms", "direct_to_ms", "direct_until_ms", "expected_direct_uv"),
    ResponseKind.BLINK_REFLEX_R1: ("r1_from_ms", "r1_to_ms", "r1_to_ms", "expected_r1_uv"),
    ResponseKind.BLINK_REFLEX_R2: ("r2_from_ms", "r2_to_ms", "r2_to_ms", "expected_r2_uv"),
    ResponseKind.R1_LIKE: ("r1_from_ms", "r1_to_ms", "r1_to_ms", "expected_r1_uv"),
    ResponseKind.LATERAL_SPREAD: ("lateral_from_ms", "lateral_to_ms", "lateral_to_ms", "expected_lateral_uv"),
}
_EARLY_MS = 0.3
_AROUND_MS = 1.0
_CLEAR_NOISES = 12.0
_DIRECT_SHARE = 0.5
_AWAY_SHARE = 0.25
_AWAY_NOISES = 4.0
_MOST_DRAWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which response is looked for and where.

    `expected_uv` is the amplitude that must have been visible before it is called absent; NaN where none can be named.
    """

    kind: ResponseKind
    window_ms: tuple[float, float]
    until_ms: float
    expected_uv: float

    @property
    def jitters(self) -> bool:
        """Whether it comes at another time in each sweep, so that it has to be rectified before it is averaged."""
        return self.kind is ResponseKind.BLINK_REFLEX_R2


def search_for(kind: ResponseKind, parameters: Parameters | None = None) -> Search:
    """The usual search for a response of that kind."""
    rules = parameters or load_emg_parameters()
    low, high, until, expected = (rules[name] for name in _WINDOWS[kind])
    return Search(kind=kind, window_ms=(low, high), until_ms=until, expected_uv=expected)


def in_unit_of(search: Search, channel: Channel) -> Search:
    """The same search; where a channel's unit is not known in microvolts, no amplitude is to be expected in it."""
    return search if np.isfinite(channel.uv_per_unit) else replace(search, expected_uv=float("nan"))


def evoked_response(
    evoked: EvokedAverage, search: Search, channel: Channel, *, stimulated: Side | None = None, parameters: Parameters | None = None
) -> EvokedResponse:
    """Looks for one response in the sweeps of one channel.

    It is present if noise alone gives as much in fewer than one of a hundred recordings; absent if it is not, and the amplitude to be expected would
    have been seen in 95 of 100 cases; undecided otherwise. Its numbers are told only if it is present.
    """
    rules = parameters or load_emg_parameters()
    kept_out = ((search.window_ms[0], search.until_ms),)
    clean = without_tail(evoked, kept_out, rules)
    if search.window_ms[1] > clean.time_ms[-1]:
        test = UNTESTED
    else:
        test = jittering_response(clean, search.window_ms, rules) if search.jitters else locked_response(clean, search.window_ms, rules)
    presence, reason = _verdict(test, in_unit_of(search, channel), len(clean.sweeps_uv), rules)
    sizes = _sizes(clean, search, rules) if presence is Presence.PRESENT else UNTOLD
    doubt = _doubt(clean, sizes, search) if presence is Presence.PRESENT else ""
    if doubt:
        presence, reason, sizes = Presence.UNDECIDED, doubt, UNTOLD
    return _told(_shown(clean, search, rules), search, channel, test=test, verdict=(presence, reason), sizes=sizes, stimulated=stimulated)


def _verdict(test: Finding, search: Search, sweeps: int, parameters: Parameters) -> tuple[Presence, str]:
    if np.isnan(test.probability):
        return Presence.UNDECIDED, f"{_counted(sweeps)} of this length cannot tell a response from chance"
    if test.probability < parameters["presence_alpha"]:
        return Presence.PRESENT, ""
    if search.jitters and test.probability < parameters["absence_doubt"]:
        return (
            Presence.UNDECIDED,
            f"no response is told from chance, yet chance alone gives as much in only {100 * test.probability:.2g} of 100 cases",
        )
    return _unseen(test, search, sweeps)


def _unseen(test: Finding, search: Search, sweeps: int) -> tuple[Presence, str]:
    """What it means that no response is told from chance: absence only where one as large as is to be expected would have been seen."""
    if test.detectable_uv <= search.expected_uv:
        return Presence.ABSENT, f"no response; one of {test.detectable_uv:.3g} µV would have been seen in 95 of 100 cases"
    if np.isnan(test.detectable_uv):
        return Presence.UNDECIDED, f"with {_counted(sweeps)} no response would have been told from chance reliably"
    if np.isnan(search.expected_uv):
        return Presence.UNDECIDED, "no response was seen; the file does not say how its unit becomes microvolts, so that none can be called absent"
    return (
        Presence.UNDECIDED,
        f"no response was seen, but only one above {test.detectable_uv:.3g} µV would have been; {search.expected_uv:.3g} µV are to be expected",
    )


def _counted(sweeps: int) -> str:
    return "1 sweep" if sweeps == 1 else f"{sweeps} sweeps"


def _doubt(evoked: EvokedAverage, sizes: Sizes, search: Search) -> str:
    """Why what was seen may not be this response; empty if it may."""
    onset = sizes.latency_ms.value
    surely = onset if np.isnan(sizes.latency_ms.high) else sizes.latency_ms.high
    if max(surely, onset + _EARLY_MS) < search.window_ms[0]:
        return f"what is seen begins at {onset:.1f} ms, before the window of this response"
    clear = sizes.amplitude_uv.value > _CLEAR_NOISES * evoked.noise_uv
    if np.isnan(onset) and not search.jitters and (clear or search.kind is ResponseKind.DIRECT):
        return "what is seen has no onset of its own; the stimulus artefact or something earlier may reach so far"
    if search.kind is ResponseKind.DIRECT and onset < search.window_ms[0]:
        return f"what is seen begins at {onset:.1f} ms, before the window of this response; the stimulus artefact may reach so far"
    if search.kind is ResponseKind.DIRECT and _height(evoked, search.window_ms) < _DIRECT_SHARE * _height(
        evoked, (search.window_ms[0], search.until_ms)
    ):
        return f"what is seen is greatest after {search.window_ms[1]:g} ms, later than this response"
    if not search.jitters and np.isfinite(onset) and _is_away(evoked, onset, sizes.amplitude_uv.value):
        return f"what is seen at {onset:.1f} ms goes on from something that began earlier"
    return ""


def _height(evoked: EvokedAverage, between_ms: tuple[float, float]) -> float:
    """The average's amplitude, peak to peak, between two times."""
    inside = (evoked.time_ms >= between_ms[0]) & (evoked.time_ms < between_ms[1]) & ~evoked.blank
    return float(np.ptp(evoked.average_uv[inside])) if inside.any() else 0.0


def _is_away(evoked: EvokedAverage, onset: float, amplitude_uv: float) -> bool:
    """Whether the average is far from its base line where a response is said to begin."""
    around = (evoked.time_ms >= onset - _AROUND_MS) & (evoked.time_ms <= onset) & ~evoked.blank
    level = abs(float(np.mean(evoked.average_uv[around]))) if around.any() else 0.0
    return level > max(_AWAY_SHARE * amplitude_uv, _AWAY_NOISES * evoked.noise_uv)


def _sizes(evoked: EvokedAverage, search: Search, parameters: Parameters) -> Sizes:
    extent = Extent(window_ms=search.window_ms, until_ms=search.until_ms)
    return jittering_sizes(evoked, extent, parameters) if search.jitters else locked_sizes(evoked, extent, parameters)


def _shown(evoked: EvokedAverage, search: Search, parameters: Parameters) -> EvokedAverage:
    """What is drawn: the average, of R2 the rectified one."""
    if not search.jitters:
        return evoked
    return averaged(rectified(evoked), evoked.time_ms, evoked.times_s, evoked.blank, dict(evoked.rejected), parameters)


def _told(
    shown: EvokedAverage,
    search: Search,
    channel: Channel,
    *,
    test: Finding,
    verdict: tuple[Presence, str],
    sizes: Sizes,
    stimulated: Side | None,
) -> EvokedResponse:
    near = shown.time_ms >= -50.0  # noqa: PLR2004 - what is drawn before the stimulus
    return EvokedResponse(
        kind=search.kind,
        channel=channel.label,
        muscle=channel.muscle,
        side=channel.side,
        stimulated=stimulated,
        presence=verdict[0],
        probability=test.probability,
        detectable_uv=test.detectable_uv,
        sweeps=len(shown.sweeps_uv),
        rejected=sum(shown.rejected.values()),
        latency_ms=sizes.latency_ms,
        amplitude_uv=sizes.amplitude_uv,
        duration_ms=sizes.duration_ms,
        area_uv_ms=sizes.area_uv_ms,
        time_ms=shown.time_ms[near],
        average_uv=shown.average_uv[near],
        low_uv=shown.low_uv[near],
        high_uv=shown.high_uv[near],
        window_ms=search.window_ms,
        norms=evoked_norms(search.kind, "latency", channel.muscle),
        reason=verdict[1],
        single_uv=_some(shown)[:, near],
    )


def _some(shown: EvokedAverage) -> Floats:
    """At most 40 of the sweeps, evenly chosen, without the stimulus itself: what a report draws behind the average."""
    count = len(shown.sweeps_uv)
    places = np.linspace(0, count - 1, min(count, _MOST_DRAWN)).round().astype(np.intp)
    return np.where(shown.blank, np.nan, shown.sweeps_uv[places])


def unreadable(search: Search, channel: Channel, reason: str, *, stimulated: Side | None = None) -> EvokedResponse:
    """A response that could not be looked for, and why."""
    nothing = np.empty(0)
    empty = EvokedAverage(
        time_ms=nothing,
        sweeps_uv=np.empty((0, 0)),
        times_s=nothing,
        average_uv=nothing,
        low_uv=nothing,
        high_uv=nothing,
        noise_uv=float("nan"),
        blank=np.empty(0, np.bool_),
    )
    told = _told(empty, search, channel, test=UNTESTED, verdict=(Presence.UNDECIDED, reason), sizes=UNTOLD, stimulated=stimulated)
    return replace(told, norms=())
