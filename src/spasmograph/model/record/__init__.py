"""A person's record as values: what they noted, what was done, what was measured; each checked once, in its constructor.

Times are local with their offset from UTC. What was not given is None or empty, never zero.
"""

from spasmograph.model.record.common import Entry
from spasmograph.model.record.doctor import DoctorPage, JournalInShort, Measured, ScaleChange, ScaleInShort, Spread
from spasmograph.model.record.journal import MOST_SYMPTOMS, MOST_TAGS, Appointment, JournalEntry, Question, SpasmEpisode
from spasmograph.model.record.recordings import Correction, ProtocolStep, RecordingEntry, ScoreInShort
from spasmograph.model.record.scales import ScaleResult
from spasmograph.model.record.settings import Settings
from spasmograph.model.record.timeline import Count, Course, Reading, Step, Timeline
from spasmograph.model.record.treatments import Dose, InjectionSite, Milestone, SideEffect, Treatment

ENTRY_TYPES: tuple[type[Entry], ...] = (
    JournalEntry,
    SpasmEpisode,
    Treatment,
    ScaleResult,
    RecordingEntry,
    Appointment,
    Question,
    Settings,
)

__all__ = [
    "ENTRY_TYPES",
    "MOST_SYMPTOMS",
    "MOST_TAGS",
    "Appointment",
    "Correction",
    "Count",
    "Course",
    "DoctorPage",
    "Dose",
    "Entry",
    "InjectionSite",
    "JournalEntry",
    "JournalInShort",
    "Measured",
    "Milestone",
    "ProtocolStep",
    "Question",
    "Reading",
    "RecordingEntry",
    "ScaleChange",
    "ScaleInShort",
    "ScaleResult",
    "ScoreInShort",
    "Settings",
    "SideEffect",
    "SpasmEpisode",
    "Spread",
    "Step",
    "Timeline",
    "Treatment",
]
