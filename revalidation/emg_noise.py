"""How often the burst detector fires where no muscle does anything: ten hours of each kind of noise, with the defaults."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from revalidation.emg_measuring import measured_channel, rate_interval
from revalidation.result import Row, Section, Table, with_interval
from spasmograph.measure.emg.simulate import stream_emg

KINDS = {
    "noise_white": "white noise",
    "noise_pink": "pink noise (1/f)",
    "noise_mains": "white noise and mains at 49.97 Hz with harmonics, 5 × the noise",
    "noise_ecg": "white noise and heart beats, the R wave up to 15 × the noise",
    "noise": "all mixed: white, pink, mains at 50.03 Hz, heart beats, slow drift",
}
HOURS = 10
RATE_HZ = 2000.0
MOST_PER_H = 1.0
_FIRST_SEED = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """One recording of one kind of noise: how many bursts were found in it, in how much observed time."""

    world: str
    seed: int
    bursts: int
    observed_s: float
    onsets_s: tuple[float, ...] = ()


def section(*, workers: int = 2, hours: int = HOURS) -> Section:
    """False bursts an hour by kind of noise."""
    tasks = [(world, _FIRST_SEED + hour, 3600.0) for world in KINDS for hour in range(hours)]
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(measured_noise, tasks))
    by_kind = {world: [hour for hour in found if hour.world == world] for world in KINDS}
    cells = tuple((KINDS[world], str(sum(one.bursts for one in part)), f"{_hours(part):.2f}") for world, part in by_kind.items())
    words = [f"{hour.world} seed {hour.seed}: false burst at {onset_s:.3f} s" for hour in found for onset_s in hour.onsets_s]
    return Section(
        key="emg_noise",
        title="EMG: bursts where there are none",
        rows=tuple(_row(world, part) for world, part in by_kind.items()),
        tables=(Table(title="False bursts in simulated noise", columns=("noise", "bursts", "hours observed"), cells=cells),),
        notes=(f"Each kind: {hours} recordings of one hour, 2 kHz, 5 µV within 20–450 Hz, made and measured a stretch at a time.",),
        findings=tuple(words),
    )


def measured_noise(task: tuple[str, int, float]) -> Quiet:
    """Measure noise of that kind, seed and duration in seconds; runs in a worker."""
    world, seed, duration_s = task
    made = stream_emg(world, seed=seed, duration_s=duration_s, rate_hz=RATE_HZ).biosignal
    measured = measured_channel(made, made.recording.channels[0])
    onsets_s = tuple(burst.onset_s for burst in measured.bursts)
    return Quiet(world=world, seed=seed, bursts=len(onsets_s), observed_s=measured.quality.observed_s, onsets_s=onsets_s)


def _hours(part: list[Quiet]) -> float:
    return sum(one.observed_s for one in part) / 3600


def _row(world: str, part: list[Quiet]) -> Row:
    count, hours = sum(one.bursts for one in part), _hours(part)
    low, high = rate_interval(count, hours)
    return Row(
        claim=f"false bursts an hour: {KINDS[world]}",
        target=f"≤ {MOST_PER_H:g}",
        measured=with_interval(count / hours, low, high, 2),
        cases=f"{count} in {hours:.1f} h",
        met=count / hours <= MOST_PER_H,
        value=count / hours,
        low=low,
        high=high,
    )
