"""Recorded EMG of other people's collections: the bursts that are labelled, and what is found in the rest."""

from dataclasses import dataclass

from revalidation.emg_measuring import Judged, Span, judge_bursts
from revalidation.recordings import recording, table
from revalidation.result import Row, Section, Table
from spasmograph.app.emg import EmgOptions, measure_emg
from spasmograph.errors import SpasmographError

# A name in the table of labels, its file, and how its channel is told apart.
LABELLED = {
    "plux_emg_bursts": ("emg_bursts.h5", EmgOptions()),
    "biosppy_emg_1": ("emg_1.txt", EmgOptions()),
    "bmc_emg": ("bmc_emg.csv", EmgOptions()),
}
FACIAL_RATE_HZ = 100.0
OTHERS = {
    "emg.txt": "weak activity throughout",
    "uci_gestures_1.txt": "hand gestures, eight channels, 1 kHz",
    "09_FMOV_preprocessed.txt": "facial, envelope rate only (100 Hz)",
    "10_FMOV_preprocessed.txt": "facial, envelope rate only (100 Hz)",
    "14_FMOV_preprocessed.txt": "facial, envelope rate only (100 Hz)",
    "19_FMOV_preprocessed.txt": "facial, envelope rate only (100 Hz)",
    "24_FMOV_preprocessed.txt": "facial, envelope rate only (100 Hz)",
    "chtypes_edf.edf": "other channel types",
    "subsecond_starttime.edf": "remarks and EEG",
    "test_utf8_annotations.edf": "remarks",
    "test_edf_overlapping_annotations.edf": "remarks",
    "multiple_annotation_chans.bdf": "remarks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One labelled recording: where its bursts are by eye and threshold, where they were found, and how the two agree."""

    name: str
    labelled: tuple[Span, ...]
    found: tuple[Span, ...]

    @property
    def judged(self) -> Judged:
        """The labels as truth."""
        return judge_bursts(self.labelled, self.found)


def section() -> Section:
    """Counts as labelled, and a line for every other recording."""
    compared = [_compared(name) for name in LABELLED]
    cells = tuple((one.name, str(len(one.labelled)), str(len(one.found)), *_edges(one.judged)) for one in compared)
    columns = ("recording", "labelled", "found", "pairs", "onset, median difference in ms", "offset, median difference in ms")
    others = tuple((name, shows, _outcome(name)) for name, shows in OTHERS.items())
    return Section(
        key="emg_recordings",
        title="EMG: recordings of others",
        rows=tuple(_row(one) for one in compared),
        tables=(
            Table(title="Labelled recordings", columns=columns, cells=cells),
            Table(title="Other recordings", columns=("file", "shows", "what came out"), cells=others),
        ),
        notes=("The counts were made by eye; the labels' times come from a threshold and are no independent truth for onset and offset.",),
        findings=tuple(f"{one.name}: labelled {one.labelled}, found {one.found}" for one in compared if not _agrees(one)),
    )


def _compared(name: str) -> Compared:
    labelled = tuple((float(row["onset_s"]), float(row["offset_s"])) for row in table("emg/bursts_semiauto.csv") if row["recording"] == name)
    file, options = LABELLED[name]
    events = measure_emg(recording(f"emg/{file}"), options).events
    return Compared(name=name, labelled=labelled, found=tuple((burst.onset_s, burst.offset_s) for burst in events))


def _agrees(one: Compared) -> bool:
    return len(one.labelled) == len(one.found) == one.judged.hits


def _row(one: Compared) -> Row:
    return Row(
        claim=f"bursts in {one.name}",
        target=f"{len(one.labelled)}, as labelled",
        measured=f"{len(one.found)}, {one.judged.hits} of them where the labels are",
        cases=f"{len(one.labelled)} bursts",
        met=_agrees(one),
        value=float(len(one.found)),
    )


def _edges(judged: Judged) -> tuple[str, str, str]:
    return str(judged.hits), f"{judged.onset_error_ms:.0f}", f"{judged.offset_error_ms:.0f}"


def _outcome(name: str) -> str:
    """Bursts by channel, or the words of the refusal."""
    options = EmgOptions(rate_hz=FACIAL_RATE_HZ if "FMOV" in name else None)
    try:
        measured = measure_emg(recording(f"emg/{name}"), options)
    except SpasmographError as error:
        return f"refused: {error}"
    counts = {quality.label: sum(burst.channel == quality.label for burst in measured.events) for quality in measured.channels}
    return "; ".join(f"{label}: {count}" for label, count in counts.items())
