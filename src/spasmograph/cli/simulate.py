"""`spasmograph simulate`: an EMG of the face as a file, with its truth."""

from pathlib import Path

import click

from spasmograph.cli.exits import HELP, ending_well
from spasmograph.cli.wording import safe

EXAMPLES = """\b
Examples:
  spasmograph simulate hemifacial --out spasm.edf
  spasmograph simulate blink_reflex --out reflex.edf --rate 5000 --strength 10
  spasmograph simulate noise --out quiet.edf --seconds 600 --seed 3

"""
LONGEST_S = 3600
# A test compares them with the worlds themselves, which are not loaded for the help.
WORLDS = (
    "hemifacial",
    "blepharospasm",
    "myokymia",
    "voluntary",
    "synkinesis",
    "bursts",
    "cross_talk",
    "noise",
    "noise_white",
    "noise_pink",
    "noise_mains",
    "noise_mains_60",
    "noise_ecg",
    "movement",
    "faults",
    "blink_reflex",
    "blink_reflex_synkinesis",
    "blink_reflex_absent",
    "lateral_spread",
    "lateral_spread_absent",
)


def _file_name(_context: click.Context, _option: click.Parameter, value: Path) -> Path:
    """A file name that says that it is an EDF."""
    if value.suffix.lower() != ".edf":
        msg = "the name of a recording must end in .edf, such as spasm.edf."
        raise click.BadParameter(msg)
    return value


@click.command(epilog=EXAMPLES + HELP, short_help="Simulate an EMG of the face, with its truth.")
@click.argument("world", type=click.Choice(WORLDS), metavar="WORLD")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_file_name,
    required=True,
    metavar="FILE",
    help="The recording, such as spasm.edf; its truth goes beside it.",
)
@click.option("--seconds", type=click.IntRange(10, LONGEST_S), default=60, show_default=True, help="How long the recording is.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another number gives another recording of that world.")
@click.option("--rate", type=click.IntRange(100, 20_000), default=2000, show_default=True, metavar="HZ", help="Samples a second.")
@click.option("--strength", type=click.FloatRange(0.0, 500.0), default=8.0, show_default=True, help="Of bursts and responses, over the noise.")
@click.option("--noise", "noise_uv", type=click.FloatRange(0.1, 30.0), default=5.0, show_default=True, metavar="UV", help="Noise in microvolts.")
@click.option("--side", type=click.Choice(["right", "left"]), default="right", show_default=True, help="The side of one-sided bursts and of stimuli.")
@click.option("--quiet", is_flag=True, help="Print errors only.")
def simulate(*, world: str, out: Path, seconds: int, seed: int, rate: int, strength: float, noise_uv: float, side: str, quiet: bool) -> None:  # noqa: PLR0913
    """Simulate an EMG of the face and write down beside it what is true of it.

    It needs no person, and every burst's and response's time and strength is known: for trying things out, for tests, for teaching.

    WORLD is one of: hemifacial, blepharospasm, myokymia, voluntary, synkinesis, bursts, cross_talk; noise, noise_white, noise_pink, noise_mains,
    noise_mains_60, noise_ecg; movement, faults; blink_reflex, blink_reflex_synkinesis, blink_reflex_absent, lateral_spread, lateral_spread_absent.
    """
    from spasmograph.app.simulation import write_simulation
    from spasmograph.io.destination import destination
    from spasmograph.measure.emg.simulate import simulate_emg
    from spasmograph.terms import Side

    with ending_well():
        with destination(out.parent):
            made = simulate_emg(
                world, seed=seed, duration_s=float(seconds), rate_hz=float(rate), strength=strength, noise_uv=noise_uv, side=Side(side)
            )
            truth = write_simulation(out, made)
        if not quiet:
            click.echo(f"Recording: {safe(str(out))}\nTruth:     {safe(str(truth))}")
