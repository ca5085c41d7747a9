"""The same inputs, in the same run, through the product and through another library's burst detectors."""

from collections.abc import Mapping

from revalidation import emg_peer
from revalidation.emg_bursts import recording_of
from revalidation.emg_measuring import Judged, Span, found_bursts, judge_bursts
from revalidation.peer import NotRunError
from revalidation.result import Row, Section, Table
from spasmograph.measure.emg.simulate import simulate_emg
from spasmograph.model import Biosignal

SECONDS, RATE_HZ = 60.0, 2000.0
NOISES = ("noise_white", "noise_pink", "noise_mains", "noise_ecg", "noise")
STRENGTHS = (2.0, 3.0, 5.0, 8.0, 20.0)
OURS = "this product"

Recordings = dict[str, tuple[Biosignal, list[Span]]]


def section(*, with_peer: bool = False) -> Section:
    """False bursts in noise and bursts of known strength, with every method's defaults."""
    recordings = _recordings()
    samples = {name: signal.samples(signal.recording.channels[0]) for name, (signal, _) in recordings.items()}
    try:
        theirs = emg_peer.activations(samples, rate_hz=RATE_HZ, install=with_peer)
    except NotRunError as error:
        return Section(key="emg_beside", title="EMG: beside another library", skipped=f"{emg_peer.NAME}: {error}")
    ours = {name: found_bursts(signal, signal.recording.channels[0]) for name, (signal, _) in recordings.items()}
    table = Table(
        title=f"Bursts found, with defaults, beside {emg_peer.NAME}",
        columns=("recording", "bursts there", OURS, *emg_peer.METHODS),
        cells=tuple(_row(name, truth, ours[name], theirs) for name, (_, truth) in recordings.items()),
    )
    return Section(
        key="emg_beside",
        title="EMG: beside another library",
        rows=(_claim(recordings, ours, theirs),),
        tables=(table,),
        notes=(
            f"{SECONDS:.0f} s a recording, 2 kHz. A cell: bursts found; where there are some, how many of these are right, and the onset's error.",
            f"{emg_peer.NAME}: `emg_clean`, `emg_amplitude`, `emg_activation`, with defaults.",
            f"`pelt` sees the first {emg_peer.BEGINNING_S['pelt']:g} s, as it takes minutes for a minute.",
        ),
    )


def _recordings() -> Recordings:
    """Noise only, and bursts of 60–140 ms by strength."""
    noises = {name: simulate_emg(name, seed=77, duration_s=SECONDS, rate_hz=RATE_HZ).biosignal for name in NOISES}
    quiet: Recordings = {name: (signal, []) for name, signal in noises.items()}
    return quiet | {f"bursts at {strength:g} × noise": recording_of(("bursts", strength, 77), duration_s=SECONDS) for strength in STRENGTHS}


def _row(name: str, truth: list[Span], ours: list[Span], theirs: Mapping[tuple[str, str], emg_peer.Found]) -> tuple[str, ...]:
    found = (theirs[name, method] for method in emg_peer.METHODS)
    return (name, str(len(truth)), _cell(truth, ours), *(one.failed or _cell(_within(truth, one.seen_s), list(one.spans)) for one in found))


def _within(truth: list[Span], seen_s: float) -> list[Span]:
    return [span for span in truth if span[1] < seen_s]


def _cell(truth: list[Span], found: list[Span]) -> str:
    if not truth:
        return str(len(found))
    judged = judge_bursts(truth, found)
    return f"{judged.hits} of {len(found)}, {judged.onset_error_ms:.0f} ms" if judged.hits else f"0 of {len(found)}"


def _claim(recordings: Recordings, ours: Mapping[str, list[Span]], theirs: Mapping[tuple[str, str], emg_peer.Found]) -> Row:
    """False bursts in noise by the best and worst of the methods."""
    mine = sum(len(ours[name]) for name in NOISES)
    missed = sum((judge_bursts(truth, ours[name]) for name, (_, truth) in recordings.items() if truth), Judged())
    sums = {method: sum(len(theirs[name, method].spans) for name in NOISES) for method in emg_peer.METHODS if not _fails(theirs, method)}
    words = ", ".join(f"{method} {count}" for method, count in sums.items())
    return Row(
        claim=f"bursts found in {len(NOISES)} × {SECONDS:.0f} s of noise (beside {emg_peer.NAME}: {words})",
        target="—",
        measured=f"{mine}; of {missed.there} bursts at 2 to 20 × noise, {missed.hits} found",
        cases=f"{len(NOISES)} + {len(STRENGTHS)} recordings",
        value=float(mine),
    )


def _fails(theirs: Mapping[tuple[str, str], emg_peer.Found], method: str) -> bool:
    return any(theirs[name, method].failed for name in NOISES)
