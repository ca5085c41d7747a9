"""Which error becomes which status; anything that is not in the table is a bug and shows as one."""

import logging
from collections.abc import Callable, Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from spasmograph.errors import (
    ArchiveError,
    ConflictError,
    DamagedRecordError,
    EntryError,
    InputError,
    NotThereError,
    OutputError,
    RecordError,
    SpasmographError,
    UnmeasuredError,
)
from spasmograph.web.language import current_language
from spasmograph.web.language import text as _
from spasmograph.web.rendering import page

STATUS: dict[type[SpasmographError], int] = {
    EntryError: 422,
    NotThereError: 404,
    ConflictError: 409,
    InputError: 422,
    UnmeasuredError: 422,
    DamagedRecordError: 500,
    OutputError: 507,
    RecordError: 503,
}
# What each kind of error means, for languages in which its own sentence is not known; the first that fits holds.
_KINDS: Mapping[type[SpasmographError], Callable[[], str]] = {
    NotThereError: lambda: _("This is not in the record; it may have been removed."),
    ConflictError: lambda: _("Somebody changed this meanwhile; nothing was overwritten."),
    DamagedRecordError: lambda: _("A file of the record is damaged."),
    RecordError: lambda: _("The record cannot be opened or changed just now."),
    OutputError: lambda: _("This could not be written; nothing half-written is left."),
    ArchiveError: lambda: _("This is no archive of a record, or a damaged one; nothing was changed."),
    UnmeasuredError: lambda: _("The file can be read, but nothing in it can be measured."),
    SpasmographError: lambda: _("What was sent cannot be used; nothing was changed."),
}
_log = logging.getLogger(__name__)


def add_problem_pages(app: FastAPI) -> None:
    """Errors raised on purpose become a page, or JSON for programs; so do a wrong path and a wrong method."""
    app.add_exception_handler(SpasmographError, _on_purpose)
    app.add_exception_handler(RequestValidationError, _misread)
    app.add_exception_handler(HTTPException, _http)


def status_of(error: SpasmographError) -> int:
    """The status of an error that was raised on purpose."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def _on_purpose(request: Request, error: Exception) -> Response:
    if not isinstance(error, SpasmographError):
        raise error
    status = status_of(error)
    _log.info("%s %s: %s", request.method, status, type(error).__name__)
    return _answer(request, status, told(error))


def told(error: SpasmographError) -> str:
    """What went wrong, in the language that holds: a sentence of a lower layer, which is English, follows one that says its kind."""
    sentence = str(error)
    if current_language() == "en" or not sentence.isascii():
        return sentence
    kind = next(words for known, words in _KINDS.items() if isinstance(error, known))
    return f"{kind()} ({sentence})"


def _misread(request: Request, error: Exception) -> Response:
    """The first field that could not be read, without its value."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    first = details[0] if details else {"loc": (), "msg": ""}
    field = ".".join(str(part) for part in first["loc"][1:])
    return _answer(request, 422, told(EntryError(f"{field}: {first['msg']}" if field else str(first["msg"]))))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    words = {404: _("There is no such page."), 405: _("This cannot be done here.")}
    answer = _answer(request, error.status_code, words.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


def _answer(request: Request, status: int, words: str) -> Response:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": words}, status_code=status)
    return page(request, "problem.html.j2", status=status, status_code=status, sentence=words)
