"""Draws lines on logarithmic axes, as SVG."""
import math
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 960, 600
LEFT, RIGHT, TOP, BOTTOM = 72, 730, 64, 540  # of the frame; names of lines stand to its right
COLOURS = ("#0072b2", "#d55e00", "#00875f", "#a8327d", "#7a5c00", "#333333")  # told apart by the colour-blind, too
BETWEEN_NAMES = 18
STYLE = 'font-family="sans-serif" font-size="13" fill="#222"'  # of texts


@dataclass
class Line:
    name: str
    points: list[tuple[float, float]]


@dataclass
class Mark:
    """What happens to lines at about the same x, at a point of each: a band, and a stroke on each line."""
    name: str
    points: list[tuple[float, float]]


@dataclass
class Axis:
    """Powers of ten from `low` on, to pixels from `begin` on."""
    low: int
    high: int
    begin: float
    end: float

    def at(self, value: float) -> float:
        return self.begin + (math.log10(value) - self.low) / (self.high - self.low) * (self.end - self.begin)

    def powers(self) -> range:
        return range(self.low, self.high + 1)


def axis(values: list[float], begin: float, end: float) -> Axis:
    """A thousandth of a power is not worth another one."""
    low, high = math.log10(min(values)), math.log10(max(values))
    return Axis(math.floor(low + 1e-3), max(math.ceil(high - 1e-3), math.floor(low + 1e-3) + 1), begin, end)


def text(x: float, y: float, words: str, anchor: str = "start", **more: str) -> str:
    """`more` are attributes of SVG."""
    written = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in more.items())
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{written}>{escape(words)}</text>'


def stroke(x: float, y: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    return f'<path d="M{x:.1f} {y:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def box(begin: float, end: float, fill: str, colour: str = "none") -> str:
    """Of the frame's height."""
    return (f'<rect x="{begin:.1f}" y="{TOP}" width="{end - begin:.1f}" height="{BOTTOM - TOP}" '
            f'fill="{fill}" stroke="{colour}"/>')


def power(exponent: int) -> str:
    """As people write it: 0.01, 100, 100,000."""
    return f"{10 ** exponent:,}" if exponent >= 0 else f"{10.0 ** exponent:.{-exponent}f}"


def grid(x: Axis, y: Axis) -> list[str]:
    drawn = []
    for k in x.powers():
        drawn += [stroke(x.at(10 ** k), TOP, x.at(10 ** k), BOTTOM, "#ddd"),
                  text(x.at(10 ** k), BOTTOM + 20, power(k), "middle")]
    for k in y.powers():
        height, minor = y.at(10.0 ** k), [y.at(m * 10.0 ** k) for m in (2, 5)] if k < y.high else []
        drawn += [stroke(LEFT, height, RIGHT, height, "#ccc"), text(LEFT - 8, height + 4, power(k), "end")]
        drawn += [stroke(LEFT, between, RIGHT, between, "#e8e8e8") for between in minor]
    return drawn


def bands(marks: list[Mark], x: Axis) -> list[str]:
    drawn = []
    for mark in marks:
        begin, end = (x.at(choose(place for place, _ in mark.points)) for choose in (min, max))
        drawn += [box(begin - 2, end + 2, "#f3efe2"),
                  text((begin + end) / 2, TOP - 8, mark.name, "middle", fill="#555")]
    return drawn


def heights_of_names(wanted: list[float]) -> list[float]:
    """Of lines that end at these heights: in their order, none on another and all within the frame."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    heights, lowest = list(wanted), BOTTOM
    for place, i in enumerate(order):
        heights[i] = max(wanted[i], heights[order[place - 1]] + BETWEEN_NAMES if place else TOP)
    for i in reversed(order):
        heights[i] = min(heights[i], lowest)
        lowest = heights[i] - BETWEEN_NAMES
    return heights


def curves(lines: list[Line], x: Axis, y: Axis) -> list[str]:
    ends = [(x.at(line.points[-1][0]), y.at(line.points[-1][1])) for line in lines]
    drawn = []
    for line, colour, (x_end, y_end), height in zip(lines, COLOURS, ends, heights_of_names([end for _, end in ends])):
        path = "L".join(f"{x.at(a):.1f} {y.at(b):.1f}" for a, b in line.points)
        drawn += [f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"/>',
                  stroke(x_end + 3, y_end, RIGHT + 10, height, colour, 0.7),
                  text(RIGHT + 14, height + 4, line.name, fill=colour)]
        drawn += [f'<circle cx="{x.at(a):.1f}" cy="{y.at(b):.1f}" r="2.6" fill="{colour}"/>' for a, b in line.points]
    return drawn


def log_log(title: str, x_name: str, y_name: str, lines: list[Line], marks: list[Mark]) -> str:
    x = axis([a for line in lines for a, _ in line.points], LEFT, RIGHT)
    y = axis([b for line in lines for _, b in line.points], BOTTOM, TOP)
    strokes = [stroke(x.at(a), y.at(b) - 9, x.at(a), y.at(b) + 9, "#222", 1.5)
               for mark in marks for a, b in mark.points]
    middle = (TOP + BOTTOM) / 2
    names = [text(LEFT, 26, title, font_size="16", font_weight="bold"),
             text((LEFT + RIGHT) / 2, BOTTOM + 44, x_name, "middle"),
             text(18, middle, y_name, "middle", transform=f"rotate(-90 18 {middle})")]
    frame = box(LEFT, RIGHT, "none", "#888")
    drawn = [*bands(marks, x), *grid(x, y), frame, *curves(lines, x, y), *strokes, *names]
    head = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {STYLE}>',
            f"<title>{escape(title)}</title>", f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    return "\n".join([*head, *drawn, "</svg>\n"])
