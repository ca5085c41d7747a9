"""What was done against the spasms: toxin by site and units, drugs by dose, procedures by their course, with side effects and what was hoped for."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from spasmograph.errors import EntryError
from spasmograph.model.record.common import LONGEST_NAME, Entry, check_amount, check_moment, check_order, check_text
from spasmograph.terms import EntryKind, Muscle, Precision, Side, TreatmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class InjectionSite:
    """One point of an injection: the patient's side, the muscle if it is known, the units of the product, and where on the face map.

    `place` is the id of a named point of `data/treatments.toml`, empty for a point of one's own. `x` runs from the patient's
    right ear (0) to the left ear (1) as one faces the person, `y` from the hairline (0) to the chin (1).
    """

    side: Side
    units: float | None = None
    muscle: Muscle | None = None
    place: str = ""
    x: float | None = None
    y: float | None = None

    def __post_init__(self) -> None:
        check_amount("units", self.units)
        check_text("place", self.place, longest=LONGEST_NAME)
        for name, value in (("x", self.x), ("y", self.y)):
            if value is not None and not 0.0 <= value <= 1.0:
                msg = f"{name} is {value}; a place on the face map lies in 0–1"
                raise EntryError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """From when on how much of a drug was taken, as it was said (`amount` a day in `unit`, or words)."""

    at: datetime
    precision: Precision = Precision.DAY
    amount: float | None = None
    unit: str = "mg"
    words: str = ""

    def __post_init__(self) -> None:
        check_moment("a dose's start", self.at)
        check_amount("amount", self.amount)
        check_text("unit", self.unit, longest=LONGEST_NAME)
        check_text("words", self.words, longest=LONGEST_NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """What was noticed when, in the course after a procedure."""

    at: datetime
    words: str
    precision: Precision = Precision.DAY

    def __post_init__(self) -> None:
        check_moment("a milestone", self.at)
        check_text("words", self.words, needed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SideEffect:
    """An unwanted effect: what it was, from when, and until when if it has ended."""

    name: str
    at: datetime
    until: datetime | None = None
    precision: Precision = Precision.DAY
    until_precision: Precision = Precision.DAY
    note: str = ""

    def __post_init__(self) -> None:
        check_moment("a side effect's start", self.at)
        check_order("the side effect's end", self.at, self.until)
        check_text("a side effect's name", self.name, longest=LONGEST_NAME, needed=True)
        check_text("note", self.note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment(Entry):
    """One treatment from its start `at` to its end `until`: an injection has sites, a drug doses, a procedure a course.

    An end of which only the month or the year is known stands on the last day of it, a start on the first.
    `name` is the product, the drug or the procedure; `by` is who gave it. Units of one product are never converted to another's.

    Raises:
        EntryError: no name, an end before the start, or sites, doses or a course on a treatment that has none.
    """

    kind: ClassVar[EntryKind] = EntryKind.TREATMENT

    treatment: TreatmentKind
    name: str
    until: datetime | None = None
    until_precision: Precision = Precision.DAY
    by: str = ""
    hoped_for: str = ""
    note: str = ""
    sites: tuple[InjectionSite, ...] = ()
    doses: tuple[Dose, ...] = ()
    course: tuple[Milestone, ...] = ()
    side_effects: tuple[SideEffect, ...] = ()

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_order("until", self.at, self.until)
        check_text("name", self.name, longest=LONGEST_NAME, needed=True)
        check_text("by", self.by, longest=LONGEST_NAME)
        check_text("hoped_for", self.hoped_for)
        check_text("note", self.note)
        self._check_parts()

    def _check_parts(self) -> None:
        """Sites belong to injections, doses to drugs."""
        for name, owner in (("sites", TreatmentKind.BOTULINUM_TOXIN), ("doses", TreatmentKind.DRUG)):
            if getattr(self, name) and self.treatment is not owner:
                msg = f"a treatment of kind {self.treatment} has {name}; only {owner} has them"
                raise EntryError(msg)
