"""Every word that an EMG report says to a person, beside those that all reports share; sentences that need numbers are built in `sentences.py`."""

from spasmograph.model import Presence, Standing, Together
from spasmograph.model.evoked import ResponseKind
from spasmograph.present import words
from spasmograph.terms import ChannelKind, Verdict

TITLE = "Facial muscle activity report (EMG)"

KINDS = {ChannelKind.EMG: "muscle", ChannelKind.ECG: "heart", ChannelKind.TRIGGER: "trigger", ChannelKind.OTHER: "other"}
RESPONSES = {
    ResponseKind.DIRECT: "Direct response",
    ResponseKind.BLINK_REFLEX_R1: "Blink reflex R1",
    ResponseKind.BLINK_REFLEX_R2: "Blink reflex R2",
    ResponseKind.R1_LIKE: "R1-like response",
    ResponseKind.LATERAL_SPREAD: "Lateral spread response",
}
PRESENCES = {
    Presence.PRESENT: "present",
    Presence.REDUCED: "reduced",
    Presence.ABSENT: "no response",
    Presence.UNDECIDED: "not told",
}
COUNTED = {Presence.PRESENT: "present", Presence.REDUCED: "reduced", Presence.ABSENT: "absent", Presence.UNDECIDED: "not told"}
STANDINGS = {Standing.FOR: "for", Standing.AGAINST: "against", Standing.NOT_TOLD: "not told"}
TOGETHER = {
    Together.SYNCHRONOUS: "synchronous, more often than by chance",
    Together.BY_CHANCE: "no more often than by chance",
    Together.CROSS_TALK: "the same signal in both: volume conduction, not told as synchrony",
    Together.NOT_TOLD: "not told",
}
VERDICT_NOTES = {
    Verdict.GOOD: "",
    Verdict.LIMITED: "Read the numbers with care: they describe only the channels and the time that could be measured.",
    Verdict.COUNTS_ONLY: (
        "When a muscle was active can be told. How strongly, in microvolts, cannot be compared with other recordings: see the channels below."
    ),
    Verdict.REFUSED: words.VERDICT_NOTES[Verdict.REFUSED],
}
VERDICTS = {**words.VERDICTS, Verdict.COUNTS_ONLY: "Envelope only"}

WHAT_A_BURST_IS = "A burst is a stretch of time in which a muscle is active."
WHAT_A_RESPONSE_IS = "A response is what a muscle does within a fraction of a second after a stimulus."
NO_STIMULATED_SIDE = "Which side was stimulated, the recording does not say."
PLAIN_MUSCLES = {
    "Frontalis": "of the forehead",
    "Corrugator supercilii": "between the eyebrows",
    "Procerus": "at the root of the nose",
    "Orbicularis oculi": "around the eye",
    "Levator palpebrae": "that lifts the upper eyelid",
    "Nasalis": "of the nose",
    "Levator labii": "that lifts the upper lip",
    "Zygomaticus major": "that lifts the corner of the mouth",
    "Zygomaticus minor": "beside it, that lifts the upper lip",
    "Risorius": "that draws the corner of the mouth sideways",
    "Buccinator": "of the cheek",
    "Orbicularis oris": "around the mouth",
    "Depressor anguli oris": "that lowers the corner of the mouth",
    "Depressor labii": "that lowers the lower lip",
    "Mentalis": "of the chin",
    "Platysma": "of the neck's skin",
    "Masseter": "of the jaw, for chewing",
    "Temporalis": "of the temple, for chewing",
}

NO_SIDE = "side not known"
BOTH_SIDES = "both sides"
UNITS_NOTE = (
    "Amplitudes that are not in microvolts stand in the file's own unit, because the file does not say how it becomes microvolts; "
    "compare them within one channel only."
)

