"""What is said of data that leaves, comes in or goes for good, in the language of the request."""

from collections.abc import Callable, Mapping, Sequence

from babel.numbers import format_decimal

from spasmograph.app.workspace.moments_read import DateOrder, read_moment
from spasmograph.app.workspace.table_rows import FIELDS
from spasmograph.care.scales import load_scales
from spasmograph.errors import EntryError
from spasmograph.model.record import Entry, JournalEntry, ScaleResult, SpasmEpisode
from spasmograph.terms import EntryKind, Precision
from spasmograph.web import words
from spasmograph.web.language import current_locale
from spasmograph.web.language import text as _
from spasmograph.web.pages.scale_words import name_of, told_name
from spasmograph.web.rendering import moment, number

_STEPS = ((1e9, "GB", 1), (1e6, "MB", 0), (1e3, "kB", 0))
DELIMITERS: Mapping[str, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
OFFERED = ("utf-8", "cp950", "gb18030", "shift_jis", "cp1252", "mac_roman")
# A symptom that is called as its column.
SYMPTOM_SO_CALLED = "symptom"


def size(size_bytes: int) -> str:
    """How large files are, as people say it."""
    scale, unit, decimals = next((step for step in _STEPS if size_bytes >= step[0]), (1, "B", 0))
    return f"{format_decimal(round(size_bytes / scale, decimals), locale=current_locale())} {unit}"


def kind(one: EntryKind) -> str:
    """A kind of entry, of which there are some."""
    return _KINDS[one]()


_KINDS: Mapping[EntryKind, Callable[[], str]] = {
    EntryKind.JOURNAL: lambda: _("Journal entries"),
    EntryKind.EPISODE: lambda: _("Episodes"),
    EntryKind.TREATMENT: lambda: _("Treatments"),
    EntryKind.SCALE: lambda: _("Results of scales"),
    EntryKind.RECORDING: lambda: _("Recordings"),
    EntryKind.APPOINTMENT: lambda: _("Appointments"),
    EntryKind.QUESTION: lambda: _("Questions"),
    EntryKind.SETTINGS: lambda: _("Settings"),
}


def one_of(kind: EntryKind) -> str:
    """One entry of a kind."""
    return _ONES[kind]()


_ONES: Mapping[EntryKind, Callable[[], str]] = {
    EntryKind.JOURNAL: lambda: _("Journal entry"),
    EntryKind.EPISODE: lambda: _("Episode"),
    EntryKind.TREATMENT: lambda: _("Treatment"),
    EntryKind.SCALE: lambda: _("Result of a scale"),
    EntryKind.RECORDING: lambda: _("Recording"),
    EntryKind.APPOINTMENT: lambda: _("Appointment"),
    EntryKind.QUESTION: lambda: _("Question"),
    EntryKind.SETTINGS: lambda: _("Settings"),
}


def line_kinds() -> list[tuple[str, str]]:
    """What a line of a table may be."""
    return [(str(one), _LINES[one]()) for one in FIELDS]


_LINES: Mapping[EntryKind, Callable[[], str]] = {
    EntryKind.JOURNAL: lambda: _("a journal entry"),
    EntryKind.EPISODE: lambda: _("an episode of spasm"),
    EntryKind.SCALE: lambda: _("the total of a scale"),
}


def meanings(one: EntryKind, heading: str, symptoms: Sequence[str]) -> list[tuple[str, str]]:
    """What a column may mean."""
    own = [(f"symptom:{name}", _("symptom: %(name)s") % {"name": name}) for name in symptoms]
    so_called = [] if heading in symptoms else [(SYMPTOM_SO_CALLED, _("symptom: %(name)s") % {"name": heading})]
    extra = [*own, *so_called] if one is EntryKind.JOURNAL else []
    return [("", _("leave it out")), *((name, meaning(name)) for name in FIELDS[one]), *extra]


def meaning(name: str) -> str:
    """A field of a table."""
    return _MEANINGS[name]() if name in _MEANINGS else _("symptom: %(name)s") % {"name": name.partition(":")[2]}


_MEANINGS: Mapping[str, Callable[[], str]] = {
    "at": lambda: _("date, with or without the time"),
    "date": lambda: _("date alone"),
    "time": lambda: _("time of day"),
    "severity": lambda: _("severity, 0 to 10"),
    "bothered": lambda: _("how long it bothered"),
    "tags": lambda: _("tags"),
    "note": lambda: _("note"),
    "duration_s": lambda: _("duration in seconds"),
    "side": lambda: _("side of the face"),
    "scale": lambda: _("which scale"),
    "variant": lambda: _("which form of the scale"),
    "total": lambda: _("total"),
    "rater": lambda: _("who filled it in"),
}


def delimiters() -> list[tuple[str, str]]:
    """What stands between the cells of a line."""
    return [("comma", _("comma")), ("semicolon", _("semicolon")), ("tab", _("tab")), ("bar", _("vertical bar"))]


def encodings(known: Sequence[str]) -> list[tuple[str, str]]:
    """How letters may be stored: what fits the file first."""
    return [(name, ENCODINGS[name]()) for name in dict.fromkeys((*known, *OFFERED)) if name in ENCODINGS]


def reading(encoding: str, letters: str) -> str:
    """Letters as one encoding has them."""
    return f"{letters} – {ENCODINGS[encoding]()}"


ENCODINGS: Mapping[str, Callable[[], str]] = {
    "utf-8": lambda: "UTF-8",
    "utf-8-sig": lambda: "UTF-8",
    "utf-16": lambda: "UTF-16",
    "utf-16-le": lambda: "UTF-16 LE",
    "utf-16-be": lambda: "UTF-16 BE",
    "cp950": lambda: _("Traditional Chinese (Big5)"),
    "gb18030": lambda: _("Simplified Chinese (GB 18030)"),
    "shift_jis": lambda: _("Japanese (Shift JIS)"),
    "cp1252": lambda: _("Western European (Windows)"),
    "latin-1": lambda: _("Western European (ISO 8859-1)"),
    "mac_roman": lambda: _("Western European (old Macintosh)"),
}


def scales() -> list[tuple[str, str]]:
    """All scales with their forms."""
    found = [(f"{scale.id} {form.id}".strip(), name_of(scale, form)) for scale in load_scales().values() for form in scale.variants]
    return [("", _("a column says so")), *found]


def orders(example: str) -> list[tuple[str, str]]:
    """The day that a date would be in either order; where one of them is none, only the order."""
    return [(str(order), f"{_ORDERS[order]()}: {_day(example, order)}") for order in DateOrder]


def is_two_days(example: str) -> bool:
    """Whether a date is one day or another."""
    return len({_day(example, order) for order in DateOrder} - {_no_day()}) > 1


_ORDERS: Mapping[DateOrder, Callable[[], str]] = {
    DateOrder.DAY_FIRST: lambda: _("the day first"),
    DateOrder.MONTH_FIRST: lambda: _("the month first"),
}


def _day(example: str, order: DateOrder) -> str:
    try:
        return moment(read_moment(example, order).at, Precision.DAY)
    except EntryError:
        return _no_day()


def _no_day() -> str:
    return _("no such day")


def in_short(entry: Entry) -> str:
    """What an entry from a table says, in a line."""
    match entry:
        case JournalEntry():
            return _joined(_severity(entry.severity), _bothered(entry), *_symptoms(entry), *map(words.tag, entry.tags), entry.note)
        case SpasmEpisode():
            lasting = "" if entry.duration_s is None else f"{number(entry.duration_s)} s"
            return _joined(_severity(entry.severity), lasting, words.label(entry.side) if entry.side else "", entry.note)
        case ScaleResult():
            return _joined(f"{told_name(entry)} {number(entry.total, 2)}", words.label(entry.rater) if entry.rater else "", entry.note)
        case _:
            return ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _severity(value: int | None) -> str:
    return "" if value is None else _("severity %(value)s of 10") % {"value": value}


def _bothered(entry: JournalEntry) -> str:
    return words.label(entry.bothered) if entry.bothered else ""


def _symptoms(entry: JournalEntry) -> list[str]:
    return [f"{name} {value}" for name, value in entry.symptoms.items()]
