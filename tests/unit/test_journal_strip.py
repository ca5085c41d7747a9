"""The small drawing of some weeks: a dot for each severity, a gap where nothing was noted, nothing drawn from one number."""

from datetime import date, datetime, timedelta
from xml.etree import ElementTree as ET

from spasmograph.care.journal import Gap, JournalDay
from spasmograph.model.record import JournalEntry, SpasmEpisode
from spasmograph.present.record.strip import PLOT_PX, TOP_PX, StripDay, strip_svg
from spasmograph.web.pages.journal_strip import strip_of
from tests.record_worlds import HERE

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 3, 1)


def read(drawing: str) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - our own drawing


def parts_of(drawing: str, tag: str) -> list[ET.Element]:
    return [one for one in read(drawing).iter(f"{SVG}{tag}") if one.get("fill", "") != "none"]


def noted(day: int, *severities: int | None, episodes: int = 0) -> JournalDay:
    at = datetime(2026, 3, day, 12, tzinfo=HERE)
    entries = tuple(JournalEntry(at=at + timedelta(hours=place), severity=value, note="x") for place, value in enumerate(severities))
    return JournalDay(day=at.date(), entries=entries, episodes=tuple(SpasmEpisode(at=at) for _ in range(episodes)))


def test_a_dot_stands_at_the_highest_severity_of_its_day() -> None:
    drawing = strip_of([noted(3, 2, 6, None), noted(2, 0), noted(1, 10)], FIRST, date(2026, 3, 3), label="x")

    heights = [float(dot.get("cy", "nan")) for dot in parts_of(drawing, "circle")]
    assert heights == [TOP_PX, TOP_PX + PLOT_PX, TOP_PX + 0.4 * PLOT_PX]


def test_gaps_are_hatched_and_days_to_come_are_not() -> None:
    drawing = strip_of([noted(5, 1), Gap(first=date(2026, 3, 2), last=date(2026, 3, 4)), noted(1, 2)], FIRST, date(2026, 3, 31), label="x")

    assert len([one for one in parts_of(drawing, "rect") if one.get("fill") == "url(#gap-strip)"]) == 3


def test_episodes_have_a_stroke_and_a_note_without_a_number_a_ring() -> None:
    drawing = strip_of([noted(4, None), noted(3, episodes=5), noted(2, 3), noted(1, 2)], FIRST, date(2026, 3, 4), label="x")

    assert len([one for one in parts_of(drawing, "rect") if one.get("class") == "f-muted"]) == 1
    assert len(list(read(drawing).iter(f"{SVG}circle"))) == 3


def test_one_number_is_no_drawing() -> None:
    assert strip_of([noted(2, 4), noted(1, None, episodes=3)], FIRST, date(2026, 3, 31), label="x") == ""


def test_a_drawing_tells_its_name_and_survives_any_of_it() -> None:
    drawing = read(strip_svg([StripDay(day=FIRST, severity=3, noted=True)], label='a <b> & "c"'))

    assert drawing.get("aria-label") == 'a <b> & "c"'
    assert drawing.get("role") == "img"


def test_no_days_are_an_empty_drawing() -> None:
    assert parts_of(strip_svg([], label="x"), "circle") == []
