"""`spasmograph record treatment` and `amend`: what was done against the spasms, and what came of it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from spasmograph.cli.record.opening import home_option, json_option, opened, whole_id
from spasmograph.cli.record.reading import as_end, number, when
from spasmograph.cli.record.saying import print_said
from spasmograph.cli.record.telling import print_kept
from spasmograph.terms import Muscle, Precision, Side, TreatmentKind

if TYPE_CHECKING:
    from spasmograph.app.workspace.moments_read import ReadMoment
    from spasmograph.model.record import Dose, InjectionSite, SideEffect, Treatment


class _Dated(Protocol):
    """What began at a moment."""

    @property
    def at(self) -> datetime:
        """When."""


P = TypeVar("P", bound=_Dated)
OTHERS = [str(kind) for kind in TreatmentKind if kind not in (TreatmentKind.BOTULINUM_TOXIN, TreatmentKind.DRUG, TreatmentKind.PROCEDURE)]
EXAMPLES = """\b
Examples:
  spasmograph record treatment --product onabotulinumtoxinA --site "left mentalis 2.5"
  spasmograph record treatment --drug clonazepam --dose "2026-01-05 0.5 mg"
  spasmograph record treatment --procedure "vascular decompression" --date 2024-11
  spasmograph record treatment --kind physiotherapy --name "relaxing the face"

