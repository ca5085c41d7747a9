"""What the record says to an entry: a scale's total and what changed, what belongs to a treatment; the way to help where it is needed at once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from spasmograph.cli.record.telling import print_sentences

if TYPE_CHECKING:
    from spasmograph.app.workspace import Workspace
    from spasmograph.model.record import Entry, ScaleResult, Treatment


def print_said(workspace: "Workspace", entry: "Entry", *, as_json: bool) -> None:
    """What is said to an entry; beside JSON only the way to help where an answer needs it at once, aside from it."""
    from spasmograph.care.scales import load_scales, reading
    from spasmograph.model.record import ScaleResult, Treatment
    from spasmograph.web.pages.telling import help_lines

    match entry:
        case ScaleResult() if entry.scale in load_scales():
            if not as_json:
                print_sentences(said_of(workspace, entry))
            elif reading(entry).attention:
                click.echo("\n".join(help_lines()), err=True)
        case Treatment() if not as_json:
            print_sentences(statements_of(entry))
        case _:
            pass


def statements_of(treatment: "Treatment") -> list[str]:
    """What is said beside a treatment on its page, what is urgent first."""
    from spasmograph.care.treatment_catalogue import load_treatments
    from spasmograph.language import text as _

    found = load_treatments().said_of(treatment.treatment, treatment.name)
    return [f"- {_(one.words)}" for one in sorted(found, key=lambda one: not one.urgent)]


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


def calculated(entry: "Entry") -> "Entry":
    """A result whose items were changed, with the total and the subscores that they give; other entries as they are."""
    from spasmograph.care.scales import filled_in
    from spasmograph.model.record import ScaleResult

    if not isinstance(entry, ScaleResult):
        return entry
    anew = filled_in(entry.scale, entry.items, variant=entry.variant, rater=entry.rater, at=entry.at)
    return replace(entry, items=anew.items, total=anew.total, subscores=anew.subscores)
