"""Every word that a report says to a person, in one place; sentences that need numbers are built in `sentences.py`."""

import re
import unicodedata

from spasmograph.terms import EventKind, Pattern, Reason, Region, Side, Task, Verdict

TITLE = "Facial movement report"

SIDES = {Side.LEFT: "left", Side.RIGHT: "right", Side.BOTH: "both sides"}
KINDS = {EventKind.BLINK: "blink", EventKind.CONTRACTION: "contraction", EventKind.BURST: "EMG burst"}
KINDS_MANY = {EventKind.BLINK: "blinks", EventKind.CONTRACTION: "contractions", EventKind.BURST: "EMG bursts"}
REGIONS = {Region.EYELID: "eyelid", Region.BROW: "brow", Region.CHEEK: "cheek", Region.MOUTH: "mouth"}
PARTS_OF_BOTH = {Region.MOUTH: "mouth", Region.CHEEK: "cheeks", Region.BROW: "brows"}
AS_IN_BROWS = ", as in raising the brows or frowning"
AS_IN_MOUTH = ", as in smiling or speaking"
AS_IN_BOTH = ", as in smiling, speaking or raising the brows"
NOT_WHY = "; the film alone does not tell why"
PATTERNS = {Pattern.BRIEF: "brief", Pattern.TONIC: "tonic", Pattern.CLONIC: "clonic train"}
TASKS = {
    Task.NONE: "not stated",
    Task.REST: "at rest",
    Task.GENTLE_CLOSURE: "gentle eye closure",
    Task.TIGHT_SQUEEZE: "tight eye closure",
    Task.BROW_RAISE: "brow raise",
    Task.SMILE: "smile",
    Task.PUCKER: "pucker",
    Task.READ_ALOUD: "reading aloud",
    Task.TALK: "talking",
}
VERDICTS = {
    Verdict.GOOD: "Good",
    Verdict.LIMITED: "Limited",
    Verdict.COUNTS_ONLY: "Counts only",
    Verdict.REFUSED: "Not measured",
}
VERDICT_NOTES = {
    Verdict.GOOD: "",
    Verdict.LIMITED: "Read the numbers with care: they describe only the part that could be measured.",
    Verdict.COUNTS_ONLY: "How often something happened can be told. How long and how strongly cannot: the film has too few pictures a second.",
    Verdict.REFUSED: "The reasons say what to change; then record again.",
}
REASONS = {
    Reason.NO_FACE: "No face was seen",
    Reason.FACE_TOO_SMALL: "The face was too small",
    Reason.TURNED_TOO_FAR: "The head was turned too far",
    Reason.TOO_DARK: "Too dark",
    Reason.TOO_BRIGHT: "Too bright",
    Reason.BLURRED: "Blurred",
    Reason.OUT_OF_PICTURE: "Part of the face was out of the picture",
    Reason.OCCLUDED: "Something covered the face",
    Reason.FEW_FRAMES: "Too few pictures a second",
    Reason.SEVERAL_FACES: "Several faces",
    Reason.NO_BASELINE: "No open-eye baseline",
    Reason.TIME_JUMP: "The time stamps jump",
    Reason.DAMAGED_END: "The end of the file is damaged",
    Reason.GAP: "The recording was interrupted",
    Reason.CLIPPED: "The signal was cut off at the amplifier's limit",
    Reason.FLAT: "The channel was flat",
    Reason.ELECTRODE_LOST: "An electrode had no contact",
    Reason.MOVEMENT_ARTEFACT: "Movement of the electrode or its cable",
    Reason.HEART_BEAT: "Heart beats that could not be taken out",
    Reason.RATE_TOO_LOW: "Too few samples a second",
    Reason.STIMULATED: "A stimulus was given",
}
LIMITED_WHOLE = "Read the numbers with care."
UNITS = {
    "per_min": "per minute",
    "closure_s_per_min": "closure-seconds per minute",
    "s": "s",
    "mm": "mm",
    "closure": "of full closure",
    "fraction": "",
    "index": "",
    "p": "",
    "uv": "µV",
    "hz": "Hz",
    "ms": "ms",
}
CONTRACTIONS = "Contractions"
REGION_ROWS = (
    ("– with the eyelid", {Region.EYELID}),
    ("– eyelid with mouth", {Region.EYELID, Region.MOUTH}),
)
SIDE_ROWS = (
    ("contraction_rate", "Per minute"),
    ("contraction_peak_closure", "Eyelid closure, peak"),
    ("contraction_peak_mouth", "Mouth corner, peak"),
    ("contraction_duration_longest", "Longest"),
    ("contraction_time", "Time in contractions"),
    ("contraction_burden", "Burden"),
    ("eyes_closed_time", "Time with eye closed"),
)
SIDE_TABLE_CAPTION = "Each side in numbers, with 95\u00a0% intervals"
SIDE_TABLE_NOTE = (
    "Sides are the person's own; what both sides did together counts under “both at once” alone. Peaks are the median over contractions. "
    "Burden is eyelid closure times seconds: 1 is one second of full closure a minute. Closed eyes include blinks."
)
SCORE_LABELS = {
    "bilateral_synchrony_null": "– the same by chance alone",
    "bilateral_synchrony_p": "– probability that chance gives as much",
    "eye_mouth_synchrony_null": "– the same by chance alone",
    "eye_mouth_synchrony_p": "– probability that chance gives as much",
}
OVERVIEW_NOTE = (
    "Height is strength; full height is a closed eye or 10 mm of movement. A dashed outline: it began before or ended after what was seen."
)
SIGNAL_ROWS = (
    ("eye_closure_{side}", "eye closure", 0.0, 1.0, ""),
    ("brow_height_{side}_mm", "brow height", float("nan"), float("nan"), "mm"),
    ("oral_commissure_excursion_{side}_mm", "mouth corner", float("nan"), float("nan"), "mm"),
)
PER_MINUTE = " per minute"
NOT_TOLD = "not told"
EMPTY = "–"
NOT_SEEN = "not seen"
NOT_MEASURED = "not measured"
CUT_OFF = "cut off by unseen time"
CENSORED = "began before or ended after what was seen, so it lasted at least this long"

