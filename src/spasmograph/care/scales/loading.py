"""The scales of `data/scales.toml` as values, in the words of the language that holds."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from spasmograph.care.scales.definitions import Clause, Direction, Fact, Flag, Formula, Item, Mark, Part, Scale, Text, Threshold, Variant
from spasmograph.errors import EntryError
from spasmograph.language import current_language
from spasmograph.language import text as _
from spasmograph.terms import Rater


def load_scales() -> Mapping[str, Scale]:
    """Every scale that ships with this version, by id, in the order of the file; the language that holds tells their words."""
    return _scales(current_language())


@cache
def _scales(_language: str) -> Mapping[str, Scale]:
    table = _table()
    return MappingProxyType({entry["id"]: _scale(entry, table["sources"]) for entry in table["scale"]})


def _spoken(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    """A new entry in which the words under these keys are in the language that holds."""
    return entry | {key: _(entry[key]) for key in keys if entry.get(key)}


@cache
def scale_sources() -> Mapping[str, str]:
    """Full references by the keys that facts carry."""
    return MappingProxyType(_table()["sources"])


def scale_of(scale_id: str) -> Scale:
    """The scale of that id.

    Raises:
        EntryError: there is none.
    """
    scale = load_scales().get(scale_id)
    if scale is None:
        msg = f"the scale is {scale_id!r}; it must be one of {', '.join(load_scales())}"
        raise EntryError(msg)
    return scale


def _table() -> dict[str, Any]:
    return tomllib.loads(files("spasmograph.data").joinpath("scales.toml").read_text(encoding="utf-8"))


def _scale(entry: dict[str, Any], sources: Mapping[str, str]) -> Scale:
    entry = _spoken(entry, "name", "about", "note")
    items = entry.pop("item", [])
    return Scale(
        citation=sources[entry.pop("citation")],
        raters=tuple(Rater(rater) for rater in entry.pop("raters")),
        direction=Direction(entry.pop("direction")),
        text=Text(entry.pop("text")),
        variants=tuple(_variant(variant, items) for variant in entry.pop("variant")),
        flags=tuple(_flag(flag) for flag in entry.pop("flag", [])),
        facts=_facts(entry.pop("facts")),
        **entry,
    )


def _variant(entry: dict[str, Any], shared: list[dict[str, Any]]) -> Variant:
    entry = _spoken(entry, "name")
    threshold = entry.pop("threshold", None)
    return Variant(
        id=entry.pop("id", ""),
        name=entry.pop("name", ""),
        items=_items(entry, shared),
        formula=Formula(entry.pop("formula")),
        high=entry.pop("high", None),
        step=entry.pop("step", None),
        parts=tuple(Part(items=tuple(part.pop("items")), **part) for part in entry.pop("parts", [])),
        threshold=threshold and Threshold(fact=_fact(threshold.pop("fact")), **_spoken(threshold, "for_whom")),
        facts=_facts(entry.pop("facts")),
        **entry,
    )


def _items(entry: dict[str, Any], shared: list[dict[str, Any]]) -> tuple[Item, ...]:
    """A variant's own items, or numbered ones, or those that all variants share; `anchors` of the variant hold for each of them."""
    numbered = entry.pop("numbered", {"count": 0})
    count = numbered.pop("count")
    anchors = tuple(entry.pop("anchors", ()))
    told = entry.pop("item", shared) or [{"id": str(number + 1), **numbered} for number in range(count)]
    return tuple(Item(**_spoken(item, "name") | {"anchors": tuple(_(step) for step in item.get("anchors", anchors))}) for item in told)


def _flag(entry: dict[str, Any]) -> Flag:
    clauses = tuple(Clause(items=tuple(clause.pop("items")), **clause) for clause in entry.pop("clauses"))
    return Flag(clauses=clauses, fact=_fact(entry.pop("fact")), **_spoken(entry, "about"))


def _facts(entries: list[dict[str, Any]]) -> tuple[Fact, ...]:
    return tuple(_fact(entry) for entry in entries)


def _fact(entry: dict[str, Any]) -> Fact:
    return Fact(mark=Mark(entry.pop("mark")), sources=tuple(entry.pop("sources", ())), **_spoken(entry, "why"))
