"""Draws how the cost of a unit of work changes with the amount of work, as SVG."""
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP = 640, 170, 60, 40
PLOT_WIDTH, PLOT_HEIGHT = WIDTH - LEFT - 50, HEIGHT - TOP - 40
# What counts as constant.
BAND = 1.1
STYLE = """text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 }
.band { fill: #2b8a3e; opacity: .12 } .axis { stroke: #999 } .curve { fill: none; stroke: #1864ab; stroke-width: 2 }
.point { fill: #1864ab }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .curve { stroke: #74c0fc } .point { fill: #74c0fc } }"""


def svg(curves):
    """A panel for each curve, one below the other; the green band is within 10 % of the least."""
    panels = [panel(curve, number * HEIGHT) for number, curve in enumerate(curves)]
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT * len(curves)}" '
            f'viewBox="0 0 {WIDTH} {HEIGHT * len(curves)}"><style>{STYLE}</style>\n' + "\n".join(panels) + "\n</svg>\n")


def panel(curve, top):
    points = curve.relative()
    most = max(1.25, *(times for _, times in points))
    step = PLOT_WIDTH / max(1, len(points) - 1)
    places = [(LEFT + number * step, TOP + height(times, most)) for number, (_, times) in enumerate(points)]
    band = TOP + height(BAND, most)
    parts = [
        f'<text class="title" x="{LEFT}" y="20">{escape(curve.title)}: {escape(curve.unit)}</text>',
        f'<rect class="band" x="{LEFT}" y="{band:.1f}" width="{PLOT_WIDTH}" height="{TOP + PLOT_HEIGHT - band:.1f}"/>',
        f'<path class="axis" d="M{LEFT} {TOP} V{TOP + PLOT_HEIGHT} H{LEFT + PLOT_WIDTH}" fill="none"/>',
        f'<text x="{LEFT - 8}" y="{TOP + PLOT_HEIGHT + 4}" text-anchor="end">×1</text>',
        f'<text x="{LEFT - 8}" y="{TOP + 4}" text-anchor="end">×{most:.2f}</text>',
        '<polyline class="curve" points="' + " ".join(f"{x:.1f},{y:.1f}" for x, y in places) + '"/>',
    ]
    for (x, y), (label, times) in zip(places, points):
        parts.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{label}: ×{times:.2f}</title></circle>')
        parts.append(f'<text x="{x:.1f}" y="{TOP + PLOT_HEIGHT + 18}" text-anchor="middle">{label}</text>')
    return f'<g transform="translate(0 {top})">' + "".join(parts) + "</g>"


def height(times, most):
    """From the top of the plot; the least cost is at its bottom."""
    return PLOT_HEIGHT * (1 - (times - 1) / (most - 1))