HEADINGS = {
    "happened": "What happened",
    "overview": "When it happened",
    "blinks": "Blinks per minute",
    "timeline": "Timeline",
    "events": "Every event",
    "replay": "Replay without a face",
    "scores": "All scores",
    "methods": "How it was measured",
    "limits": "What this can and cannot say",
    "provenance": "What made these numbers",
}
BLINK_NORMS = "Published blink rates of healthy adults depend on what they were doing. They describe groups; none of them is a limit of health."
TASK_NOT_STATED = "What the person was doing was not stated; other conditions than the real one are shown as well."
TASK_NOT_PUBLISHED = "For this task no rate is published here; the lines are for other conditions."
TIMELINE_HELP = (
    "With the timeline selected: the arrow keys move it, + and − zoom, 0 shows everything. "
    "Tab reaches the events; there, left and right go from event to event and Enter opens the replay."
)
SIGNALS_NOTE = (
    "Eye closure runs from 0 (open) to 1 (closed). Brow height and the mouth corner's way along the smile are in millimetres. "
    "Each row names its range, the same for both sides. Hatched time was not seen."
)
STRIPS_NOTE = (
    "Stretch by stretch. Bars are events; the thin line is each side's eye closure, 0 at the time axis. Hatched time was not seen. "
    "report.html shows brow and mouth corner as well."
)
DENSITY_NOTE = (
    "Each bar counts the contractions that began in its stretch of time; those of both sides stand on top. "
    "Blinks are left out here; the timeline below shows every event."
)
SCORES_CAPTION = "Every score over the time that was measured, with 95\u00a0% intervals"
PARAMETERS_ELSEWHERE = (
    "All parameters, each with its value and its reason, stand at the end of report.html; measurement.json holds their values for programs."
)
REPLAY_NOTE = (
    "Drawn from landmarks alone, as the face is seen by somebody looking at the person: the person's right is on the left. "
    "It holds no picture of the person; the proportions are the person's own. The thin grey line is the face at the onset."
)
NO_EVENTS = "No event was found in the time that was measured."
NOTHING_FOUND = "Nothing was measured, so no event could be found."
NO_SCORES = "Nothing was measured, so there is no score."
NO_REPLAY = "There is nothing to replay."
NO_REPLAY_KEPT = "This page keeps no replay of it."
NO_SIGNALS = "No signal was measured."
METRE_NOTE = "Millimetres rest on the iris as ruler, which differs between adults by about 4 %."

LIMITS = (
    (
        "Not a medical device",
        (
            "Spasmograph is software for observation and research. No authority has cleared or certified it for diagnosis or for "
            "choosing a treatment. It has been tested on healthy people who imitated spasm, and on drawings; how well it works in a disease "
            "has not been shown. Use its numbers to describe and to compare recordings, together with an examination, never instead of one."
        ),
    ),
    (
        "Observation, not diagnosis",
        (
            "It says which parts of the face moved, when, how far and how surely. It does not say why. "
            "Tics, habits, speech, bright light or a voluntary movement can look the same on film."
        ),
    ),
    (
        "One recording is a sample",
        (
            "Spasm comes and goes. The 95 % intervals say how far chance alone could move a number in a recording of this length; "
            "they do not cover good and bad days. Compare recordings made in the same way: task, light, distance, time since treatment."
        ),
    ),
    (
        "Lengths rest on the iris",
        (
            "Millimetres are scaled by the width of the iris, taken as 11.7 mm. Adults differ by about 4 %, so lengths may be too long or too short "
            "by as much in the same person every time; comparisons within one person are not affected."
        ),
    ),
    (
        "Fast movement needs fast film",
        (
            "At 30 pictures a second a picture is taken every 33 ms. A blink closes within two or three of them: counts and amounts of closure hold, "
            "speeds and onsets finer than a picture do not."
        ),
    ),
    (
        "What was not seen is not counted",
        "Time in which the face was not measured counts neither as still nor as moving. Every rate divides by the time that was measured.",
    ),
)


def shown_name(name: str) -> str:
    """A file name that is safe to show: control, direction and undecodable characters become a visible mark."""
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") else char for char in name)


def breakable(name: str) -> str:
    """The same name with invisible places where a line may break, in runs of more than 15 letters without one."""
    return re.sub(r"(\S{15})(?=\S)", "\\1\u200b", name)


def more_reasons(count: int) -> str:
    """How many further reasons the page lists; empty if none."""
    return f"And {count} more; report.html lists all of them." if count > 0 else ""


def events_listed(count: int) -> str:
    """How many events a table holds."""
    return "One event." if count == 1 else f"{count} events in order of time."


def events_left_out(kept: int, contractions: int, blinks: int) -> str:
    """What a table leaves out where there are too many events for paper."""
    what = f"{kept} contractions" if kept == contractions else f"{kept} of {contractions} contractions, those that matter most for facial spasm,"
    return (
        f"{what} in order of time. The {blinks} blinks{'' if kept == contractions else ' and the rest'} are listed in report.html and in events.csv."
    )


def joined(parts: list[str]) -> str:
    """Words in a row as English writes them: `a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def sentence(text: str) -> str:
    """The same text with a large first letter and a full stop."""
    return capital(text) + ("" if text.endswith((".", "!", "?", "。", "？")) else ".")


def capital(text: str) -> str:
    """The same text with its first letter large."""
    return text[:1].upper() + text[1:]
