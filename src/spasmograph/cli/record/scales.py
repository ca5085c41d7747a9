"""`spasmograph record scale` and `scales`: a scale filled in, and which ones there are."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from spasmograph.cli.record.opening import home_option, json_option, opened
from spasmograph.cli.record.reading import number, pairs, when
from spasmograph.cli.record.telling import print_kept, print_sentences, print_table
from spasmograph.errors import EntryError
from spasmograph.terms import Rater

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace
    from spasmograph.care.scales import Scale, Variant
    from spasmograph.model.record import Entry, ScaleResult

RATERS = [str(rater) for rater in Rater]
NOT_APPLICABLE = "na"
EXAMPLES = """\b
Examples:
  spasmograph record scales
  spasmograph record scales jrs
  spasmograph record scale gad7 --total 6
  spasmograph record scale phq9 --item 1=1 --item 2=0 --item 3=2

"""


@click.command(epilog=EXAMPLES, short_help="A scale that was filled in: its total, and what changed.")
@click.argument("scale_id", metavar="SCALE")
@click.option("--variant", metavar="FORM", help="Which form of the scale, where it has several.")
@click.option("--item", "items", multiple=True, metavar="NAME=VALUE", help="The answer to an item; na where it does not apply.")
@click.option("--total", metavar="NUMBER", help="A total that was told to you; without it, it is calculated from the items.")
@click.option("--subscore", "subscores", multiple=True, metavar="NAME=VALUE", help="A subscore that was told beside the total.")
@click.option("--rater", type=click.Choice(RATERS), help="Who filled it in.  [default: whom the scale is made for]")
@click.option("--at", default="today", metavar="WHEN", help="The day; the month or the year alone is enough.  [default: today]")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@home_option
@json_option
def scale(**given: Any) -> None:
    """Keep the result of SCALE. Nothing is imputed: where items are missing there is no total."""
    with opened(given["home"]) as workspace:
        chosen, form = _form(given)
        result = _result(workspace, given, chosen, form)
        kept = workspace.note(result)
        print_kept(kept, as_json=given["as_json"])
        print_said(workspace, kept, as_json=given["as_json"])


def _form(given: dict[str, Any]) -> "tuple[Scale, Variant]":
    """The scale and the form of it that are meant.

    Raises:
        click.BadParameter: there is none of that name, or several forms to choose from.
    """
    from spasmograph.care.scales import load_scales

    known = load_scales()
    found = known.get(given["scale_id"].casefold())
    if found is None:
        msg = f"{given['scale_id']!r} is not known; there are {', '.join(known)}."
        raise click.BadParameter(msg, param_hint="SCALE")
    wanted = given["variant"]
    if wanted is None and len(found.variants) > 1:
        msg = f"{found.name} has several forms; say which: {', '.join(f'{one.id} ({one.name})' for one in found.variants)}."
        raise click.BadParameter(msg, param_hint="--variant")
    try:
        return found, found.variant(found.variants[0].id if wanted is None else wanted)
    except EntryError as error:
        msg = f"{error}."
        raise click.BadParameter(msg, param_hint="--variant") from error


def _result(workspace: "Workspace", given: dict[str, Any], chosen: "Scale", variant: "Variant") -> "ScaleResult":
    """The result as the page's form would tell it."""
    from starlette.datastructures import FormData

    from spasmograph.web.forms import Form
    from spasmograph.web.pages.scale_forms import ITEM, PART, parts_asked, result_of
    from spasmograph.web.partial_dates import When, written

    at = when(given["at"], workspace.now())
    items = pairs(given["items"], _answer, option="--item")
    subscores = pairs(given["subscores"], number, option="--subscore")
    _check_names("--item", items, [item.id for item in variant.items])
    _check_names("--subscore", subscores, [part.id for part in parts_asked(variant)])
    fields = {
        "variant": variant.id,
        "at": written(When(at=at.at, precision=at.precision)),
        "rater": given["rater"] or "",
        "total": given["total"] or "",
        "note": given["note"],
        **{f"{ITEM}{name}": value for name, value in items.items()},
        **{f"{PART}{name}": f"{value:g}" for name, value in subscores.items()},
    }
    return result_of(Form(FormData(fields)), chosen.id, workspace.now())


