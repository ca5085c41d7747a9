"""Excursions of single channels become events: which belong together, which side they are on, and what they are called."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from spasmograph.measure.excursions import Excursion
from spasmograph.model import Event
from spasmograph.parameters import Parameters
from spasmograph.terms import CLOSURE, MILLIMETRE, EventKind, Pattern, Region, Side, Task

ONE_SIDED = (Side.LEFT, Side.RIGHT)


def balance(left: float, right: float) -> float:
    """The weaker over the stronger of two movements, 0–1; 0 where they go in opposite directions, 1 where nothing moves."""
    strong = max(abs(left), abs(right))
    return max(left * right, 0.0) / (strong * strong) if strong else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An excursion with its region and side.

    `left` and `right` are what the region's own signals had reached at its apex; `closed_s` how long both eyes were shut in it; `gaze_mm` how far the
    gaze sank meanwhile; `sustained` that it is a closure of both eyes for longer, whatever quick blinks lie in it.
    """

    region: Region
    side: Side
    excursion: Excursion
    left: float
    right: float
    closed_s: float = 0.0
    gaze_mm: float = 0.0
    sustained: bool = False

    @property
    def onset_s(self) -> float:
        """When it began."""
        return self.excursion.onset_s

    @property
    def offset_s(self) -> float:
        """When it ended."""
        return self.excursion.offset_s

    def reached(self, side: Side) -> float:
        """What the region's signal reached on a side; for both the stronger."""
        return {Side.LEFT: self.left, Side.RIGHT: self.right}.get(side, max(self.left, self.right, key=abs))

    @property
    def balance(self) -> float:
        """The weaker over the stronger side."""
        return balance(self.left, self.right)


def overlap_s(a: Found, b: Found) -> float:
    """Seconds that two have in common; negative is the distance between them."""
    return min(a.offset_s, b.offset_s) - max(a.onset_s, b.onset_s)


class Composer:
    """Collects excursions and gives out events once nothing that is still open can change them."""

    def __init__(self, parameters: Parameters, task: Task) -> None:
        self._parameters = parameters
        self._task = task
        self._found: list[Found] = []
        self._waiting: list[Event] = []
        self._next_s = float("inf")

    def add(self, found: Found) -> None:
        """One more excursion that has ended."""
        self._found.append(found)
        self._next_s = float("-inf")

    def expects(self, until_s: float) -> bool:
        """Whether any event can be ready by `until_s`; nearly always not, so that it pays to ask first."""
        return until_s > self._next_s

    def ready(self, until_s: float) -> list[Event]:
        """The events that end before `until_s`, when the earliest excursion began that is still open."""
        if not self.expects(until_s):
            return []
        clusters = _clusters(self._found)
        done = [c for c in clusters if max(f.offset_s for f in c) < until_s]
        left = [c for c in clusters if c not in done]
        self._found = [f for c in left for f in c]
        self._waiting += [event for cluster in done for event in compose(cluster, self._parameters, self._task)]
        self._next_s = min([max(f.offset_s for f in c) for c in left], default=float("inf"))
        return self._trains(min([until_s, *(f.onset_s for f in self._found)]))

    def _trains(self, until_s: float) -> list[Event]:
        """Hold brief contractions until it is clear whether they are part of a train."""
        self._waiting.sort(key=lambda e: e.onset_s)
        gap = self._parameters["train_gap_s"]
        runs = _runs(self._waiting, gap)
        done = [run for run in runs if max(e.offset_s for e in run) + gap < until_s]
        left = [run for run in runs if run not in done]
        self._waiting = [e for run in left for e in run]
        self._next_s = min([self._next_s, *(max(e.offset_s for e in run) + gap for run in left)])
        return [event for run in done for event in _as_train(run, int(self._parameters["train_members"]))]


def _clusters(found: Iterable[Found]) -> list[list[Found]]:
    """Groups of excursions that hang together by overlapping in time."""
    groups: list[list[Found]] = []
    end = float("-inf")
    for item in sorted(found, key=lambda f: f.onset_s):
        if item.onset_s < end:
            groups[-1].append(item)
        else:
            groups.append([item])
        end = max(end, item.offset_s)
    return groups


