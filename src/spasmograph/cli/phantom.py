"""`spasmograph phantom`: a drawn face as a film, with its truth."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spasmograph.app.pool import core_count
from spasmograph.cli.exits import HELP, ending_well
from spasmograph.cli.progress import display
from spasmograph.cli.wording import safe
from spasmograph.errors import InputError

if TYPE_CHECKING:
    from spasmograph.io.phantom import Scene
    from spasmograph.script import Script

EXAMPLES = """\b
Examples:
  spasmograph phantom --out film.mp4
  spasmograph phantom --out dark.mp4 --seconds 20 --skin-tone 5 --light dim
  spasmograph phantom --out still.mp4 --script control --size 640x360 --fps 60

"""
LONGEST_S = 3600.0
MADE_UP = ("demo", "control")
ENDINGS = (".mp4", ".mov", ".mkv")


def _film_name(_context: click.Context, _option: click.Parameter, value: Path) -> Path:
    """A file name whose ending names a kind of film that can hold the pictures."""
    if value.suffix.lower() not in ENDINGS:
        msg = f"the name of a film must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}, such as film.mp4."
        raise click.BadParameter(msg)
    return value


def _size(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, int]:
    """Width and height in pixels, both even, as films need them."""
    width, _, height = value.lower().replace("×", "x").partition("x")
    if not (width.isdecimal() and height.isdecimal()) or int(width) % 2 or int(height) % 2:
        msg = f"{value!r} is not a size in even numbers of pixels, such as 1280x720."
        raise click.BadParameter(msg)
    return int(width), int(height)


@click.command(epilog=EXAMPLES + HELP, short_help="Draw a test film of a face, with its truth.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_film_name,
    required=True,
    metavar="FILE",
    help="The film, such as film.mp4; its truth goes beside it.",
)
@click.option("--seconds", type=click.FloatRange(1.0, LONGEST_S), help="How long the film is.  [default: 60, or what the script file says]")
@click.option(
    "--script",
    default="demo",
    show_default=True,
    metavar="demo|control|FILE.json",
    help="Spasms of one side, ordinary movement, or movements of your own.",
)
@click.option("--side", type=click.Choice(["right", "left"]), default="right", show_default=True, help="The side of the spasms in the demo.")
@click.option("--seed", type=click.IntRange(min=0), help="Another number gives other times of the blinks.")
@click.option("--size", callback=_size, default="1280x720", show_default=True, metavar="WxH", help="Size of the picture in pixels.")
@click.option("--fps", "frame_rate_hz", type=float, default=30.0, show_default=True, metavar="HZ", help="Pictures a second.")
@click.option(
    "--face", "face_height_fraction", type=float, default=0.62, show_default=True, help="Height of the face over the height of the picture."
)
@click.option("--skin-tone", type=int, default=2, show_default=True, metavar="1-5", help="From very light to very dark.")
@click.option("--light", type=click.Choice(["even", "side", "dim"]), default="even", show_default=True)
@click.option("--yaw", "yaw_deg", type=float, default=0.0, show_default=True, metavar="DEG", help="Head turned to the patient's left.")
@click.option("--pitch", "pitch_deg", type=float, default=0.0, show_default=True, metavar="DEG", help="Head turned up.")
@click.option("--roll", "roll_deg", type=float, default=0.0, show_default=True, metavar="DEG", help="Head tilted to the patient's left shoulder.")
@click.option("--hair", type=click.Choice(["short", "long", "bald"]), default="short", show_default=True)
@click.option("--iris", default="brown", show_default=True, metavar="COLOUR", help="Colour of the eyes.")
@click.option("--glasses", is_flag=True, help="The face wears glasses.")
@click.option("--blur", "blur_px", type=float, default=0.0, show_default=True, metavar="PX", help="Blur of the lens.")
@click.option("--noise", type=float, default=0.006, show_default=True, help="Noise of the sensor over full scale.")
@click.option("--crf", type=click.IntRange(0, 51), default=20, show_default=True, help="Compression; smaller is better.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many processes draw.  [default: one a core]")
@click.option("--quiet", is_flag=True, help="Print errors only.")
def phantom(**given: Any) -> None:
    """Draw a film of a face that moves by a script, and write down beside it what is true of it.

    It needs no real face, and every movement's time, side and strength is known: for trying things out, for tests, for teaching.
    """
    out: Path = given.pop("out")
    quiet, workers = given.pop("quiet"), given.pop("workers") or core_count()
    with ending_well():
        script = _script(given.pop("script"), given.pop("seconds"), given.pop("side"), given.pop("seed"))
        scene = _scene(given)
        truth = _render(out, scene, script, workers=workers, quiet=quiet)
    if not quiet:
        click.echo(f"Film:  {safe(str(out))}\nTruth: {safe(str(truth))}")


def _script(name: str, seconds: float | None, side: str, seed: int | None) -> "Script":
    """The script of that name or in that file."""
    from spasmograph.script import control_script, demo_script
    from spasmograph.terms import Side

    seeded = {} if seed is None else {"seed": seed}
    if name == "demo":
        return demo_script(seconds or 60.0, side=Side(side), **seeded)
    if name == "control":
        return control_script(seconds or 60.0, **seeded)
    if seconds is not None:
        msg = "--seconds does not go with a script file, which says itself how long it lasts."
        raise click.UsageError(msg)
    return _script_file(Path(name))


def _script_file(path: Path) -> "Script":
    from spasmograph.script import script_from_json

    try:
        return script_from_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        msg = f"the script {path} cannot be read ({error.strerror}); give {', '.join(MADE_UP)} or a file"
        raise InputError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path} is no text, so it is no script of movements; give {', '.join(MADE_UP)} or a file"
        raise InputError(msg) from error
    except ValueError as error:
        msg = f"{path}: {error}"
        raise InputError(msg) from error


def _scene(given: dict[str, Any]) -> "Scene":
    """The scene that the options describe; one that cannot be drawn is wrong usage."""
    from spasmograph.io.phantom import Hair, Light, Scene

    width_px, height_px = given.pop("size")
    given |= {"light": Light(given["light"]), "hair": Hair(given["hair"])}
    try:
        return Scene(width_px=width_px, height_px=height_px, **given)
    except InputError as error:
        msg = f"{error}."
        raise click.UsageError(msg) from error


def _render(out: Path, scene: "Scene", script: "Script", *, workers: int, quiet: bool) -> Path:
    from spasmograph.app.rendering import render_film
    from spasmograph.io.destination import destination

    with destination(out.parent), display(quiet=quiet) as shown:
        shown.start(out.name)
        truth = render_film(out, scene, script, workers=workers, progress=shown.frames)
        shown.finish(f"{safe(out.name)}: drawn")
    return truth
