"""The protocol of a film: what a person is asked to do, for how long, in which words, and why; from `data/protocol.toml`."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from spasmograph.errors import EntryError
from spasmograph.terms import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to do for `seconds`: what stands on the screen, and what is said aloud, empty for nothing."""

    show: str
    speak: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One task of the protocol: its cues one after the other, `repeats` times.

    `always` says that it cannot be left out, `sound` that the voice is recorded too; `text` is what is to be read aloud.

    Raises:
        EntryError: it lasts no time.
    """

    task: Task
    name: str
    explain: str
    speak: str
    cues: tuple[Cue, ...]
    repeats: int
    why: str
    sources: tuple[str, ...]
    always: bool = False
    sound: bool = False
    text: str = ""

    def __post_init__(self) -> None:
        if not all(cue.seconds > 0 for cue in self.cues) or not self.cues or self.repeats < 1:
            msg = f"the step {self.task} has {len(self.cues)} cues, {self.repeats} times; it needs at least one cue that lasts longer than 0 s"
            raise EntryError(msg)

    @property
    def seconds(self) -> float:
        """How long the step lasts, without the time to take in what is asked."""
        return self.repeats * sum(cue.seconds for cue in self.cues)

    def in_order(self) -> tuple[Cue, ...]:
        """Every cue as it comes."""
        return self.cues * self.repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmWish:
    """What the camera is asked for; it gives what it can."""

    width_px: int
    height_px: int
    frame_rate_hz: float
    bits_per_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FramingRules:
    """How often the preview is looked at, in which width, and by how much the measurement's bounds are kept clear of.

    `edge_share` is how near to the border the face may come, and `most_height_share` how high it may be, both over the picture's height.
    """

    every_s: float
    width_px: int
    margin: float
    edge_share: float
    most_height_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """All steps in their order, the time before the first and between them, what the camera is asked for, and where all this comes from."""

    version: str
    countdown_s: float
    prepare_s: float
    film: FilmWish
    framing: FramingRules
    steps: tuple[Step, ...]
    sources: Mapping[str, str]

    def chosen(self, tasks: Collection[Task]) -> tuple[Step, ...]:
        """The steps that are always done and those chosen, in the protocol's order."""
        return tuple(step for step in self.steps if step.always or step.task in tasks)

    def seconds(self, tasks: Collection[Task]) -> float:
        """How long those steps take, from the end of the countdown on."""
        steps = self.chosen(tasks)
        return sum(step.seconds for step in steps) + self.prepare_s * (len(steps) - 1)


@cache
def load_protocol() -> Protocol:
    """The protocol that ships with this version."""
    table = tomllib.loads(files("spasmograph.data").joinpath("protocol.toml").read_text(encoding="utf-8"))
    timing = table["timing"]
    return Protocol(
        version=table["version"],
        countdown_s=timing["countdown_s"],
        prepare_s=timing["prepare_s"],
        film=FilmWish(**_values(table["film"])),
        framing=FramingRules(**_values(table["framing"])),
        steps=tuple(_step(row) for row in table["steps"]),
        sources=table["sources"],
    )


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table without the note on where it comes from."""
    return {key: value for key, value in table.items() if key != "source"}


def _step(row: Mapping[str, Any]) -> Step:
    given = dict(row)
    return Step(
        task=Task(given.pop("task")),
        cues=tuple(Cue(**cue) for cue in given.pop("cues")),
        sources=tuple(given.pop("sources")),
        text=" ".join(given.pop("text", "").split()),
        **given,
    )
