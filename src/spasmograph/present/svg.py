"""A small writer for SVG text: colours stand in the drawing for paper, classes stand beside them so that a page may recolour it."""

from html import escape

from spasmograph.terms import EventKind, Side

# Okabe and Ito's palette, told apart in the common forms of colour blindness; shapes say the same a second time.
COLOURS = {
    "right": "#c04e00",
    "left": "#00639c",
    "both": "#7a3d8f",
    "blink": "#5b6670",
    "ink": "#1d2730",
    "muted": "#55616b",
    "line": "#c9d1d8",
    "row": "#f6f8f9",
    "paper": "#ffffff",
    "gap": "#e9edf0",
    "hatch": "#98a4ad",
}
FONT = "system-ui, Libertinus Serif, sans-serif"


def element(tag: str, *children: str, **attributes: object) -> str:
    """One SVG element; `_` in a name stands for `-`, a trailing `_` is dropped, numbers keep two decimals, None is left out."""
    text = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{tag}{text}>{''.join(children)}</{tag}>" if children else f"<{tag}{text}/>"


def document(body: list[str], *, width: float, height: float, label: str, class_: str, interactive: bool = False) -> str:
    """A whole drawing with its name in words; an interactive one is a group whose parts are reached one by one."""
    return element(
        "svg",
        element("title", escape(label)) if not interactive else "",
        *body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        width=width,
        height=height,
        class_=class_,
        role="group" if interactive else "img",
        aria_label=label,
        font_family=FONT,
    )


def text(x: float, y: float, content: str, *, size: float = 11, fill: str = "muted", halo: bool = False, **more: object) -> str:
    """A line of text whose baseline starts at (x, y); a halo keeps it readable on top of lines; `more` are further attributes."""
    look = painted(fill) | more
    if halo:
        look |= {"class_": f"f-{fill} halo", "stroke": COLOURS["paper"], "stroke_width": 3, "stroke_linejoin": "round", "paint_order": "stroke"}
    return element("text", escape(content), x=x, y=y, font_size=size, **look)


def painted(name: str) -> dict[str, object]:
    """Fill with a named colour, and its class."""
    return {"class_": f"f-{name}", "fill": COLOURS[name]}


def outlined(name: str, width: float = 1.2) -> dict[str, object]:
    """Draw the outline alone in a named colour, and its class."""
    return {"class_": f"s-{name}", "fill": "none", "stroke": COLOURS[name], "stroke_width": width}


def hatching(pattern_id: str) -> str:
    """The definition of the hatching that means `not seen`."""
    stroke = element("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", **outlined("hatch", 1.0))
    return element("defs", element("pattern", stroke, id=pattern_id, width=8, height=8, patternUnits="userSpaceOnUse"))


def colour_of(kind: EventKind, side: Side) -> str:
    """The named colour of an event: blinks are grey, everything else has its side's colour."""
    return "blink" if kind is EventKind.BLINK else str(side)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
    return escape(str(value))
