"""The recording beside published burst patterns: what speaks for each and what against, never which one it is."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from spasmograph.measure.emg.patterns.activity import Activity
from spasmograph.measure.emg.patterns.features import MEASURES
from spasmograph.measure.emg.patterns.seen import Seen
from spasmograph.model import ChannelPattern, Feature, PublishedPattern, Synchrony, Synkinesis
from spasmograph.parameters import Parameters


def published_patterns(
    activities: Sequence[Activity],
    patterns: Sequence[ChannelPattern],
    synchrony: Sequence[Synchrony],
    synkinesis: Sequence[Synkinesis],
    parameters: Parameters,
) -> tuple[PublishedPattern, ...]:
    """Every published pattern beside the recording, in the order of the data; what cannot be told from the recording says so."""
    table = _table()
    found = []
    for pattern in table["pattern"]:
        seen = Seen(
            activities=tuple(activities),
            patterns=tuple(patterns),
            synchrony=tuple(synchrony),
            synkinesis=tuple(synkinesis),
            parameters=parameters,
            published=pattern,
        )
        features = tuple(_feature(entry, seen) for entry in pattern["feature"])
        limits = f"{pattern['limits']} {table['limits']}"
        found.append(PublishedPattern(pattern_id=pattern["id"], name=pattern["name"], features=features, limits=limits))
    return tuple(found)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("emg_patterns.toml").read_text(encoding="utf-8"))


def _feature(entry: Mapping[str, str], seen: Seen) -> Feature:
    words, standing = MEASURES[entry["measure"]](seen)
    return Feature(text=entry["text"], seen=words, standing=standing, source=entry["source"])