"""
_DATED = re.compile(r"(?P<when>(?:19|20)\d\d(?:-\d{1,2}){0,2}|today|yesterday)(?:\s+(?P<rest>.*))?", re.DOTALL)
# An amount that looks like a year: 2000 mg.
_YEAR_OR_AMOUNT = re.compile(r"\d{4}(?!-)(?:\s*[^\W\d].*)?", re.DOTALL)
_AMOUNT = re.compile(r"(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<unit>[^\W\d]\S*)?(?:\s+(?P<words>.*))?", re.DOTALL)


@click.command(epilog=EXAMPLES, short_help="An injection, a drug, an operation, or whatever was tried.")
@click.option("--product", metavar="NAME", help="An injection of this botulinum toxin. Units of one product are never turned into another's.")
@click.option("--drug", metavar="NAME", help="A drug.")
@click.option("--procedure", metavar="NAME", help="An operation or procedure.")
@click.option("--kind", type=click.Choice(OTHERS), metavar="KIND", help=f"Anything else, with --name: {', '.join(OTHERS)}.")
@click.option("--name", metavar="TEXT", help="What it is, with --kind.")
@click.option("--date", default="today", metavar="WHEN", help="When it was or began; the month or the year alone is enough.  [default: today]")
@click.option("--until", metavar="WHEN", help="When it ended.")
@click.option(
    "--site",
    "sites",
    multiple=True,
    metavar="'SIDE WHERE UNITS'",
    help="A point of an injection: left, right or middle of your own face; a muscle, or a place by its name on the app's map; the units, if known.",
)
@click.option("--dose", "doses", multiple=True, metavar="'WHEN DOSE'", help="A dose a day of a drug and since when; without a day, since its start.")
@click.option("--by", default="", metavar="TEXT", help="Who injected, prescribed or operated.")
@click.option("--hoped-for", default="", metavar="TEXT", help="What you hope for.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@home_option
@json_option
def treatment(**given: Any) -> None:
    """Note a treatment: one of --product, --drug, --procedure or --kind says of which kind.

    What comes up later, such as a side effect, another dose or the end, is said by `amend`. A treatment with everything at once is noted by `add`.
    """
    kind, name = _kind_and_name(given)
    _check_parts(given, kind)
    with opened(given["home"]) as workspace:
        entry = _treatment(given, kind, name, workspace.now())
        kept = workspace.note(entry)
        print_kept(kept, as_json=given["as_json"])
        print_said(workspace, kept, as_json=given["as_json"])


def _kind_and_name(given: dict[str, Any]) -> tuple[TreatmentKind, str]:
    """Of which kind, and what it is called.

    Raises:
        click.UsageError: nothing or more than one thing says so.
    """
    named = {TreatmentKind.BOTULINUM_TOXIN: given["product"], TreatmentKind.DRUG: given["drug"], TreatmentKind.PROCEDURE: given["procedure"]}
    told = [(kind, name) for kind, name in named.items() if name is not None]
    if given["kind"] is not None:
        told.append((TreatmentKind(given["kind"]), given["name"] or ""))
    elif given["name"] is not None:
        msg = "--name goes with --kind; an injection is named by --product, a drug by --drug."
        raise click.UsageError(msg)
    if len(told) != 1:
        msg = "Say what it was by one of --product, --drug, --procedure or --kind."
        raise click.UsageError(msg)
    return told[0][0], told[0][1].strip()


def _check_parts(given: dict[str, Any], kind: TreatmentKind) -> None:
    if given["sites"] and kind is not TreatmentKind.BOTULINUM_TOXIN:
        msg = "--site belongs to an injection, with --product."
        raise click.UsageError(msg)
    if given["doses"] and kind is not TreatmentKind.DRUG:
        msg = "--dose belongs to a drug, with --drug."
        raise click.UsageError(msg)


def _treatment(given: dict[str, Any], kind: TreatmentKind, name: str, now: datetime) -> "Treatment":
    from spasmograph.model.record import Treatment

    start = when(given["date"], now, option="--date")
    until = as_end(when(given["until"], now, option="--until")) if given["until"] else None
    doses = [dose_of(text, start, now) for text in given["doses"]]
    return Treatment(
        at=start.at,
        precision=start.precision,
        until=until.at if until else None,
        until_precision=until.precision if until else Precision.DAY,
        treatment=kind,
        name=name,
        by=given["by"].strip(),
        hoped_for=given["hoped_for"].strip(),
        note=given["note"].strip(),
        sites=tuple(site_of(text) for text in given["sites"]),
        doses=tuple(sorted(doses, key=lambda one: one.at)),
    )


def site_of(text: str) -> "InjectionSite":
    """A point of an injection: `left orbicularis_oculi 2.5`.

    Raises:
        click.BadParameter: the side, the place or the units are not understood.
    """
    from spasmograph.care.treatment_catalogue import load_treatments
    from spasmograph.model.record import InjectionSite

    side, where, units = _site_parts(text)
    plain = where.casefold().replace(" ", "_")
    place = load_treatments().places.get(plain)
    if place is not None and side in place.sides:
        return place.site(side, units)
    if plain not in set(Muscle):
        places = ", ".join(one.id for one in load_treatments().places.values() if side in one.sides)
        msg = f"{text!r} names no muscle or place of the {'middle' if side is Side.BOTH else side}. Muscles: {', '.join(Muscle)}. Places: {places}."
        raise click.BadParameter(msg, param_hint="--site")
    return InjectionSite(side=side, units=units, muscle=Muscle(plain))


def _site_parts(text: str) -> tuple[Side, str, float | None]:
    first, *rest = text.split() or [""]
    sides = {"left": Side.LEFT, "right": Side.RIGHT, "middle": Side.BOTH}
    if first.casefold() not in sides or not rest:
        msg = f"{text!r} is not understood; write the side, the muscle and the units, such as 'left orbicularis_oculi 2.5'."
        raise click.BadParameter(msg, param_hint="--site")
    try:
        return sides[first.casefold()], " ".join(rest[:-1]), None if rest[-1] == "?" else number(rest[-1])
    except ValueError:
        return sides[first.casefold()], " ".join(rest), None


def dose_of(text: str, start: "ReadMoment", now: datetime) -> "Dose":
    """A dose: `2026-01-05 300 mg`, `300 mg`, or in words.

    Raises:
        click.BadParameter: nothing says how much.
    """
    from spasmograph.model.record import Dose

    since, rest = (None, text.strip()) if _YEAR_OR_AMOUNT.fullmatch(text.strip()) else _dated(text, now, "--dose")
    since = since or start
    if not rest:
        msg = f"{text!r} does not say how much; write it as '2026-01-05 300 mg'."
        raise click.BadParameter(msg, param_hint="--dose")
    found = _AMOUNT.fullmatch(rest)
    if found is None:
        return Dose(at=since.at, precision=since.precision, words=rest)
    return Dose(
        at=since.at, precision=since.precision, amount=number(found["amount"]), unit=found["unit"] or "mg", words=(found["words"] or "").strip()
    )


def _dated(text: str, now: datetime, option: str) -> "tuple[ReadMoment | None, str]":
    """The day that a text begins with, if it does, and the rest."""
    found = _DATED.fullmatch(text.strip())
    return (when(found["when"], now, option=option), (found["rest"] or "").strip()) if found else (None, text.strip())


@click.command(short_help="What came of a treatment: side effects, doses, the course, the end.")
@click.argument("entry_id", metavar="ID")
@click.option("--side-effect", "effects", multiple=True, metavar="'[WHEN] WHAT'", help="An unwanted effect, since today or the day that is told.")
@click.option("--over", "over", multiple=True, metavar="'[WHEN] WHAT'", help="An unwanted effect that was noted has gone.")
@click.option("--dose", "doses", multiple=True, metavar="'[WHEN] DOSE'", help="Another dose of a drug.")
@click.option("--course", "course", multiple=True, metavar="'[WHEN] WORDS'", help="What was noticed afterwards, as after an operation.")
@click.option("--ended", metavar="WHEN", help="When the treatment ended.")
@home_option
@json_option
def amend(entry_id: str, home: Path | None, as_json: bool, **given: Any) -> None:
    """Add to a treatment what came up later; whatever else was changed meanwhile stays."""
    from spasmograph.model.record import Treatment

    if not any(given.values()):
        msg = "Say what came up, such as --side-effect 'drooping eyelid' or --ended 2026-03-14."
        raise click.UsageError(msg)
    with opened(home) as workspace:
        was = workspace.get(whole_id(workspace, entry_id), Treatment)
        now = workspace.now()
        kept = workspace.amend_treatment(was.id, lambda one: _amended(one, given, now))
        print_kept(kept, as_json=as_json, verb="Changed")
        print_said(workspace, kept, as_json=as_json)


def _amended(one: "Treatment", given: dict[str, Any], now: datetime) -> "Treatment":
    """The treatment with what came up."""
    from spasmograph.app.workspace.moments_read import ReadMoment
    from spasmograph.model.record import Milestone, SideEffect

    today = when("today", now)
    told = [_dated(text, now, "--side-effect") for text in given["effects"]]
    effects = [SideEffect(name=name, at=(at or today).at, precision=(at or today).precision) for at, name in told]
    noticed = [_dated(text, now, "--course") for text in given["course"]]
    course = [Milestone(words=words, at=(at or today).at, precision=(at or today).precision) for at, words in noticed]
    doses = [dose_of(text, ReadMoment(at=today.at, precision=today.precision), now) for text in given["doses"]]
    ended = as_end(when(given["ended"], now, option="--ended")) if given["ended"] else None
    return replace(
        one,
        side_effects=_over(_joined(one.side_effects, effects), given["over"], now),
        course=_joined(one.course, course),
        doses=_joined(one.doses, doses),
        until=ended.at if ended else one.until,
        until_precision=ended.precision if ended else one.until_precision,
    )


def _joined(parts: "tuple[P, ...]", new: "Sequence[P]") -> "tuple[P, ...]":
    """More parts, in order of time; what is there already is not there twice."""
    return tuple(sorted(dict.fromkeys((*parts, *new)), key=lambda part: part.at)) if new else parts


def _over(effects: "tuple[SideEffect, ...]", told: Iterable[str], now: datetime) -> "tuple[SideEffect, ...]":
    """The side effects, some of them ended.

    Raises:
        click.BadParameter: there is none of that name that goes on.
    """
    for text in told:
        at, name = _dated(text, now, "--over")
        ended = as_end(at or when("today", now))
        place = next((place for place, one in enumerate(effects) if one.name.casefold() == name.casefold() and one.until is None), None)
        if place is None:
            going_on = ", ".join(one.name for one in effects if one.until is None) or "none"
            msg = f"No side effect {name!r} goes on; those that do: {going_on}."
            raise click.BadParameter(msg, param_hint="--over")
        over = replace(effects[place], until=ended.at, until_precision=ended.precision)
        effects = (*effects[:place], over, *effects[place + 1 :])
    return effects
