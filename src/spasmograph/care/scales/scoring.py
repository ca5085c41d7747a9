"""Totals and subscores from items, by the published formula and by nothing else: what is missing is never filled in."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from statistics import fmean

from spasmograph.care.scales.definitions import Flag, Formula, Part, Variant

Items = Mapping[str, float | None]


class NoTotal(StrEnum):
    """Why there is no total."""

    NO_ITEMS = "no_items"
    ITEMS_MISSING = "items_missing"
    NOT_APPLICABLE = "not_applicable"
    FORMULA_NOT_KNOWN = "formula_not_known"
    FORMULA_NOT_VERIFIED = "formula_not_verified"
    OUTSIDE_PUBLISHED_RANGE = "outside_published_range"


def total_of(variant: Variant, items: Items) -> float | NoTotal:
    """The total that the formula gives, or why there is none."""
    if (why := _hindrance(variant, items)) is not None:
        return why
    total = _FORMULAS[variant.formula](variant, _values(items))
    inside = variant.low <= total <= (total if variant.high is None else variant.high)
    return total if inside else NoTotal.OUTSIDE_PUBLISHED_RANGE


def subscores_of(variant: Variant, items: Items) -> dict[str, float]:
    """The published subscores whose items are all there."""
    values = _values(items)
    return {part.id: _part(part, values) for part in variant.parts if values.keys() >= set(part.items)}


def missing_items(variant: Variant, items: Items) -> tuple[str, ...]:
    """Items that were not filled in, in the scale's order; one that does not apply is not missing."""
    return tuple(item.id for item in variant.items if item.id not in items)


def inapplicable_items(variant: Variant, items: Items) -> tuple[str, ...]:
    """Items that do not apply, in the scale's order."""
    return tuple(item.id for item in variant.items if item.id in items and items[item.id] is None)


def raised(flag: Flag, items: Items) -> bool:
    """Whether one of the flag's clauses holds; items that are missing hold nothing back."""
    values = _values(items)
    return any(sum(values.get(item, float("-inf")) >= clause.at_least for item in clause.items) >= clause.count for clause in flag.clauses)


def _hindrance(variant: Variant, items: Items) -> NoTotal | None:
    """Why the formula cannot be applied, or None."""
    if variant.formula is Formula.TOLD:
        return NoTotal.FORMULA_NOT_KNOWN
    if not variant.verified("formula"):
        return NoTotal.FORMULA_NOT_VERIFIED
    if not _values(items):
        return NoTotal.NOT_APPLICABLE if items else NoTotal.NO_ITEMS
    if missing_items(variant, items):
        return NoTotal.ITEMS_MISSING
    left_out = variant.leave_out_not_applicable and variant.verified("not_applicable")
    return NoTotal.NOT_APPLICABLE if inapplicable_items(variant, items) and not left_out else None


def _values(items: Items) -> dict[str, float]:
    return {name: value for name, value in items.items() if value is not None}


def _part(part: Part, values: Mapping[str, float]) -> float:
    return part.factor * _sum(values[item] for item in part.items)


def _composite(variant: Variant, values: Mapping[str, float]) -> float:
    return _sum(-_part(part, values) if part.subtracted else _part(part, values) for part in variant.parts)


def _percent(variant: Variant, values: Mapping[str, float]) -> float:
    return 100.0 * _sum(values.values()) / _sum(item.high for item in variant.items)


def _sum(values: Iterable[float]) -> float:
    return float(sum(values))


_FORMULAS: Mapping[Formula, Callable[[Variant, Mapping[str, float]], float]] = {
    Formula.SINGLE: lambda _, values: _sum(values.values()),
    Formula.SUM: lambda _, values: _sum(values.values()),
    Formula.MEAN: lambda _, values: fmean(values.values()),
    Formula.PERCENT_OF_MAXIMUM: _percent,
    Formula.COMPOSITE: _composite,
}
