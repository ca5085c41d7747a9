"""A treatment as a form: read from one, filled into one, copied as the start of the next."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import partial
from typing import TypeVar

from starlette.datastructures import FormData

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.errors import EntryError
from spasmograph.model.record import Dose, InjectionSite, Milestone, SideEffect, Treatment
from spasmograph.terms import Muscle, Precision, Side, TreatmentKind
from spasmograph.web.forms import Filled, Form
from spasmograph.web.language import text as _
from spasmograph.web.partial_dates import When, read_when, written

T = TypeVar("T")
NOT_KNOWN = "?"
# The parts of a treatment that come in rows, and the fields by which a row is told from an empty one.
ROWS: Mapping[str, tuple[str, ...]] = {
    "site": ("units", "muscle", "x"),
    "dose": ("at", "amount", "words"),
    "course": ("at", "words"),
    "effect": ("name", "at", "until", "note"),
}
_MOST_ROWS = 200


def treatment_of(form: Form, was: Treatment | None = None) -> Treatment:
    """The treatment that a form tells; a change of `was`, or a new one.

    Raises:
        EntryError: a field cannot be read, or is needed and empty.
    """
    kind = was.treatment if was else kind_of(form.text("kind"))
    zone = was.at.tzinfo if was else None
    start = needed(read_when(form, "at", was=_since(was), zone=zone), "at")
    until = read_when(form, "until", was=_end(was), zone=zone, end=True)
    check_after("until", start.at, until)
    treatment = Treatment(
        id=was.id if was else form.id(),
        version=form.version() if was else 0,
        noted_at=was.noted_at if was else None,
        at=start.at,
        precision=start.precision,
        until=until.at if until else None,
        until_precision=until.precision if until else Precision.DAY,
        treatment=kind,
        name=name_of(form),
        by=form.text("by"),
        hoped_for=form.text("hoped_for"),
        note=form.text("note"),
    )
    return _with_parts(treatment, form, was)


def kind_of(name: str) -> TreatmentKind:
    """A kind of treatment by its name.

    Raises:
        EntryError: there is none of that name.
    """
    if name not in set(TreatmentKind):
        msg = f"the kind of treatment is {name!r}; it must be one of {', '.join(TreatmentKind)}"
        raise EntryError(msg, field="kind")
    return TreatmentKind(name)


def name_of(form: Form) -> str:
    """A name in the person's own words, or else the one that was chosen.

    Raises:
        EntryError: there is neither.
    """
    name = form.text("own_name") or form.text("name")
    if not name:
        raise EntryError(_("Choose a name, or write one in your own words."), field="name")
    return name


def needed(when: When | None, field: str) -> When:
    """A date that has to be there.

    Raises:
        EntryError: it is not.
    """
    if when is None:
        raise EntryError(_("Write the date as far as you know it; the year alone is enough."), field=field)
    return when


def check_after(field: str, start: datetime, until: When | None) -> None:
    """Nothing ends before it begins.

    Raises:
        EntryError: it does.
    """
    if until is not None and until.at < start:
        raise EntryError(_("The end lies before the beginning."), field=field)


def amount_of(form: Form, field: str) -> float | None:
    """An amount above zero, if there is one.

    Raises:
        EntryError: it is none.
    """
    amount = form.number(field)
    if amount is not None and amount <= 0:
        raise EntryError(
            _("“%(value)s” is not above zero; leave the field empty where nothing was given.") % {"value": form.text(field)}, field=field
        )
    return amount


def dose_of(form: Form, at: When, *, prefix: str = "") -> Dose:
    """A dose from fields that begin with a prefix.

    Raises:
        EntryError: the amount is none, or nothing says how much.
    """
    amount, words = amount_of(form, f"{prefix}amount"), form.text(f"{prefix}words")
    if amount is None and not words:
        raise EntryError(_("Write how much, as a number or in words."), field=f"{prefix}amount")
    return Dose(at=at.at, precision=at.precision, amount=amount, unit=form.text(f"{prefix}unit") or "mg", words=words)


def milestone_of(form: Form, at: When, *, prefix: str = "") -> Milestone:
    """What was noticed, from fields that begin with a prefix.

    Raises:
        EntryError: nothing is said.
    """
    words = form.text(f"{prefix}words")
    if not words:
        raise EntryError(_("Write what was noticed."), field=f"{prefix}words")
    return Milestone(at=at.at, precision=at.precision, words=words)


def effect_of(form: Form, *, prefix: str = "", was: SideEffect | None = None, zone: tzinfo | None = None) -> SideEffect:
    """A side effect from fields that begin with a prefix.

    Raises:
        EntryError: its name or its beginning is missing, or it ends before that.
    """
    name = form.text(f"{prefix}own_name") or form.text(f"{prefix}name")
    if not name:
        raise EntryError(_("Write what it was."), field=f"{prefix}name")
    since = needed(read_when(form, f"{prefix}at", was=_since(was), zone=zone), f"{prefix}at")
    until = read_when(form, f"{prefix}until", was=_end(was), zone=zone, end=True)
    check_after(f"{prefix}until", since.at, until)
    end, end_precision = (until.at, until.precision) if until else (None, Precision.DAY)
    note = form.text(f"{prefix}note")
    return SideEffect(name=name, at=since.at, precision=since.precision, until=end, until_precision=end_precision, note=note)


def _with_parts(treatment: Treatment, form: Form, was: Treatment | None) -> Treatment:
    """With its sites, doses, course and side effects, in order of time."""
    zone = was.at.tzinfo if was else None
    sites = tuple(sites_of(form)) if treatment.treatment is TreatmentKind.BOTULINUM_TOXIN else ()
    doses = tuple(_doses(form, treatment, was)) if treatment.treatment is TreatmentKind.DRUG else ()
    course = tuple(_course(form, was, zone))
    effects = tuple(
        effect_of(form, prefix=f"effect-{row}-", was=_nth(was.side_effects if was else (), row), zone=zone) for row in filled_rows(form, "effect")
    )
    return replace(
        treatment,
        sites=sites,
        doses=tuple(sorted(doses, key=lambda one: one.at)),
        course=tuple(sorted(course, key=lambda one: one.at)),
        side_effects=tuple(sorted(effects, key=lambda one: one.at)),
    )


def _doses(form: Form, treatment: Treatment, was: Treatment | None) -> Iterator[Dose]:
    """The doses; one without a date, which is the first, began with the drug."""
    for place, row in enumerate(filled_rows(form, "dose")):
        before = _nth(was.doses if was else (), row)
        at = read_when(form, f"dose-{row}-at", was=_since(before), zone=treatment.at.tzinfo if was else None)
        first = When(at=treatment.at, precision=treatment.precision) if place == 0 else None
        yield dose_of(form, needed(at or first, f"dose-{row}-at"), prefix=f"dose-{row}-")


def _course(form: Form, was: Treatment | None, zone: tzinfo | None) -> Iterator[Milestone]:
    for row in filled_rows(form, "course"):
        before = _nth(was.course if was else (), row)
        at = needed(read_when(form, f"course-{row}-at", was=_since(before), zone=zone), f"course-{row}-at")
        yield milestone_of(form, at, prefix=f"course-{row}-")


def sites_of(form: Form) -> Iterator[InjectionSite]:
    """The points of a session: named ones by their fields, then those in rows of their own.

    Raises:
        EntryError: an amount is none, or a row does not say its side.
    """
    for place in load_treatments().places.values():
        for side in place.sides:
            field = f"units-{place.id}-{side}"
            if form.text(field):
                yield place.site(side, _units(form, field))
    for row in filled_rows(form, "site"):
        yield _own_site(form, f"site-{row}-")


def _own_site(form: Form, prefix: str) -> InjectionSite:
    side = form.choice(f"{prefix}side", Side)
    if side is None:
        raise EntryError(_("Say on which side this point was."), field=f"{prefix}side")
    x, y = form.number(f"{prefix}x"), form.number(f"{prefix}y")
    units, muscle = _units(form, f"{prefix}units"), form.choice(f"{prefix}muscle", Muscle)
    return _named(f"{prefix}units", partial(InjectionSite, side=side, units=units, muscle=muscle, x=x, y=y))


def _units(form: Form, field: str) -> float | None:
    """Units of a point; a question mark where they are not known."""
    return None if form.text(field) == NOT_KNOWN else amount_of(form, field)


def _named(field: str, make: Callable[[], T]) -> T:
    """What is made, or its error with the field's name."""
    try:
        return make()
    except EntryError as error:
        raise EntryError(str(error), field=field) from error


