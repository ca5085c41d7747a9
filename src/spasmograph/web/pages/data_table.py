"""A table of another program into the record: chosen, its columns told, shown what would happen, and only then added."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace.moments_read import DateOrder, is_year_last
from spasmograph.app.workspace.table_rows import FIELDS, SYMPTOM, TableMapping
from spasmograph.app.workspace.tables import ImportPlan, TablePreview, preview_table
from spasmograph.errors import EntryError, InputError, NotThereError
from spasmograph.terms import EntryKind, Rater
from spasmograph.web.forms import Filled, Form, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.limits import MOST_BYTES
from spasmograph.web.pages import data_words as say
from spasmograph.web.pages.data import SECTION
from spasmograph.web.rendering import page

router = APIRouter(prefix="/data/table", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]
LOOKED_AT, SHOWN, EXAMPLES, CELL = 1000, 5, 3, 60
MOST_COLUMNS, LISTED = 100, 100
# A form is a little longer than the file in it.
MOST_TABLE_BYTES = MOST_BYTES - 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: the name of its field in the form, its heading, examples, and what it may mean."""

    name: str
    heading: str
    examples: str
    meanings: Sequence[tuple[str, str]]


async def sent_table(request: Request) -> tuple[Form, bytes]:
    """A form with a file in it."""
    async with request.form(max_files=1, max_fields=20) as data:
        file = data.get("file")
        content = await file.read() if isinstance(file, UploadFile) else b""
        return Form(FormData({name: value for name, value in data.items() if isinstance(value, str)})), content


def asked(request: Request) -> Form:
    """What an address says, as if it were a form."""
    return Form(FormData(dict(request.query_params)))


Asked = Annotated[Form, Depends(asked)]
Table = Annotated[tuple[Form, bytes], Depends(sent_table)]


@router.get("")
def choose(request: Request, form: Asked) -> Response:
    """Which table; once it is here, what its columns mean."""
    if not form.text("table"):
        return _choose(request, Filled())
    return _over(request, form, lambda content: _columns(request, form, content))


@router.post("")
def arrive(request: Request, sent: Table) -> Response:
    """Keep a table until its columns are told."""
    form, content = sent
    try:
        if not content:
            raise EntryError(_("Choose a file that is not empty."), field="file")
        preview_table(content)
    except InputError as error:
        return _choose(request, form.filled(EntryError(str(error), field="file")), status=422)
    query = {"table": workspace_of(request).keep_table(content), "kind": _kind(form)}
    return RedirectResponse(f"/data/table?{urlencode(query)}", status_code=303)


@router.get("/rows")
def rows(request: Request, form: Asked) -> Response:
    """What would happen, row by row; nothing is done."""
    if not form.text("table"):
        return RedirectResponse("/data/table", status_code=303)
    return _over(request, form, lambda content: _rows(request, form, content))


@router.post("/rows")
def add(request: Request, form: Sent) -> Response:
    """Add what was shown."""
    return _over(request, form, lambda content: _add(request, form, content))


def _over(request: Request, form: Form, answer: Callable[[bytes], Response]) -> Response:
    """Answer with the table; where it is not here any more, ask for it, and where its columns cannot be what was said, ask for those."""
    try:
        content = workspace_of(request).kept_table(form.text("table"))
    except NotThereError as error:
        return _choose(request, form.filled(EntryError(str(error), field="file")), status=404)
    try:
        return answer(content)
    except InputError as error:
        return _columns(request, form, content, error=error, status=422)


def _rows(request: Request, form: Form, content: bytes) -> Response:
    plan, filled = _plan(request, form, content), form.filled()
    facts: dict[str, Any] = {"plan": plan, "filled": filled, "back": f"/data/table?{_query(filled)}", "listed": LISTED, "shown": SHOWN}
    return page(request, "data_rows.html.j2", path=SECTION, say=say, **facts)


def _add(request: Request, form: Form, content: bytes) -> Response:
    workspace, plan = workspace_of(request), _plan(request, form, content)
    done = workspace.carry_out(plan)
    workspace.drop_table(form.text("table"))
    return RedirectResponse(f"/data?added={done.added}&there={done.already_there + len(plan.there)}", status_code=303)


def _plan(request: Request, form: Form, content: bytes) -> ImportPlan:
    """What would happen.

    Raises:
        InputError: the columns cannot be what was said, or not all was said.
    """
    headings = preview_table(content, delimiter=_delimiter(form), encoding=_encoding(form)).headings
    plan = workspace_of(request).plan_import(content, _mapping(form, headings))
    if plan.questions:
        raise _unanswered(plan)
    return plan


def _mapping(form: Form, headings: Sequence[str]) -> TableMapping:
    """What the columns mean.

    Raises:
        EntryError: two columns mean the same, or none is the date.
    """
    columns: dict[str, str] = {}
    for place, heading in enumerate(headings[:MOST_COLUMNS]):
        chosen = form.text(f"c{place}") if heading else ""
        name = f"{SYMPTOM}{heading}" if chosen == say.SYMPTOM_SO_CALLED else chosen
        if name and name in columns:
            sentence = _("Two columns are said to be “%(meaning)s”; choose one of them.") % {"meaning": say.meaning(name)}
            raise EntryError(sentence, field=f"c{place}")
        if name:
            columns[name] = heading
    if not {"at", "date"} & columns.keys():
        raise EntryError(_("Say which column is the date; without it nothing can be read."), field="c0")
    return TableMapping(
        kind=_kind(form),
        columns=columns,
        fixed=_fixed(form, columns),
        date_order=form.choice("order", DateOrder),
        delimiter=_delimiter(form),
        encoding=_encoding(form),
    )


