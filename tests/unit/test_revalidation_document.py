import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from revalidation import composites, mesh_parity, recordings
from revalidation.__main__ import main
from revalidation.document import kept, page, record, renewed, write
from revalidation.recordings import NotHereError
from revalidation.result import Row, Section, Table
from revalidation.study import Part, run

ROWS = (
    Row(claim="blinks found", target="≥ 0.97", measured="0.981", cases="147", met=True, value=0.981, low=math.nan, high=1.0),
    Row(claim="pulls found", target="4 of 4", measured="3 of 4", cases="4", met=False),
    Row(claim="noise", target="—", measured="0.1 mm", cases="9"),
)
SECTIONS = (
    Section(
        key="one", title="The first part", rows=ROWS, tables=(Table(title="Detail", columns=("a", "b"), cells=(("1", "x|y"),)),), notes=("A note.",)
    ),
    Section(key="two", title="The second part", skipped="its recordings are not here"),
)


def test_the_page_holds_every_row_and_what_was_left_out() -> None:
    text = page(SECTIONS, "python -m revalidation")
    assert "{{" not in text
    assert "| pulls found | 4 of 4 | 3 of 4 | 4 | **no** |" in text
    assert "- not run: The second part (its recordings are not here)" in text
    assert "| 1 | x/y |" in text


def test_the_summary_holds_only_what_has_a_target() -> None:
    summary = page(SECTIONS, "x").split("## In short")[1].split("## The first part")[0]
    assert "blinks found" in summary
    assert "noise" not in summary


def test_the_record_is_json_without_what_json_does_not_know() -> None:
    stored = json.loads(record(SECTIONS, "x"))
    first = stored["sections"][0]["rows"][0]
    assert (first["value"], first["low"]) == (0.981, None)
    assert stored["made_with"]["rule_set_version"]


def test_both_files_are_written(tmp_path: Path) -> None:
    assert (
        sorted(path.name for path in write(SECTIONS, tmp_path, "x")) == sorted(p.name for p in tmp_path.iterdir()) == ["validity.json", "validity.md"]
    )


def test_what_is_kept_is_what_was_written(tmp_path: Path) -> None:
    assert kept(tmp_path) == []
    write([replace(section, made_by="a command") for section in SECTIONS], tmp_path, "x")

    again = kept(tmp_path)
    first = replace(SECTIONS[0].rows[0], low=None)
    assert again[0] == replace(SECTIONS[0], rows=(first, *SECTIONS[0].rows[1:]), made_by="a command")
    assert again[1] == replace(SECTIONS[1], made_by="a command")


def test_a_renewed_part_takes_the_place_of_the_older_one(tmp_path: Path) -> None:
    write(SECTIONS, tmp_path, "python -m revalidation --full")
    new = Section(key="two", title="The second part, again", rows=ROWS, made_by="another command")

    sections = renewed(kept(tmp_path), [new], ["three", "two", "one"])
    assert [section.key for section in sections] == ["two", "one"]
    assert sections[0] is new
    assert "Made by `python -m revalidation --full` with version" in page(sections, "x").split("## The first part")[1]


def test_a_part_without_its_recordings_is_left_out_and_the_next_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    def absent() -> Section:
        msg = "the clips are not here"
        raise NotHereError(msg)

    found = run([Part(key="a", title="A", run=absent), Part(key="b", title="B", run=lambda: SECTIONS[0])])
    assert [section.skipped for section in found] == ["the clips are not here", ""]
    assert "B: 1 of 2 targets met" in capsys.readouterr().out


def test_no_recordings_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPASMOGRAPH_SHARED", str(tmp_path))
    with pytest.raises(NotHereError, match="set SPASMOGRAPH_SHARED"):
        recordings.shared()


def test_an_unknown_part_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "nonsense"]) == 1
    assert "no such part: nonsense; there are tagged_blinks" in capsys.readouterr().err


def test_sides_of_the_picture_are_the_patients_other_sides() -> None:
    assert [recordings.patient_side(side) for side in ("left", "right", "both")] == ["right", "left", "both"]


def test_distances_are_in_percent_of_the_outer_canthi() -> None:
    import numpy as np

    reference = np.zeros((1, 478, 2))
    reference[0, 263] = (200.0, 0.0)
    moved = reference + np.array([2.0, 0.0])
    assert mesh_parity.distances_percent(moved, reference) == pytest.approx(np.full((1, 478), 1.0))


def test_a_pasted_eye_leaves_the_other_half_of_the_picture_untouched() -> None:
    import numpy as np

    points = np.zeros((478, 2))
    points[[33, 133, 362, 263]] = [(60, 80), (100, 80), (140, 80), (180, 80)]
    points[list(composites._LIDS["left"])] = [(150, 75), (160, 74), (170, 75), (150, 85), (160, 86), (170, 85)]  # noqa: SLF001
    opened, closed = np.zeros((160, 240, 3), np.uint8), np.full((160, 240, 3), 200, np.uint8)
    pasted = composites.paste_eye(opened, closed, points, "right", (0.8, 0.85))
    assert pasted[80, 80, 0] == 200
    assert not pasted[:, 130:].any()