def filled_rows(form: Form, part: str) -> list[int]:
    """The numbers of the rows of a part that say something."""
    rows = row_numbers(form.filled(), part)
    return [row for row in rows if any(form.text(f"{part}-{row}-{field}") for field in ROWS[part])]


def row_numbers(filled: Filled, part: str) -> list[int]:
    """The numbers of the rows that a form has of a part, in order."""
    pattern = re.compile(rf"{part}-(\d{{1,3}})-\w+")
    return sorted({int(found[1]) for name in filled.values if (found := pattern.fullmatch(name))})[:_MOST_ROWS]


def drawn_sites(filled: Filled) -> tuple[InjectionSite, ...]:
    """The points of a form as far as they can be drawn."""
    form = Form(FormData([(name, value) for name, values in filled.values.items() for value in values]))
    try:
        return tuple(sites_of(form))
    except EntryError:
        return ()


def fill(treatment: Treatment) -> Filled:
    """A form filled with a treatment."""
    values = {**_common(treatment), **_sites(treatment.sites)}
    for row, dose in enumerate(treatment.doses):
        amount = "" if dose.amount is None else f"{dose.amount:.15g}"
        values |= _row("dose", row, at=written(_since(dose)), amount=amount, unit=dose.unit, words=dose.words)
    for row, mile in enumerate(treatment.course):
        values |= _row("course", row, at=written(_since(mile)), words=mile.words)
    for row, effect in enumerate(treatment.side_effects):
        since, until = _since(effect), _end(effect)
        values |= _row("effect", row, name=effect.name, at=written(since), until=written(until), note=effect.note)
    return Filled(values={name: (value,) for name, value in values.items() if value})


