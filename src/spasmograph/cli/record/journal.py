"""`spasmograph record note`, `episode`, `question` and `appointment`: what a person says from day to day."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.cli.record.opening import at_option, home_option, json_option, opened, whole_id
from spasmograph.cli.record.reading import noted_at, pairs, when
from spasmograph.cli.record.telling import print_kept
from spasmograph.terms import Bothered, Precision, Side

if TYPE_CHECKING:
    from spasmograph.model.record import Appointment

SEVERITY = click.IntRange(0, 10)
BOTHERED = [str(one) for one in Bothered]
SIDES = [str(one) for one in Side]


@click.command(short_help="How a day was.")
@click.option("--severity", type=SEVERITY, metavar="0-10", help="How bad the spasms were; 0 is none.")
@click.option("--bothered", type=click.Choice(BOTHERED), metavar="HOW_LONG", help=f"For how long they bothered: {', '.join(BOTHERED)}.")
@click.option("--symptom", "symptoms", multiple=True, metavar="NAME=0-10", help="A symptom of your own; up to three.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="What may matter, such as stress, poor_sleep, caffeine, or a word of your own.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@at_option
@home_option
@json_option
def note(**given: Any) -> None:
    """Note in the journal how a day was. One of the options is enough."""
    from spasmograph.model.record import JournalEntry

    symptoms = pairs(given["symptoms"], int, option="--symptom")
    with opened(given["home"]) as workspace:
        told = noted_at(given["at"], workspace.now())
        entry = JournalEntry(
            at=told.at,
            precision=told.precision,
            severity=given["severity"],
            bothered=Bothered(given["bothered"]) if given["bothered"] else None,
            symptoms=symptoms,
            tags=tuple(dict.fromkeys(tag.strip() for tag in given["tags"] if tag.strip())),
            note=given["note"].strip(),
        )
        print_kept(workspace.note(entry), as_json=given["as_json"])


@click.command(short_help="A spasm or a series of them, as it happens.")
@click.option("--severity", type=SEVERITY, metavar="0-10", help="How strong it was.")
@click.option("--minutes", type=float, metavar="N", help="How long it took; half a minute is 0.5.")
@click.option("--side", type=click.Choice(SIDES), help="Which side of your own face.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@at_option
@home_option
@json_option
def episode(**given: Any) -> None:
    """Note an episode. Without any option it says that there was one just now."""
    from spasmograph.model.record import SpasmEpisode

    with opened(given["home"]) as workspace:
        told = noted_at(given["at"], workspace.now())
        entry = SpasmEpisode(
            at=told.at,
            precision=told.precision,
            severity=given["severity"],
            duration_s=None if given["minutes"] is None else given["minutes"] * 60,
            side=Side(given["side"]) if given["side"] else None,
            note=given["note"].strip(),
        )
        print_kept(workspace.note(entry), as_json=given["as_json"])


@click.command(short_help="Something to ask the doctor, or the answer to it.")
@click.argument("text")
@click.option("--answers", "question_id", metavar="ID", help="TEXT is the answer to this question.")
@home_option
@json_option
def question(text: str, question_id: str | None, home: Path | None, as_json: bool) -> None:
    """Keep TEXT as a question for the next visit; with --answers, as the answer to one that is kept."""
    from dataclasses import replace

    from spasmograph.model.record import Question

    with opened(home) as workspace:
        if question_id:
            was = workspace.get(whole_id(workspace, question_id), Question)
            kept = workspace.note(replace(was, answer=text.strip()))
        else:
            kept = workspace.note(Question(at=workspace.now(), text=text.strip()))
        print_kept(kept, as_json=as_json)


@click.command(short_help="A visit that is planned.")
@click.argument("title")
@click.option("--at", required=True, metavar="WHEN", help="When it begins, as 2026-03-14 or '2026-03-14 09:30'.")
@click.option("--until", metavar="HH:MM", help="When it ends, on the same day.")
@click.option("--place", default="", metavar="TEXT", help="Where.")
@click.option("--note", default="", metavar="TEXT", help="Anything else.")
@click.option("--injection", is_flag=True, help="An injection is planned for it.")
@home_option
@json_option
def appointment(**given: Any) -> None:
    """Keep an appointment; TITLE says with whom or what for."""
    with opened(given["home"]) as workspace:
        print_kept(workspace.note(_visit(given, workspace.now())), as_json=given["as_json"])


def _visit(given: dict[str, Any], now: datetime) -> "Appointment":
    from spasmograph.model.record import Appointment

    begin = when(given["at"], now)
    if given["until"] and begin.precision is not Precision.MINUTE:
        msg = "an end needs a beginning with a time, such as --at '2026-03-14 09:30'."
        raise click.BadParameter(msg, param_hint="--until")
    return Appointment(
        at=begin.at,
        precision=begin.precision,
        until=when(given["until"], begin.at, option="--until").at if given["until"] else None,
        title=given["title"].strip(),
        place=given["place"].strip(),
        note=given["note"].strip(),
        injection=given["injection"],
    )