def _answer(text: str) -> str:
    """The answer to an item as a form sends it."""
    return NOT_APPLICABLE if text.casefold() in (NOT_APPLICABLE, "n/a") else f"{number(text):g}"


def _check_names(option: str, told: dict[str, Any], known: list[str]) -> None:
    for name in told:
        if name not in known:
            msg = f"{name!r} is not known; there are {', '.join(known) or 'none'}."
            raise click.BadParameter(msg, param_hint=option)


def calculated(entry: "Entry") -> "Entry":
    """A result whose items were changed, with the total and the subscores that they give; other entries as they are."""
    from spasmograph.care.scales import filled_in
    from spasmograph.model.record import ScaleResult

    if not isinstance(entry, ScaleResult):
        return entry
    anew = filled_in(entry.scale, entry.items, variant=entry.variant, rater=entry.rater, at=entry.at)
    return replace(entry, items=anew.items, total=anew.total, subscores=anew.subscores)


def print_said(workspace: "Workspace", kept: "Entry", *, as_json: bool) -> None:
    """What the result of a scale says; beside JSON only the way to help where an answer needs it at once, aside from it."""
    from spasmograph.care.scales import load_scales, reading
    from spasmograph.model.record import ScaleResult
    from spasmograph.web.pages.telling import help_lines

    if not isinstance(kept, ScaleResult) or kept.scale not in load_scales():
        return
    if not as_json:
        print_sentences(said_of(workspace, kept))
    elif reading(kept).attention:
        click.echo("\n".join(help_lines()), err=True)


def said_of(workspace: "Workspace", kept: "ScaleResult") -> Iterator[str]:
    """The total beside its range, what changed, and what an answer says by itself; where one needs it at once, the way to help first."""
    from spasmograph.care.scales import reading, scale_of
    from spasmograph.web.pages import scale_words as say
    from spasmograph.web.pages.scale_forms import unanswered_urgent
    from spasmograph.web.pages.telling import help_lines

    chosen, read = scale_of(kept.scale), reading(kept)
    variant = chosen.variant(kept.variant)
    if read.attention:
        yield from help_lines()
    if kept.total is None:
        yield say.no_total_words(read, variant)
    else:
        yield f"{say.total_of(kept.total)} {say.beside_range(variant)}. {say.range_words(chosen, variant)}"
    course = workspace.scales_used().course_of(kept)
    compared = next((one for one in course.results if one.result.id == kept.id), None) if course else None
    if compared and (words := say.change_words(compared)):
        yield f"{words}."
    yield from (flag.about for flag in say.raised(chosen, read))
    for item in unanswered_urgent(kept):
        yield f"The answer to item {item.id} is not told here; `spasmograph record change ID` can add it."


@click.command(short_help="Which scales there are, and what they ask.")
@click.argument("scale_id", metavar="[SCALE]", required=False)
def scales(scale_id: str | None) -> None:
    """List the scales that are known; of one SCALE its forms, its items and what counts as a change."""
    from spasmograph.care.scales import load_scales

    if scale_id:
        _describe(_known(scale_id))
    else:
        rows = [(one.id, ", ".join(form.id for form in one.variants if form.id) or "–", one.name, one.about) for one in load_scales().values()]
        print_table(("Scale", "Forms", "Name", "What it tells"), rows)
        print_sentences(["", "`spasmograph record scales SCALE` tells what it asks for."])


def _known(scale_id: str) -> "Scale":
    from spasmograph.care.scales import load_scales

    found = load_scales().get(scale_id.casefold())
    if found is None:
        msg = f"{scale_id!r} is not known; there are {', '.join(load_scales())}."
        raise click.BadParameter(msg, param_hint="SCALE")
    return found


def _describe(one: "Scale") -> None:
    """A scale with each of its forms."""
    from spasmograph.web.pages import scale_words as say

    print_sentences([f"{one.name}: {one.about}", say.filled_in_by(one), one.citation])
    for variant in one.variants:
        title = [f"--variant {variant.id}: {variant.name}"] if variant.id else []
        counts = [f"The change that counts: {say.threshold_words(variant.threshold)}"] if variant.threshold else []
        print_sentences(["", *title, say.range_words(one, variant), say.text_words(one, variant), *counts])
        rows = [(item.id, f"{item.low:g}", f"{item.high:g}", item.name) for item in variant.items]
        if rows:
            print_table(("Item", "From", "To", "About"), rows)
