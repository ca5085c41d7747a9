"""What is said of scales and their results, in the language of the request; names, items and anchors come from the data."""

from collections.abc import Callable, Mapping, Sequence

from spasmograph.app.workspace.scales import Compared
from spasmograph.care.scales import (
    Change,
    ChangeKind,
    Direction,
    Fact,
    Flag,
    Item,
    Mark,
    NotComparable,
    NoTotal,
    Part,
    Reading,
    Scale,
    Text,
    Threshold,
    Variant,
    load_scales,
    scale_of,
    scale_sources,
)
from spasmograph.errors import EntryError
from spasmograph.language import listed
from spasmograph.model.record import ScaleResult
from spasmograph.terms import Precision, Rater
from spasmograph.web import words
from spasmograph.web.language import text as _
from spasmograph.web.language import texts
from spasmograph.web.rendering import moment, number

# Scales by what they look at, in the order of the page.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "motor": ("jrs", "hsgs", "smc", "aims"),
    "life": ("hfs7", "hfs30", "bsdi", "cdq24"),
    "palsy": ("house_brackmann", "sunnybrook", "saq"),
    "mood": ("phq9", "gad7"),
    "overall": ("pgi_i", "cgi_s", "cgi_i", "mymop2"),
}
_GROUPS: Mapping[str, Callable[[], str]] = {
    "motor": lambda: _("How strong the spasms are"),
    "life": lambda: _("What they do to daily life"),
    "palsy": lambda: _("Facial palsy and what follows it"),
    "mood": lambda: _("Mood and worry"),
    "overall": lambda: _("How it is on the whole"),
    "others": lambda: _("Others"),
}


def groups(left_out: frozenset[str] = frozenset()) -> list[tuple[str, list[Scale]]]:
    """All scales but some, grouped, each group with its heading; a scale that no group names stands under others."""
    named = {name for group in GROUPS.values() for name in group}
    whole = {**GROUPS, "others": tuple(name for name in load_scales() if name not in named)}
    chosen = {group: [scale_of(name) for name in names if name not in left_out] for group, names in whole.items()}
    return [(_GROUPS[group](), scales) for group, scales in chosen.items() if scales]


def name_of(scale: Scale, variant: Variant) -> str:
    """A scale with its variant, where it has several."""
    return listed((scale.name, variant.name)) if variant.name else scale.name


def told_name(result: ScaleResult) -> str:
    """The name of a result's scale; its id where this version does not know it."""
    try:
        scale = scale_of(result.scale)
        return name_of(scale, scale.variant(result.variant))
    except EntryError:
        return f"{result.scale} {result.variant}".strip()


def filled_in_by(scale: Scale) -> str:
    """Who fills a scale in, in a sentence."""
    return " ".join(_RATERS[rater]() for rater in scale.raters)


_RATERS: Mapping[Rater, Callable[[], str]] = {
    Rater.SELF: lambda: _("You fill it in yourself."),
    Rater.CARER: lambda: _("Somebody close to you fills it in."),
    Rater.CLINICIAN: lambda: _("A clinician rates it; you can enter what they found."),
}


def total_of(value: float | None) -> str:
    """A total as it is written; a dash where there is none."""
    return number(value, 2)


def beside_range(variant: Variant) -> str:
    """The range of a total in few words, for beside its number."""
    if variant.high is None:
        return _("from %(low)s upwards") % {"low": number(variant.low, 2)}
    return _("of %(low)s–%(high)s") % {"low": number(variant.low, 2), "high": number(variant.high, 2)}


def span(low: float, high: float) -> str:
    """From the lowest value to the highest."""
    return _("%(low)s to %(high)s") % {"low": number(low, 2), "high": number(high, 2)}


def raters_of(scale: Scale) -> list[tuple[str, str]]:
    """Who may rate, to choose from."""
    return [(str(rater), words.label(rater)) for rater in scale.raters]


def range_words(scale: Scale, variant: Variant) -> str:
    """From where to where the total goes, and which end is the better one."""
    ends = {"low": number(variant.low, 2), "high": number(variant.high, 2)}
    worse = scale.direction is Direction.HIGHER_IS_WORSE
    if variant.high is None:
        open_ended = (
            _("It begins at %(low)s (best); higher is worse. The highest value was not found.")
            if worse
            else _("It begins at %(low)s (worst); higher is better. The highest value was not found.")
        )
        return open_ended % ends
    closed = (
        _("It goes from %(low)s (best) to %(high)s (worst): higher is worse.")
        if worse
        else _("It goes from %(low)s (worst) to %(high)s (best): higher is better.")
    )
    return closed % ends


def shown_text(scale: Scale, variant: Variant) -> Text:
    """How much of a form's text is shown: words for the steps, what items are about, their numbers, or the total alone."""
    if not variant.items:
        return Text.TOTAL
    if not any(item.name for item in variant.items):
        return Text.NUMBERS
    return scale.text if all(item.anchors for item in variant.items) else Text.TOPICS


