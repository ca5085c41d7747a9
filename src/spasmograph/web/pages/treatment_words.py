"""What the pages of treatments say: names, points, doses, and a treatment field by field."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from spasmograph.care.treatment_catalogue import Place, load_treatments
from spasmograph.care.treatments import SINGLE, Session, dose_at, sites_without_units, total_units, units_by_side
from spasmograph.language import listed
from spasmograph.model.record import Dose, InjectionSite, Milestone, SideEffect, Treatment
from spasmograph.present.record.naming import muscle_name
from spasmograph.terms import Precision, Side, TreatmentKind
from spasmograph.web import words
from spasmograph.web.language import text as _
from spasmograph.web.language import texts
from spasmograph.web.rendering import moment, number


def name(treatment: Treatment) -> str:
    """The name of a treatment; one that was offered in the person's language."""
    return offered_name(treatment.treatment, treatment.name)


def offered_name(kind: TreatmentKind, stored: str) -> str:
    """A name as people know it, with the brands of a product."""
    brands = next((offer.brands for offer in load_treatments().names.get(kind, ()) if offer.id == stored), None)
    if brands is None:
        return stored
    return f"{_(stored)} ({', '.join(brands)})" if brands else _(stored)


def names_offered(kind: TreatmentKind) -> list[tuple[str, str]]:
    """Names to choose from, with their labels."""
    return [(offer.id, offered_name(kind, offer.id)) for offer in load_treatments().names.get(kind, ())]


def effects_offered(kind: TreatmentKind, own: Sequence[str]) -> list[tuple[str, str]]:
    """Side effects to choose from: those that the sources tell of, and the person's own."""
    return [(effect, effect_name(effect)) for effect in dict.fromkeys((*load_treatments().side_effects.get(kind, ()), *own))]


def effect_name(stored: str) -> str:
    """A side effect; one that was offered in the person's language."""
    return _(stored) if any(stored in names for names in load_treatments().side_effects.values()) else stored


def place_name(place: Place) -> str:
    """A named place."""
    return _(place.name)


def units_label(place: Place, side: Side) -> str:
    """What the field of a named place is called."""
    return _("Units, %(place)s, %(side)s") % {"place": place_name(place), "side": side_of(side)}


def translated(statement: str) -> str:
    """A statement of the catalogue in the person's language."""
    return _(statement)


def side_of(side: Side) -> str:
    """A side as a point has it; one of both sides is in the middle."""
    return _("middle") if side is Side.BOTH else words.label(side)


def site_words(site: InjectionSite) -> str:
    """Where a point is: its place or muscle, and the side."""
    place = load_treatments().places.get(site.place)
    where = place_name(place) if place else muscle_name(site.muscle) if site.muscle else _("a point of your own")
    return listed((where, side_of(site.side)))


def units_words(units: float | None) -> str:
    """Units of a point, or that they are not known."""
    return _("units not known") if units is None else texts("%(n)s unit", "%(n)s units", _plural(units)) % {"n": number(units, 2)}


def total_words(treatment: Treatment) -> str:
    """How many units in all and on each side; the least that it was, where some are not known."""
    total, unknown = total_units(treatment), sites_without_units(treatment)
    if total is None:
        return _("units not known") if treatment.sites else ""
    told = _("at least %(units)s") % {"units": units_words(total)} if unknown else units_words(total)
    sides = units_by_side(treatment)
    return f"{told} ({', '.join(f'{side_of(side)} {number(units, 2)}' for side, units in sides.items())})"


def dose_words(dose: Dose) -> str:
    """How much a day, or in the person's own words."""
    amount = "" if dose.amount is None else _("%(amount)s %(unit)s a day") % {"amount": number(dose.amount, 3), "unit": dose.unit}
    return listed(part for part in (amount, dose.words) if part) or _("dose not known")


def effect_words(effect: SideEffect) -> str:
    """What it was, from when until when."""
    since = moment(effect.at, effect.precision)
    if effect.until is None:
        told = _("%(name)s, since %(since)s") % {"name": effect_name(effect.name), "since": since}
    else:
        until = moment(effect.until, effect.until_precision)
        told = _("%(name)s, %(since)s to %(until)s") % {"name": effect_name(effect.name), "since": since, "until": until}
    return f"{told}: {effect.note}" if effect.note else told


def effects_words(treatment: Treatment) -> str:
    """All side effects of a treatment."""
    return "; ".join(effect_words(effect) for effect in treatment.side_effects)


def days_after(treatment: Treatment, at: Milestone | SideEffect) -> str:
    """How many days after a treatment something was; empty where either day is not known."""
    if not {treatment.precision, at.precision} <= {Precision.MINUTE, Precision.DAY} or at.at < treatment.at:
        return ""
    days = (at.at.date() - treatment.at.date()).days
    return texts("%(n)s day after", "%(n)s days after", days) % {"n": days} if days else _("on the same day")


