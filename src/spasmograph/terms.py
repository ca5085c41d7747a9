"""The field's words as types: sides, regions, kinds, patterns, tasks and units."""

from enum import StrEnum


class Side(StrEnum):
    """A side of the body, always the patient's own, never the image's."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"

    @property
    def other(self) -> "Side":
        """The opposite side; `BOTH` is its own opposite."""
        return {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}[self]


class Region(StrEnum):
    """A part of the face whose movement is measured on its own."""

    EYELID = "eyelid"
    BROW = "brow"
    CHEEK = "cheek"
    MOUTH = "mouth"


class Muscle(StrEnum):
    """A muscle whose activity an electrode shows, by its anatomical name."""

    FRONTALIS = "frontalis"
    CORRUGATOR_SUPERCILII = "corrugator_supercilii"
    PROCERUS = "procerus"
    ORBICULARIS_OCULI = "orbicularis_oculi"
    LEVATOR_PALPEBRAE = "levator_palpebrae"
    NASALIS = "nasalis"
    LEVATOR_LABII = "levator_labii"
    ZYGOMATICUS_MAJOR = "zygomaticus_major"
    ZYGOMATICUS_MINOR = "zygomaticus_minor"
    RISORIUS = "risorius"
    BUCCINATOR = "buccinator"
    ORBICULARIS_ORIS = "orbicularis_oris"
    DEPRESSOR_ANGULI_ORIS = "depressor_anguli_oris"
    DEPRESSOR_LABII = "depressor_labii"
    MENTALIS = "mentalis"
    PLATYSMA = "platysma"
    MASSETER = "masseter"
    TEMPORALIS = "temporalis"


class ChannelKind(StrEnum):
    """What a channel of a biosignal file shows."""

    EMG = "emg"
    ECG = "ecg"
    TRIGGER = "trigger"
    OTHER = "other"


class EventKind(StrEnum):
    """What an event is, in observation words.

    `BLINK` is bilateral, synchronous and at most 0.5 s closed; `CONTRACTION` is everything else that moved;
    `BURST` is an EMG event.
    """

    BLINK = "blink"
    CONTRACTION = "contraction"
    BURST = "burst"


class Pattern(StrEnum):
    """The time course of an event: `BRIEF` < 1 s, `TONIC` >= 1 s, `CLONIC` a train of at least three brief ones."""

    BRIEF = "brief"
    TONIC = "tonic"
    CLONIC = "clonic"


class Task(StrEnum):
    """What the person was asked to do; a blink rate means nothing without it."""

    NONE = ""
    REST = "rest"
    GENTLE_CLOSURE = "gentle_closure"
    TIGHT_SQUEEZE = "tight_squeeze"
    BROW_RAISE = "brow_raise"
    SMILE = "smile"
    PUCKER = "pucker"
    READ_ALOUD = "read_aloud"
    TALK = "talk"


class Verdict(StrEnum):
    """How far a recording can be trusted."""

    GOOD = "good"
    LIMITED = "limited"
    COUNTS_ONLY = "counts_only"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a stretch of time was not measured, or not measured fully."""

    NO_FACE = "no_face"
    FACE_TOO_SMALL = "face_too_small"
    OUT_OF_PICTURE = "out_of_picture"
    TURNED_TOO_FAR = "turned_too_far"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    OCCLUDED = "occluded"
    FEW_FRAMES = "few_frames"
    SEVERAL_FACES = "several_faces"
    NO_BASELINE = "no_baseline"
    TIME_JUMP = "time_jump"
    DAMAGED_END = "damaged_end"
    GAP = "gap"
    CLIPPED = "clipped"
    FLAT = "flat"
    ELECTRODE_LOST = "electrode_lost"
    MOVEMENT_ARTEFACT = "movement_artefact"
    HEART_BEAT = "heart_beat"
    RATE_TOO_LOW = "rate_too_low"
    STIMULATED = "stimulated"


class EntryKind(StrEnum):
    """What an entry of a person's record tells."""

    JOURNAL = "journal"
    EPISODE = "episode"
    TREATMENT = "treatment"
    SCALE = "scale"
    RECORDING = "recording"
    APPOINTMENT = "appointment"
    QUESTION = "question"
    SETTINGS = "settings"


class Precision(StrEnum):
    """How exactly a moment is known; people know the year of an operation and the minute of a spasm."""

    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Bothered(StrEnum):
    """For how long of a day the spasms bothered, from not at all to all of it."""

    NOT_AT_ALL = "not_at_all"
    MINUTES = "minutes"
    UP_TO_AN_HOUR = "up_to_an_hour"
    SOME_HOURS = "some_hours"
    HALF_THE_DAY = "half_the_day"
    ALL_DAY = "all_day"


class TreatmentKind(StrEnum):
    """What was done or taken against the spasms."""

    BOTULINUM_TOXIN = "botulinum_toxin"
    DRUG = "drug"
    PROCEDURE = "procedure"
    PHYSIOTHERAPY = "physiotherapy"
    ACUPUNCTURE = "acupuncture"
    LIFESTYLE = "lifestyle"
    OTHER = "other"


class Rater(StrEnum):
    """Who filled in a scale."""

    SELF = "self"
    CARER = "carer"
    CLINICIAN = "clinician"


class MediaKind(StrEnum):
    """What a recording holds."""

    FILM = "film"
    EMG = "emg"


class AnalysisState(StrEnum):
    """How far the analysis of a recording is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Advice(StrEnum):
    """What to change before a film is worth taking; `GOOD` where nothing is, `BUSY` where nobody could look."""

    GOOD = "good"
    BUSY = "busy"
    NO_FACE = "no_face"
    COME_CLOSER = "come_closer"
    MOVE_BACK = "move_back"
    TO_THE_MIDDLE = "to_the_middle"
    ONE_FACE_ONLY = "one_face_only"
    TURN_TO_CAMERA = "turn_to_camera"
    EYE_LEVEL = "eye_level"
    MORE_LIGHT = "more_light"
    LESS_LIGHT = "less_light"
    SHARPER = "sharper"
    UNCOVER_FACE = "uncover_face"
    MORE_PICTURES = "more_pictures"


class Judgement(StrEnum):
    """What a person says of an event that was found: it is right, it was none, it was another; or it is one that was missed."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CHANGED = "changed"
    ADDED = "added"


MILLIMETRE = "mm"
CLOSURE = "closure"
PER_MINUTE = "per_min"
SECONDS = "s"
FRACTION = "fraction"
INDEX = "index"
MICROVOLT = "uv"
HERTZ = "hz"
MILLISECONDS = "ms"

UNIT_SUFFIXES = ("mm", "px", "deg", "s", "hz", "ms", "uv")


def unit_of(signal_name: str) -> str:
    """The unit that a signal's name ends with; `1` for a ratio, which has no suffix."""
    suffix = signal_name.rpartition("_")[2]
    return suffix if suffix in UNIT_SUFFIXES else "1"
