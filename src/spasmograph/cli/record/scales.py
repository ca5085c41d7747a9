"""`spasmograph record scale` and `scales`: a scale filled in, and which ones there are."""

from typing import TYPE_CHECKING, Any

import click

from spasmograph.cli.record.opening import home_option, json_option, opened
from spasmograph.cli.record.reading import number, pairs, when
from spasmograph.cli.record.saying import print_said
from spasmograph.cli.record.telling import print_kept, print_sentences, print_table
from spasmograph.errors import EntryError
from spasmograph.terms import Rater

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace
    from spasmograph.care.scales import Item, Scale, Variant
    from spasmograph.model.record import ScaleResult

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


@click.command(short_help="Which scales there are, and what they ask.")
@click.argument("scale_id", metavar="[SCALE]", required=False)
def scales(scale_id: str | None) -> None:
    """List the scales that are known; of one SCALE its forms, its items and what counts as a change."""
    from spasmograph.care.scales import load_scales

    if scale_id:
        _describe(_known(scale_id))
    else:
        rows = [(one.id, "\n".join(form.id for form in one.variants), one.name) for one in load_scales().values()]
        print_table(("Scale", "--variant", "Name"), rows)
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
        if variant.items:
            print_table(("Item", "From", "To", "About"), map(_item_row, variant.items))


def _item_row(item: "Item") -> tuple[str, str, str, str]:
    """An item with its range, and words for its steps where they may be shown."""
    from spasmograph.web.pages.scale_words import value_words

    count = round((item.high - item.low) / item.step) + 1 if item.anchors else 0
    steps = [value_words(item, item.low + step * item.step) for step in range(count)]
    return item.id, f"{item.low:g}", f"{item.high:g}", "\n".join([item.name, *steps] if item.name else steps)
