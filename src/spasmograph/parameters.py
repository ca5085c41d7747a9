"""What is known beforehand, as data: thresholds of `data/video.toml`, `data/emg/` and `data/record.toml`, bare skin of `data/skin_points.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One threshold or constant: its value in `unit`, why it is what it is, and where it comes from."""

    id: str
    value: float
    unit: str
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """A rule set: parameters by id, with the version under which results are filed."""

    version: str
    entries: Mapping[str, Parameter]

    def __reduce__(self) -> tuple[Any, ...]:
        return _parameters, (self.version, dict(self.entries))

    def __getitem__(self, parameter_id: str) -> float:
        return self.entries[parameter_id].value

    def values(self) -> dict[str, float]:
        """Every parameter's value by id."""
        return {key: entry.value for key, entry in self.entries.items()}

    def replace(self, **values: float) -> "Parameters":
        """The same rule set with other values, marked as changed in its version.

        Raises:
            KeyError: there is no parameter of that name.
        """
        entries = dict(self.entries)
        for key, value in values.items():
            old = entries[key]
            entries[key] = Parameter(id=key, value=value, unit=old.unit, why=old.why, source="changed by the user")
        return Parameters(version=f"{self.version}+changed", entries=MappingProxyType(entries))


def _parameters(version: str, entries: Mapping[str, Parameter]) -> Parameters:
    return Parameters(version=version, entries=MappingProxyType(dict(entries)))


@cache
def load_parameters() -> Parameters:
    """The rule set for films that ships with this version."""
    return _rule_set([files("spasmograph.data").joinpath("video.toml")])


@cache
def load_emg_parameters() -> Parameters:
    """The rule set for EMG that ships with this version."""
    parts = files("spasmograph.data").joinpath("emg").iterdir()
    return _rule_set(sorted((part for part in parts if part.name.endswith(".toml")), key=lambda part: part.name))


def _rule_set(parts: Iterable[Traversable]) -> Parameters:
    """The parameters of several files as one set; one of the files names its version."""
    table = {key: value for part in parts for key, value in tomllib.loads(part.read_text(encoding="utf-8")).items()}
    version = str(table.pop("version"))
    return _parameters(version, {key: Parameter(id=key, **entry) for key, entry in table.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinPoint:
    """A landmark that shows bare skin: its index, the patient's side ("left", "right", or empty in the middle), and if it moves with the mouth."""

    index: int
    side: str
    moves: bool


@cache
def skin_points() -> tuple[SkinPoint, ...]:
    """The points of bare skin that are looked at to notice what covers the face, in the order of `Landmarks.appearance`."""
    parts = tomllib.loads(files("spasmograph.data").joinpath("skin_points.toml").read_text(encoding="utf-8"))["parts"]
    return tuple(SkinPoint(index=index, side=part["side"], moves=part["moves"]) for part in parts for index in part["points"])


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedTag:
    """A tag that the journal offers to everybody, why, and where that comes from."""

    id: str
    why: str
    source: str


@cache
def load_record_parameters() -> Parameters:
    """What holds for a person's record until they choose otherwise."""
    table = _record_table()
    return _parameters(str(table["version"]), {key: Parameter(id=key, **entry) for key, entry in table["parameters"].items()})


@cache
def offered_tags() -> tuple[OfferedTag, ...]:
    """The tags that the journal offers, in order."""
    return tuple(OfferedTag(**tag) for tag in _record_table()["tags"])


@cache
def record_sources() -> Mapping[str, str]:
    """Full references by the keys that parameters and tags of a record carry."""
    return MappingProxyType(_record_table()["sources"])


def _record_table() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("record.toml").read_text(encoding="utf-8"))
