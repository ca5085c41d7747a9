"""The speed of EMG: the long recording is the short one repeated, and goals are judged as they say."""

from pathlib import Path

import numpy as np
import pytest

from bench import emg
from bench.document import page
from bench.emg import Told, goals, table
from spasmograph.io.biosignal import read_biosignal


def told(minutes: int, run_s: float, peak_mb: float = 150.0) -> Told:
    return Told(minutes=minutes, run_s=run_s, whole_s=run_s + 1, peak_mb=peak_mb, found=7)


def test_the_long_recording_is_one_minute_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emg, "CACHE", tmp_path)
    read = read_biosignal(emg.recording(3))
    assert read.recording.duration_s == 180.0
    assert read.recording.gaps == ()
    assert len({channel.label for channel in read.recording.channels}) == emg.CHANNELS
    for channel in read.recording.channels:
        minutes = read.samples(channel).reshape(3, -1)
        assert np.array_equal(minutes[0], minutes[1])
        assert np.array_equal(minutes[0], minutes[2])
        assert minutes.std() > 5.0


def test_goals_compare_like_with_like() -> None:
    real_time, faster, memory = goals({10: told(10, 2.0, 140.0), 60: told(60, 12.0, 160.0)}, told(2, 2.0))
    assert (real_time.measured, real_time.met) == ("300", True)
    assert (faster.measured, faster.met) == ("5.0", True)
    assert (memory.measured, memory.met) == ("+20 MB; at most 160 MB", True)


def test_what_is_too_slow_or_grows_is_not_met() -> None:
    real_time, faster, memory = goals({10: told(10, 4.0, 140.0), 60: told(60, 24.0, 200.0)}, told(2, 2.0))
    assert [real_time.met, faster.met, memory.met] == [False, False, False]


def test_without_the_peer_it_is_said_why() -> None:
    faster = goals({10: told(10, 2.0)}, None, "not here")[1]
    assert (faster.measured, faster.met) == ("not here", None)
    assert len(table({10: told(10, 2.0)}, None).rows) == 1


def test_the_page_holds_goals_and_figures() -> None:
    mine = {10: told(10, 2.0, 140.0), 60: told(60, 12.0, 160.0)}
    text = page({"machine": "A machine.", "table": table(mine, None).markdown()}, goals(mine, None, "the peer is not here"), "speed-emg")

    assert "{{" not in text
    assert "| ≥ 300 | 300 | yes |" in text
    assert "the peer is not here | not run" in text