def _runs(events: Sequence[Event], gap_s: float) -> list[list[Event]]:
    """Runs of brief contractions of one side that share a region, less than `gap_s` apart; every other event is a run of its own."""
    runs: list[list[Event]] = []
    open_runs: dict[Side, list[Event]] = {}
    for event in events:
        trainable = event.kind is EventKind.CONTRACTION and event.pattern is Pattern.BRIEF and not event.censored
        run = open_runs.get(event.side, [])
        if trainable and run and event.onset_s - run[-1].offset_s < gap_s and set(event.regions) & set(run[-1].regions):
            run.append(event)
            continue
        runs.append([event])
        if event.kind is EventKind.CONTRACTION:
            open_runs[event.side] = runs[-1] if trainable else []
    return runs


def _as_train(run: Sequence[Event], least: int) -> list[Event]:
    """One clonic event if there are enough members, else the members themselves."""
    if len(run) < least:
        return list(run)
    strongest = max(run, key=lambda e: (e.amplitude_unit == CLOSURE, e.amplitude))
    regions = tuple(r for r in Region if any(r in e.regions for e in run))
    confidence = sum(e.confidence for e in run) / len(run)
    train = replace(strongest, onset_s=run[0].onset_s, offset_s=max(e.offset_s for e in run), regions=regions)
    return [replace(train, pattern=Pattern.CLONIC, confidence=confidence, members=tuple(run))]


def compose(cluster: Sequence[Found], parameters: Parameters, task: Task) -> list[Event]:
    """The events in a group of overlapping excursions."""
    lids = [f for f in cluster if f.region is Region.EYELID and f.side is Side.BOTH]
    closures = [f for f in lids if not (f.excursion.stalled or _looks_down(f, parameters) or _is_one_lid(f, parameters))]
    blinks = [f for f in closures if not f.sustained and f.closed_s <= parameters["blink_longest_closed_s"]]
    longer = [f for f in closures if f.sustained and _is_longer(f, blinks, parameters)]
    others = _bridged([f for f in cluster if f not in lids], closures, parameters["closure_slack_s"])
    rest = [
        f for f in others if not (_part_of_closure(f, closures, parameters) or _part_of_smile(f, cluster, parameters) or _follows_gaze(f, parameters))
    ]
    events = [_blink(f, task) for f in blinks if _is_blink(f, closures, parameters)]
    for side in Side:
        own = [f for f in rest if f.side is side] + (longer if side is Side.BOTH else [])
        events += [_contraction(group, parameters, task) for group in _groups(own, parameters) if _strong_enough(group, parameters)]
    return events


def _is_blink(found: Found, closures: Sequence[Found], parameters: Parameters) -> bool:
    """Both lids came far enough down; a weak closing has to be even, and is no flutter while the eyes open again."""
    closure = found.reached(Side.BOTH)
    if closure >= parameters["weak_blink_most"]:
        return True
    tail_s = parameters["closure_slack_s"]
    reopening = any(c is not found and c.reached(Side.BOTH) > closure and -tail_s <= found.onset_s - c.offset_s <= tail_s for c in closures)
    return closure >= parameters["blink_least"] and found.balance >= parameters["weak_blink_balance"] and not reopening


def _bridged(found: Sequence[Found], closures: Sequence[Found], slack_s: float) -> list[Found]:
    """The same, with a narrowing of one eye that was there well before both closed, and again well after they opened, as one."""
    whole: list[Found] = []
    for later in sorted(found, key=lambda f: f.onset_s):
        before = (f for f in whole if f.region is Region.EYELID is later.region and f.side is later.side)
        earlier = next((f for f in before if _shut_between(f, later, closures, slack_s)), None)
        if earlier is None:
            whole.append(later)
        else:
            whole[whole.index(earlier)] = _joined(earlier, later)
    return whole


def _shut_between(earlier: Found, later: Found, closures: Sequence[Found], slack_s: float) -> bool:
    """Both eyes began to close before the earlier ended, and had not opened yet when the later began; each reaches well beyond that closure."""
    return any(
        earlier.onset_s < c.onset_s - slack_s and c.onset_s <= earlier.offset_s and later.onset_s <= c.offset_s < later.offset_s - slack_s
        for c in closures
    )


