"""The first page: what to do now, what comes next, and how things were lately."""

from uuid import uuid4

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from spasmograph.app.workspace import Workspace
from spasmograph.errors import NotThereError
from spasmograph.model.record import RecordingEntry, ScoreInShort, SpasmEpisode
from spasmograph.terms import Side
from spasmograph.web import words
from spasmograph.web.forms import Filled, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages.journal_forms import durations_offered, fill
from spasmograph.web.pages.journal_strip import strip_of
from spasmograph.web.rendering import number, page

router = APIRouter(include_in_schema=False)
SHOWN = 4
# What of a measurement is told in one line; without events there is only its state.
TOLD = "contraction_rate"


@router.get("/")
def start(request: Request, episode: str = "") -> Response:
    """The first page; with the episode that was just noted, to say more of it."""
    workspace = workspace_of(request)
    today = workspace.today()
    noted = _just_noted(workspace, episode)
    form = fill(noted) if noted else Filled()
    return page(
        request,
        "start.html.j2",
        now=workspace.now(),
        today=today,
        lately=sorted([*today.entries, *today.episodes], key=lambda entry: entry.at, reverse=True)[:SHOWN],
        measured=_measured(today.recording),
        strip=strip_of(
            today.lately, today.since, workspace.now().date(), label=_("Severity by day in the last four weeks; the journal tells the same in words.")
        ),
        episode=noted,
        form=form,
        durations=durations_offered(form),
        new_id=uuid4().hex,
    )


def _just_noted(workspace: Workspace, entry_id: str) -> SpasmEpisode | None:
    try:
        return workspace.get(entry_id, SpasmEpisode) if entry_id else None
    except NotThereError:
        return None


def _measured(recording: RecordingEntry | None) -> list[str]:
    """The contractions a minute of each side, as far as they were measured."""
    if recording is None:
        return []
    return [_rate(side, score) for side in (Side.RIGHT, Side.LEFT) for score in recording.scores if score.name == f"{TOLD}_{side}"]


def _rate(side: Side, score: ScoreInShort) -> str:
    return _("%(side)s %(rate)s contractions a minute") % {"side": words.label(side), "rate": number(score.value)}
