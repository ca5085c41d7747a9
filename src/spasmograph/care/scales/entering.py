"""A scale as it was filled in, item by item or as a total that somebody told; and what the result says besides its total."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from spasmograph.care.scales.checking import check
from spasmograph.care.scales.definitions import Variant
from spasmograph.care.scales.loading import scale_of
from spasmograph.care.scales.scoring import NoTotal, inapplicable_items, missing_items, raised, subscores_of, total_of
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Rater


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a result says besides its numbers.

    `no_total` is why there is no total, None if there is one. `attention` are codes that need an answer at once, such as `phq9_item_9`; `flags` are
    the others. `unverified` names what about the scale is general knowledge.
    """

    no_total: NoTotal | None
    missing: tuple[str, ...]
    not_applicable: tuple[str, ...]
    attention: tuple[str, ...]
    flags: tuple[str, ...]
    unverified: tuple[str, ...]


def filled_in(
    scale_id: str,
    items: Mapping[str, float | None],
    *,
    variant: str = "",
    rater: Rater | None = None,
    at: datetime,
    note: str = "",
) -> ScaleResult:
    """A scale filled in item by item, with total and subscores where the published formula gives them.

    Items that were not answered are left out of `items`; None means that an item does not apply. The rater is the one whom the scale is made for,
    unless told. Nothing is imputed: without all items there is no total, and `reading` says why.

    Raises:
        EntryError: the scale cannot have such a result; see `check`.
    """
    scale = scale_of(scale_id)
    form = scale.variant(variant)
    entered = ScaleResult(at=at, scale=scale_id, variant=variant, items=_in_order(form, items), rater=rater or scale.raters[0], note=note)
    check(entered)
    total = total_of(form, entered.items)
    return replace(entered, total=total if isinstance(total, float) else None, subscores=subscores_of(form, entered.items))


def told_total(
    scale_id: str,
    total: float,
    *,
    variant: str = "",
    rater: Rater | None = None,
    at: datetime,
    note: str = "",
    subscores: Mapping[str, float] | None = None,
) -> ScaleResult:
    """A total that is known without its items, as from a letter of the clinic.

    Raises:
        EntryError: the scale cannot have such a total; see `check`.
    """
    told = rater or scale_of(scale_id).raters[0]
    result = ScaleResult(at=at, scale=scale_id, variant=variant, total=total, subscores=dict(subscores or {}), rater=told, note=note)
    check(result)
    return result


def reading(result: ScaleResult) -> Reading:
    """What a result says besides its numbers.

    Raises:
        EntryError: scale or variant are not known.
    """
    scale = scale_of(result.scale)
    form = scale.variant(result.variant)
    given = total_of(form, result.items)
    codes = [flag for flag in scale.flags if raised(flag, result.items)]
    return Reading(
        no_total=given if result.total is None and isinstance(given, NoTotal) else None,
        missing=missing_items(form, result.items) if result.items else (),
        not_applicable=inapplicable_items(form, result.items),
        attention=tuple(flag.code for flag in codes if flag.urgent),
        flags=tuple(flag.code for flag in codes if not flag.urgent),
        unverified=scale.unverified(result.variant),
    )


def _in_order(form: Variant, items: Mapping[str, float | None]) -> dict[str, float | None]:
    """The items in the scale's order, those that are not known last."""
    known = {item.id: items[item.id] for item in form.items if item.id in items}
    return {**known, **items}
