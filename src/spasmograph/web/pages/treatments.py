"""Treatments: the list, one of them, a form for each kind, and what comes up later."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Annotated, Any, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.care.treatment_catalogue import load_treatments
from spasmograph.care.treatments import SINGLE
from spasmograph.errors import EntryError, NotThereError
from spasmograph.model.record import Dose, Milestone, SideEffect, Treatment
from spasmograph.present.record.face_map import face_map
from spasmograph.present.record.naming import muscle_name
from spasmograph.terms import Muscle, Side, TreatmentKind
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.pages import treatment_words as say
from spasmograph.web.pages.treatment_forms import (
    ROWS,
    check_after,
    dose_of,
    drawn_sites,
    effect_of,
    fill,
    fill_like,
    kind_of,
    milestone_of,
    needed,
    row_numbers,
    treatment_of,
)
from spasmograph.web.partial_dates import read_when
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import page

router = APIRouter(prefix="/treatments", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
P = TypeVar("P", bound=Dose | Milestone | SideEffect)
BLANK_ROWS = {"site": 1, "dose": 2, "course": 2, "effect": 1}


@router.get("")
def treatments(request: Request) -> Response:
    """All treatments, those that go on first."""
    workspace = workspace_of(request)
    return page(request, "treatments.html.j2", all=workspace.treatments(), kinds=list(TreatmentKind), say=say, now=workspace.now())


@router.get("/new")
def new(request: Request, kind: str = "", like: str = "") -> Response:
    """A form for a new treatment, or one filled like another; nothing is kept before it is saved."""
    workspace = workspace_of(request)
    if like:
        model = workspace.get(like, Treatment)
        return _form(request, model.treatment, _with(fill_like(model, workspace.now()), id=uuid4().hex), model=model)
    return _form(request, kind_of(kind), filled(id=uuid4().hex, at=workspace.now().date().isoformat()))


@router.post("")
def add(request: Request, form: Sent) -> Response:
    """Keep a new treatment."""
    kind = kind_of(form.text("kind"))
    if form.text("more"):
        return _form(request, kind, form.filled(), more=form.text("more"))
    try:
        outcome = kept(workspace_of(request), treatment_of(form), say.told)
    except EntryError as error:
        return _form(request, kind, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        was = workspace_of(request).get(form.id(), Treatment)
        return _form(request, kind, _with(form.filled(), version=str(outcome.version)), was=was, conflict=outcome, status=409)
    return _to(outcome)


@router.get("/{treatment_id}")
def one(request: Request, treatment_id: str, add: str = "") -> Response:
    """One treatment, with what came of it; `add` opens the form for a side effect at once."""
    return _shown(request, workspace_of(request).get(treatment_id, Treatment), Filled(), add=add)


@router.get("/{treatment_id}/edit")
def edit(request: Request, treatment_id: str) -> Response:
    """Its form."""
    treatment = workspace_of(request).get(treatment_id, Treatment)
    return _form(request, treatment.treatment, fill(treatment), was=treatment)


@router.post("/{treatment_id}/edit")
def change(request: Request, treatment_id: str, form: Sent) -> Response:
    """Keep a changed treatment."""
    was = _as_it_was(request, treatment_id, form)
    if form.text("more"):
        return _form(request, was.treatment, form.filled(), was=was, more=form.text("more"))
    try:
        outcome = kept(workspace_of(request), treatment_of(form, was), say.told)
    except EntryError as error:
        return _form(request, was.treatment, form.filled(error), was=was, status=422)
    if isinstance(outcome, Conflict):
        return _form(request, was.treatment, _with(form.filled(), version=str(outcome.version)), was=was, conflict=outcome, status=409)
    return _to(outcome)


@router.post("/{treatment_id}/side-effect")
def add_side_effect(request: Request, treatment_id: str, form: Sent) -> Response:
    """A side effect came up."""

    def step(treatment: Treatment) -> Treatment:
        return replace(treatment, side_effects=_joined(treatment.side_effects, effect_of(form, zone=treatment.at.tzinfo)))

    return _amended(request, treatment_id, form, step)


@router.post("/{treatment_id}/side-effect-end")
def end_side_effect(request: Request, treatment_id: str, form: Sent) -> Response:
    """A side effect has ended: the one that is named by its place in the version that was shown."""
    workspace = workspace_of(request)
    shown = replace(workspace.get(treatment_id, Treatment), version=form.version())
    place = form.whole("effect")
    if place is None or not 0 <= place < len(shown.side_effects):
        msg = f"side effect {place} of this treatment is not there; open the page anew"
        raise NotThereError(msg)
    effect = shown.side_effects[place]
    try:
        until = needed(read_when(form, "until", zone=effect.at.tzinfo, end=True), "until")
        check_after("until", effect.at, until)
    except EntryError as error:
        return _shown(request, shown, _at_form(form, f"end-{place}", error), status=422)
    ended = replace(effect, until=until.at, until_precision=until.precision)
    effects = (*shown.side_effects[:place], ended, *shown.side_effects[place + 1 :])
    return _to(workspace.save(replace(shown, side_effects=effects)))


@router.post("/{treatment_id}/dose")
def add_dose(request: Request, treatment_id: str, form: Sent) -> Response:
    """The dose of a drug changed."""

    def step(treatment: Treatment) -> Treatment:
        dose = dose_of(form, needed(read_when(form, "at", zone=treatment.at.tzinfo), "at"))
        return replace(treatment, doses=_joined(treatment.doses, dose))

    return _amended(request, treatment_id, form, step)


@router.post("/{treatment_id}/milestone")
def add_milestone(request: Request, treatment_id: str, form: Sent) -> Response:
    """Something was noticed in the course after a procedure."""

    def step(treatment: Treatment) -> Treatment:
        at = needed(read_when(form, "at", zone=treatment.at.tzinfo), "at")
        return replace(treatment, course=_joined(treatment.course, milestone_of(form, at)))

    return _amended(request, treatment_id, form, step)


@router.post("/{treatment_id}/end")
def end(request: Request, treatment_id: str, form: Sent) -> Response:
    """A treatment has ended."""

    def step(treatment: Treatment) -> Treatment:
        until = needed(read_when(form, "until", zone=treatment.at.tzinfo, end=True), "until")
        check_after("until", treatment.at, until)
        return replace(treatment, until=until.at, until_precision=until.precision)

    return _amended(request, treatment_id, form, step)


@router.get("/{treatment_id}/remove")
def ask_removal(request: Request, treatment_id: str) -> Response:
    """Whether it is really to be removed."""
    treatment = workspace_of(request).get(treatment_id, Treatment)
    return ask(request, treatment, say.told(treatment), back=f"/treatments/{treatment_id}")


@router.post("/{treatment_id}/remove")
def remove(request: Request, treatment_id: str, form: Sent) -> Response:
    """Remove it, unless it was changed meanwhile."""
    treatment = workspace_of(request).get(treatment_id, Treatment)
    return removed(request, treatment, say.told(treatment), form, back=f"/treatments/{treatment_id}", after="/treatments")


def _to(treatment: Treatment) -> Response:
    return RedirectResponse(f"/treatments/{treatment.id}", status_code=303)


def _joined(parts: tuple[P, ...], new: P) -> tuple[P, ...]:
    """One more part, in order of time; the same form sent twice is one part."""
    return parts if new in parts else tuple(sorted((*parts, new), key=lambda part: part.at))


def _amended(request: Request, treatment_id: str, form: Form, step: Callable[[Treatment], Treatment]) -> Response:
    """Take a step, or show the page again with the form as it was typed."""
    workspace = workspace_of(request)
    try:
        return _to(workspace.amend_treatment(treatment_id, step))
    except EntryError as error:
        typed = _at_form(form, request.url.path.rpartition("/")[2], error)
        return _shown(request, workspace.get(treatment_id, Treatment), typed, status=422)


def _at_form(form: Form, which: str, error: EntryError) -> Filled:
    """What was typed, under the name of the form that it belongs to."""
    typed = form.filled(error)
    return Filled(
        values={f"{which}:{name}": value for name, value in typed.values.items()},
        wrong={f"{which}:{name}": words for name, words in typed.wrong.items()},
    )


def _as_it_was(request: Request, treatment_id: str, form: Form) -> Treatment:
    """The treatment that a form changes; where it was removed meanwhile, one of the kind that the form tells."""
    workspace = workspace_of(request)
    try:
        return workspace.get(treatment_id, Treatment)
    except NotThereError:
        kind = kind_of(form.text("kind"))
        return Treatment(id=treatment_id, version=form.version(), at=workspace.now(), treatment=kind, name=str(kind))


def _with(form: Filled, **values: str) -> Filled:
    return replace(form, values={**form.values, **{name: (value,) for name, value in values.items()}})


def _shown(request: Request, treatment: Treatment, form: Filled, *, status: int = 200, add: str = "") -> Response:
    """A treatment's own page."""
    workspace = workspace_of(request)
    drawn = any(site.x is not None for site in treatment.sites)
    return page(
        request,
        "treatment.html.j2",
        status=status,
        one=treatment,
        form=form,
        add=add,
        session=workspace.treatments().sessions.get(treatment.id),
        drawing=face_map(treatment.sites) if drawn else "",
        statements=load_treatments().said_of(treatment.treatment, treatment.name),
        effects=_effects(request, treatment.treatment),
        lasts=treatment.treatment not in SINGLE,
        now=workspace.now(),
        say=say,
    )


