"""The whole record in and out: an archive, tables for spreadsheets, an archive brought back, and everything deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from spasmograph.app.workspace.archiving import Restored
from spasmograph.errors import EntryError, SpasmographError
from spasmograph.web.forms import Filled, Form, sent_form, workspace_of
from spasmograph.web.incoming import receive_form
from spasmograph.web.language import text as _
from spasmograph.web.limits import MOST_UPLOAD_BYTES
from spasmograph.web.outgoing import archive_file, tables_file
from spasmograph.web.pages import data_words as say
from spasmograph.web.problems import status_of
from spasmograph.web.rendering import page

router = APIRouter(prefix="/data", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
Count = Annotated[int | None, Query(ge=0, le=10_000_000)]
# These pages belong to the settings.
SECTION = "/settings"
LISTED = 200


@router.get("")
def data(request: Request, added: Count = None, there: Count = None, deleted: str = "") -> Response:
    """What can be done with the record as a whole."""
    workspace = workspace_of(request)
    facts: dict[str, Any] = {"holds": workspace.holdings(), "home": workspace.home, "added": added, "there": there, "deleted": bool(deleted)}
    return page(request, "data.html.j2", path=SECTION, say=say, **facts)


@router.get("/archive.zip", response_class=FileResponse)
def take(request: Request) -> Response:
    """The whole record as one file."""
    return archive_file(request)


@router.get("/tables.zip", response_class=FileResponse)
def tables(request: Request) -> Response:
    """The record as tables."""
    return tables_file(request)


@router.get("/restore")
def choose(request: Request) -> Response:
    """Which archive is to be brought back."""
    return _restore(request)


@router.post("/restore")
async def bring_back(request: Request) -> Response:
    """Bring it back; the file goes to the disk as it arrives."""
    try:
        restored = await _restored(request)
    except ClientDisconnect:
        return await run_in_threadpool(_restore, request, _("The file did not arrive whole; nothing was changed."), 400)
    except SpasmographError as error:
        return await run_in_threadpool(_restore, request, str(error), status_of(error))
    return page(request, "data_restored.html.j2", path=SECTION, say=say, restored=restored, listed=restored.skipped[:LISTED])


async def _restored(request: Request) -> Restored:
    workspace = workspace_of(request)
    with await run_in_threadpool(workspace.arrival) as arriving:
        fields = await receive_form(request, arriving)
        merge = fields.get("merge") == "yes"
        return await run_in_threadpool(lambda: workspace.restore(arriving.finish().path, merge=merge))


def _restore(request: Request, wrong: str = "", status: int = 200) -> Response:
    holds = workspace_of(request).holdings()
    facts: dict[str, Any] = {"holds": holds, "wrong": wrong, "most_bytes": MOST_UPLOAD_BYTES}
    return page(request, "data_restore.html.j2", status=status, path=SECTION, say=say, **facts)


@router.get("/delete")
def ask(request: Request) -> Response:
    """What would be deleted, and whether it is to be."""
    return _ask(request, Filled())


@router.post("/delete")
def delete(request: Request, form: Sent) -> Response:
    """Delete everything, if the word was typed."""
    if form.text("word").casefold() != word().casefold():
        wrong = EntryError(_("Type the word “%(word)s” to delete everything. Nothing was deleted.") % {"word": word()}, field="word")
        return _ask(request, form.filled(wrong), status=422)
    workspace_of(request).erase(anew=True)
    return RedirectResponse("/data?deleted=yes", status_code=303)


def word() -> str:
    """What is typed so that nobody deletes everything by a slip."""
    return _("delete")


def _ask(request: Request, form: Filled, *, status: int = 200) -> Response:
    workspace = workspace_of(request)
    facts: dict[str, Any] = {"holds": workspace.holdings(), "home": workspace.home, "word": word(), "form": form}
    return page(request, "data_delete.html.j2", status=status, path=SECTION, say=say, **facts)
