"""A period of the record in short, gathered for a doctor."""

from datetime import datetime
from typing import TYPE_CHECKING

from spasmograph.care.doctor import journal_in_short, measured_in, scales_in_short, side_effects_in
from spasmograph.care.journal import is_backfilled
from spasmograph.care.treatment_catalogue import in_words
from spasmograph.model.record import Appointment, DoctorPage, JournalEntry, Question, RecordingEntry, ScaleResult, SpasmEpisode, Treatment

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace


def doctor_page(workspace: "Workspace", since: datetime, until: datetime, *, with_notes: bool = False) -> DoctorPage:
    """The period `[since, until)` in short; what was written as a note is in it only when the person wants that."""
    entries = workspace.list(JournalEntry, since=since, until=until)
    episodes = workspace.list(SpasmEpisode, since=since, until=until)
    treatments = [in_words(one) for one in workspace.list(Treatment, until=until)]
    now = workspace.now()
    return DoctorPage(
        made_at=now,
        settings=workspace.settings(),
        timeline=workspace.timeline(since, until),
        journal=journal_in_short(entries, episodes, since, until, back_filled=sum(is_backfilled(entry) for entry in [*entries, *episodes])),
        side_effects=side_effects_in(treatments, since, until),
        scales=scales_in_short(workspace.list(ScaleResult, since=since, until=until)),
        measured=measured_in(workspace.list(RecordingEntry, since=since, until=until), treatments),
        questions=tuple(one for one in workspace.list(Question) if not one.answer),
        next_visit=next(iter(workspace.list(Appointment, since=now)), None),
        notes=tuple(entry for entry in entries if entry.note) if with_notes else (),
    )
