"""What a published rating scale is: its items, its formula, its range, who rates, what change counts, and how far each of these was read."""

from dataclasses import dataclass
from enum import StrEnum

from spasmograph.errors import EntryError
from spasmograph.terms import Rater


class Mark(StrEnum):
    """How a fact is known: read in a text, derived by arithmetic from what was read, or general knowledge that is not yet verified."""

    READ = "read"
    DERIVED = "derived"
    GENERAL_KNOWLEDGE = "general_knowledge"


class Direction(StrEnum):
    """Which end of a scale is the worse one."""

    HIGHER_IS_WORSE = "higher_is_worse"
    HIGHER_IS_BETTER = "higher_is_better"


class Formula(StrEnum):
    """How a total comes from the items; `TOLD` totals are never calculated, because the formula is not known or not free."""

    SINGLE = "single"
    SUM = "sum"
    MEAN = "mean"
    PERCENT_OF_MAXIMUM = "percent_of_maximum"
    COMPOSITE = "composite"
    TOLD = "told"


class Text(StrEnum):
    """How much of a scale's text may be shown: our wording of items and steps, what items are about, item numbers, or the total alone."""

    TEXT = "text"
    TOPICS = "topics"
    NUMBERS = "numbers"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """How one thing about a scale is known: what it is `about`, its mark, keys of the sources, and why where that needs words."""

    about: str
    mark: Mark
    sources: tuple[str, ...] = ()
    why: str = ""

    @property
    def verified(self) -> bool:
        """Whether it may be calculated with: general knowledge may not."""
        return self.mark is not Mark.GENERAL_KNOWLEDGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item: its values from `low` to `high` in steps, and our words for the steps where they may be shown, in order from `low`."""

    id: str
    low: float
    high: float
    step: float = 1.0
    not_applicable: bool = False
    name: str = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A published subscore: the sum of some items times `factor`, added to a composite total or subtracted from it."""

    id: str
    items: tuple[str, ...]
    low: float
    high: float
    factor: float = 1.0
    subtracted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The published change of the total that counts, always above 0, with its interval; `both_ways` if it holds for worsening as well."""

    value: float
    both_ways: bool
    for_whom: str
    fact: Fact
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """At least `count` of the items stand at `at_least` or above."""

    items: tuple[str, ...]
    at_least: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something that single items say besides the total: raised if one of its clauses holds; `urgent` if it needs an answer at once."""

    code: str
    about: str
    clauses: tuple[Clause, ...]
    fact: Fact
    urgent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One form or convention of a scale, with its own items, formula and range; `high` or `step` is None where none is published or needed.

    `leave_out_not_applicable` says that a mean is taken over the items that apply, provided that the fact `not_applicable` is verified.
    """

    id: str
    name: str
    items: tuple[Item, ...]
    formula: Formula
    low: float
    high: float | None
    step: float | None
    parts: tuple[Part, ...]
    threshold: Threshold | None
    facts: tuple[Fact, ...]
    leave_out_not_applicable: bool = False

    def verified(self, about: str) -> bool:
        """Whether there is a fact about this, and it is more than general knowledge."""
        return any(fact.verified for fact in self.facts if fact.about == about)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One published scale. `citation` is the full reference; `version` counts the changes of this entry.

    `rates_change` marks a scale whose single value is itself a change since a start, so that two of them are not subtracted.
    """

    id: str
    name: str
    about: str
    version: str
    citation: str
    raters: tuple[Rater, ...]
    direction: Direction
    text: Text
    variants: tuple[Variant, ...]
    flags: tuple[Flag, ...]
    facts: tuple[Fact, ...]
    rates_change: bool = False
    note: str = ""

    def variant(self, variant_id: str = "") -> Variant:
        """The variant of that id; a scale that has only one form has it under the empty id.

        Raises:
            EntryError: there is no such variant.
        """
        for variant in self.variants:
            if variant.id == variant_id:
                return variant
        known = ", ".join(repr(variant.id) for variant in self.variants)
        msg = f"the variant of {self.name} is {variant_id!r}; it must be one of {known}"
        raise EntryError(msg)

    def unverified(self, variant_id: str = "") -> tuple[str, ...]:
        """What is not yet verified about the scale and this variant of it, such as `formula`."""
        variant = self.variant(variant_id)
        threshold = (variant.threshold.fact,) if variant.threshold else ()
        facts = (*self.facts, *variant.facts, *threshold)
        return tuple(fact.about for fact in facts if not fact.verified)
