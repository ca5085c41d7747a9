"""Treatments of an invented person, with known sums and days."""

from datetime import datetime, timedelta, timezone

from spasmograph.model.record import Dose, InjectionSite, Milestone, SideEffect, Treatment
from spasmograph.terms import Muscle, Precision, Side, TreatmentKind

HERE = timezone(timedelta(hours=8))


def day(text: str) -> datetime:
    """Midnight of a day, in the zone of the worlds."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


def injection(on: str, units: float = 20.0, *, product: str = "onabotulinumtoxinA", precision: Precision = Precision.DAY) -> Treatment:
    """A session with all its units at one point of the right lower lid."""
    sites = (InjectionSite(side=Side.RIGHT, units=units, muscle=Muscle.ORBICULARIS_OCULI, place="lower_lid_outer", x=0.235, y=0.455),)
    return Treatment(at=day(on), precision=precision, treatment=TreatmentKind.BOTULINUM_TOXIN, name=product, sites=sites)


def session() -> Treatment:
    """22.5 units: 20 right, 2.5 left, one point without units, and a lid that drooped for three weeks."""
    sites = (
        InjectionSite(side=Side.RIGHT, units=5.0, muscle=Muscle.ORBICULARIS_OCULI, place="upper_lid_inner", x=0.36, y=0.355),
        InjectionSite(side=Side.RIGHT, units=12.5, muscle=Muscle.ORBICULARIS_OCULI, place="lower_lid_outer", x=0.235, y=0.455),
        InjectionSite(side=Side.RIGHT, units=2.5, x=0.31, y=0.7),
        InjectionSite(side=Side.RIGHT, muscle=Muscle.PLATYSMA, place="neck"),
        InjectionSite(side=Side.LEFT, units=2.5, muscle=Muscle.FRONTALIS, place="forehead", x=0.72, y=0.14),
    )
    return Treatment(
        at=day("2026-02-20"),
        precision=Precision.DAY,
        treatment=TreatmentKind.BOTULINUM_TOXIN,
        name="onabotulinumtoxinA",
        by="Dr Lin",
        hoped_for="reading for an hour",
        sites=sites,
        side_effects=(SideEffect(name="drooping lid", at=day("2026-02-25"), until=day("2026-03-18")),),
    )


def drug() -> Treatment:
    """Clonazepam since November 2025, first half a milligram, one from February on, and a dose in words."""
    doses = (
        Dose(at=day("2025-11-01"), precision=Precision.MONTH, amount=0.5),
        Dose(at=day("2026-02-01"), amount=1.0),
        Dose(at=day("2026-03-10"), words="half a tablet at night"),
    )
    at, kind = day("2025-11-01"), TreatmentKind.DRUG
    return Treatment(at=at, precision=Precision.MONTH, treatment=kind, name="clonazepam", by="Dr Lin", doses=doses)


def operation() -> Treatment:
    """A decompression in 2019 with two milestones."""
    course = (
        Milestone(at=day("2019-05-09"), words="first day without a spasm"),
        Milestone(at=day("2019-08-01"), words="free", precision=Precision.MONTH),
    )
    at, kind = day("2019-05-06"), TreatmentKind.PROCEDURE
    return Treatment(at=at, precision=Precision.DAY, treatment=kind, name="microvascular decompression", course=course)


def exercises(until: str = "") -> Treatment:
    """Physiotherapy that goes on, or has ended."""
    at, end = day("2026-01-05"), day(until) if until else None
    return Treatment(at=at, precision=Precision.DAY, until=end, treatment=TreatmentKind.PHYSIOTHERAPY, name="mirror exercises")
