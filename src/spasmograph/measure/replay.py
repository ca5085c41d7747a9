"""Movement without a face: the landmarks' lines around each event, in millimetres of the upright, centred face."""

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from spasmograph.model import Event, Replay
from spasmograph.terms import CLOSURE, EventKind

_LINES: tuple[tuple[str, tuple[int, ...], bool], ...] = (
    ("eye_right", (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246), True),
    ("eye_left", (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466), True),
    ("iris_right", (469, 470, 471, 472), True),
    ("iris_left", (474, 475, 476, 477), True),
    ("brow_right", (46, 53, 52, 65, 55, 107, 66, 105, 63, 70), True),
    ("brow_left", (276, 283, 282, 295, 285, 336, 296, 334, 293, 300), True),
    ("lips_outer", (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185), True),
    ("lips_inner", (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191), True),
    ("nose", (168, 6, 197, 195, 5, 4), False),
    ("nostrils", (98, 97, 2, 326, 327), False),
    ("cheek_right", (116, 50, 36, 203), False),
    ("cheek_left", (345, 280, 266, 423), False),
    ("jaw", (127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454, 356), False),
)
REPLAY_POINTS = tuple(sorted({index for _, run, _ in _LINES for index in run}))
_PLACE = {index: place for place, index in enumerate(REPLAY_POINTS)}
REPLAY_LINES = tuple((name, tuple(_PLACE[i] for i in run), closed) for name, run, closed in _LINES)
_AROUND_S = 0.4
_LONGEST_S = 6.0


class PointStore(Protocol):
    """Where the points of all frames are kept: memory, or a file for a long film."""

    def read(self, first: int, stop: int) -> NDArray[np.floating]:
        """The points (stop - first, p, 2) of some frames, in outer-canthal distances, NaN where no face was seen."""


def make_replays(events: Sequence[Event], time_s: NDArray[np.floating], points: PointStore, *, mm: float, most: int) -> Iterator[Replay]:
    """The replays of the strongest contractions, then blinks, `most` at the most; long events are shown around their apex."""
    order = sorted(range(len(events)), key=lambda i: _importance(events[i]), reverse=True)
    for index in sorted(order[:most]):
        event = events[index]
        begin = max(event.onset_s - _AROUND_S, event.apex_s - _LONGEST_S / 2)
        end = min(event.offset_s + _AROUND_S, event.apex_s + _LONGEST_S / 2)
        first, stop = np.searchsorted(time_s, [begin, end])
        frames = mm * points.read(int(first), int(stop))
        seen = np.isfinite(frames).all(axis=(1, 2))
        if seen.any():
            yield Replay(event_index=index, time_s=time_s[first:stop][seen], points=frames[seen], lines=REPLAY_LINES)


def _importance(event: Event) -> tuple[bool, bool, float]:
    """What is shown first: contractions before blinks, eyelids before the rest, the strong and sure before the others."""
    return event.kind is EventKind.CONTRACTION, event.amplitude_unit == CLOSURE, event.amplitude * event.confidence
