"""What a person says of the events that were found, worked in: the machine's own list stays as it is, this is the list beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spasmograph.model import Burst, Event
from spasmograph.model.record import Correction
from spasmograph.terms import CLOSURE, EventKind, Judgement, Pattern, Region

_TONIC_FROM_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the corrected list: the event as it counts now, None where it was none; its number in the measurement, None for a missed one.

    `correction` is what was said of it, and `place` where that stands among the recording's corrections.
    """

    event: Event | Burst | None
    number: int | None
    correction: Correction | None = None
    place: int | None = None

    @property
    def onset_s(self) -> float:
        """When it began, as far as anybody said so."""
        return self.event.onset_s if self.event else 0.0


def corrected(events: Sequence[Event | Burst], corrections: Sequence[Correction]) -> tuple[Listed, ...]:
    """Every event of a measurement with what was said of it last, and every one that was missed; the machine's in order, then the missed."""
    said = {one.event: (place, one) for place, one in enumerate(corrections) if one.event is not None}
    found = [_judged(number, event, said.get(number)) for number, event in enumerate(events)]
    missed = [
        Listed(event=_missed(one), number=None, correction=one, place=place)
        for place, one in enumerate(corrections)
        if one.judgement is Judgement.ADDED
    ]
    return (*found, *missed)


def counting(listed: Sequence[Listed]) -> tuple[Event | Burst, ...]:
    """The events that count, in order of onset."""
    return tuple(sorted((one.event for one in listed if one.event is not None), key=lambda event: (event.onset_s, event.offset_s)))


def with_correction(corrections: Sequence[Correction], new: Correction) -> tuple[Correction, ...]:
    """The corrections with one more: of an event that was judged before, the last word counts."""
    return (*(one for one in corrections if new.event is None or one.event != new.event), new)


def without(corrections: Sequence[Correction], place: int) -> tuple[Correction, ...]:
    """The corrections without the one at a place, counted from 0.

    Raises:
        IndexError: there is none.
    """
    if not 0 <= place < len(corrections):
        msg = f"there is no correction {place}; there are {len(corrections)}"
        raise IndexError(msg)
    return (*corrections[:place], *corrections[place + 1 :])


def _judged(number: int, event: Event | Burst, said: tuple[int, Correction] | None) -> Listed:
    if said is None:
        return Listed(event=event, number=number)
    place, correction = said
    told = {Judgement.REJECTED: None, Judgement.CHANGED: _changed(event, correction)}.get(correction.judgement, event)
    return Listed(event=told, number=number, correction=correction, place=place)


def _changed(event: Event | Burst, correction: Correction) -> Event | Burst:
    """The event as the person tells it; how strong it was stays as it was measured. A burst stays one."""
    onset_s, offset_s = correction.onset_s, correction.offset_s
    if onset_s is None or offset_s is None or correction.kind is None or correction.side is None:
        return event
    apex_s = min(max(event.apex_s, onset_s), offset_s)
    if isinstance(event, Burst):
        return replace(event, onset_s=onset_s, apex_s=apex_s, offset_s=offset_s, censored=False)
    train = event.pattern is Pattern.CLONIC and correction.kind is EventKind.CONTRACTION
    return replace(
        event,
        onset_s=onset_s,
        apex_s=apex_s,
        offset_s=offset_s,
        kind=correction.kind,
        side=correction.side,
        pattern=Pattern.CLONIC if train else _pattern(onset_s, offset_s),
        members=tuple(one for one in event.members if one.onset_s < offset_s and one.offset_s > onset_s) if train else (),
        censored=False,
    )


def _missed(correction: Correction) -> Event | None:
    """An event that only a person saw: when, what and on which side; nobody measured how strong it was."""
    onset_s, offset_s = correction.onset_s, correction.offset_s
    if onset_s is None or offset_s is None or correction.kind is None or correction.side is None:
        return None
    return Event(
        onset_s=onset_s,
        apex_s=(onset_s + offset_s) / 2,
        offset_s=offset_s,
        kind=correction.kind,
        side=correction.side,
        regions=(Region.EYELID,) if correction.kind is EventKind.BLINK else (),
        pattern=_pattern(onset_s, offset_s),
        amplitude=float("nan"),
        amplitude_unit=CLOSURE,
        confidence=1.0,
    )


def _pattern(onset_s: float, offset_s: float) -> Pattern:
    return Pattern.BRIEF if offset_s - onset_s < _TONIC_FROM_S else Pattern.TONIC
