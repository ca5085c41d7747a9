"""Whatever a form of the journal, the settings, the appointments or the questions is sent with: it is kept or refused in words, never lost."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import escape

from spasmograph.care.journal import end_of, is_backfilled
from spasmograph.care.reminders import next_prompt
from spasmograph.model.record import JournalEntry, Settings
from spasmograph.terms import Bothered, Precision
from tests.record_worlds import NOON, client_of, workspace_in

EXAMPLES = 40
ANSWERS = {303, 409, 422}
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
DAY = st.dates(date(1890, 1, 1), date(2210, 1, 1)).map(str) | TEXT
TIME = st.times().map(lambda time: f"{time:%H:%M}") | TEXT
NUMBER = st.integers(-2, 12).map(str) | st.floats().map(str) | TEXT
JOURNAL = st.fixed_dictionaries(
    {},
    optional={
        "severity": NUMBER,
        "bothered": st.sampled_from([str(one) for one in Bothered]) | TEXT,
        "symptom:tears": NUMBER,
        "tag": st.lists(TEXT, max_size=25),
        "more_tags": TEXT,
        "note": TEXT,
        "date": DAY,
        "time": TIME,
    },
)
VISIT = st.fixed_dictionaries({"title": TEXT, "date": DAY}, optional={"time": TIME, "until": TIME, "place": TEXT, "note": TEXT, "injection": TEXT})
CHOSEN = st.fixed_dictionaries(
    {},
    optional={
        "version": NUMBER,
        "person": TEXT,
        "symptom": st.lists(TEXT, max_size=5),
        "tags": TEXT,
        "prompt_every_days": NUMBER,
        "prompt_hour": NUMBER,
        "affected": TEXT,
        "language": TEXT,
    },
)


@settings(max_examples=EXAMPLES)
@given(journal=JOURNAL, visit=VISIT, chosen=CHOSEN, question=TEXT)
@example(journal={"note": "\x00"}, visit={"title": "\x00", "date": "2026-01-01"}, chosen={"person": "\x00"}, question="\x00")
@example(journal={"note": "x", "date": "0001-01-01"}, visit={"title": "x", "date": "9999-12-31", "time": "23:59"}, chosen={}, question="")
def test_whatever_is_sent_is_kept_or_refused_in_words(
    journal: dict[str, str | list[str]], visit: dict[str, str], chosen: dict[str, str | list[str]], question: str
) -> None:
    with TemporaryDirectory() as home:
        workspace = workspace_in(Path(home))
        client = client_of(workspace)
        for path, data in (("/journal", journal), ("/appointments", visit), ("/questions", {"text": question}), ("/settings", chosen)):
            answer = client.post(path, data=data)
            assert answer.status_code in ANSWERS
            note = data.get("note", "")
            if answer.status_code != 303 and isinstance(note, str):
                # What was typed stands in the page that comes back.
                assert str(escape(note)) in answer.text
            assert client.get(path).status_code == 200
        workspace.close()


@given(st.integers(0, 31), st.integers(0, 23), st.integers(0, 100 * 24 * 60))
def test_a_reminder_comes_at_its_hour_and_never_before_its_days_are_over(every: int, hour: int, minutes: int) -> None:
    chosen = Settings(at=NOON, prompt_every_days=every, prompt_hour=hour)
    last = NOON - timedelta(minutes=minutes)

    at = next_prompt(chosen, last, NOON)
    assert (at is None) == (every == 0)
    assert at is None or (at.hour, (at.date() - last.date()).days) == (hour, every)


@given(st.sampled_from(Precision), st.integers(-1000, 100_000))
def test_what_is_marked_as_noted_later_stays_so_however_much_later(precision: Precision, minutes: int) -> None:
    at = NOON.replace(month=1, day=1, hour=0)
    entry = JournalEntry(at=at, precision=precision, severity=1, noted_at=at + timedelta(minutes=minutes))
    later = JournalEntry(at=at, precision=precision, severity=1, noted_at=at + timedelta(minutes=minutes + 1))

    assert is_backfilled(later) or not is_backfilled(entry)
    assert end_of(entry) >= at
