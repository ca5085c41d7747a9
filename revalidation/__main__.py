"""`python -m revalidation`: how well the product measures, against known truth."""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from revalidation.document import kept, renewed, write
from revalidation.recordings import REPOSITORY
from revalidation.study import parts, run
from spasmograph import __version__
from spasmograph.parameters import load_emg_parameters, load_parameters


def arguments(words: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m revalidation", description="Accuracy against known truth; writes validity.md and validity.json.")
    parser.add_argument("--full", action="store_true", help="all 675 films of the drawn face in place of a balanced subset of 45")
    parser.add_argument("--workers", type=int, default=2, help="processes for the drawn face (default 2)")
    parser.add_argument("--peer", action="store_true", help="set up the peer's environment for the comparison if it is not there")
    parser.add_argument("--only", nargs="+", metavar="PART", help="run these parts alone, print what went wrong and write nothing")
    parser.add_argument(
        "--renew", nargs="+", metavar="PART", help="run these parts alone and put them in the place of the older ones in the two files"
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY / "docs", help="folder of the two files (default docs)")
    return parser.parse_args(words)


def _made_by(command: str) -> str:
    """Which command made a section, by which rules."""
    return f"`{command}` with version {__version__}, rule sets {load_parameters().version} and {load_emg_parameters().version}"


def main(words: list[str]) -> int:
    """Run the study; 1 if a part was named that does not exist."""
    options = arguments(words)
    every = parts(quick=not options.full, workers=options.workers, with_peer=options.peer)
    unknown = {*(options.only or ()), *(options.renew or ())} - {part.key for part in every}
    if unknown:
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(part.key for part in every)}", file=sys.stderr)
        return 1
    if options.only:
        for section in run([part for part in every if part.key in options.only]):
            print(*(f"  {row.claim}: {row.measured} (target {row.target})" for row in section.rows), sep="\n")
            print(*(f"  ! {words}" for words in section.findings), sep="\n")
        return 0
    command = " ".join(["python -m revalidation", *(["--full"] if options.full else [])])
    sections = [replace(section, made_by=_made_by(command)) for section in run([part for part in every if part.key in (options.renew or {part.key})])]
    if options.renew:
        sections = renewed(kept(options.out), sections, [part.key for part in every])
    for path in write(sections, options.out, command):
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
