"""The shared recordings, and what they were rated or tagged to show."""

import csv
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
BOTH_RATERS = 2


class NotHereError(Exception):
    """The recordings that a part of the study needs are not here."""


def shared() -> Path:
    """The folder of shared recordings: `$SPASMOGRAPH_SHARED`, or `shared` beside the repository.

    Raises:
        NotHereError: there is no such folder.
    """
    folder = Path(os.environ.get("SPASMOGRAPH_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        msg = "the shared recordings are not here; set SPASMOGRAPH_SHARED to the folder that holds data/"
        raise NotHereError(msg)
    return folder


def recording(name: str) -> Path:
    """A file or folder of the recordings.

    Raises:
        NotHereError: it is not there.
    """
    path = shared() / "data" / name
    if not path.exists():
        msg = f"{name} is not among the shared recordings"
        raise NotHereError(msg)
    return path


def films(folder: str) -> dict[str, Path]:
    """The films of a folder by clip name."""
    return {path.stem: path for path in sorted(recording(folder).iterdir()) if path.suffix in {".mp4", ".mpg", ".mov", ".avi"}}


def film_of(clip: str) -> Path:
    """The film of a rated clip, wherever it lies."""
    return (films("talking") | films("imitation"))[clip]


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with recording(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True, slots=True, kw_only=True)
class ZjuClip:
    """One clip of the blink collection: person, condition, and the blinks tagged by people as inclusive frames (first, last)."""

    name: str
    person: str
    condition: str
    tagged: tuple[int, int]
    blinks: tuple[tuple[int, int], ...]
    shut: tuple[tuple[int, int], ...]

    @property
    def path(self) -> Path:
        """Where the film lies."""
        return recording(f"zju_blinks/{self.name}.mp4")


_CONDITIONS = {
    "FNN": "front, no glasses",
    "FTN": "front, thin-rimmed glasses",
    "FBN": "front, black-rimmed glasses",
    "UNN": "looking up, no glasses",
}


@cache
def zju_clips() -> tuple[ZjuClip, ...]:
    """All clips of the blink collection."""
    tags = table("zju_blinks/blinks.csv")
    return tuple(_zju_clip(row, [tag for tag in tags if tag["clip"] == row["clip"]]) for row in table("zju_blinks/clips.csv"))


def _zju_clip(row: dict[str, str], tags: list[dict[str, str]]) -> ZjuClip:
    name = row["clip"]
    return ZjuClip(
        name=name,
        person=f"person {int(name[:6])}",
        condition=_CONDITIONS[name[-3:]],
        tagged=(int(row["tagged_first"]), int(row["tagged_last"])),
        blinks=tuple((int(tag["start_frame"]), int(tag["end_frame"])) for tag in tags),
        shut=tuple((int(tag["left_fully_closed"]), int(tag["right_fully_closed"])) for tag in tags),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One rated event: inclusive frames, the patient's side, kinds, how many raters saw it and how sure they were."""

    clip: str
    first: int
    last: int
    side: str
    kinds: frozenset[str]
    raters: int
    confidence: int

    @property
    def is_lid(self) -> bool:
        """A blink, full or partial."""
        return bool(self.kinds & {"blink", "partial_blink"})


_PATIENT_SIDE = {"left": "right", "right": "left"}


@cache
def ratings() -> tuple[Rating, ...]:
    """All rated events; the file's sides are the picture's, which are the patient's other side in these unmirrored clips."""
    return tuple(
        Rating(
            clip=row["clip"],
            first=int(row["start_frame"]),
            last=int(row["end_frame"]),
            side=_PATIENT_SIDE.get(row["image_side"], row["image_side"]),
            kinds=frozenset(row["kind"].split("|")),
            raters=int(row["raters"]),
            confidence=int(row["confidence"]),
        )
        for row in table("rated_events.csv")
    )


def patient_side(image_side: str) -> str:
    """The patient's side of a side of the picture."""
    return _PATIENT_SIDE.get(image_side, image_side)
