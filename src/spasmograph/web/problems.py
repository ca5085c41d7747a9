"""Which error becomes which status; anything that is not in the table is a bug and shows as one."""

import logging

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from spasmograph.errors import (
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
    return _answer(request, status, str(error))


def _misread(request: Request, error: Exception) -> Response:
    """The first field that could not be read, without its value."""
    details = error.errors() if isinstance(error, RequestValidationError) else []
    first = details[0] if details else {"loc": (), "msg": ""}
    field = ".".join(str(part) for part in first["loc"][1:])
    return _answer(request, 422, f"{field}: {first['msg']}" if field else str(first["msg"]))


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
