"""Whether a filled-in scale can be as it is told: known items, inside their published ranges, and a total that its items give."""

import math

from spasmograph.care.scales.definitions import Item, Scale, Variant
from spasmograph.care.scales.loading import scale_of
from spasmograph.care.scales.scoring import subscores_of, total_of
from spasmograph.errors import EntryError
from spasmograph.model.record import ScaleResult

# Told totals are written with two or three decimals; a mean of six items has more.
TOLERANCE = 0.005
GRAIN = 1e-9


def check(result: ScaleResult) -> None:
    """A result is one that the scale can have.

    Raises:
        EntryError: scale, variant, item or rater unknown, a value outside its published range or between its steps, a total or subscore that the
            items do not give, or nothing filled in. The message names the item, the value and the bound.
    """
    scale = scale_of(result.scale)
    variant = scale.variant(result.variant)
    _check_rater(scale, result)
    if not result.items and result.total is None:
        msg = f"{scale.name} has neither an item nor a total; fill in one of them"
        raise EntryError(msg)
    _check_items(scale, variant, result)
    _check_total(scale, variant, result)
    _check_subscores(scale, variant, result)


def _check_rater(scale: Scale, result: ScaleResult) -> None:
    if result.rater not in scale.raters:
        msg = f"the rater of {scale.name} is {result.rater}; it is rated by {' or '.join(scale.raters)} only"
        raise EntryError(msg)


def _check_items(scale: Scale, variant: Variant, result: ScaleResult) -> None:
    known = {item.id: item for item in variant.items}
    for name, value in result.items.items():
        if name not in known:
            msg = f"{scale.name} has no item {name!r}; {_known_items(variant)}"
            raise EntryError(msg)
        _check_item(scale, known[name], value)


def _known_items(variant: Variant) -> str:
    names = ", ".join(item.id for item in variant.items)
    return f"its items are {names}" if names else "only its total can be noted"


def _check_item(scale: Scale, item: Item, value: float | None) -> None:
    name = f"item {item.id} of {scale.name}"
    if value is None and not item.not_applicable:
        msg = f"{name} always applies; leave it out if it was not answered"
        raise EntryError(msg)
    if value is not None:
        _check_value(name, value, item.low, item.high, item.step)


def _check_total(scale: Scale, variant: Variant, result: ScaleResult) -> None:
    if result.total is None:
        return
    name = f"the total of {scale.name}"
    _check_value(name, result.total, variant.low, variant.high, variant.step)
    given = total_of(variant, result.items)
    if isinstance(given, float):
        _check_same(name, result.total, given)


def _check_subscores(scale: Scale, variant: Variant, result: ScaleResult) -> None:
    known = {part.id: part for part in variant.parts}
    given = subscores_of(variant, result.items)
    for part_id, value in result.subscores.items():
        if part_id not in known:
            msg = f"{scale.name} has no subscore {part_id!r}; {'it has ' + ', '.join(known) if known else 'it has none'}"
            raise EntryError(msg)
        name = f"the subscore {part_id} of {scale.name}"
        _check_value(name, value, known[part_id].low, known[part_id].high, known[part_id].factor)
        if part_id in given:
            _check_same(name, value, given[part_id])


def _check_value(name: str, value: float, low: float, high: float | None, step: float | None) -> None:
    """A number inside its range, and on a step where there are steps."""
    span = f"at least {low:g}" if high is None else f"in {low:g}–{high:g}"
    if not math.isfinite(value) or value < low or (high is not None and value > high):
        msg = f"{name} is {value:g}; it must lie {span}" if high is not None else f"{name} is {value:g}; it must be {span}"
        raise EntryError(msg)
    if step is not None and abs((value - low) / step - round((value - low) / step)) > GRAIN:
        msg = f"{name} is {value:g}; it must lie {span} in steps of {step:g}"
        raise EntryError(msg)


def _check_same(name: str, told: float, given: float) -> None:
    if abs(told - given) > TOLERANCE:
        msg = f"{name} is {told:g}, but its items give {given:g}; correct the one or the others"
        raise EntryError(msg)