def lasted(treatment: Treatment, now: datetime) -> str:
    """From when until when; what goes on is said to."""
    since = moment(treatment.at, treatment.precision)
    if treatment.until is None:
        return _("since %(since)s") % {"since": since} if treatment.treatment not in SINGLE and treatment.at <= now else since
    return _("%(since)s to %(until)s") % {"since": since, "until": moment(treatment.until, treatment.until_precision)}


def session_words(session: Session) -> str:
    """Which session it was, and how long after the one before."""
    numbered = _("session %(number)s") % {"number": session.number}
    if session.days_since_last is None:
        return numbered
    days = texts("%(n)s day after the one before", "%(n)s days after the one before", session.days_since_last) % {"n": session.days_since_last}
    return listed((numbered, days))


def in_short(treatment: Treatment, session: Session | None, now: datetime) -> list[str]:
    """A treatment in a few words, for a list."""
    last_dose = dose_at(treatment, now)
    told = [
        session_words(session) if session else "",
        total_words(treatment) if treatment.treatment is TreatmentKind.BOTULINUM_TOXIN else "",
        dose_words(last_dose) if last_dose else "",
        treatment.by,
    ]
    return [part for part in told if part]


def told(treatment: Treatment) -> list[tuple[str, str]]:
    """A treatment field by field."""
    return [
        (_("Kind"), words.label(treatment.treatment)),
        (_("Name"), name(treatment)),
        (_("Start"), moment(treatment.at, treatment.precision)),
        (_("End"), moment(treatment.until, treatment.until_precision) if treatment.until else ""),
        (_("By whom"), treatment.by),
        (_("Hoped for"), treatment.hoped_for),
        (_("Points"), "; ".join(f"{site_words(site)}: {units_words(site.units)}" for site in treatment.sites)),
        (_("Doses"), "; ".join(f"{moment(dose.at, dose.precision)}: {dose_words(dose)}" for dose in treatment.doses)),
        (_("Course"), "; ".join(f"{moment(mile.at, mile.precision)}: {mile.words}" for mile in treatment.course)),
        (_("Side effects"), "; ".join(effect_words(effect) for effect in treatment.side_effects)),
        (_("Note"), treatment.note),
    ]


def kind_words(kind: TreatmentKind) -> Mapping[str, str]:
    """What the form of a kind is called and asks."""
    return {key: told() for key, told in _ASKED[kind].items()}


_START, _BEGAN = (lambda: _("When was it?")), (lambda: _("When did it begin?"))
_ASKED: Mapping[TreatmentKind, Mapping[str, Callable[[], str]]] = {
    TreatmentKind.BOTULINUM_TOXIN: {
        "add": lambda: _("Injection of botulinum toxin"),
        "name": lambda: _("Which product?"),
        "own": lambda: _("Another product"),
        "at": _START,
        "by": lambda: _("Who injected?"),
    },
    TreatmentKind.DRUG: {
        "add": lambda: _("Drug"),
        "name": lambda: _("Which drug?"),
        "own": lambda: _("Another drug"),
        "at": _BEGAN,
        "by": lambda: _("Who prescribed it?"),
    },
    TreatmentKind.PROCEDURE: {
        "add": lambda: _("Operation or procedure"),
        "name": lambda: _("Which one?"),
        "own": lambda: _("Another one"),
        "at": _START,
        "by": lambda: _("Who did it, and where?"),
    },
    TreatmentKind.PHYSIOTHERAPY: {
        "add": lambda: _("Physiotherapy"),
        "name": lambda: _("What is done?"),
        "own": lambda: _("What is done?"),
        "at": _BEGAN,
        "by": lambda: _("With whom?"),
    },
    TreatmentKind.ACUPUNCTURE: {
        "add": lambda: _("Acupuncture"),
        "name": lambda: _("What is done?"),
        "own": lambda: _("What is done?"),
        "at": _BEGAN,
        "by": lambda: _("With whom?"),
    },
    TreatmentKind.LIFESTYLE: {
        "add": lambda: _("Change in daily life"),
        "name": lambda: _("What is changed?"),
        "own": lambda: _("What is changed?"),
        "at": _BEGAN,
        "by": lambda: _("Whose idea was it?"),
    },
    TreatmentKind.OTHER: {
        "add": lambda: _("Something else"),
        "name": lambda: _("What is it?"),
        "own": lambda: _("What is it?"),
        "at": _BEGAN,
        "by": lambda: _("By whom?"),
    },
}


def _plural(units: float) -> int:
    """Which plural an amount takes: one for exactly one."""
    return 1 if units == 1 else 2
