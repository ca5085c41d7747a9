"""A scale as a form: read from one, filled into one, told field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from starlette.datastructures import FormData

from spasmograph.care.scales import Formula, Item, Part, Scale, Variant, check, filled_in, scale_of, told_total
from spasmograph.errors import EntryError
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Rater
from spasmograph.web.forms import Filled, Form, filled
from spasmograph.web.language import text as _
from spasmograph.web.partial_dates import When, read_when, written
from spasmograph.web.rendering import number

ITEM, PART, NOT_APPLICABLE = "item:", "part:", "na"
GRAIN = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One step of an item: its value in a form, its number and our words for it, where there are some; `urgent` if it needs an answer at once."""

    value: str
    shown: str
    words: str = ""
    urgent: bool = False


def choices_of(scale: Scale, item: Item) -> tuple[Choice, ...]:
    """The steps of an item, from the lowest; words only where their text may be shown."""
    count = round((item.high - item.low) / item.step) + 1
    values = [item.low + step * item.step for step in range(count)]
    anchors = item.anchors or ("",) * count
    bound = urgent_from(scale, item.id)
    return tuple(
        Choice(value=f"{value:g}", shown=f"{value:g}", words=words, urgent=bound is not None and value >= bound)
        for value, words in zip(values, anchors, strict=True)
    )


def urgent_from(scale: Scale, item_id: str) -> float | None:
    """From which value on an item alone needs an answer at once; None for most of them."""
    bounds = [clause.at_least for flag in scale.flags if flag.urgent for clause in flag.clauses if item_id in clause.items and clause.count == 1]
    return min(bounds, default=None)


def urgent_items(scale: Scale, variant: Variant) -> tuple[Item, ...]:
    """Items that are asked for even where only the total is known."""
    return tuple(item for item in variant.items if urgent_from(scale, item.id) is not None)


def parts_asked(variant: Variant) -> tuple[Part, ...]:
    """Subscores that can be told beside a total; one that is a single item is told as that item."""
    return tuple(part for part in variant.parts if len(part.items) > 1)


def in_parts(variant: Variant) -> list[tuple[Part | None, list[Item]]]:
    """The items in order, those of a subscore together."""
    parts = {name: part for part in parts_asked(variant) for name in part.items}
    found: list[tuple[Part | None, list[Item]]] = []
    for item in variant.items:
        part = parts.get(item.id)
        if not found or found[-1][0] is not part:
            found.append((part, []))
        found[-1][1].append(item)
    return found


def unanswered_urgent(result: ScaleResult) -> tuple[Item, ...]:
    """Items whose answer might need one at once, and was not told; none where the total shows that it was 0."""
    scale = scale_of(result.scale)
    variant = scale.variant(result.variant)
    if result.total == variant.low:
        return ()
    return tuple(item for item in urgent_items(scale, variant) if item.id not in result.items)


def is_total_alone(result: ScaleResult) -> bool:
    """Whether a result holds a total and no items, but for those that are asked for besides."""
    scale = scale_of(result.scale)
    besides = {item.id for item in urgent_items(scale, scale.variant(result.variant))}
    return result.total is not None and not set(result.items) - besides


def result_of(form: Form, scale_id: str, now: datetime, was: ScaleResult | None = None) -> ScaleResult:
    """The result that a form tells; a change of `was`, or a new one.

    Raises:
        EntryError: a field cannot be read or cannot be as it is, or nothing was filled in.
    """
    scale = scale_of(scale_id)
    variant = scale.variant(form.text("variant"))
    when = _when(form, now, was)
    rater, note = form.choice("rater", Rater) or (was.rater if was else None), form.text("note")
    items, total = _items(form, variant), _total(form, variant)
    subscores = _subscores(form, variant, was)
    if items:
        result = filled_in(scale_id, items, variant=variant.id, rater=rater, at=when.at, note=note)
        result = _with_told(result, variant, total, subscores)
    elif total is not None:
        result = told_total(scale_id, total, variant=variant.id, rater=rater, at=when.at, note=note, subscores=subscores)
    else:
        field = "total" if form.text("only") == "yes" else ""
        raise EntryError(_("Nothing was chosen yet. Choose at least one answer, or write the total."), field=field)
    return _marked(replace(result, precision=when.precision), form, was)


def _when(form: Form, now: datetime, was: ScaleResult | None) -> When:
    """The day, as far as it is known.

    Raises:
        EntryError: it is none, or lies ahead.
    """
    kept = When(at=was.at, precision=was.precision) if was else None
    when = read_when(form, "at", was=kept, zone=was.at.tzinfo if was else None)
    if when is None:
        raise EntryError(_("Write the day as far as you know it; the month or the year alone is enough."), field="at")
    if when != kept and when.at > now:
        raise EntryError(_("This day lies ahead. Write the day on which the scale was filled in."), field="at")
    return when


