"""Files on their way in: they go to the disk piece by piece as they arrive, so that a long film needs no more memory than a short one."""

from collections.abc import Mapping

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from spasmograph.app.workspace.recordings import PIECE_BYTES
from spasmograph.errors import InputError
from spasmograph.io.media import Arrival
from spasmograph.web.language import text as _

# What stands beside a file in its form is short.
MOST_FIELD_BYTES = 10_000


async def receive_body(request: Request, arriving: Arrival) -> None:
    """The whole body is the file.

    Raises:
        OutputError: the disk is full or cannot be written.
        ClientDisconnect: it did not arrive whole.
    """
    waiting = bytearray()
    async for piece in request.stream():
        waiting += piece
        await _write(waiting, arriving, at_least=PIECE_BYTES)
    await _write(waiting, arriving)


async def receive_form(request: Request, arriving: Arrival) -> Mapping[str, str]:
    """The file is in a form, as a page without a script sends it; its other fields come back.

    Raises:
        InputError: it is no such form, or there is no file in it.
        OutputError: the disk is full or cannot be written.
        ClientDisconnect: it did not arrive whole.
    """
    parts = _Parts(request.headers.get("content-type", ""))
    async for piece in request.stream():
        parts.read(piece)
        await _write(parts.file, arriving, at_least=PIECE_BYTES)
    parts.end()
    await _write(parts.file, arriving)
    return {name: bytes(value).decode(errors="replace") for name, value in parts.fields.items()}


async def _write(waiting: bytearray, arriving: Arrival, *, at_least: int = 1) -> None:
    if len(waiting) >= at_least:
        await run_in_threadpool(arriving.write, bytes(waiting))
        waiting.clear()


class _Parts:
    """The parts of a form: the first file that has a name, and the short fields beside it."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not boundary:
            raise _no_form()
        self.file, self.fields = bytearray(), dict[str, bytearray]()
        self._header, self._value, self._about = bytearray(), bytearray(), b""
        self._target: bytearray | None = None
        self._found, self._whole = False, False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._header_ended,
                "on_headers_finished": self._choose,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def read(self, piece: bytes) -> None:
        """The next bytes of the form.

        Raises:
            InputError: they are not those of a form.
        """
        try:
            self._parser.write(piece)
        except FormParserError as error:
            raise _no_form() from error
        if sum(len(value) for value in self.fields.values()) > MOST_FIELD_BYTES:
            raise _no_form()

    def end(self) -> None:
        """All has arrived.

        Raises:
            InputError: the form was cut short, or no file is in it.
        """
        if not self._whole:
            raise _no_form()
        if not self._found:
            raise InputError(_("No file was chosen."))

    def _begin(self) -> None:
        self._about, self._target = b"", None

    def _header_ended(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._about = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _choose(self) -> None:
        """Where the part that begins goes."""
        _kind, options = parse_options_header(self._about)
        if options.get(b"filename") and not self._found:
            self._found, self._target = True, self.file
        elif b"filename" not in options:
            self._target = self.fields.setdefault(options.get(b"name", b"").decode(errors="replace")[:100], bytearray())

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._target is not None:
            self._target += data[start:end]

    def _end(self) -> None:
        self._whole = True


def _no_form() -> InputError:
    return InputError(_("What arrived is not what this page sends; open the page anew and try again. Nothing was changed."))
