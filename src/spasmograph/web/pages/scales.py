"""Scales: those that were used and all others, a form for each, a result with what it says, and help where an answer needs it at once."""

from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace.scales import Compared, ScaleCourse
from spasmograph.care.scales import Scale, load_scales, reading, scale_of
from spasmograph.errors import EntryError, NotThereError
from spasmograph.model.record import ScaleResult
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages import scale_forms as forms
from spasmograph.web.pages import scale_words as say
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import page

router = APIRouter(prefix="/scales", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
# Results beside the one that is shown, and how many of them are later ones.
BESIDE, LATER = 12, 3


@router.get("")
def scales(request: Request) -> Response:
    """The scales that were used, with their last results, and all others to choose from."""
    used = workspace_of(request).scales_used()
    names = frozenset(course.last.result.scale for course in used.courses)
    last = [(_scale(one.last.result.scale), one, reading(one.last.result)) for one in used.courses]
    return page(request, "scales.html.j2", used=last, unknown=used.unknown, groups=say.groups(names), say=say)


@router.get("/new/{scale}")
def new(request: Request, scale: str, variant: str = "", only: str = "") -> Response:
    """A form for a scale; where it comes in several forms, first which one."""
    chosen = _scale(scale)
    known = [one.id for one in chosen.variants]
    if variant not in known:
        return page(request, "scale_variants.html.j2", scale=chosen, last=_last_variant(request, chosen), say=say)
    today = workspace_of(request).now().date().isoformat()
    return _form(request, chosen, filled(id=uuid4().hex, variant=variant, only=only, at=today))


@router.post("/new/{scale}")
def add(request: Request, scale: str, form: Sent) -> Response:
    """Keep a new result."""
    chosen = _scale(scale)
    workspace = workspace_of(request)
    try:
        result = forms.result_of(form, chosen.id, workspace.now())
        outcome = kept(workspace, result, say.told, save=workspace.note)
    except EntryError as error:
        return _form(request, chosen, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _form(request, chosen, form.filled(), was=result, conflict=outcome)
    return _to(outcome)


@router.get("/{result_id}")
def one(request: Request, result_id: str, beside: str = "") -> Response:
    """One result: its total, its items, what changed, and how all of it is known; beside it some of the others, or `all` of them."""
    workspace = workspace_of(request)
    result = workspace.get(result_id, ScaleResult)
    course = workspace.scales_used().course_of(result)
    if course is None:
        return page(request, "scale_unknown.html.j2", result=result, told=say.told(result), say=say)
    return _shown(request, result, course, whole=beside == "all")


@router.get("/{result_id}/edit")
def edit(request: Request, result_id: str, variant: str | None = None, only: str = "") -> Response:
    """Its form; with another variant, the same answers in that one."""
    result = workspace_of(request).get(result_id, ScaleResult)
    scale = _scale(result.scale)
    chosen = next((one.id for one in scale.variants if one.id == variant), result.variant)
    alone = only or ("yes" if forms.is_total_alone(result) else "no")
    return _form(request, scale, forms.fill(result, variant=chosen, only=alone), was=result)


@router.post("/{result_id}/edit")
def change(request: Request, result_id: str, form: Sent) -> Response:
    """Keep a changed result."""
    workspace = workspace_of(request)
    was = _as_it_was(request, result_id, form)
    scale = _scale(was.scale)
    try:
        outcome = kept(workspace, forms.result_of(form, scale.id, workspace.now(), was), say.told, save=workspace.note)
    except EntryError as error:
        return _form(request, scale, form.filled(error), was=was, status=422)
    if isinstance(outcome, Conflict):
        return _form(request, scale, form.filled(), was=was, conflict=outcome)
    return _to(outcome)


@router.post("/{result_id}/answer")
def answer(request: Request, result_id: str, form: Sent) -> Response:
    """Add the answer to an item that was asked for besides a total."""
    workspace = workspace_of(request)
    was = workspace.get(result_id, ScaleResult)
    result = forms.answered(was, form, workspace.now())
    outcome = kept(workspace, result, say.told, save=workspace.note)
    if isinstance(outcome, Conflict):
        return _form(request, _scale(was.scale), forms.fill(result), was=was, conflict=outcome)
    return _to(outcome)


@router.get("/{result_id}/remove")
def ask_removal(request: Request, result_id: str) -> Response:
    """Whether it is really to be removed."""
    result = workspace_of(request).get(result_id, ScaleResult)
    return ask(request, result, say.told(result), back=f"/scales/{result_id}")


@router.post("/{result_id}/remove")
def remove(request: Request, result_id: str, form: Sent) -> Response:
    """Remove it, unless it was changed meanwhile."""
    result = workspace_of(request).get(result_id, ScaleResult)
    return removed(request, result, say.told(result), form, back=f"/scales/{result_id}", after="/scales")


def _to(result: ScaleResult) -> Response:
    return RedirectResponse(f"/scales/{result.id}", status_code=303)


def _scale(name: str) -> Scale:
    """The scale of that name.

    Raises:
        NotThereError: this version has none.
    """
    if name not in load_scales():
        raise NotThereError(_("This version knows no scale of that name."))
    return scale_of(name)


def _last_variant(request: Request, scale: Scale) -> Compared | None:
    """The result of the scale that was entered last, to offer the same form again."""
    courses = workspace_of(request).scales_used().courses
    return next((course.last for course in courses if course.last.result.scale == scale.id), None)


def _as_it_was(request: Request, result_id: str, form: Form) -> ScaleResult:
    """The result that a form changes; where it was removed meanwhile, one of the scale that the form tells."""
    workspace = workspace_of(request)
    try:
        return workspace.get(result_id, ScaleResult)
    except NotThereError:
        scale = _scale(form.text("scale"))
        return ScaleResult(id=result_id, version=form.version(), at=workspace.now(), scale=scale.id, rater=scale.raters[0])


def _shown(request: Request, result: ScaleResult, course: ScaleCourse, *, whole: bool) -> Response:
    """A result's own page."""
    scale = _scale(result.scale)
    place = next(number for number, one in enumerate(course.results) if one.result.id == result.id)
    first = 0 if whole else max(0, place - LATER)
    return page(
        request,
        "scale.html.j2",
        result=result,
        scale=scale,
        variant=scale.variant(result.variant),
        read=reading(result),
        compared=course.results[place],
        beside=course.results[first:] if whole else course.results[first : first + BESIDE],
        course=course,
        calculated=forms.is_calculated(result),
        asked=forms.unanswered_urgent(result),
        forms=forms,
        say=say,
    )


def _form(request: Request, scale: Scale, form: Filled, *, conflict: Conflict | None = None, status: int = 200, **facts: Any) -> Response:
    """The form of a scale in one of its variants; in a conflict with what stands against it."""
    if conflict:
        form, status = form.at_version(conflict.version), 409
    variant = scale.variant(form.one("variant"))
    whole = {"was": None} | facts
    alone = not variant.items or form.one("only") == "yes"
    return page(
        request,
        "scale_form.html.j2",
        status=status,
        scale=scale,
        variant=variant,
        form=form,
        conflict=conflict,
        alone=alone,
        forms=forms,
        say=say,
        **whole,
    )