def _items(form: Form, variant: Variant) -> dict[str, float | None]:
    """The items that were answered; None for one that does not apply."""
    told = {item.id: form.text(f"{ITEM}{item.id}") for item in variant.items}
    return {name: None if value == NOT_APPLICABLE else form.number(f"{ITEM}{name}") for name, value in told.items() if value}


def _total(form: Form, variant: Variant) -> float | None:
    """A total that was told."""
    return _inside(form, "total", low=variant.low, high=variant.high, step=variant.step)


def _subscores(form: Form, variant: Variant, was: ScaleResult | None) -> dict[str, float]:
    """Subscores that were told; those that no field asks for stay as they were."""
    asked = {part.id for part in parts_asked(variant)}
    kept = {name: value for name, value in was.subscores.items() if name not in asked} if was and not was.items else {}
    fields = {part.id: _inside(form, f"{PART}{part.id}", low=part.low, high=part.high, step=part.factor) for part in parts_asked(variant)}
    return kept | {name: value for name, value in fields.items() if value is not None}


def _inside(form: Form, field: str, *, low: float, high: float | None, step: float | None) -> float | None:
    """A number of a field, inside its range and on a step.

    Raises:
        EntryError: it lies outside.
    """
    value = form.number(field)
    if value is None:
        return None
    if value < low or (high is not None and value > high):
        raise EntryError(_outside(form.text(field), low, high), field=field)
    if step is not None and abs((value - low) / step - round((value - low) / step)) > GRAIN:
        facts = {"value": form.text(field), "low": number(low, 2), "step": number(step, 2)}
        raise EntryError(_("“%(value)s” cannot be: from %(low)s on, it goes in steps of %(step)s.") % facts, field=field)
    return value


def _outside(value: str, low: float, high: float | None) -> str:
    if high is None:
        return _("“%(value)s” cannot be: it is at least %(low)s.") % {"value": value, "low": number(low, 2)}
    return _("“%(value)s” cannot be: it lies between %(low)s and %(high)s.") % {"value": value, "low": number(low, 2), "high": number(high, 2)}


def _with_told(result: ScaleResult, variant: Variant, total: float | None, subscores: Mapping[str, float]) -> ScaleResult:
    """With the total and the subscores that were told beside the items.

    Raises:
        EntryError: the items give others.
    """
    told = replace(result, total=result.total if total is None else total, subscores={**subscores, **result.subscores})
    if total is None:
        return told
    try:
        check(replace(result, total=total))
    except EntryError as error:
        given = filled_in(result.scale, result.items, variant=variant.id, rater=result.rater, at=result.at).total
        facts = {"told": number(total, 2), "given": number(given, 2)}
        sentence = _("The total says %(told)s, but the answers give %(given)s. Correct the one or the others; the total can be left empty.") % facts
        raise EntryError(sentence, field="total") from error
    return told


def _marked(result: ScaleResult, form: Form, was: ScaleResult | None) -> ScaleResult:
    """With the id and the version that the form was made from."""
    if was is None:
        return replace(result, id=form.id())
    return replace(result, id=was.id, noted_at=was.noted_at, version=form.version())


def answered(was: ScaleResult, form: Form, now: datetime) -> ScaleResult:
    """A result with the answers of a form added, all else as it was.

    Raises:
        EntryError: an answer cannot be.
    """
    values = {**fill(was).values, **{name: value for name, value in form.filled().values.items() if name.startswith(ITEM)}}
    pairs = [(name, value) for name, given in values.items() for value in given]
    return replace(result_of(Form(FormData([*pairs])), was.scale, now, was), version=form.version())


def fill(result: ScaleResult, **instead: str) -> Filled:
    """A form filled with a result; the total only where it was told. Some fields can be filled with something else instead."""
    shared = filled(
        version=result.version,
        variant=result.variant,
        at=written(When(at=result.at, precision=result.precision)),
        rater=result.rater,
        note=result.note,
        total=None if is_calculated(result) else result.total,
    )
    items = {f"{ITEM}{name}": NOT_APPLICABLE if value is None else f"{value:g}" for name, value in result.items.items()}
    parts = {f"{PART}{name}": f"{value:.15g}" for name, value in result.subscores.items() if not _from_items(result, name)}
    more = filled(**items, **parts)
    return Filled(values={**shared.values, **more.values, **filled(**instead).values})


def _from_items(result: ScaleResult, part_id: str) -> bool:
    """Whether a subscore is what the items give."""
    parts = scale_of(result.scale).variant(result.variant).parts
    return any(part.id == part_id and set(part.items) <= result.items.keys() for part in parts)


def is_calculated(result: ScaleResult) -> bool:
    """Whether the total is what the items give, not one that was told."""
    if not result.items or result.total is None:
        return False
    return filled_in(result.scale, result.items, variant=result.variant, rater=result.rater, at=result.at).total is not None


def is_single(variant: Variant) -> bool:
    """Whether the scale is one choice, so that there is nothing to add up."""
    return variant.formula is Formula.SINGLE
