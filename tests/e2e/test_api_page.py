"""The code in docs/api.md runs as it stands there."""

import re
from pathlib import Path
from typing import Any

import pytest

from spasmograph.io.phantom import Scene, render_phantom
from spasmograph.script import demo_script

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


@pytest.mark.slow
def test_stage_by_stage_gives_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    render_phantom("clip.mp4", Scene(), demo_script(6.0))
    names: dict[str, Any] = {}

    for code in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(code, names)  # noqa: S102 - our own page

    whole = names["measurement"]
    assert len(names["events"]) > 0
    assert [(event.kind, event.side) for event in names["events"]] == [(event.kind, event.side) for event in whole.events]
    assert [score.name for score in names["scores"]] == [score.name for score in whole.scores]
