"""Published patterns beside a recording, feature by feature, as a report tells them."""

import re
from dataclasses import dataclass

from spasmograph.model import EmgMeasurement, PublishedPattern, Standing
from spasmograph.present import words
from spasmograph.present.emg import words as own
from spasmograph.present.emg.references import References
from spasmograph.present.rows import Cell, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternBlock:
    """A published pattern: its name, how many of its features speak which way, the features, and its limits."""

    name: str
    summary: str
    told: bool
    features: Table
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The patterns, and the limits that all of them share; both empty where nothing can be told of any."""

    patterns: tuple[PatternBlock, ...] = ()
    limits: str = ""


def published(measurement: EmgMeasurement, cited: References) -> Published:
    """Every published pattern, if there is a burst at all and a feature of which the recording tells something."""
    told = (feature.standing is not Standing.NOT_TOLD for pattern in measurement.published for feature in pattern.features)
    if not (measurement.events and any(told)):
        return Published()
    shared = shared_end([pattern.limits for pattern in measurement.published])
    blocks = tuple(_pattern(pattern, shared, cited) for pattern in measurement.published)
    return Published(patterns=blocks, limits=cited.inline(words.shown_name(shared)))


def shared_end(texts: list[str]) -> str:
    """The sentences with which all of several texts end; empty with fewer than two texts."""
    if len(texts) < 2:
        return ""
    split = [re.split(r"(?<=\.) ", text) for text in texts]
    most = min(len(sentences) for sentences in split)
    count = next((k for k in range(most, 0, -1) if len({tuple(sentences[-k:]) for sentences in split}) == 1), 0)
    return " ".join(split[0][len(split[0]) - count :])


def _pattern(pattern: PublishedPattern, shared: str, cited: References) -> PatternBlock:
    name, limits = words.capital(words.shown_name(pattern.name)), pattern.limits.removesuffix(shared).strip()
    counts = {standing: sum(feature.standing is standing for feature in pattern.features) for standing in Standing}
    return PatternBlock(
        name=name,
        summary=f"{counts[Standing.FOR]} for, {counts[Standing.AGAINST]} against, {counts[Standing.NOT_TOLD]} not told",
        told=counts[Standing.NOT_TOLD] < len(pattern.features),
        features=_features(pattern, name, cited),
        limits=words.sentence(cited.inline(words.shown_name(limits))) if limits else "",
    )


def _features(pattern: PublishedPattern, name: str, cited: References) -> Table:
    """What was published, what this recording shows of it, and which way that speaks."""
    lines = tuple(
        (
            Cell(value=words.sentence(cited.inline(words.shown_name(feature.text))), note=cited.cite(feature.source).strip("[]")),
            Cell(value=words.sentence(cited.inline(words.shown_name(feature.seen))) if feature.seen else words.EMPTY),
            Cell(value=own.STANDINGS[feature.standing], colour=f"standing-{feature.standing}"),
        )
        for feature in pattern.features
    )
    headings = ("Published", "This recording", "Speaks")
    return Table(caption=own.PUBLISHED_CAPTION.format(name=name), headings=headings, widths=(2.2, 2.2, 0.7), lines=lines)
