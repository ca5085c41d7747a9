"""Sources by number: every source that a report names, once, in the order in which it is named first."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from spasmograph.present import words


class References:
    """Counts the sources that are cited while a report is put together."""

    def __init__(self) -> None:
        self._keys: list[str] = []

    def cite(self, source: str) -> str:
        """The numbers of one or several sources, `[1]` or `[1, 2]`; empty where none is named."""
        keys = split(source)
        self._keys += [key for key in dict.fromkeys(keys) if key not in self._keys]
        numbers = ", ".join(str(self._keys.index(key) + 1) for key in keys)
        return f"[{numbers}]" if numbers else ""

    def inline(self, text: str) -> str:
        """The text with the keys in it as numbers: `overlaps (MYOKOV)` becomes `overlaps [3]`."""
        for key in sources():
            if key in text:
                text = re.sub(rf"\({re.escape(key)}\)|\b{re.escape(key)}\b", lambda _, key=key: self.cite(key), text)  # type: ignore[misc]
        return text

    def listed(self) -> tuple[str, ...]:
        """Full references in the order of their numbers; a source that is not known by its key stands as it is."""
        return tuple(words.shown_name(sources().get(key, key)) for key in self._keys)


def split(source: str) -> list[str]:
    """The keys in a source: several only where each of them is known."""
    keys = [key.strip() for key in source.replace(";", ",").split(",") if key.strip()]
    return keys if all(key in sources() for key in keys) else [source.strip()]


@cache
def sources() -> dict[str, str]:
    """Full references by the keys that norms and published patterns carry; the fullest where several files hold one."""
    found: dict[str, str] = {}
    for part in _data_files():
        for key, reference in tomllib.loads(part.read_text(encoding="utf-8")).get("sources", {}).items():
            found[key] = max(found.get(key, ""), str(reference), key=len)
    return found


def _data_files() -> list[Traversable]:
    folder = files("spasmograph.data")
    parts = [*folder.iterdir(), *folder.joinpath("emg").iterdir()]
    return sorted((part for part in parts if part.name.endswith(".toml")), key=lambda part: part.name)
