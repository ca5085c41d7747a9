"""How a page is put together: one file with its own style, script and data, and a policy that lets in nothing else."""

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from spasmograph.present import words

if TYPE_CHECKING:
    from jinja2 import Environment
    from numpy.typing import NDArray


def rendered(template: str, data: dict[str, Any], **facts: Any) -> str:
    """A template of this room as a whole page, with `data` for the script and `facts` for the template; every value is escaped."""
    style, script = _template_text("report.css"), _template_text("report.js")
    own = {"style": style, "script": script, "style_hash": _hash(style), "script_hash": _hash(script)}
    return _environment().get_template(template).render(words=words, data=_embedded(data), **own, **facts)


def packed(values: "NDArray[Any]") -> str:
    """Numbers as text that the script unpacks."""
    return base64.b64encode(values.tobytes()).decode()


@cache
def _environment() -> "Environment":
    """Templates from the package, every value escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("spasmograph.present", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _template_text(name: str) -> str:
    return files("spasmograph.present").joinpath("templates", name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash by which the page's own policy lets in this style or script and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _embedded(data: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    return json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
