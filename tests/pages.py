"""Pages as they read, and forms as they stand in them."""

import re
from collections.abc import Mapping, Sequence
from html import unescape

from httpx2 import Response
from starlette.testclient import TestClient


def words(answer: Response) -> str:
    """A page as it reads."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])))


def typed(answer: Response, name: str) -> str:
    """What stands in a field of a page: a line, a text, or the chosen one."""
    text = re.search(rf'<textarea name="{name}"[^>]*>\n([^<]*)', answer.text)
    chosen = re.search(rf'name="{name}" value="([^"]*)"[^>]* checked', answer.text)
    line = re.search(rf'name="{name}"[^>]* value="([^"]*)"', answer.text)
    found = text or chosen or line
    return unescape(found.group(1)) if found else ""


def sent(client: TestClient, path: str, data: Mapping[str, str | Sequence[str]], *, to: str) -> None:
    answer = client.post(path, data=dict(data))
    assert (answer.status_code, answer.headers.get("location", "").partition("=")[0]) == (303, to)