def _joined(earlier: Found, later: Found) -> Found:
    """One excursion from two, with what the higher reached."""
    one, other = earlier.excursion, later.excursion
    higher = later if other.peak > one.peak else earlier
    censored = one.censored or other.censored
    return replace(higher, excursion=replace(higher.excursion, onset_s=one.onset_s, offset_s=other.offset_s, censored=censored))


def _is_longer(found: Found, blinks: Sequence[Found], parameters: Parameters) -> bool:
    """Both eyes were shut for longer than in a blink, or narrowed for long without the blinks in between."""
    if found.closed_s > parameters["blink_longest_closed_s"]:
        return True
    blinking_s = sum(max(overlap_s(found, blink), 0.0) for blink in blinks)
    return found.excursion.duration_s - blinking_s >= parameters["narrow_s"]


def _looks_down(found: Found, parameters: Parameters) -> bool:
    """The lids followed the eyes downwards: the gaze sank for longer than a blink lasts, or further than lids that close so little take it along."""
    closure = found.reached(Side.BOTH)
    slow = found.excursion.duration_s >= parameters["look_down_least_s"]
    if slow and closure < parameters["look_down_most"] and found.gaze_mm >= parameters["look_down_mm"]:
        return True
    return closure < parameters["weak_blink_most"] and found.gaze_mm >= parameters["weak_blink_mm_per_closure"] * closure


def _is_one_lid(found: Found, parameters: Parameters) -> bool:
    """One lid closed and the other at most followed; in a quick blink the lids differ more by chance than in a longer closure."""
    brief = found.excursion.duration_s < parameters["brief_closure_s"]
    return found.balance < parameters["brief_lid_balance" if brief else "one_lid_balance"]


def _part_of_closure(found: Found, closures: Sequence[Found], parameters: Parameters) -> bool:
    """One lid more than the other, but within a closure of both and not much longer, or weakly while both open again."""
    if found.region is not Region.EYELID:
        return False
    slack = parameters["closure_slack_s"]
    weak = found.excursion.peak < parameters["brief_lid_least"]
    return any(
        c.onset_s - slack <= found.onset_s and (found.offset_s <= c.offset_s + slack or (weak and found.onset_s <= c.offset_s + slack))
        for c in closures
    )


def _follows_gaze(found: Found, parameters: Parameters) -> bool:
    """One lid more than the other, but both came along with a gaze that sank: in a turned head they seem to sink unequally."""
    if found.region is not Region.EYELID or found.side is Side.BOTH:
        return False
    closure = found.reached(Side.BOTH)
    both = min(found.left, found.right) >= parameters["eyelid_activity"]
    return both and closure < parameters["look_down_most"] and found.gaze_mm >= parameters["weak_blink_mm_per_closure"] * closure


def _part_of_smile(found: Found, cluster: Sequence[Found], parameters: Parameters) -> bool:
    """Within a movement of both mouth corners: one lid, no more than a smile narrows it, or one corner that leads for a moment."""
    small = found.region is Region.EYELID and found.excursion.peak < parameters["smile_lid_most"]
    leading = found.region is Region.MOUTH and found.side is not Side.BOTH and found.excursion.duration_s < parameters["smile_lead_s"]
    if not (small or leading):
        return False
    smiles = (f for f in cluster if f.region is Region.MOUTH and f.side is Side.BOTH)
    return any(overlap_s(found, smile) >= parameters["smile_cover"] * found.excursion.duration_s for smile in smiles)


def _groups(found: Sequence[Found], parameters: Parameters) -> list[list[Found]]:
    """Excursions of one side that happened together: each of the strongest in turn takes those that it shares most of its time with."""
    left = sorted(found, key=lambda f: -_strength(f, parameters))
    groups: list[list[Found]] = []
    while left:
        lead, *others = left
        share = parameters["together_share"]
        joined = [f for f in others if overlap_s(lead, f) >= share * min(lead.excursion.duration_s, f.excursion.duration_s)]
        groups.append([lead, *(f for f in joined if not _chance(f, lead, parameters))])
        left = [f for f in others if f not in joined]
    return groups