def fill_like(treatment: Treatment, now: datetime) -> Filled:
    """A form for a new treatment like this one: as it was given, on today's date, without what came after it."""
    as_given = replace(treatment, at=now, precision=Precision.DAY, until=None, note="", doses=(), course=(), side_effects=(), version=0)
    return fill(as_given)


def _common(treatment: Treatment) -> dict[str, str]:
    offered = {offer.id for offer in load_treatments().names.get(treatment.treatment, ())}
    return {
        "kind": str(treatment.treatment),
        "version": str(treatment.version),
        "name" if treatment.name in offered else "own_name": treatment.name,
        "at": written(_since(treatment)),
        "until": written(_end(treatment)),
        "by": treatment.by,
        "hoped_for": treatment.hoped_for,
        "note": treatment.note,
    }


def _sites(sites: tuple[InjectionSite, ...]) -> dict[str, str]:
    """Named points by their fields; all others, and a second one at the same place, in rows."""
    values: dict[str, str] = {}
    row = 0
    for site in sites:
        place, field = load_treatments().places.get(site.place), f"units-{site.place}-{site.side}"
        if place and site.side in place.sides and field not in values:
            values[field] = _units_text(site)
        else:
            where = {"x": "" if site.x is None else f"{site.x:.4f}", "y": "" if site.y is None else f"{site.y:.4f}"}
            values |= _row("site", row, side=str(site.side), muscle=str(site.muscle or ""), units=_units_text(site), **where)
            row += 1
    return values


def _row(part: str, number: int, **values: str) -> dict[str, str]:
    return {f"{part}-{number}-{field}": value for field, value in values.items()}


def _units_text(site: InjectionSite) -> str:
    return NOT_KNOWN if site.units is None else f"{site.units:.15g}"


def _since(part: Treatment | Dose | Milestone | SideEffect | None) -> When | None:
    return When(at=part.at, precision=part.precision) if part else None


def _end(part: Treatment | SideEffect | None) -> When | None:
    return When(at=part.until, precision=part.until_precision) if part and part.until else None


def _nth(parts: tuple[T, ...], number: int) -> T | None:
    return parts[number] if number < len(parts) else None
