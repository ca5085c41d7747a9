"""Whether a total has changed by as much as is published to count."""

from dataclasses import dataclass
from enum import StrEnum

from spasmograph.care.scales.definitions import Direction, Scale, Threshold
from spasmograph.care.scales.loading import scale_of
from spasmograph.model.record import ScaleResult

# Totals that are means of small whole numbers differ from their decimals by less than this.
GRAIN = 1e-9


class ChangeKind(StrEnum):
    """What became of a total."""

    IMPROVED = "improved"
    WORSENED = "worsened"
    SMALLER = "smaller_than_what_counts"
    NO_THRESHOLD = "no_published_threshold"
    NOT_COMPARABLE = "not_comparable"


class NotComparable(StrEnum):
    """Why two results cannot be compared."""

    OTHER_SCALE = "other_scale"
    OTHER_VARIANT = "other_variant"
    NO_TOTAL = "no_total"
    WRONG_ORDER = "wrong_order"
    RATES_CHANGE = "rates_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change between two results.

    `difference` is the later total less the earlier, None where they cannot be compared, and then `why` says so. `better` tells which way it went,
    None for no difference at all. `threshold` is what counts, where it is published for that way.
    """

    kind: ChangeKind
    difference: float | None = None
    better: bool | None = None
    threshold: Threshold | None = None
    why: NotComparable | None = None


def meaningful_change(scale_id: str, earlier: ScaleResult, later: ScaleResult) -> Change:
    """Whether the later total is better or worse than the earlier by at least the published amount.

    A threshold that was published for improvement alone says nothing of a worsening: that has no published threshold.

    Raises:
        EntryError: the scale or the variant is not known.
    """
    scale = scale_of(scale_id)
    if (why := _hindrance(scale, earlier, later)) is not None:
        return Change(kind=ChangeKind.NOT_COMPARABLE, why=why)
    if earlier.total is None or later.total is None:
        return Change(kind=ChangeKind.NOT_COMPARABLE, why=NotComparable.NO_TOTAL)
    return _judged(scale, scale.variant(earlier.variant).threshold, later.total - earlier.total)


def _hindrance(scale: Scale, earlier: ScaleResult, later: ScaleResult) -> NotComparable | None:
    if not earlier.scale == later.scale == scale.id:
        return NotComparable.OTHER_SCALE
    if earlier.variant != later.variant:
        return NotComparable.OTHER_VARIANT
    if scale.rates_change:
        return NotComparable.RATES_CHANGE
    return NotComparable.WRONG_ORDER if later.at < earlier.at else None


def _judged(scale: Scale, threshold: Threshold | None, difference: float) -> Change:
    rise_is_better = scale.direction is Direction.HIGHER_IS_BETTER
    better = None if difference == 0.0 else (difference > 0.0) == rise_is_better
    if threshold is None or not threshold.fact.verified or (better is False and not threshold.both_ways):
        return Change(kind=ChangeKind.NO_THRESHOLD, difference=difference, better=better)
    kind = ChangeKind.IMPROVED if better else ChangeKind.WORSENED
    if abs(difference) < threshold.value - GRAIN:
        kind = ChangeKind.SMALLER
    return Change(kind=kind, difference=difference, better=better, threshold=threshold)
