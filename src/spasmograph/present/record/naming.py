"""Muscles and tags as people read them, in the language that holds."""

from collections.abc import Callable, Mapping

from spasmograph.language import text as _
from spasmograph.terms import Muscle


def muscle_name(muscle: Muscle) -> str:
    """A muscle by its anatomical name."""
    return _MUSCLES[muscle]()


def tag_name(tag: str) -> str:
    """A tag as people read it: an offered one in their language, one's own as it was written."""
    offered = _TAGS.get(tag)
    return offered() if offered else tag


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
