"""Names and messages as one safe line: whatever a file is called, it cannot steer the terminal."""

import unicodedata
from pathlib import Path

_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_JOINERS = {"\u200d"}


def safe(text: str) -> str:
    """The text with control characters, marks that turn the direction of writing and stray bytes shown as escapes."""
    return "".join(_escaped(char) if unicodedata.category(char) in _UNSAFE and char not in _JOINERS else char for char in text)


def failure(name: str, error: Exception) -> str:
    """`clip.mp4: what and what to do`, with the file's name once."""
    words = str(error)
    return safe(words if Path(name).name and Path(name).name in words else f"{name}: {words}")


def _escaped(char: str) -> str:
    return char.encode("unicode_escape", "surrogatepass").decode("ascii")
