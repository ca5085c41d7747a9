"""What a person chooses for their record."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.errors import EntryError
from spasmograph.model.record import MOST_SYMPTOMS, Settings
from spasmograph.parameters import load_record_parameters
from spasmograph.terms import Side
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.pages.telling import every, languages, told_settings
from spasmograph.web.rendering import page

router = APIRouter(prefix="/settings", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
EVERY_DAYS = (0, 1, 2, 3, 4, 5, 7, 14)


@router.get("")
def settings(request: Request, saved: str = "") -> Response:
    """The settings as they are."""
    return _settings(request, _fill(workspace_of(request).settings()), saved=bool(saved))


@router.post("")
def change(request: Request, form: Sent) -> Response:
    """Keep changed settings."""
    workspace = workspace_of(request)
    try:
        outcome = kept(workspace, _settings_of(form, workspace.settings()), told_settings)
    except EntryError as error:
        return _settings(request, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _settings(request, form.filled().at_version(outcome.version), conflict=outcome, status=409)
    return RedirectResponse("/settings?saved=yes", status_code=303)


def _settings_of(form: Form, was: Settings) -> Settings:
    """The settings that a form tells; what has no field in it stays.

    Raises:
        EntryError: a field cannot be read.
    """
    return replace(
        was,
        version=form.version(),
        person=form.text("person"),
        born=form.text("born"),
        condition=form.text("condition"),
        affected=form.choice("affected", Side),
        symptoms=form.texts("symptom"),
        tags=tuple(dict.fromkeys(line.strip() for line in form.text("tags").splitlines() if line.strip())),
        prompt_every_days=form.whole("prompt_every_days") or 0,
        prompt_hour=_hour(form),
        keep_media=form.text("keep_media") != "no",
        language=form.text("language"),
        calendar_words=form.text("calendar_words") == "yes",
        calendar_prompt=form.text("calendar_prompt") == "yes",
        calendar_films=form.text("calendar_films") == "yes",
    )


def _hour(form: Form) -> int:
    hour = form.whole("prompt_hour")
    return int(load_record_parameters()["prompt_hour"]) if hour is None else hour


def _fill(now: Settings) -> Filled:
    """The form as the settings are."""
    ticked = {name: "yes" for name in ("calendar_words", "calendar_prompt", "calendar_films") if getattr(now, name)}
    written = filled(person=now.person, born=now.born, condition=now.condition, affected=now.affected, symptom=now.symptoms, language=now.language)
    chosen = filled(
        tags="\n".join(now.tags),
        prompt_every_days=now.prompt_every_days,
        prompt_hour=now.prompt_hour,
        keep_media="yes" if now.keep_media else "no",
        version=now.version,
        **ticked,
    )
    return Filled(values={**written.values, **chosen.values})


def _settings(request: Request, form: Filled, *, conflict: Conflict | None = None, saved: bool = False, status: int = 200) -> Response:
    days = sorted({*EVERY_DAYS, *(int(value) for value in form.many("prompt_every_days") if value.isdecimal())})
    symptoms = (*form.many("symptom"), *[""] * MOST_SYMPTOMS)
    return page(
        request,
        "settings.html.j2",
        status=status,
        form=form,
        conflict=conflict,
        saved=saved,
        symptoms=symptoms[: max(MOST_SYMPTOMS, len(form.many("symptom")))],
        every=[(str(one), every(one)) for one in days],
        hours=[(str(hour), f"{hour}:00") for hour in range(24)],
        languages=languages(),
        film_after_days=int(load_record_parameters()["film_after_injection_days"]),
    )
