"""A rate beside published ranges, each as a line on one scale."""

from spasmograph.present import words
from spasmograph.present.content import BlinkRow
from spasmograph.present.svg import document, element, outlined, painted, text

ROW_PX = 25.0
AXIS_PX = 20.0
TICK_STEP = 10


def blink_chart(rows: tuple[BlinkRow, ...], *, width: float) -> str:
    """The person's own blink rate with its interval on top, published ranges below it; a published mean is a small upright line."""
    most = max([40.0, *(1.1 * row.high for row in rows if row.high == row.high)])
    per_unit = (width - 16) / most
    parts = []
    height = ROW_PX * len(rows) + AXIS_PX
    for rate in range(0, int(most) + 1, TICK_STEP):
        x = 8 + rate * per_unit
        parts.append(element("path", d=f"M{x:.1f} 0V{height - AXIS_PX:.1f}", **outlined("line", 1.0)))
        parts.append(text(x, height - 4, str(rate), size=11, text_anchor="start" if rate == 0 else "middle"))
    for place, row in enumerate(rows):
        parts += _row(row, place * ROW_PX, per_unit)
    label = "Blinks per minute. " + " ".join(f"{row.label}: {row.value}." for row in rows)
    return document(parts, width=width, height=height, label=label, class_="chart ranges")


def _row(row: BlinkRow, top: float, per_unit: float) -> list[str]:
    left, right, middle = 8 + row.low * per_unit, 8 + row.high * per_unit, top + 18.5
    cited = f" [{row.reference}]" if row.reference else ""
    label = f"{row.label}: {row.value.replace(words.PER_MINUTE, '')}{cited}"
    name = text(8, top + 11, label, size=10.5, fill="ink" if row.own else "muted", font_weight="600" if row.own else None, halo=True)
    if row.own:
        whisker = element("path", d=f"M{left:.1f} {middle:.1f}H{right:.1f}", **outlined("ink", 2.0))
        return [name, whisker, element("circle", cx=8 + row.value_per_min * per_unit, cy=middle, r=4.5, **painted("ink"))]
    if row.low == row.high:
        return [name, element("path", d=f"M{left:.1f} {middle - 4:.1f}v8", **outlined("blink", 3.0))]
    return [name, element("rect", x=left, y=middle - 3.5, width=right - left, height=7, rx=3.5, **painted("blink"), fill_opacity=0.7)]
