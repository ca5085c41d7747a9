"""What is offered when a treatment is noted, from `data/treatments.toml`: products, places, drugs, procedures, side effects, statements."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from spasmograph.language import text as _
from spasmograph.model.record import InjectionSite, Treatment
from spasmograph.terms import Muscle, Side, TreatmentKind

MIDDLE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A name to choose, with the brand names under which people know it, and where the name was read."""

    id: str
    source: str
    brands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A named place of the face: the muscle that lies there and where it is on the map, given for the right side, each as far as there is one."""

    id: str
    name: str
    muscle: Muscle | None = None
    x: float | None = None
    y: float | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides on which the place is; one in the middle belongs to both."""
        return (Side.BOTH,) if self.x == MIDDLE else (Side.RIGHT, Side.LEFT)

    def site(self, side: Side, units: float | None = None) -> InjectionSite:
        """An injection there, on one of its sides."""
        x = self.x if self.x is None or side is not Side.LEFT else 1.0 - self.x
        return InjectionSite(side=side, units=units, muscle=self.muscle, place=self.id, x=x, y=self.y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said beside treatments of a kind, of all of them or of those with certain names, with its sources in full.

    `mark` is `read`, or `general_knowledge` where it is still to be held against its sources.
    """

    id: str
    kind: TreatmentKind
    mark: str
    words: str
    sources: tuple[str, ...]
    names: tuple[str, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything that is offered, under one version."""

    version: str
    names: Mapping[TreatmentKind, tuple[Offer, ...]]
    places: Mapping[str, Place]
    side_effects: Mapping[TreatmentKind, tuple[str, ...]]
    statements: tuple[Statement, ...]

    def said_of(self, kind: TreatmentKind, name: str = "") -> tuple[Statement, ...]:
        """The statements that belong to a treatment."""
        return tuple(one for one in self.statements if one.kind is kind and (not one.names or name in one.names))

    def words(self) -> tuple[str, ...]:
        """Every English word and sentence of it that people read, for the catalogues of other languages."""
        offers = (offer.id for kind, offers in self.names.items() if kind is not TreatmentKind.BOTULINUM_TOXIN for offer in offers)
        effects = (effect for effects in self.side_effects.values() for effect in effects)
        return (*(place.name for place in self.places.values()), *offers, *effects, *(statement.words for statement in self.statements))

    def sites_offered(self) -> tuple[InjectionSite, ...]:
        """Every named place that is on the map, on each of its sides, without units."""
        return tuple(place.site(side) for place in self.places.values() if place.x is not None for side in place.sides)


def in_words(treatment: Treatment) -> Treatment:
    """The treatment with what was offered, its name and side effects, in the language that holds; one's own words stay."""
    known = load_treatments()
    offered = {offer.id for offer in known.names.get(treatment.treatment, ())}
    effects = {name for names in known.side_effects.values() for name in names}
    told = tuple(replace(one, name=_(one.name)) if one.name in effects else one for one in treatment.side_effects)
    return replace(treatment, name=_(treatment.name) if treatment.name in offered else treatment.name, side_effects=told)


@cache
def load_treatments() -> Catalogue:
    """The catalogue that ships with this version."""
    table = tomllib.loads(files("spasmograph.data").joinpath("treatments.toml").read_text(encoding="utf-8"))
    sources = table["sources"]
    named = {TreatmentKind.BOTULINUM_TOXIN: "product", TreatmentKind.DRUG: "drug", TreatmentKind.PROCEDURE: "procedure"}
    return Catalogue(
        version=table["version"],
        names=MappingProxyType({kind: tuple(_offer(entry, sources) for entry in table[key]) for kind, key in named.items()}),
        places=MappingProxyType({entry["id"]: _place(entry) for entry in table["place"]}),
        side_effects=MappingProxyType(_side_effects(table["side_effect"])),
        statements=tuple(_statement(entry, sources) for entry in table["statement"]),
    )


def _offer(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Offer:
    return Offer(id=entry["id"], source=sources[entry["source"]], brands=tuple(entry.get("brands", ())))


def _place(entry: Mapping[str, Any]) -> Place:
    return Place(**{**entry, "muscle": Muscle(entry["muscle"]) if "muscle" in entry else None})


def _side_effects(entries: Iterable[Mapping[str, Any]]) -> dict[TreatmentKind, tuple[str, ...]]:
    found: dict[TreatmentKind, tuple[str, ...]] = {}
    for entry in entries:
        kind = TreatmentKind(entry["kind"])
        found[kind] = (*found.get(kind, ()), *entry["names"])
    return found


def _statement(entry: Mapping[str, Any], sources: Mapping[str, str]) -> Statement:
    told = {**entry, "kind": TreatmentKind(entry["kind"]), "names": tuple(entry.get("names", ()))}
    return Statement(**{**told, "sources": tuple(sources[key] for key in entry["sources"])})
