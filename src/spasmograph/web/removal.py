"""Removing something for good: asked first, on a page that works without a script."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.errors import ConflictError
from spasmograph.model.record import Entry
from spasmograph.web.forms import Form, workspace_of
from spasmograph.web.rendering import page


def ask(request: Request, entry: Entry, told: Sequence[tuple[str, str]], *, back: str, changed: bool = False) -> Response:
    """Whether an entry is really to be removed; `told` is what it holds, field by field, `back` where nothing is removed."""
    facts = {"entry": entry, "told": told, "back": back, "changed": changed}
    return page(request, "remove.html.j2", status=409 if changed else 200, **facts)


def removed(request: Request, entry: Entry, told: Sequence[tuple[str, str]], form: Form, *, back: str, after: str) -> Response:
    """Remove it and go to `after`; if it was changed since it was asked about, ask again with what it holds now."""
    try:
        workspace_of(request).remove(entry.id, version=form.version())
    except ConflictError:
        return ask(request, entry, told, back=back, changed=True)
    return RedirectResponse(after, status_code=303)