def text_words(scale: Scale, variant: Variant) -> str:
    """What of a form's text stands on the page, and what has to lie beside it."""
    return _TEXTS[shown_text(scale, variant)]()


_TEXTS: Mapping[Text, Callable[[], str]] = {
    Text.TEXT: lambda: _("The steps are told in our own words; where they leave a doubt, the published form decides."),
    Text.TOPICS: lambda: _(
        "Have the scale's own form before you: it says what each number means. "
        "Here an item is named only by what it is about, because the text is not ours to print."
    ),
    Text.NUMBERS: lambda: _(
        "Have the questionnaire's own form before you and enter the numbers that you chose there. "
        "Its text is not ours to print, so the items stand here by their numbers."
    ),
    Text.TOTAL: lambda: _("Only the total can be entered, as it was told to you."),
}


def item_name(item: Item) -> str:
    """An item by what it is about, or by its number."""
    return item.name or _("Item %(number)s") % {"number": item.id}


def value_words(item: Item, value: float | None) -> str:
    """The answer to an item: its number, with our words for it where there are some."""
    if value is None:
        return _("does not apply")
    place = round((value - item.low) / item.step)
    shown = number(value, 2)
    return f"{shown}: {item.anchors[place]}" if 0 <= place < len(item.anchors) else shown


def part_name(part: Part) -> str:
    """A subscore."""
    known = _PARTS.get(part.id)
    return known() if known else part.id


_PARTS: Mapping[str, Callable[[], str]] = {
    "severity": lambda: _("Severity"),
    "frequency": lambda: _("Frequency"),
    "movement": lambda: _("Movement"),
    "rest": lambda: _("At rest"),
    "synkinesis": lambda: _("Synkinesis"),
}


def weight_words(scale: Scale, part: Part) -> str:
    """What the points of a subscore do to the total, and whether more of them is better."""
    sentence = _("Each point here takes %(points)s from the total.") if part.subtracted else _("Each point here adds %(points)s to the total.")
    better = (scale.direction is Direction.HIGHER_IS_BETTER) != part.subtracted
    end = _("Higher is better here.") if better else _("Higher is worse here.")
    return f"{sentence % {'points': number(part.factor)}} {end}"


def change_words(compared: Compared) -> str:
    """What became of the total since the result before; nothing where there is none."""
    change, before = compared.change, compared.before
    if change is None or before is None:
        return ""
    when = moment(before.at, Precision.DAY if before.precision is Precision.MINUTE else before.precision)
    if change.kind is ChangeKind.NOT_COMPARABLE or change.difference is None:
        return _WHY[change.why]() if change.why else ""
    if change.better is None:
        return _("The same as on %(day)s") % {"day": when}
    facts = {"points": points(abs(change.difference)), "day": when}
    way = _("Better by %(points)s than on %(day)s") if change.better else _("Worse by %(points)s than on %(day)s")
    return f"{way % facts}; {_weighed(scale_of(compared.result.scale), compared.result, change)}"


def _weighed(scale: Scale, result: ScaleResult, change: Change) -> str:
    """Whether a difference is as large as what is published to count."""
    if change.threshold:
        amount = {"amount": number(change.threshold.value, 2)}
        if change.kind is ChangeKind.SMALLER:
            return _("that is less than the %(amount)s that count") % amount
        return _("that is at least the %(amount)s that count") % amount
    one_way = scale.variant(result.variant).threshold
    if one_way and one_way.fact.verified:
        return _("the published amount that counts is for getting better alone")
    return _("no published amount says whether that counts")


_WHY: Mapping[NotComparable, Callable[[], str]] = {
    NotComparable.OTHER_SCALE: lambda: _("Not compared: it is another scale"),
    NotComparable.OTHER_VARIANT: lambda: _("Not compared: it is another form of the scale"),
    NotComparable.NO_TOTAL: lambda: _("Not compared: there is no total"),
    NotComparable.WRONG_ORDER: lambda: _("Not compared: it is the earlier one"),
    NotComparable.RATES_CHANGE: lambda: _("Not compared: each result is itself a comparison with the time before treatment"),
}


def points(value: float) -> str:
    """So many points; a fraction is several."""
    return texts("%(value)s point", "%(value)s points", 1 if value == 1 else 2) % {"value": number(value, 2)}


def threshold_words(threshold: Threshold) -> str:
    """The change that counts, for whom it was published, and which way."""
    amount = points(threshold.value)
    if threshold.low is not None and threshold.high is not None:
        amount = _("%(amount)s (%(span)s)") % {"amount": amount, "span": span(threshold.low, threshold.high)}
    way = _("for better and for worse") if threshold.both_ways else _("for getting better; for getting worse none is published")
    return _("%(amount)s, %(way)s.") % {"amount": amount, "way": way}


