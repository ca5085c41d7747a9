"""A calm drawing of a face that shows where a session's points were and how many units each had.

The drawing is nobody's face. The person's right side is on the viewer's left, as when one faces the person, and the drawing says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from spasmograph.language import text as _
from spasmograph.model.record import InjectionSite
from spasmograph.present.svg import document, element, outlined, painted, text
from spasmograph.terms import Side

WIDTH, HEIGHT = 480.0, 600.0
# Where the right ear, the hairline, the left ear and the chin are.
EAR_X, HAIRLINE_Y, FACE_WIDTH, FACE_HEIGHT = 40.0, 60.0, 400.0, 480.0
BADGE, DOT, HOLE = 17.0, 4.0, 7.0
# Badges keep this far apart and move aside at most this often.
APART, ROUNDS = 2 * BADGE + 1, 80
Point = tuple[float, float]

# The right half; the left is its mirror image. First strong lines, then weak ones.
OUTLINES = (
    "M240 14C110 14 36 110 40 250C42 350 60 420 100 470C140 518 192 542 240 542",
    "M41 214C17 200 8 238 15 270C21 300 34 318 45 312",
    "M107 211C128 190 172 187 206 203C173 195 131 198 107 211",
    "M118 254C136 226 184 226 202 257C185 276 136 277 118 254Z",
    "M240 418C227 411 206 418 182 431C207 436 225 431 240 433M190 434C206 452 224 458 240 458",
    "M203 360C196 374 206 386 220 380M240 392C232 392 226 389 221 384",
)
WEAK = (
    "M240 60C160 62 84 92 56 188",
    "M116 241C135 212 184 211 204 243",
    "M130 281C146 291 174 291 190 281",
    "M221 262C217 310 213 338 204 358",
    "M192 384C176 398 168 412 166 426",
    "M215 488C224 482 232 480 240 480",
    "M29 232C22 246 26 272 36 286",
)
IRIS: Point = (160.0, 252.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """One point of the map: where it is, where its badge is, and what it says."""

    site: InjectionSite
    at: Point
    badge: Point


def face_map(sites: Sequence[InjectionSite], *, offered: Sequence[InjectionSite] = ()) -> str:
    """The face as SVG with every site that has a place on it, labelled with its units; those `offered` besides are empty rings.

    Drawn by presentation attributes, with classes beside them for a page's own colours; a point without units says `?`.
    """
    marks = _placed([site for site in sites if site.x is not None and site.y is not None])
    body = [*_face(), *_sides(), *(_ring(site) for site in offered), *(_leader(mark) for mark in marks), *(_badge(mark) for mark in marks)]
    return document(body, width=WIDTH, height=HEIGHT, label=label_of(sites), class_="face-map")


def place_on_map(x: float, y: float) -> Point:
    """The place in the drawing of a point of the face, both 0–1."""
    return EAR_X + FACE_WIDTH * x, HAIRLINE_Y + FACE_HEIGHT * y


def label_of(sites: Sequence[InjectionSite]) -> str:
    """What the drawing shows, in words."""
    parts = [_side_in_words(side, [site for site in sites if site.side is side]) for side in (Side.RIGHT, Side.BOTH, Side.LEFT)]
    told = "; ".join(part for part in parts if part)
    start = _("Map of the face, the person's right side on the left")
    return f"{start}: {told}" if told else start


def units_in_short(units: float | None) -> str:
    """Units as a badge says them; `?` where they are not known."""
    return "?" if units is None else f"{units:.2f}".rstrip("0").rstrip(".")


def _side_in_words(side: Side, sites: Sequence[InjectionSite]) -> str:
    if not sites:
        return ""
    words = {
        Side.RIGHT: _("right side, points: %(count)s, units: %(units)s"),
        Side.LEFT: _("left side, points: %(count)s, units: %(units)s"),
        Side.BOTH: _("middle, points: %(count)s, units: %(units)s"),
    }
    known = [site.units for site in sites if site.units is not None]
    return words[side] % {"count": len(sites), "units": units_in_short(sum(known) if known else None)}


def _face() -> list[str]:
    """The lines of the face, each half the mirror image of the other."""
    mirror = f"translate({WIDTH:g} 0) scale(-1 1)"
    half = [element("path", d=line, stroke_linecap="round", stroke_linejoin="round", **outlined("line", 1.6)) for line in WEAK]
    half += [element("path", d=line, stroke_linecap="round", stroke_linejoin="round", **outlined("hatch", 2.2)) for line in OUTLINES]
    half.append(element("circle", cx=IRIS[0], cy=IRIS[1], r=11.0, **outlined("hatch", 1.8)))
    return [element("g", *half), element("g", *half, transform=mirror)]


def _sides() -> list[str]:
    """Which side is which; the words stand where no face is."""
    baseline = HEIGHT - 14
    return [
        text(8.0, baseline, _("person's right side"), size=19, fill="right"),
        text(WIDTH - 8, baseline, _("person's left side"), size=19, fill="left", text_anchor="end"),
    ]


def _placed(sites: Sequence[InjectionSite]) -> list[_Mark]:
    """Badges sit on their points, and move aside where two would cover each other."""
    points = [place_on_map(site.x or 0.0, site.y or 0.0) for site in sites]
    badges = spread(points)
    return [_Mark(site=site, at=at, badge=badge) for site, at, badge in zip(sites, points, badges, strict=True)]


def spread(points: Sequence[Point]) -> list[Point]:
    """Places for badges near their points, no two closer than a badge is wide as long as there is room, all inside the drawing."""
    places = [_inside(point) for point in points]
    for _round in range(ROUNDS):
        moved = False
        for one in range(len(places)):
            for other in range(one):
                moved |= _part(places, one, other)
        if not moved:
            break
    return places


def _part(places: list[Point], one: int, other: int) -> bool:
    """Move two badges apart by what they lack, each by half; whether they had to."""
    (ax, ay), (bx, by) = places[one], places[other]
    distance = hypot(ax - bx, ay - by)
    if distance >= APART - 0.5:
        return False
    # Badges on one spot leave it sideways, outwards.
    dx, dy = ((ax - bx) / distance, (ay - by) / distance) if distance > 1e-6 else (-1.0 if ax < WIDTH / 2 else 1.0, 0.3)
    step = (APART - distance) / 2
    places[one], places[other] = _inside((ax + dx * step, ay + dy * step)), _inside((bx - dx * step, by - dy * step))
    return True


def _inside(point: Point) -> Point:
    return min(max(point[0], BADGE + 1), WIDTH - BADGE - 1), min(max(point[1], BADGE + 1), HEIGHT - BADGE - 36)


def _ring(site: InjectionSite) -> str:
    """A place that can be chosen, with room around it for a finger."""
    x, y = place_on_map(site.x or 0.0, site.y or 0.0)
    ring = element("circle", cx=x, cy=y, r=HOLE, class_="ring f-paper s-muted", fill="#ffffff", stroke="#55616b", stroke_width=1.6)
    return element("g", ring, class_="offered", data_place=site.place, data_side=site.side)


def _leader(mark: _Mark) -> str:
    """From a badge that had to move aside to its point."""
    if hypot(mark.at[0] - mark.badge[0], mark.at[1] - mark.badge[1]) < DOT:
        return ""
    line = element("line", x1=mark.at[0], y1=mark.at[1], x2=mark.badge[0], y2=mark.badge[1], **outlined(str(mark.site.side), 1.6))
    return element("g", line, element("circle", cx=mark.at[0], cy=mark.at[1], r=DOT, **painted(str(mark.site.side))), class_="given")


def _badge(mark: _Mark) -> str:
    """The units in a disc of the side's colour."""
    (x, y), words = mark.badge, units_in_short(mark.site.units)
    disc = element("circle", cx=x, cy=y, r=BADGE, **painted(str(mark.site.side)))
    size = 16 if len(words) < 4 else 13.5
    number = text(x, y + size * 0.35, words, size=size, fill="paper", text_anchor="middle", font_weight=600)
    return element("g", disc, number, class_="given")
