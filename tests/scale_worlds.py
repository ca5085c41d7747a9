"""Rating scales filled in at their ends, and on days that follow each other."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from spasmograph.care.scales import Variant, filled_in, load_scales, told_total
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Rater

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

FORMS = tuple((scale.id, variant.id) for scale in load_scales().values() for variant in scale.variants)
CALCULATED = tuple((scale, form) for scale, form in FORMS if load_scales()[scale].variant(form).verified("formula"))


def form_of(scale: str, variant: str = "") -> Variant:
    return load_scales()[scale].variant(variant)


def lowest(scale: str, variant: str = "") -> dict[str, float | None]:
    return {item.id: item.low for item in form_of(scale, variant).items}


def highest(scale: str, variant: str = "") -> dict[str, float | None]:
    return {item.id: item.high for item in form_of(scale, variant).items}


def entered(scale: str, items: Mapping[str, float | None], variant: str = "", *, day: int = 0) -> ScaleResult:
    return filled_in(scale, items, variant=variant, at=AT + timedelta(days=day))


def told(scale: str, total: float, variant: str = "", *, day: int = 0) -> ScaleResult:
    return told_total(scale, total, variant=variant, at=AT + timedelta(days=day))


def ends(scale: str, variant: str = "") -> tuple[float | None, float | None]:
    """The totals of all items at their lowest, and of all at their highest."""
    return entered(scale, lowest(scale, variant), variant).total, entered(scale, highest(scale, variant), variant).total


def item_ranges(scale: str, variant: str = "") -> dict[str, tuple[float, float]]:
    return {item.id: (item.low, item.high) for item in form_of(scale, variant).items}


def raters(scale: str) -> tuple[Rater, ...]:
    return load_scales()[scale].raters
