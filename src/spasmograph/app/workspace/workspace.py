"""The door to one person's record."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from spasmograph.app.workspace.analyses import Analyses
from spasmograph.app.workspace.archiving import Restored, archive, erase, restore
from spasmograph.app.workspace.calendar import calendar, check_calendar_key, renew_calendar_key
from spasmograph.app.workspace.correcting import Corrections, Found
from spasmograph.app.workspace.doctor import doctor_page
from spasmograph.app.workspace.framing import Framing, look
from spasmograph.app.workspace.holdings import Holdings, holdings
from spasmograph.app.workspace.journal import Today, journal_month, own_tags, today
from spasmograph.app.workspace.noting import note
from spasmograph.app.workspace.passing import drop_table, keep_table, kept_table, leaving
from spasmograph.app.workspace.recordings import About, Added, Progress, Recordings, about_file, pieces_of
from spasmograph.app.workspace.scales import ScalesUsed, scales_used
from spasmograph.app.workspace.table_rows import TableMapping
from spasmograph.app.workspace.tables import Imported, ImportPlan, carry_out, export_csv, plan_import
from spasmograph.app.workspace.timeline import timeline
from spasmograph.app.workspace.treatments import Treatments, amend, treatments
from spasmograph.care.journal import JournalMonth
from spasmograph.errors import NotThereError, RecordError
from spasmograph.io.media import Arrival, Arrived
from spasmograph.io.store import EntryStore, Point
from spasmograph.io.store.database import begin_anew
from spasmograph.model.record import Correction, DoctorPage, Entry, RecordingEntry, Settings, Timeline, Treatment
from spasmograph.terms import EntryKind, Task

E = TypeVar("E", bound=Entry)
Clock = Callable[[], datetime]
SETTINGS_ID = "settings"


class Workspace:
    """One person's record: entries kept, changed, listed and removed, recordings measured, and what is made of them.

    Times are this machine's local time with its offset; `clock` tells now.
    """

    def __init__(self, *, home: Path, store: EntryStore, clock: Clock) -> None:
        self.home = home
        self._store = store
        self._clock = clock
        self._recordings = Recordings(home=home, store=store)
        self._corrections = Corrections(home=home, store=store)
        self._analyses: Analyses | None = None

    def close(self) -> None:
        """End what runs in the background, and let the database go."""
        self.stop_analyses()
        self._store.engine.dispose()

    def now(self) -> datetime:
        """The local time with its offset."""
        return self._clock()

    def save(self, entry: E) -> E:
        """Keep a new entry (version 0), or a change of the version that it names; as it is kept.

        Raises:
            ConflictError: the entry was changed meanwhile; nothing was overwritten.
            NotThereError: the entry was removed meanwhile.
        """
        return self._store.save(entry, now=self.now())

    def get(self, entry_id: str, kind: type[E]) -> E:
        """One entry.

        Raises:
            NotThereError: there is none of that id and kind.
        """
        found = self._store.get(entry_id)
        if not isinstance(found, kind):
            msg = f"entry {entry_id} is of kind {found.kind}, not {kind.kind}"
            raise NotThereError(msg)
        return found

    def list(self, kind: type[E], *, since: datetime | None = None, until: datetime | None = None, newest: int | None = None) -> Sequence[E]:
        """Entries of a kind in order of time, in `[since, until)`; with `newest` only so many of the last."""
        found = self._store.entries(kind.kind, since=since, until=until, newest=newest)
        return [entry for entry in found if isinstance(entry, kind)]

    def entries(self, *kinds: EntryKind, since: datetime | None = None, until: datetime | None = None, newest: int | None = None) -> Sequence[Entry]:
        """Entries of some kinds, or of all, in order of time, in `[since, until)`; with `newest` only so many of the last."""
        return self._store.entries(*kinds, since=since, until=until, newest=newest)

    def points(self, *kinds: EntryKind, since: datetime | None = None, until: datetime | None = None) -> Sequence[Point]:
        """Entries in short, for drawings of thousands."""
        return self._store.points(*kinds, since=since, until=until)

    def remove(self, entry_id: str, *, version: int | None = None) -> None:
        """Remove an entry for good, a recording with all its files; with `version` only if nobody changed it meanwhile.

        Raises:
            NotThereError: it is gone already.
            ConflictError: somebody changed it meanwhile.
        """
        self._recordings.remove(entry_id, version=version)

    def settings(self) -> Settings:
        """What the person chose, or what holds until they choose."""
        try:
            return self.get(SETTINGS_ID, Settings)
        except NotThereError:
            return Settings(id=SETTINGS_ID, at=self.now())

    def archive(self, target: Path) -> Path:
        """Write the whole record with its files into one archive, or into a folder under a name with the time; where it is.

        Raises:
            OutputError: a file of that name is there already, the disk is full, or the folder cannot be written.
        """
        return archive(self._store, self.home, target, now=self.now())

    def restore(self, source: Path, *, merge: bool = False) -> Restored:
        """Make this empty record the one that an archive holds; with `merge` add to a record what is missing in it, overwriting nothing.

        All of it happens or nothing.

        Raises:
            ArchiveError: it is no archive, or a damaged one.
            NewerRecordError: a newer version of the program made it.
            ConflictError: the record has entries already, and `merge` was not asked for.
            RecordError: there is no room for it, or the folder cannot be written.
        """
        restored = restore(self._store, self.home, source, merge=merge, now=self.now())
        if self._analyses:
            self._analyses.wake()
        return restored

    def export_csv(self, target: Path) -> Path:
        """Write the record as CSV files for spreadsheets into a new folder, or into one file where the name ends with `.zip`; where they are.

        Raises:
            OutputError: the name is taken, the disk is full, or the folder cannot be written.
        """
        return export_csv(self._store, target, now=self.now())

    def plan_import(self, content: bytes | str, mapping: TableMapping) -> ImportPlan:
        """What reading a table of another program into the record would do, row by row; nothing is done yet.

        Raises:
            InputError: it is no table, or the mapping names a field or a heading that there is not.
        """
        return plan_import(self._store, content, mapping, now=self.now())

    def carry_out(self, plan: ImportPlan) -> Imported:
        """Do what a plan says, all of it or nothing; what came into the record meanwhile is not added twice.

        Raises:
            InputError: a question of the plan was not answered.
        """
        return carry_out(self._store, plan, now=self.now())

    def erase(self, *, anew: bool = False) -> None:
        """Delete the record for good with all its files; with `anew` this workspace begins an empty one, without it is of no use afterwards.

        Raises:
            RecordError: another window or program has the record open, and nothing was deleted; or a file cannot be deleted.
        """
        running = self._analyses is not None
        self.stop_analyses()
        try:
            erase(self._store, self.home)
        except RecordError:
            self._go_on(measuring=running)
            raise
        if anew:
            self._go_on(measuring=running)

    def _go_on(self, *, measuring: bool) -> None:
        """Use the database again."""
        begin_anew(self._store.engine)
        if measuring:
            self.start_analyses()

    def holdings(self) -> Holdings:
        """How many entries of each kind there are, and how large their files."""
        return holdings(self._store, self.home)

    def leaving(self, ending: str = "") -> Path:
        """A name for a file that is made to be taken away and is thrown away then.

        Raises:
            OutputError: the folder cannot be written.
        """
        return leaving(self.home, ending)

    def keep_table(self, content: bytes) -> str:
        """Keep a table of another program until it is read, for a day at most; the name by which it is asked for.

        Raises:
            OutputError: the folder cannot be written.
        """
        return keep_table(self.home, content)

    def kept_table(self, name: str) -> bytes:
        """A table that was kept.

        Raises:
            NotThereError: there is none of that name, or no longer.
        """
        return kept_table(self.home, name)

    def drop_table(self, name: str) -> None:
        """Throw a table away that was kept."""
        drop_table(self.home, name)

    def timeline(self, since: datetime, until: datetime) -> Timeline:
        """Everything in `[since, until)` on one axis of time; of treatments also what began before and still ran."""
        return timeline(self, since, until)

    def scales_used(self) -> ScalesUsed:
        """All results of scales, by scale and variant, each beside the one before it."""
        return scales_used(self)

    def treatments(self) -> Treatments:
        """All treatments: what goes on, what is planned, what is over, and the sessions of injections."""
        return treatments(self)

    def amend_treatment(self, treatment_id: str, change: Callable[[Treatment], Treatment]) -> Treatment:
        """Change a treatment by a step that holds from whatever version it stands at, such as one more side effect.

        Raises:
            NotThereError: there is no such treatment.
            EntryError: the step leads to what cannot be.
        """
        return amend(self, treatment_id, change)

    def doctor_page(self, since: datetime, until: datetime, *, with_notes: bool = False) -> DoctorPage:
        """The period `[since, until)` in short, for a doctor; with the journal's notes only when the person wants that."""
        return doctor_page(self, since, until, with_notes=with_notes)

    def look(self, jpeg: bytes, *, film_width_px: int, frame_rate_hz: float | None = None) -> Framing:
        """What to change before filming, from a small picture of the camera's preview; nothing of it is kept.

        Raises:
            InputError: it is no small JPEG picture.
        """
        return look(jpeg, film_width_px=film_width_px, frame_rate_hz=frame_rate_hz)

    def note(self, entry: E) -> E:
        """Keep what a person said, if it can be: a journal entry says something and lies not ahead, a scale is one of those that are known.

        Raises:
            EntryError: it cannot be.
            ConflictError: the entry was changed meanwhile; nothing was overwritten.
            NotThereError: the entry was removed meanwhile.
        """
        return note(self, entry)

    def journal_month(self, day: date) -> JournalMonth:
        """The journal's month that a day lies in, newest first, with its gaps."""
        return journal_month(self, day)

    def own_tags(self) -> Sequence[str]:
        """Tags of the person's own, from the settings and from lately used ones."""
        return own_tags(self)

    def today(self) -> Today:
        """What is due, what comes next and what was noted last."""
        return today(self)

    def calendar(self) -> bytes:
        """Appointments, the reminder and suggested days for a film as a calendar file (RFC 5545)."""
        return calendar(self)

    def check_calendar_key(self, key: str) -> None:
        """Whether the key is the one in the calendar's address.

        Raises:
            NotThereError: it is not, or there is no such address.
        """
        check_calendar_key(self, key)

    def renew_calendar_key(self, *, wanted: bool = True) -> Settings:
        """A new address for the calendar, or none; the old one ends.

        Raises:
            ConflictError: the settings were changed meanwhile.
        """
        return renew_calendar_key(self, wanted=wanted)

    def arrival(self) -> Arrival:
        """A file on its way into the record, for a `with` block; `keep_recording` takes it once it is whole.

        Raises:
            OutputError: the folder cannot be written.
        """
        return self._recordings.media.arrival()

    def keep_recording(self, arrived: Arrived, about: About) -> Added:
        """Keep a film or an EMG that has arrived, to be measured in the background; the same file twice is one recording.

        Raises:
            InputError: the file is empty.
            OutputError: it could not be put in its place.
        """
        added = self._recordings.add(arrived, about, now=self.now())
        if self._analyses:
            self._analyses.wake()
        return added

    def add_recording(self, path: Path, about: About | None = None) -> Added:
        """The same of a file on this machine, which stays where it is; without `about` it was recorded when the file was last changed.

        Raises:
            InputError: there is no such file, it cannot be read, or it is empty.
            OutputError: it could not be put in its place.
        """
        with self.arrival() as arriving:
            for piece in pieces_of(path):
                arriving.write(piece)
            return self.keep_recording(arriving.finish(), about or about_file(path))

    def progress(self, recording_id: str) -> Progress:
        """How far the analysis of a recording is."""
        return self._recordings.progress(recording_id)

    def medium(self, recording_id: str) -> Path | None:
        """The film or EMG itself, if it is still there."""
        return self._recordings.media.medium(recording_id)

    def results_folder(self, recording_id: str) -> Path:
        """The folder with the files of a measurement.

        Raises:
            NotThereError: the recording was not measured.
        """
        return self._corrections.folder(recording_id)

    def measurement(self, recording_id: str) -> Found:
        """What was found in a recording, with what the person says of it.

        Raises:
            NotThereError: there is none of that id, or it was not measured.
        """
        return self._corrections.found(self.get(recording_id, RecordingEntry))

    def correct(self, recording_id: str, correction: Correction, *, version: int) -> RecordingEntry:
        """Keep what a person says of an event, beside the machine's own; the scores follow.

        Raises:
            EntryError: the recording has no such event or time.
            ConflictError: the recording was changed meanwhile; nothing was overwritten.
        """
        entry = replace(self.get(recording_id, RecordingEntry), version=version)
        return self._corrections.correct(entry, correction, now=self.now())

    def withdraw_correction(self, recording_id: str, place: int, *, version: int) -> RecordingEntry:
        """Take a correction back, by its place from 0; the scores follow.

        Raises:
            NotThereError: there is no such correction.
            ConflictError: the recording was changed meanwhile; nothing was overwritten.
        """
        entry = replace(self.get(recording_id, RecordingEntry), version=version)
        return self._corrections.withdraw(entry, place, now=self.now())

    def measure_again(self, recording_id: str) -> RecordingEntry:
        """Let a recording that could not be measured be measured once more.

        Raises:
            ConflictError: it was measured, or its file is gone.
        """
        entry = self._recordings.measure_again(recording_id, now=self.now())
        if self._analyses:
            self._analyses.wake()
        return entry

    def measure_otherwise(self, recording_id: str, *, mirrored: bool, task: Task, version: int) -> RecordingEntry:
        """Measure a recording anew, because its pictures are mirror images or not, or another task was asked for, than was said at first.

        Raises:
            ConflictError: the recording was changed meanwhile, is still to be measured, or its film is gone.
        """
        entry = replace(self.get(recording_id, RecordingEntry), mirrored=mirrored, task=task, version=version)
        kept = self._recordings.measure_otherwise(entry, now=self.now())
        if self._analyses:
            self._analyses.wake()
        return kept

    def delete_film(self, recording_id: str) -> RecordingEntry:
        """Throw the film or EMG itself away and keep what was measured.

        Raises:
            ConflictError: it was not measured yet.
        """
        return self._recordings.delete_film(recording_id, now=self.now())

    def start_analyses(self) -> None:
        """Measure what waits in the background, after throwing away what a killed program left behind."""
        self._analyses = Analyses(home=self.home, store=self._store, clock=self._clock, first=self._recordings.tidy)
        self._analyses.start()

    def stop_analyses(self) -> None:
        """End the background; what was begun is taken up the next time."""
        if self._analyses:
            self._analyses.stop()
            self._analyses = None

    def finish_analyses(self) -> None:
        """Measure all that waits, and come back when it is done."""
        Analyses(home=self.home, store=self._store, clock=self._clock).finish()
