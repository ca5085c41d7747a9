"""The sentences of the doctor's page: what was noted, how often, and what was measured; never why."""

from collections.abc import Callable, Mapping

from spasmograph.language import listed, texts
from spasmograph.language import text as _
from spasmograph.model.record import DoctorPage, InjectionSite, JournalInShort, ScaleChange, ScaleInShort, Spread, Treatment
from spasmograph.present.numbers import rounded
from spasmograph.present.record.naming import muscle_name, side_name, tag_name
from spasmograph.terms import TreatmentKind, Verdict

HEADINGS: Mapping[str, Callable[[], str]] = {
    "happened": lambda: _("What happened"),
    "chart": lambda: _("The period at a glance"),
    "treatments": lambda: _("Treatments"),
    "side_effects": lambda: _("Side effects"),
    "measured": lambda: _("Measured"),
    "scales": lambda: _("Scales"),
    "questions": lambda: _("Questions for you"),
    "next_visit": lambda: _("Next visit"),
    "appendix": lambda: _("Appendix"),
    "all_treatments": lambda: _("All treatments of the period"),
    "all_measured": lambda: _("All recordings of the period"),
    "notes": lambda: _("Notes from the journal"),
    "when": lambda: _("When"),
    "what": lambda: _("What"),
    "detail": lambda: _("How much, by whom"),
    "hoped_for": lambda: _("Hoped for"),
    "since": lambda: _("From"),
    "until": lambda: _("Until"),
    "after": lambda: _("After"),
    "quality": lambda: _("Quality"),
    "seen": lambda: _("Measured time"),
    "right": lambda: _("Right, a minute"),
    "left": lambda: _("Left, a minute"),
    "days_after": lambda: _("Days after injection"),
    "scale": lambda: _("Scale"),
    "first": lambda: _("First"),
    "last": lambda: _("Last"),
    "meaning": lambda: _("What that says"),
    "nothing": lambda: _("None noted."),
}


def happened(page: DoctorPage) -> list[str]:
    """The period in a few sentences."""
    journal = page.journal
    if not journal.entries and not journal.episodes and not page.measured:
        return [_("Nothing was noted or measured in this period.")]
    told = [_days(journal), *_severity(journal), *_episodes(journal), *_tags(journal)]
    return [sentence for sentence in told if sentence]


def _days(journal: JournalInShort) -> str:
    """On how many days something was noted; what was written later is said."""
    days = _("Something was noted on %(days)s of %(all)s days.") % {"days": journal.days, "all": journal.days_in_all}
    if not journal.back_filled:
        return days
    later = texts("%(n)s entry was written later.", "%(n)s entries were written later.", journal.back_filled) % {"n": journal.back_filled}
    return f"{days} {later}"


def _severity(journal: JournalInShort) -> list[str]:
    """The first and the last weeks, side by side."""
    if journal.first is None and journal.last is None:
        return []
    first, last = _spread(journal.first), _spread(journal.last)
    told = _("Severity, rated 0 to 10 by the person: in the first weeks of the period %(first)s, in its last weeks %(last)s.") % {
        "first": first,
        "last": last,
    }
    return [told]


def _spread(spread: Spread | None) -> str:
    if spread is None:
        return _("not rated")
    if spread.count == 1:
        return _("%(value)s (one entry)") % {"value": rounded(spread.median)}
    numbers = {"median": rounded(spread.median), "lower": rounded(spread.lower), "upper": rounded(spread.upper), "n": spread.count}
    return _("median %(median)s (middle half %(lower)s–%(upper)s, %(n)s entries)") % numbers


def _episodes(journal: JournalInShort) -> list[str]:
    if not journal.episodes:
        return []
    return [
        texts("%(n)s episode was noted as it happened.", "%(n)s episodes were noted as they happened.", journal.episodes) % {"n": journal.episodes}
    ]


def _tags(journal: JournalInShort) -> list[str]:
    """What was ticked most; that is no cause."""
    if not journal.tags:
        return []
    named = listed(f"{tag_name(name)} ({count})" for name, count in journal.tags)
    return [_("Ticked most beside it: %(tags)s. That says nothing of causes.") % {"tags": named}]


def dose_words(one: Treatment) -> str:
    """How much: units of a product over its sites, or the dose of a drug; units are the product's own."""
    if one.treatment is TreatmentKind.BOTULINUM_TOXIN and one.sites:
        units = [site.units for site in one.sites if site.units is not None]
        told = texts("%(n)s site", "%(n)s sites", len(one.sites)) % {"n": len(one.sites)}
        return f"{rounded(sum(units))} U, {told}" if len(units) == len(one.sites) else told
    given = [f"{rounded(dose.amount)} {dose.unit}" for dose in one.doses if dose.amount is not None]
    return " → ".join(given)


def site_words(site: InjectionSite) -> str:
    """One point of an injection."""
    muscle = muscle_name(site.muscle) if site.muscle else _("place on the face map")
    units = f": {rounded(site.units)} U" if site.units is not None else ""
    return listed((muscle, f"{side_name(site.side)}{units}"))


def quality_words(verdict: Verdict | None) -> str:
    """How far a recording can be trusted."""
    words = {
        Verdict.GOOD: _("good"),
        Verdict.LIMITED: _("limited"),
        Verdict.COUNTS_ONLY: _("counts only"),
        Verdict.REFUSED: _("not usable"),
    }
    return words[verdict] if verdict else "–"


def scale_words(one: ScaleInShort) -> str:
    """Whether a total changed by as much as is published to count."""
    amount = {"amount": rounded(one.threshold)} if one.threshold is not None else {"amount": ""}
    return {
        ScaleChange.IMPROVED: _("better, by at least the %(amount)s points that count"),
        ScaleChange.WORSENED: _("worse, by at least the %(amount)s points that count"),
        ScaleChange.SMALLER: _("differs by less than the %(amount)s points that count"),
        ScaleChange.NO_THRESHOLD: _("no published amount that counts"),
        ScaleChange.SINGLE: _("filled in once"),
    }[one.change] % amount