def _fixed(form: Form, columns: Mapping[str, str]) -> Mapping[str, str]:
    """What holds for all rows of a table of totals.

    Raises:
        EntryError: nothing says which scale it is.
    """
    if _kind(form) is not EntryKind.SCALE:
        return {}
    scale, _space, variant = form.text("scale").partition(" ")
    told = {"scale": scale, "variant": variant if scale else "", "rater": form.text("rater")}
    if not scale and "scale" not in columns:
        raise EntryError(_("Say which scale it is, here or by a column."), field="scale")
    return {name: value for name, value in told.items() if value and name not in columns}


def _unanswered(plan: ImportPlan) -> EntryError:
    words = {
        "encoding": _("The letters of this table can be read in more than one way. Choose the one in which the words above are right."),
        "date_order": _("Say whether the dates begin with the day or with the month."),
    }
    question = plan.questions[0]
    return EntryError(words.get(question.about, question.words), field={"date_order": "order"}.get(question.about, question.about))


def _kind(form: Form) -> EntryKind:
    """What a line of the table is; the journal's where nothing else was said."""
    said = form.text("kind")
    return next((kind for kind in FIELDS if kind == said), EntryKind.JOURNAL)


def _delimiter(form: Form) -> str:
    return say.DELIMITERS.get(form.text("delimiter"), "")


def _encoding(form: Form) -> str:
    said = form.text("encoding")
    return said if said in say.ENCODINGS else ""


def _choose(request: Request, form: Filled, *, status: int = 200) -> Response:
    return page(request, "data_table.html.j2", status=status, path=SECTION, say=say, form=form, most_bytes=MOST_TABLE_BYTES)


def _columns(request: Request, form: Form, content: bytes, *, error: InputError | None = None, status: int = 200) -> Response:
    """What the columns mean; in the beginning as their headings suggest."""
    try:
        seen = preview_table(content, delimiter=_delimiter(form), encoding=_encoding(form), rows=LOOKED_AT)
    except InputError as unread:
        error, status = EntryError(str(unread), field="encoding"), 422
        seen = preview_table(content, rows=LOOKED_AT)
    kind, filled = _kind(form), form.filled(_at_a_field(error))
    columns = _told(seen, kind, workspace_of(request).settings().symptoms)
    facts: dict[str, Any] = {
        "form": filled if any(filled.one(column.name) for column in columns) else _suggested(filled, seen, kind),
        "seen": seen,
        "kind": kind,
        "readings": [(encoding, say.reading(encoding, _letters(content, form, encoding))) for encoding in _possible(seen)],
        "columns": columns,
        "delimiter": next((name for name, sign in say.DELIMITERS.items() if sign == seen.delimiter), ""),
        "example": _example(seen),
        "raters": list(Rater),
        "shown": SHOWN,
        "cell": CELL,
    }
    return page(request, "data_columns.html.j2", status=status, path=SECTION, say=say, **facts)


def _at_a_field(error: InputError | None) -> EntryError | None:
    return error if isinstance(error, EntryError) or error is None else EntryError(str(error), field="columns")


def _told(seen: TablePreview, kind: EntryKind, symptoms: Sequence[str]) -> list[Column]:
    """The columns that have a heading."""
    return [
        Column(name=f"c{place}", heading=heading[:CELL], examples=_examples(seen, place), meanings=say.meanings(kind, heading, symptoms))
        for place, heading in enumerate(seen.headings[:MOST_COLUMNS])
        if heading
    ]


def _examples(seen: TablePreview, place: int) -> str:
    """The first different cells of a column."""
    found = dict.fromkeys(row[place][:CELL] for row in seen.rows if row[place])
    return ", ".join(list(found)[:EXAMPLES])[:CELL]


def _suggested(filled: Filled, seen: TablePreview, kind: EntryKind) -> Filled:
    """The form with what the headings say."""
    by_heading = {heading: name for name, heading in seen.suggested[kind].items()}
    told = {f"c{place}": (by_heading[heading],) for place, heading in enumerate(seen.headings) if heading in by_heading}
    return Filled(values={**told, **filled.values}, wrong=filled.wrong)


def _example(seen: TablePreview) -> str:
    """A date of which only its writer knows which number is the day, if there is one."""
    found = [cell for row in seen.rows for cell in row if is_year_last(cell)]
    return next((cell for cell in found if say.is_two_days(cell)), found[0] if found else "")


def _possible(seen: TablePreview) -> tuple[str, ...]:
    """The encodings between which only the person can choose."""
    return (seen.encoding, *seen.other_encodings) if seen.other_encodings else ()


def _letters(content: bytes, form: Form, encoding: str) -> str:
    """The first words that tell one encoding from another."""
    seen = preview_table(content, delimiter=_delimiter(form), encoding=encoding)
    cells = (cell for row in (seen.headings, *seen.rows) for cell in row)
    return next((cell[:CELL] for cell in cells if not cell.isascii()), "")


def _query(filled: Filled) -> str:
    """What was said so far, as an address tells it."""
    return urlencode({name: values[0] for name, values in filled.values.items() if values and values[0]})
