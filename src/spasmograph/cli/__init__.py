"""The command line: parse, one call, print."""

from spasmograph.cli.program import main

__all__ = ["main"]