def _form(request: Request, kind: TreatmentKind, form: Filled, *, status: int = 200, more: str = "", **facts: Any) -> Response:
    """The form of a kind."""
    catalogue = load_treatments()
    toxin = kind is TreatmentKind.BOTULINUM_TOXIN
    whole = {"was": None, "conflict": None, "model": None} | facts
    return page(
        request,
        "treatment_form.html.j2",
        status=status,
        kind=kind,
        asked=say.kind_words(kind),
        form=form,
        rows={part: _rows(form, part, more=part == more) for part in ROWS},
        names=say.names_offered(kind),
        effects=_effects(request, kind),
        places=catalogue.places.values(),
        muscles=[(str(muscle), muscle_name(muscle)) for muscle in Muscle],
        sides=[(str(side), say.side_of(side)) for side in (Side.RIGHT, Side.LEFT, Side.BOTH)],
        drawing=face_map(drawn_sites(form), offered=catalogue.sites_offered()) if toxin else "",
        statements=catalogue.said_of(kind),
        lasts=kind not in SINGLE,
        say=say,
        **whole,
    )


def _rows(form: Filled, part: str, *, more: bool) -> Sequence[int]:
    """The rows to show of a part: those that are there and blank ones, more of them when asked for."""
    there = row_numbers(form, part)
    first_free = there[-1] + 1 if there else 0
    sent = f"{part}-sent" in form.values
    blank = BLANK_ROWS[part] if more or not sent else 0
    return [*there, *range(first_free, first_free + blank)]


def _effects(request: Request, kind: TreatmentKind) -> list[tuple[str, str]]:
    """Side effects to choose from, those that were noted before among them."""
    own = (effect.name for one in workspace_of(request).list(Treatment) if one.treatment is kind for effect in one.side_effects)
    return say.effects_offered(kind, sorted(set(own)))