HEADINGS = {
    **words.HEADINGS,
    "channels": "How well each channel was measured",
    "activity": "Muscle by muscle",
    "happened": "What was found",
    "timeline": "Timeline",
    "rhythm": "Rhythm and trains",
    "together": "Which muscles go together",
    "synkinesis": "What joins a movement",
    "published": "Beside published patterns",
    "evoked": "Evoked responses",
    "course": "Course over the recording",
    "film": "EMG and film",
    "events": "Bursts",
    "references": "Sources",
}
CHANNELS_CAPTION = "Measured time and what disturbed it, channel by channel"
RESPONSES_CAPTION = "Each response in numbers, with 95\u00a0% intervals"
RESPONSES_NOTE = (
    "Visible from: the smallest amplitude that these stimuli would have shown in 95 of 100 cases; “no response” is said only where that is small "
    "enough."
)
ACTIVITY_CAPTION = "Each muscle in numbers, with 95\u00a0% intervals"
ACTIVITY_NOTE = (
    "Sides are the person's own. A burst is activity above the channel's own noise. Length and peak are the median over bursts; the peak is of the "
    "envelope, with the noise taken out. Every rate and share is over the time in which the channel was measured."
)
OVERVIEW_NOTE = (
    "One lane a channel: the envelope, which is how strong the muscle's activity is from moment to moment, and below it a bar for every "
    "burst. Both sides of a muscle share one scale; what is higher touches the "
    "upper edge."
)
SIGNALS_NOTE = (
    "The envelope of each channel, with its bursts as bands. Both sides of a muscle share one scale, named in each row; what is higher touches the "
    "upper edge. Hatched time was not measured in that channel."
)
TIMELINE_HELP_QUIET = "With the timeline selected: the arrow keys move it, + and − zoom, 0 shows everything."
TIMELINE_HELP = (
    "With the timeline selected: the arrow keys move it, + and − zoom, 0 shows everything. "
    "Tab reaches the bursts; there, left and right go from burst to burst and Enter shows one closer."
)
FILM_ROWS_NOTE = (
    "Below the muscles: what the film shows of the same sides, on the same clock: how far the eye is closed, and how far the corner of the mouth "
    "moved in the direction of a smile; the film's contractions there are bands."
)
STRIPS_NOTE = "Stretch by stretch, each lane as above. Hatched time was not measured. report.html lets every moment be seen closer."
RHYTHM_CAPTION = "How the bursts of each muscle follow each other"
RHYTHM_NOTE = (
    "Length and pause: median, with the range in which the middle half lies. Rhythm: the strongest rhythm in which bursts begin; its "
    "strength is the share of "
    "the power at that frequency which bursts at random moments would not give, and the chance says how seldom bursts without a rhythm give "
    "as much; weak: "
    "more than chance gives, but not steady enough to be called a rhythm. "
    "A train is at least three brief bursts less than 1\u00a0s apart. These are burst patterns: surface electrodes do not resolve the rate at which "
    "single motor units discharge."
)
SYNCHRONY_CAPTION = "Bursts that begin together, muscle by muscle"
SYNCHRONY_NOTE = (
    "Synchronous bursts begin at the same time in both. Shared: the share of the rarer muscle's bursts that begin together with one of the "
    "other. By chance: what shifted bursts give in 95 of "
    "100 cases. "
    "Lag: the second muscle's onset after the first's, at the median. Same signal: the correlation of the two signals within shared bursts, at the "
    "median, without any lag."
)
VOLUME_CONDUCTION = (
    "Volume conduction: an electrode also hears muscles beside its own. Then both channels show the same waveform at the same moment. "
    "Where that is so, the pair is called the same signal, and not synchronous, however many bursts coincide. "
    "A lag of a few milliseconds and different waveforms speak for two muscles that are active by themselves."
)
SYNKINESIS_CAPTION = "What another muscle does while one is moved"
ANNOTATED = "The movements are named in the recording."
NOT_ANNOTATED = "No movement is named in the recording; the moved muscle's long bursts were taken for movements."
SYNKINESIS_NOTE = (
    "The ratio is the other muscle's envelope over that of the moved one, each over its own strongest: 0 is none, 1 is as much as it ever does."
)
NO_DIAGNOSIS = "Observation, not diagnosis."
PUBLISHED_NOTE = (
    "Observation, not diagnosis. Below, published burst patterns stand beside this recording: what speaks for each, what against, and what "
    "this recording "
    "cannot tell. Several may fit, or none. Why a muscle was active, EMG alone does not say."
)
SCORES_ELSEWHERE = "Scores that stand in the tables above are not repeated here; report.html lists all of them."
PUBLISHED_CAPTION = "{name}: feature by feature"
EVOKED_NOTE = (
    "Faint lines: single sweeps, at most 40, evenly chosen; thick line: the average over all; pale band: its 95\u00a0% interval; grey ground: "
    "the window in which the response was sought; "
    "dashed line: the stimulus, "
    "at 0\u00a0ms; line with a flag: the onset. Upward is as the file has it. R2 comes at another time in each sweep, so its sweeps are "
    "rectified before "
    "they are averaged. Published values describe groups; none of them is a limit of health."
)
COURSE_NOTE = (
    "Each mark is a group of neighbouring stimuli, with the 95\u00a0% interval of its amplitude: filled = present, half = reduced, ring = no "
    "response, "
    "cross = not told. Upright lines: when it changed."
)
COURSE_STEADY = "No change was found: {} throughout, as far as it could be told."
COURSE_UNCONFIRMED = "No change lasted for long enough to be told."
COURSE_UNTOLD = "Whether it changed over the recording cannot be told."

