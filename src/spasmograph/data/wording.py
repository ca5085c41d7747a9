"""The words of the data files that people read, for the catalogues of other languages; called by pybabel, see `babel.cfg`."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatch
from typing import IO, Any

Found = tuple[int, str, str, list[str]]


def words_of(file: IO[bytes], keywords: Collection[str], comment_tags: Collection[str], options: Mapping[str, str]) -> Iterator[Found]:  # noqa: ARG001 - Babel's signature
    """Every text of a TOML file whose path, such as `steps.cues.show`, fits one of the patterns of the option `paths`."""
    wanted = options["paths"].split()
    for path, words in _texts("", tomllib.loads(file.read().decode())):
        if words and any(fnmatch(path, one) for one in wanted):
            yield 1, "_", " ".join(words.split()) if "\n" in words else words, []


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text below a value with its path; lists have the path of what they are in."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(f"{path}.{key}".lstrip("."), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(path, inner)
