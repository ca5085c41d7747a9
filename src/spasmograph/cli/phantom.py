"""`spasmograph phantom`: a drawn face as a film, with its truth."""

from pathlib import Path

import click


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE")
@click.option("--seconds", type=click.FloatRange(min=1), default=60.0, show_default=True)
def phantom(out: Path, seconds: float) -> int:
    """Draw a film of a face that moves by a script."""
    from spasmograph.app.pool import core_count
    from spasmograph.app.rendering import render_film
    from spasmograph.io.phantom import Scene
    from spasmograph.script import demo_script

    out.parent.mkdir(parents=True, exist_ok=True)
    truth = render_film(out, Scene(), demo_script(seconds), workers=core_count())
    click.echo(f"Film:  {out}\nTruth: {truth}")
    return 0
