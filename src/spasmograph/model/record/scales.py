"""A rating scale as it was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from spasmograph.model.record.common import LONGEST_NAME, Entry, check_text
from spasmograph.terms import EntryKind, Rater


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleResult(Entry):
    """One filling-in of a scale: which one, in which variant, its items as far as they are known, its total, and who rated.

    `scale` and `variant` are ids of `data/scales.toml`; `items` maps item ids to values, None where the item does not apply; `total` is what the
    scale's formula gives, or what was told without items; `subscores` by name. None where it cannot be told.
    """

    kind: ClassVar[EntryKind] = EntryKind.SCALE

    scale: str
    variant: str = ""
    items: Mapping[str, float | None] = field(default_factory=dict)
    total: float | None = None
    subscores: Mapping[str, float] = field(default_factory=dict)
    rater: Rater = Rater.SELF
    note: str = ""

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        check_text("scale", self.scale, longest=LONGEST_NAME, needed=True)
        check_text("variant", self.variant, longest=LONGEST_NAME)
        check_text("note", self.note)
