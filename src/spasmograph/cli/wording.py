"""Names and messages as one safe line: whatever a file is called, it cannot steer the terminal."""

import unicodedata
from pathlib import Path

import click

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
# Joins the parts of one emoji and of letters in several scripts.
_JOINER = "\u200d"


def safe(text: str) -> str:
    """The text with control characters, marks that turn the direction of writing and stray bytes shown as escapes."""
    return "".join(_escaped(char) if unicodedata.category(char) in _UNSAFE and char != _JOINER else char for char in text)


def failure(path: Path, error: Exception) -> str:
    """`clip.mp4: what and what to do`, with the film's name once."""
    words = str(error)
    return safe(words if path.name and path.name in words else f"{path}: {words}")


def say(text: str) -> None:
    """One line on standard error."""
    click.echo(f"spasmograph: {text}", err=True)


def counted(number: int, noun: str) -> str:
    """`1 film`, `3 films`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
