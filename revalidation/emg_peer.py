"""The burst detectors of NeuroKit2, in an environment of its own, for comparison only."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from revalidation.measuring import CACHE
from revalidation.peer import NotRunError
from revalidation.recordings import REPOSITORY
from spasmograph.model import Floats

NAME = "NeuroKit2 0.2.13"
METHODS = ("threshold", "mixture", "biosppy", "silva", "pelt")
# Its change-point search takes minutes for a minute of samples, so that it sees the beginning only.
BEGINNING_S = {"pelt": 10.0}
_HOME = CACHE / "peer-emg"
_SCRIPT = """
import sys, warnings
from io import BytesIO
import numpy as np
import neurokit2 as nk
warnings.simplefilter("ignore")
rate_hz, given, found = int(sys.argv[1]), np.load(BytesIO(sys.stdin.buffer.read())), {}
for name in given.files:
    method = name.split("/")[-1]
    clean = nk.emg_clean(given[name], sampling_rate=rate_hz)
    amplitude = nk.emg_amplitude(clean)
    try:
        _, told = nk.emg_activation(emg_amplitude=amplitude, emg_cleaned=clean, sampling_rate=rate_hz, method=method)
        edges = [(on, off) for on, off in zip(told["EMG_Onsets"], told["EMG_Offsets"]) if not (np.isnan(on) or np.isnan(off))]
        found[name] = np.array(edges, float).reshape(-1, 2) / rate_hz
    except Exception as error:
        found[name] = np.array(f"{type(error).__name__}: {error}"[:200])
out = BytesIO()
np.savez(out, **found)
sys.stdout.buffer.write(out.getvalue())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one method found: bursts as onset and offset in seconds, in how many seconds that it saw; or how it failed."""

    spans: tuple[tuple[float, float], ...] = ()
    seen_s: float = 0.0
    failed: str = ""


def activations(recordings: Mapping[str, Floats], *, rate_hz: float, install: bool) -> dict[tuple[str, str], Found]:
    """What each method finds with its defaults, after the peer's own cleaning, by recording and method.

    Raises:
        NotRunError: the environment is not there and `install` is off, or the peer fails.
    """
    python = _environment(install=install)
    given = {f"{name}/{method}": _seen(samples, method, rate_hz) for name, samples in recordings.items() for method in METHODS}
    packed = BytesIO()
    np.savez(packed, **given)  # type: ignore[arg-type]
    done = subprocess.run([python, "-c", _SCRIPT, str(round(rate_hz))], input=packed.getvalue(), capture_output=True, check=False)
    if done.returncode:
        msg = f"it failed ({done.stderr.decode(errors='replace').strip().splitlines()[-1]})"
        raise NotRunError(msg)
    told = np.load(BytesIO(done.stdout))
    return {_key(name): _found(told[name], len(given[name]) / rate_hz) for name in told.files}


def _key(name: str) -> tuple[str, str]:
    recording, _, method = name.rpartition("/")
    return recording, method


def _seen(samples: Floats, method: str, rate_hz: float) -> Floats:
    """What a method is given of a recording."""
    return samples[: round(BEGINNING_S[method] * rate_hz)] if method in BEGINNING_S else samples


def _found(told: Floats, seen_s: float) -> Found:
    if told.dtype.kind == "U":
        return Found(failed=str(told), seen_s=seen_s)
    return Found(spans=tuple((float(a), float(b)) for a, b in told), seen_s=seen_s)


def _environment(*, install: bool) -> str:
    """The Python of the peer's environment, made on first use from its own lock file."""
    python = _HOME / "bin" / "python"
    if python.exists():
        return str(python)
    if not install:
        msg = "its environment is not there; run with --peer to make it"
        raise NotRunError(msg)
    lock = REPOSITORY / "requirements-peers.txt"
    try:
        subprocess.run([sys.executable, "-m", "venv", str(_HOME)], check=True, capture_output=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        msg = f"its environment could not be made ({error.stderr.decode(errors='replace').strip()[-200:]})"
        raise NotRunError(msg) from error
    return str(python)
