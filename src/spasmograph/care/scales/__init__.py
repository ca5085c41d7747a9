"""Published rating scales: entry, arithmetic, ranges, and the change that counts; what is not verified is marked and never calculated with."""

from spasmograph.care.scales.checking import check
from spasmograph.care.scales.comparing import Change, ChangeKind, NotComparable, meaningful_change
from spasmograph.care.scales.definitions import Direction, Fact, Flag, Formula, Item, Mark, Part, Scale, Text, Threshold, Variant
from spasmograph.care.scales.entering import Reading, filled_in, reading, told_total
from spasmograph.care.scales.loading import load_scales, scale_of, scale_sources
from spasmograph.care.scales.scoring import NoTotal

__all__ = [
    "Change",
    "ChangeKind",
    "Direction",
    "Fact",
    "Flag",
    "Formula",
    "Item",
    "Mark",
    "NoTotal",
    "NotComparable",
    "Part",
    "Reading",
    "Scale",
    "Text",
    "Threshold",
    "Variant",
    "check",
    "filled_in",
    "load_scales",
    "meaningful_change",
    "reading",
    "scale_of",
    "scale_sources",
    "told_total",
]
