"""What EDF+ and BDF+ files say in words: remarks, and when each data record began.

References:
    Kemp and Olivan, Clin Neurophysiol 2003, sections 2.2.2 (time-stamped annotation lists) and 2.2.4 (time keeping).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, nan

import numpy as np

from spasmograph.model.common import Floats
from spasmograph.model.emg import Annotation

_AFTER_ONSET, _AFTER_TEXT, _AFTER_LIST = b"\x15", b"\x14", b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """All remarks of a file on the file's own clock, the start of every record (n,), NaN where it does not say, and what could not be read."""

    annotations: tuple[Annotation, ...]
    onset_s: Floats
    unreadable: int = 0

    def from_start(self, start_s: float) -> tuple[Annotation, ...]:
        """The remarks in order, in seconds from the first sample, which lies at `start_s` of the file's clock."""
        moved = (Annotation(onset_s=round(one.onset_s - start_s, 9), text=one.text, duration_s=one.duration_s) for one in self.annotations)
        return tuple(sorted(moved, key=lambda one: one.onset_s))


def read_list(raw: bytes) -> tuple[list[tuple[float, float, list[str]]], int]:
    """The lists in one record of one signal as onset, duration (0 where none is said) and texts; and how many of them make no sense."""
    found, unreadable = [], 0
    for part in raw.split(_AFTER_LIST):
        if not part:
            continue
        stamp, *texts = part.split(_AFTER_TEXT)
        onset, _, duration = stamp.partition(_AFTER_ONSET)
        onset_s, duration_s = _seconds(onset), _seconds(duration or b"0")
        if not texts or onset[:1] not in {b"+", b"-"} or not isfinite(onset_s) or not duration_s >= 0:
            unreadable += 1
            continue
        # The last separator ends the last text and begins none.
        words = texts[:-1] if not texts[-1] else texts
        found.append((onset_s, duration_s, [text.decode("utf-8", "replace") for text in words]))
    return found, unreadable


def collect(records: Iterable[tuple[bytes, ...]]) -> Remarks:
    """Every remark and the start of every record, from the bytes of all annotation signals of each record; the first list of the first keeps time."""
    annotations, onsets, unreadable = [], [], 0
    for record in records:
        onset_s = nan
        for place, raw in enumerate(record):
            lists, bad = read_list(raw)
            unreadable += bad
            if place == 0 and lists:
                onset_s = lists[0][0]
            annotations += [Annotation(onset_s=at_s, duration_s=for_s, text=text) for at_s, for_s, texts in lists for text in texts if text.strip()]
        onsets.append(onset_s)
    return Remarks(annotations=tuple(annotations), onset_s=np.asarray(onsets, np.float64), unreadable=unreadable)


def _seconds(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return nan
