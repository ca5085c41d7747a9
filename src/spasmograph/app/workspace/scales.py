"""Scales gathered from the record: each with its last result, and every result beside the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasmograph.care.scales import Change, load_scales, meaningful_change
from spasmograph.model.record import ScaleResult

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A result, the last one before it that has a total of the same scale and variant, and what changed since."""

    result: ScaleResult
    before: ScaleResult | None
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleCourse:
    """All results of one variant of a scale, the newest first; never empty."""

    results: tuple[Compared, ...]

    @property
    def last(self) -> Compared:
        """The newest one."""
        return self.results[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalesUsed:
    """The scales of a record, the one that was used last first; `unknown` are results of scales that this version does not have."""

    courses: tuple[ScaleCourse, ...]
    unknown: tuple[ScaleResult, ...]

    def course_of(self, result: ScaleResult) -> ScaleCourse | None:
        """The course that a result belongs to, None where its scale is not known."""
        return next((one for one in self.courses if _form(one.last.result) == _form(result)), None)


def scales_used(workspace: "Workspace") -> ScalesUsed:
    """All results of scales, by scale and variant."""
    results = sorted(workspace.list(ScaleResult), key=lambda one: (one.at, one.noted_at or one.at))
    known = {(scale.id, variant.id) for scale in load_scales().values() for variant in scale.variants}
    forms = dict.fromkeys(_form(one) for one in reversed(results) if _form(one) in known)
    return ScalesUsed(
        courses=tuple(_course([one for one in results if _form(one) == form]) for form in forms),
        unknown=tuple(one for one in reversed(results) if _form(one) not in known),
    )


def _form(result: ScaleResult) -> tuple[str, str]:
    return result.scale, result.variant


def _course(results: Sequence[ScaleResult]) -> ScaleCourse:
    """Results of one variant in order of time, each beside the one before."""
    compared = []
    before: ScaleResult | None = None
    for one in results:
        compared.append(Compared(result=one, before=before, change=meaningful_change(one.scale, before, one) if before else None))
        before = before if one.total is None else one
    return ScaleCourse(results=tuple(reversed(compared)))