def _chance(found: Found, lead: Found, parameters: Parameters) -> bool:
    """A weak narrowing of one eye that lasted neither long nor as long as what it would join."""
    if found.region is not Region.EYELID or found.side is Side.BOTH or _strength(found, parameters) >= 1:
        return False
    union_s = max(found.offset_s, lead.offset_s) - min(found.onset_s, lead.onset_s)
    return found.excursion.duration_s < parameters["weak_lid_least_s"] or overlap_s(found, lead) < parameters["weak_lid_share"] * union_s


def _strength(found: Found, parameters: Parameters) -> float:
    """An excursion's height over what it takes to be an event by itself; one lid for a moment only has to close further."""
    if found.region is Region.EYELID and found.side is not Side.BOTH and found.excursion.duration_s < parameters["brief_lid_s"]:
        return found.excursion.peak / parameters["brief_lid_least"]
    return found.excursion.peak / parameters[f"{found.region}_both_alone" if found.side is Side.BOTH else f"{found.region}_alone"]


def _strong_enough(group: Sequence[Found], parameters: Parameters) -> bool:
    """One region suffices by itself, or eyelid and mouth of one side together are more than either."""
    if _strength(group[0], parameters) >= 1:
        return True
    regions = {f.region: _strength(f, parameters) for f in reversed(group)}
    together = regions.get(Region.EYELID, 0.0) + regions.get(Region.MOUTH, 0.0)
    return len({Region.EYELID, Region.MOUTH} & set(regions)) > 1 and together >= 1


def _blink(found: Found, task: Task) -> Event:
    e = found.excursion
    return Event(
        onset_s=e.onset_s,
        apex_s=e.apex_s,
        offset_s=e.offset_s,
        kind=EventKind.BLINK,
        side=Side.BOTH,
        regions=(Region.EYELID,),
        pattern=Pattern.BRIEF,
        amplitude=found.reached(Side.BOTH),
        amplitude_unit=CLOSURE,
        confidence=_confidence(e.peak / 0.3),
        task=task,
        censored=e.censored,
        symmetry=found.balance,
        peaks=_peaks([found]),
    )


def _contraction(group: Sequence[Found], parameters: Parameters, task: Task) -> Event:
    """One event from the excursions of one side (or of both together); the strongest comes first, the eyelid leads where it takes part."""
    lead = next((f for f in group if f.region is Region.EYELID), group[0])
    onset, offset = min(f.onset_s for f in group), max(f.offset_s for f in group)
    doubt = 1.0
    for found in group:
        doubt *= 1 - _confidence(_strength(found, parameters))
    return Event(
        onset_s=onset,
        apex_s=lead.excursion.apex_s,
        offset_s=offset,
        kind=EventKind.CONTRACTION,
        side=lead.side,
        regions=tuple(r for r in Region if any(f.region is r for f in group)),
        pattern=Pattern.TONIC if offset - onset >= parameters["tonic_s"] else Pattern.BRIEF,
        amplitude=_amplitude(lead),
        amplitude_unit=CLOSURE if lead.region is Region.EYELID else MILLIMETRE,
        confidence=1 - doubt,
        task=task,
        censored=any(f.excursion.censored for f in group),
        symmetry=lead.balance,
        peaks=_peaks(group),
    )


def _amplitude(found: Found) -> float:
    """What the region reached on its side; where mostly the other side gave way, how much more this side had."""
    own = abs(found.reached(found.side))
    return own if found.side is Side.BOTH or own >= found.excursion.peak / 2 else found.excursion.peak


def _peaks(group: Sequence[Found]) -> dict[str, float]:
    """What each region reached, by region and side."""
    peaks: dict[str, float] = {}
    for found in group:
        suffix = "" if found.region is Region.EYELID else "_mm"
        for side in ONE_SIDED if found.side is Side.BOTH else (found.side,):
            peaks.setdefault(f"{found.region}_{side}{suffix}", found.reached(side))
    return peaks


def _confidence(strength: float) -> float:
    """How sure a height over its threshold makes: 0.5 at the threshold, 0.9 at three times it, less below."""
    return float(min(1 - 0.5 * strength**-1.5, 0.99)) if strength >= 1 else 0.5 * strength
