"""What a channel shows, told from its name: the muscle, the patient's side, and whether it is EMG at all. The names are data: `data/muscles.toml`."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from unicodedata import combining, normalize

from spasmograph.terms import ChannelKind, Muscle, Side

_Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a name says: the kind of channel, and the muscle and the side where it names them."""

    kind: ChannelKind
    muscle: Muscle | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The table of names as patterns over plain words."""

    muscles: Mapping[Muscle, tuple[_Pattern, ...]]
    abbreviations: Mapping[str, Muscle]
    sides: Mapping[Side, _Pattern]
    words: Mapping[str, _Pattern]
    filler: frozenset[str]


def match_channel(name: str, sensor: str = "") -> Match:
    """What a channel of that name shows; `sensor` is what the file itself says that it records, apart from the name."""
    words = plain_words(name)
    kind = _kind_of(words, plain_words(sensor))
    if kind is not ChannelKind.EMG:
        return Match(kind=kind)
    side, rest = _side_of(words)
    return Match(kind=kind, muscle=_muscle_of(rest), side=side)


def match_muscle(name: str) -> Muscle | None:
    """The muscle that a name means, if it means one."""
    return _muscle_of(_side_of(plain_words(name))[1])


def match_side(name: str) -> Side | None:
    """The patient's side that a word means: "left", "L", "li", "sx", "gauche" ..."""
    return _side_of(plain_words(name))[0]


def plain_words(name: str) -> tuple[str, ...]:
    """A name in lower case, without accents and punctuation; letters, digits and a capital after small letters begin a word."""
    return tuple(re.findall(r"[a-z]+|[0-9]+", plain(name, apart=True)))


def plain(name: str, *, apart: bool = False) -> str:
    """A name in small letters without accents; with a space before every capital after a small letter if `apart`."""
    folded = "".join(sign for sign in normalize("NFKD", name) if not combining(sign))
    return (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", folded) if apart else folded).lower()


def _kind_of(words: tuple[str, ...], sensor: tuple[str, ...]) -> ChannelKind:
    """What the file says about the sensor counts first, then the words of the name, from the surest on."""
    table = _names().words
    said = sensor if sensor and not _only_numbered(table["generic"], sensor) else words
    for kind in (ChannelKind.TRIGGER, ChannelKind.ECG, ChannelKind.EMG):
        if _any(table[kind], said):
            return kind
    if said is not words or _any(table["other"], words):
        return ChannelKind.OTHER
    if not sensor and _is_electrode(words):
        return ChannelKind.OTHER
    known = sensor or _only_numbered(table["generic"], words) or _muscle_of(_side_of(words)[1])
    return ChannelKind.EMG if known else ChannelKind.OTHER


def _is_electrode(words: tuple[str, ...]) -> bool:
    """Whether a name begins with a place on the head, such as Fp1, C3-A2 or Cz."""
    return any(_names().words["electrode"].fullmatch("".join(words[:length])) for length in (1, 2))


def _any(pattern: _Pattern, words: Iterable[str]) -> bool:
    return any(pattern.fullmatch(word) for word in words)


def _only_numbered(pattern: _Pattern, words: tuple[str, ...]) -> bool:
    """Whether a name is nothing but words for an input, and numbers."""
    return all(word.isdecimal() or pattern.fullmatch(word) for word in words)


def _side_of(words: tuple[str, ...]) -> tuple[Side | None, tuple[str, ...]]:
    """The side that the words name, and the words without it; no side where they name both."""
    sides = _names().sides
    found = {side for side, pattern in sides.items() if _any(pattern, words)}
    if found:
        rest = tuple(word for word in words if not any(pattern.fullmatch(word) for pattern in sides.values()))
        return (found.pop() if len(found) == 1 else None), rest
    for place, word in enumerate(words):
        side, bare = _glued_side(word)
        if side:
            return side, (*words[:place], bare, *words[place + 1 :])
    return None, words


def _glued_side(word: str) -> tuple[Side | None, str]:
    """The side in "OOL" or "LZyg", where its letter stands right beside an abbreviation.

    "OOR" is so the right orbicularis oculi; the orbicularis oris is meant in "OOr L", which names a side besides.
    """
    known = _names().abbreviations
    sides = {"l": Side.LEFT, "r": Side.RIGHT}
    if word[-1:] in sides and word[:-1] in known:
        return sides[word[-1]], word[:-1]
    if word[:1] in sides and word[1:] in known:
        return sides[word[0]], word[1:]
    return None, word


def _muscle_of(words: tuple[str, ...]) -> Muscle | None:
    """The muscle whose name covers most of the words."""
    table = _names()
    text = " ".join(word for word in words if word not in table.filler and not word.isdecimal())
    best, length = None, 0
    for muscle, patterns in table.muscles.items():
        for pattern in patterns:
            found = pattern.search(text)
            if found and len(found[0]) > length:
                best, length = muscle, len(found[0])
    return best


@cache
def _names() -> _Names:
    table = tomllib.loads(files("spasmograph.data").joinpath("muscles.toml").read_text(encoding="utf-8"))
    words = {kind: _one_of(entries) for kind, entries in table["words"].items()}
    electrodes = "|".join(table["words"]["electrodes"])
    words["electrode"] = re.compile(rf"(?:{electrodes})(?:z|\d{{1,2}})")
    return _Names(
        muscles={Muscle(name): tuple(map(_phrase, aliases)) for name, aliases in table["muscles"].items()},
        abbreviations={alias: Muscle(name) for name, aliases in table["muscles"].items() for alias in aliases if alias.isalpha()},
        sides={Side(side): _one_of(entries) for side, entries in table["sides"].items()},
        words=words,
        filler=frozenset(table["words"]["filler"]),
    )


def _phrase(alias: str) -> _Pattern:
    return re.compile(r"\b" + alias.replace(" ", " ?").replace("*", "[a-z]*") + r"\b")


def _one_of(entries: Iterable[str]) -> _Pattern:
    return re.compile("|".join(entry.replace("*", "[a-z]*") for entry in entries))
