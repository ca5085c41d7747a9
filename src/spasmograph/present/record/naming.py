"""Sides, treatments, muscles and tags as people read them, in the language that holds."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from spasmograph.language import text as _
from spasmograph.terms import Muscle, Side, TreatmentKind


def side_name(side: Side) -> str:
    """A side, the patient's own."""
    return SIDES[side]()


def treatment_kind(kind: TreatmentKind) -> str:
    """A kind of treatment."""
    return TREATMENT_KINDS[kind]()


def muscle_name(muscle: Muscle) -> str:
    """A muscle by its anatomical name."""
    return _MUSCLES[muscle]()


def tag_name(tag: str) -> str:
    """A tag as people read it: an offered one in their language, one's own as it was written."""
    offered = _TAGS.get(tag)
    return offered() if offered else tag


SIDES: Mapping[StrEnum, Callable[[], str]] = {
    Side.LEFT: lambda: _("left"),
    Side.RIGHT: lambda: _("right"),
    Side.BOTH: lambda: _("both sides"),
}
TREATMENT_KINDS: Mapping[StrEnum, Callable[[], str]] = {
    TreatmentKind.BOTULINUM_TOXIN: lambda: _("botulinum toxin"),
    TreatmentKind.DRUG: lambda: _("drug"),
    TreatmentKind.PROCEDURE: lambda: _("operation or procedure"),
    TreatmentKind.PHYSIOTHERAPY: lambda: _("physiotherapy"),
    TreatmentKind.ACUPUNCTURE: lambda: _("acupuncture"),
    TreatmentKind.LIFESTYLE: lambda: _("change in daily life"),
    TreatmentKind.OTHER: lambda: _("something else"),
}
# Offered tags by their ids in data/record.toml.
_TAGS: Mapping[str, Callable[[], str]] = {
    "stress": lambda: _("stress"),
    "poor_sleep": lambda: _("slept badly"),
    "tired": lambda: _("tired"),
    "bright_light": lambda: _("bright light"),
    "screen": lambda: _("long at a screen"),
    "reading": lambda: _("reading"),
    "chewing": lambda: _("chewing"),
    "caffeine": lambda: _("coffee or tea"),
    "illness": lambda: _("ill"),
}
_MUSCLES: Mapping[Muscle, Callable[[], str]] = {
    Muscle.FRONTALIS: lambda: _("frontalis"),
    Muscle.CORRUGATOR_SUPERCILII: lambda: _("corrugator supercilii"),
    Muscle.PROCERUS: lambda: _("procerus"),
    Muscle.ORBICULARIS_OCULI: lambda: _("orbicularis oculi"),
    Muscle.LEVATOR_PALPEBRAE: lambda: _("levator palpebrae"),
    Muscle.NASALIS: lambda: _("nasalis"),
    Muscle.LEVATOR_LABII: lambda: _("levator labii"),
    Muscle.ZYGOMATICUS_MAJOR: lambda: _("zygomaticus major"),
    Muscle.ZYGOMATICUS_MINOR: lambda: _("zygomaticus minor"),
    Muscle.RISORIUS: lambda: _("risorius"),
    Muscle.BUCCINATOR: lambda: _("buccinator"),
    Muscle.ORBICULARIS_ORIS: lambda: _("orbicularis oris"),
    Muscle.DEPRESSOR_ANGULI_ORIS: lambda: _("depressor anguli oris"),
    Muscle.DEPRESSOR_LABII: lambda: _("depressor labii"),
    Muscle.MENTALIS: lambda: _("mentalis"),
    Muscle.PLATYSMA: lambda: _("platysma"),
    Muscle.MASSETER: lambda: _("masseter"),
    Muscle.TEMPORALIS: lambda: _("temporalis"),
}