def sources_of(fact: Fact) -> list[str]:
    """Full references of a fact."""
    return [scale_sources()[key] for key in fact.sources]


def no_total_words(reading: Reading, variant: Variant) -> str:
    """Why there is no total; nothing where there is one."""
    if reading.no_total is None:
        return ""
    if reading.no_total is NoTotal.ITEMS_MISSING:
        missing = len(reading.missing)
        sentence = texts(
            "%(missing)s of %(all)s items is not answered yet. Nothing is filled in for it.",
            "%(missing)s of %(all)s items are not answered yet. Nothing is filled in for them.",
            missing,
        )
        return sentence % {"missing": missing, "all": len(variant.items)}
    return _NO_TOTALS[reading.no_total]()


_NO_TOTALS: Mapping[NoTotal, Callable[[], str]] = {
    NoTotal.NO_ITEMS: lambda: _("No item was answered."),
    NoTotal.NOT_APPLICABLE: lambda: _("Some items do not apply, and no verified rule says how the others make a total then."),
    NoTotal.FORMULA_NOT_KNOWN: lambda: _("The formula of this scale was not found; its total can be entered as it was told."),
    NoTotal.FORMULA_NOT_VERIFIED: lambda: _(
        "The formula of this form is not yet verified, so nothing is calculated with it. Its total can be entered as it was told."
    ),
    NoTotal.OUTSIDE_PUBLISHED_RANGE: lambda: _("The formula gives a number outside the published range with these answers, so no total is kept."),
}


def missing_names(reading: Reading, variant: Variant) -> str:
    """The items that are not answered, by name or number."""
    missing = [item for item in variant.items if item.id in reading.missing]
    return listed(item.name or item.id for item in missing)


def unverified_facts(scale: Scale, variant: Variant) -> list[tuple[str, str]]:
    """What about a scale is not yet verified, and why, as the data says."""
    return [(about_words(fact), fact.why) for fact in facts_of(scale, variant) if not fact.verified]


def facts_of(scale: Scale, variant: Variant) -> Sequence[Fact]:
    """Every fact about a scale and one variant of it."""
    return (*variant.facts, *((variant.threshold.fact,) if variant.threshold else ()), *scale.facts)


def about_words(fact: Fact) -> str:
    """What a fact is about."""
    known = _ABOUT.get(fact.about)
    return known() if known else fact.about


_ABOUT: Mapping[str, Callable[[], str]] = {
    "structure": lambda: _("items and their steps"),
    "formula": lambda: _("the formula of the total"),
    "range": lambda: _("the range of the total"),
    "threshold": lambda: _("the change that counts"),
    "licence": lambda: _("the licence"),
    "topics": lambda: _("what the items are about"),
    "not_applicable": lambda: _("the rule for items that do not apply"),
    "steps": lambda: _("the wording of the steps"),
}


def mark_words(fact: Fact) -> str:
    """How a fact is known."""
    return _MARKS[fact.mark]()


_MARKS: Mapping[Mark, Callable[[], str]] = {
    Mark.READ: lambda: _("read in the source"),
    Mark.DERIVED: lambda: _("follows by arithmetic from the source"),
    Mark.GENERAL_KNOWLEDGE: lambda: _("not yet verified"),
}


def raised(scale: Scale, reading: Reading) -> list[Flag]:
    """What single items say besides the total, without what needs an answer at once."""
    return [flag for flag in scale.flags if flag.code in reading.flags]


def told(result: ScaleResult) -> list[tuple[str, str]]:
    """A result field by field."""
    return [
        (_("Scale"), told_name(result)),
        (_("Day"), moment(result.at, result.precision)),
        (_("Rated by"), words.label(result.rater)),
        (_("Total"), "" if result.total is None else total_of(result.total)),
        *_told_items(result),
        (_("Subscores"), listed(f"{name} {number(value, 2)}" for name, value in _told_parts(result))),
        (_("Note"), result.note),
    ]


def _told_parts(result: ScaleResult) -> list[tuple[str, float]]:
    """The subscores by name, without those that are an item told already."""
    try:
        parts = {part.id: part_name(part) for part in scale_of(result.scale).variant(result.variant).parts}
    except EntryError:
        parts = {}
    return [(parts.get(name, name), value) for name, value in result.subscores.items() if name not in result.items]


def _told_items(result: ScaleResult) -> list[tuple[str, str]]:
    """Every item of the form, those too that were not answered; in one line where the scale is not known."""
    try:
        variant = scale_of(result.scale).variant(result.variant)
    except EntryError:
        return [(_("Items"), listed(f"{name}: {number(value, 2)}" for name, value in result.items.items()))]
    return [(item_name(item), value_words(item, result.items[item.id]) if item.id in result.items else "") for item in variant.items]
