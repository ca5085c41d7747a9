"""The study's two files: a page to read and a file for programs."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from revalidation.result import Row, Section, grid, markdown, section_of
from spasmograph import __version__
from spasmograph.io.mesh import model_manifest
from spasmograph.parameters import load_emg_parameters, load_parameters

_TEMPLATE = Path(__file__).with_name("validity.template.md")
_COLUMNS = ("what", "target", "measured", "cases", "met")


def page(sections: Sequence[Section], command: str) -> str:
    """The page as Markdown: fixed text around the generated tables."""
    text = _TEMPLATE.read_text(encoding="utf-8")
    parts = {
        "command": command,
        "made_with": f"version {__version__}, rule sets {load_parameters().version} and {load_emg_parameters().version}",
        "summary": _summary(sections),
        "sections": "\n\n".join(_section(section) for section in sections),
    }
    for name, part in parts.items():
        text = text.replace("{{ " + name + " }}", part)
    return text


def _mark(row: Row) -> str:
    return {True: "yes", False: "**no**", None: "—"}[row.met]


def _cells(row: Row) -> tuple[str, ...]:
    return row.claim, row.target, row.measured, row.cases, _mark(row)


def _summary(sections: Sequence[Section]) -> str:
    """Every row that has a target."""
    asked = [(section.title, *_cells(row)) for section in sections for row in section.rows if row.met is not None]
    left_out = [f"- not run: {section.title} ({section.skipped})" for section in sections if section.skipped]
    return "\n".join([grid(("part", *_COLUMNS), asked), *(["", *left_out] if left_out else [])])


def _section(section: Section) -> str:
    lines = [f"## {section.title}"]
    if section.skipped:
        return "\n\n".join([*lines, f"Not run: {section.skipped}."])
    lines += [grid(_COLUMNS, [_cells(row) for row in section.rows])]
    lines += ["\n".join(f"- {note}" for note in section.notes)] if section.notes else []
    for table in section.tables:
        lines += [f"### {table.title}", markdown(table)]
    lines += [f"Made by {section.made_by}."] if section.made_by else []
    return "\n\n".join(lines)


def record(sections: Sequence[Section], command: str) -> str:
    """The same for programs, as JSON; what is not a number is null."""
    models = {name: part["sha256"] for name, part in model_manifest()["models"].items()}
    made = {"package_version": __version__, "rule_set_version": load_parameters().version, "model_sha256": models, "command": command}
    return json.dumps(_plain({"made_with": made, "sections": [section.record() for section in sections]}), indent=1, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    """Numbers that JSON can hold, all the way down."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def kept(folder: Path) -> list[Section]:
    """The sections of an earlier study; none where there is no `validity.json`."""
    path = folder / "validity.json"
    if not path.exists():
        return []
    stored = json.loads(path.read_text(encoding="utf-8"))
    made = stored["made_with"]
    by = f"`{made['command']}` with version {made['package_version']}, rule set {made['rule_set_version']}"
    return [replace(section, made_by=section.made_by or by) for section in map(section_of, stored["sections"])]


def renewed(old: Sequence[Section], new: Sequence[Section], order: Sequence[str]) -> list[Section]:
    """Sections of an earlier study with some made anew, in the order of the parts' keys."""
    by_key = {section.key: section for section in (*old, *new)}
    return [by_key[key] for key in order if key in by_key]


def write(sections: Sequence[Section], folder: Path, command: str) -> list[Path]:
    """Write `validity.md` and `validity.json`; a file is replaced whole."""
    contents = {folder / "validity.md": page(sections, command), folder / "validity.json": record(sections, command)}
    for path, text in contents.items():
        part = path.with_suffix(path.suffix + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    return list(contents)
