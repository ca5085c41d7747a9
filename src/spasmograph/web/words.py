"""The terms as people read them, in the language of the request."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from spasmograph.terms import AnalysisState, Bothered, MediaKind, Rater, Side, TreatmentKind
from spasmograph.web.language import text as _


def label(term: StrEnum) -> str:
    """A term in the person's language."""
    return _LABELS[term]()


def choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """Every member of a kind with its label, in order, for a list to choose from."""
    return [(str(one), label(one)) for one in kind]


_LABELS: Mapping[StrEnum, Callable[[], str]] = {
    Bothered.NOT_AT_ALL: lambda: _("not at all"),
    Bothered.MINUTES: lambda: _("some minutes"),
    Bothered.UP_TO_AN_HOUR: lambda: _("up to an hour"),
    Bothered.SOME_HOURS: lambda: _("some hours"),
    Bothered.HALF_THE_DAY: lambda: _("half the day"),
    Bothered.ALL_DAY: lambda: _("all day"),
    Side.LEFT: lambda: _("left"),
    Side.RIGHT: lambda: _("right"),
    Side.BOTH: lambda: _("both sides"),
    TreatmentKind.BOTULINUM_TOXIN: lambda: _("botulinum toxin"),
    TreatmentKind.DRUG: lambda: _("drug"),
    TreatmentKind.PROCEDURE: lambda: _("operation or procedure"),
    TreatmentKind.PHYSIOTHERAPY: lambda: _("physiotherapy"),
    TreatmentKind.ACUPUNCTURE: lambda: _("acupuncture"),
    TreatmentKind.LIFESTYLE: lambda: _("change in daily life"),
    TreatmentKind.OTHER: lambda: _("something else"),
    Rater.SELF: lambda: _("myself"),
    Rater.CARER: lambda: _("somebody close to me"),
    Rater.CLINICIAN: lambda: _("clinician"),
    MediaKind.FILM: lambda: _("film"),
    MediaKind.EMG: lambda: _("EMG"),
    AnalysisState.WAITING: lambda: _("waiting"),
    AnalysisState.RUNNING: lambda: _("being measured"),
    AnalysisState.DONE: lambda: _("measured"),
    AnalysisState.FAILED: lambda: _("could not be measured"),
}
