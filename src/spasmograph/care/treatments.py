"""What a record's treatments say together: what is going on, how long ago the last injection was, which session it was, how much of which drug.

Units of botulinum toxin belong to their product: they are added within one product and never across two.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.model.record import Dose, Treatment
from spasmograph.terms import Precision, Side, TreatmentKind

# Done at one time, with what follows from it; everything else goes on until it ends.
SINGLE = frozenset({TreatmentKind.BOTULINUM_TOXIN, TreatmentKind.PROCEDURE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One day of injections: its number from 1 on, what was injected, and the days since the session before, None where they cannot be told."""

    number: int
    treatments: tuple[Treatment, ...]
    days_since_last: int | None

    @property
    def at(self) -> datetime:
        """When it was."""
        return self.treatments[0].at


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseNow:
    """A drug that is being taken and its dose of the moment, None where none was noted."""

    treatment: Treatment
    dose: Dose | None


def total_units(treatment: Treatment) -> float | None:
    """The units of a session's product over all its points as far as they are known; None where none are."""
    known = [site.units for site in treatment.sites if site.units is not None]
    return sum(known) if known else None


def units_by_side(treatment: Treatment) -> Mapping[Side, float]:
    """The same for each side that has any; `BOTH` are points in the middle."""
    found: dict[Side, float] = {}
    for side in (Side.RIGHT, Side.BOTH, Side.LEFT):
        known = [site.units for site in treatment.sites if site.side is side and site.units is not None]
        if known:
            found[side] = sum(known)
    return found


def sites_without_units(treatment: Treatment) -> int:
    """How many points of a session have no units, so that its total is the least that it was."""
    return sum(site.units is None for site in treatment.sites)


def product_of(name: str) -> str:
    """The product that a name or a brand's name means; a name that is not known is a product of its own."""
    plain = " ".join(name.casefold().split())
    for offer in load_treatments().names[TreatmentKind.BOTULINUM_TOXIN]:
        if plain in {offer.id.casefold(), *(brand.casefold() for brand in offer.brands)}:
            return offer.id
    return plain


def units_by_product(treatments: Iterable[Treatment]) -> Mapping[str, float]:
    """Units of all sessions, each product for itself."""
    found: dict[str, float] = {}
    for treatment in _injections(treatments):
        units = total_units(treatment)
        if units is not None:
            found[product_of(treatment.name)] = found.get(product_of(treatment.name), 0.0) + units
    return found


def begun(treatments: Iterable[Treatment], at: datetime) -> tuple[Treatment, ...]:
    """Those whose start is not in the future."""
    return tuple(treatment for treatment in treatments if treatment.at <= at)


def running(treatments: Iterable[Treatment], at: datetime) -> tuple[Treatment, ...]:
    """Those that go on at a moment: begun, not ended, and of a kind that lasts; in order of their start."""
    lasting = (one for one in begun(treatments, at) if one.treatment not in SINGLE)
    return tuple(sorted((one for one in lasting if one.until is None or at < one.until), key=lambda one: one.at))


def sessions(treatments: Iterable[Treatment]) -> tuple[Session, ...]:
    """The injections, numbered in order of time; what was injected on one day, of whatever products, is one session."""
    found: list[list[Treatment]] = []
    for treatment in sorted(_injections(treatments), key=lambda one: one.at):
        if found and _same_day(found[-1][0], treatment):
            found[-1].append(treatment)
        else:
            found.append([treatment])
    days = [None, *(_days_between(before[0], after[0]) for before, after in pairwise(found))]
    return tuple(
        Session(number=number, treatments=tuple(group), days_since_last=between)
        for number, (group, between) in enumerate(zip(found, days, strict=False), start=1)
    )


def since_last_injection(treatments: Iterable[Treatment], at: datetime) -> int | None:
    """Days from the last injection to the day of `at`, by the calendar; None where there was none, or where its day is not known."""
    return since_last_injections(treatments, [at])[0]


def since_last_injections(treatments: Iterable[Treatment], moments: Sequence[datetime]) -> tuple[int | None, ...]:
    """The same for many moments."""
    injections = sorted(_injections(treatments), key=lambda one: one.at)
    begins = [one.at for one in injections]
    last = [injections[place - 1] if (place := bisect_right(begins, at)) else None for at in moments]
    return tuple((at.date() - one.at.date()).days if one and _day_known(one) else None for at, one in zip(moments, last, strict=True))


def dose_at(treatment: Treatment, at: datetime) -> Dose | None:
    """The dose of a drug at a moment: the last one that had begun; None before the first."""
    had_begun = [dose for dose in treatment.doses if dose.at <= at]
    return max(had_begun, key=lambda dose: dose.at) if had_begun else None


def doses_at(treatments: Iterable[Treatment], at: datetime) -> tuple[DoseNow, ...]:
    """Every drug that is being taken at a moment, with its dose."""
    drugs = (one for one in running(treatments, at) if one.treatment is TreatmentKind.DRUG)
    return tuple(DoseNow(treatment=drug, dose=dose_at(drug, at)) for drug in drugs)


def in_order(treatments: Sequence[Treatment], at: datetime) -> tuple[Treatment, ...]:
    """What goes on first, then the rest; each from the newest to the oldest."""
    going_on = running(treatments, at)
    rest = sorted((one for one in treatments if one not in going_on), key=lambda one: one.at)
    return going_on[::-1] + tuple(rest[::-1])


def _injections(treatments: Iterable[Treatment]) -> tuple[Treatment, ...]:
    return tuple(one for one in treatments if one.treatment is TreatmentKind.BOTULINUM_TOXIN)


def _day_known(treatment: Treatment) -> bool:
    return treatment.precision in (Precision.MINUTE, Precision.DAY)


def _same_day(one: Treatment, other: Treatment) -> bool:
    """Whether both are known to be on one day; two sessions of one year need not be."""
    return _day_known(one) and _day_known(other) and one.at.date() == other.at.date()


def _days_between(before: Treatment, after: Treatment) -> int | None:
    return (after.at.date() - before.at.date()).days if _day_known(before) and _day_known(after) else None
