"""How paper is made: Typst sets facts and drawings as a tagged A4 PDF, without a network and with the fonts it carries."""

import json
import unicodedata
from contextlib import suppress
from importlib.resources import files
from typing import Any

# What the reports themselves write beyond letters and ASCII; the embedded fonts have all of it.
OWN_SIGNS = frozenset("°±·×µ–—’“”…−≤≥◀▶→\u00a0\u200b\ufffd")
LETTERS = ("LATIN ", "GREEK ", "CYRILLIC ")
Drawings = dict[str, tuple[str, str]]


def typeset(template: str, facts: dict[str, Any], drawings: Drawings) -> bytes:
    """A PDF (A4, tagged, PDF/UA-1, fonts embedded) of facts in which nothing is markup, and of drawings by file name, each with its words.

    The fonts that come along have Latin, Greek and Cyrillic letters; others are taken from the system's fonts, and the paper shows `?` where those
    have them neither.
    """
    import typst

    sources = {"facts.json": json.dumps(facts, allow_nan=False, ensure_ascii=False), **{name: svg for name, (svg, _) in drawings.items()}}
    try:
        return _compiled(template, sources)
    except typst.TypstError:
        shown = {name: _in_fonts(text) for name, text in sources.items()}
        if shown == sources:
            raise
    with suppress(typst.TypstError):
        return _compiled(template, sources, system_fonts=True)
    return _compiled(template, shown)


def writable(letters: str) -> bool:
    """Whether the fonts that come along, or else those of the system, have every one of these letters."""
    import typst

    given: Any = {"main": b'#set document(title: "letters")\n#read("letters.txt")', "letters.txt": letters.encode()}
    for system_fonts in (False, True):
        with suppress(typst.TypstError):
            typst.compile(given, font_paths=typst.Fonts(include_system_fonts=system_fonts), pdf_standards=["ua-1"])
            return True
    return False


def _in_fonts(text: str) -> str:
    """The text with `?` for what the embedded fonts may not have."""
    return "".join(char if char.isascii() or char in OWN_SIGNS or unicodedata.name(char, "").startswith(LETTERS) else "?" for char in text)


def _compiled(template: str, sources: dict[str, str], *, system_fonts: bool = False) -> bytes:
    import typst

    folder = files("spasmograph.present").joinpath("templates")
    # A dictionary of files is taken at run time, though the package's own types do not say so.
    given: Any = {
        "main": folder.joinpath(template).read_bytes(),
        "house.typ": folder.joinpath("house.typ").read_bytes(),
        **{name: text.encode() for name, text in sources.items()},
    }
    return bytes(typst.compile(given, font_paths=typst.Fonts(include_system_fonts=system_fonts), pdf_standards=["ua-1"]))