LIMITS = (
    (
        "Not a medical device",
        (
            "Spasmograph is software for observation and research. No authority has cleared or certified it for diagnosis or for "
            "choosing a treatment. For EMG it has been tested on simulated recordings and on a few public ones of healthy muscles; how well "
            "it works in a "
            "disease has not been shown. Use its numbers to describe and to compare recordings, together with an examination, never instead of one."
        ),
    ),
    (
        "Observation, not diagnosis",
        (
            "It says which muscles were active, when, how strongly and how surely. It does not say why. "
            "Tics, habits, speech, chewing or a voluntary movement can look the same in EMG."
        ),
    ),
    words.LIMITS[2],
    (
        "Bursts, not single discharges",
        (
            "Surface electrodes show when a muscle is active. They do not resolve single motor units, so nothing here is a discharge rate: "
            "the words are “burst pattern”. Trains of single units need a needle electrode and a trained examiner."
        ),
    ),
    (
        "Electrodes hear their neighbours",
        (
            "Facial muscles lie on each other. Part of what one electrode shows may come from the muscle beside it. The check for volume "
            "conduction finds "
            "a copy of the same signal; it does not find a weak mixture of several."
        ),
    ),
    (
        "Microvolts depend on the electrodes",
        (
            "Skin, distance between electrodes and their place change amplitudes by a multiple. Compare amplitudes within one recording, or between "
            "recordings made with the same electrodes at the same place; times and counts depend on it far less."
        ),
    ),
    (
        "What was not measured is not counted",
        "Time in which a channel was not measured counts neither as rest nor as activity. Every rate divides by the time that was measured.",
    ),
)


def muscles_told(muscles: list[str]) -> str:
    """Where the muscles of a recording lie, in plain words; empty where none is known."""
    told = [f"{muscle.lower()}, the muscle {PLAIN_MUSCLES[muscle]}" for muscle in dict.fromkeys(muscles) if muscle in PLAIN_MUSCLES]
    return f"In plain words: {'; '.join(told)}." if told else ""


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 channel`, `2 channels`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def bursts_listed(count: int) -> str:
    """How many bursts a table holds."""
    return "One burst." if count == 1 else f"{count} bursts in order of time."


def bursts_left_out(kept: int, whole: int) -> str:
    """What a table leaves out where there are too many bursts for it."""
    return f"{kept} of {whole} bursts in order of time: the strongest of each channel. events.csv lists all of them."


def untold(names: list[str]) -> str:
    """Of which published patterns nothing can be told; empty where of all something can."""
    return f"Of these this recording tells nothing: {'; '.join(names)}." if names else ""


def remarks_left_out(count: int) -> str:
    """How many further remarks there are; empty if none."""
    return f"And {count} more remarks; report.html lists all of them." if count > 0 else ""


def pairs_left_out(kept: int, whole: int) -> str:
    """What a table of pairs leaves out; empty if nothing."""
    return f"{kept} of {whole} pairs, those that tell most; report.html lists all of them." if kept < whole else ""
