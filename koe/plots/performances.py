"""How loudly and how fast pieces are played, beat by beat, as curves: several players' over one another, as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from koe.plots.palette import BEAT_LINE, LIGHT, MEASURE_LINE, Palette

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, RIGHT = 420, 110, 36, 24, 20, 6  # of one picture's ground, and around it
EVERY = 4  # measures between two that are numbered
GAP, LEGEND = 18, 26  # between pictures, and above all of them
_DASHES = {"rules": "2 3"}


@dataclass(frozen=True)
class Curve:
    """One player's.

    Attributes
    ----------
    who : str
        ``"teacher"``, ``"model"`` or ``"rules"``, which says its colour and its dashes.
    values : np.ndarray, shape=(n_beats,)
    """

    who: str
    values: np.ndarray


def color_of(who: str, palette: Palette = LIGHT) -> str:
    """The colour of a player: ink for the teacher, vermilion for the model."""
    return {"teacher": palette.original, "model": palette.made}.get(who, palette.missed)


def curves_svg(title: str, curves: Sequence[Curve], lines: Sequence[int], palette: Palette = LIGHT) -> str:
    """Draw one picture.

    Parameters
    ----------
    title : str
    curves : sequence of Curve
        Later ones lie over earlier ones.
    lines : sequence of int
        The beat that each measure begins with.
    palette : Palette

    Returns
    -------
    svg : str
        An image of its own.
    """
    width, height = _size()
    return f"{_head(width, height, palette)}{_picture(title, curves, lines, palette)}</svg>"


def performances_svg(
    rows: Sequence[tuple[Sequence[int], Sequence[tuple[str, Sequence[Curve]]]]],
    legend: Sequence[tuple[str, str]],
    palette: Palette = LIGHT,
) -> str:
    """Draw many pictures on a ground of their own, for a document.

    Parameters
    ----------
    rows : sequence
        For each piece the beats that its measures begin with, and titles and curves from left to right.
    legend : sequence of (str, str)
        Players as in `Curve.who`, and their names.
    palette : Palette

    Returns
    -------
    svg : str
    """
    width, height = _size()
    n_columns = max(len(pictures) for _, pictures in rows)
    whole = n_columns * (width + GAP), LEGEND + len(rows) * (height + GAP)
    parts = [_head(*whole, palette), f'<rect width="{whole[0]}" height="{whole[1]}" fill="{palette.paper}"/>']
    for index, (who, name) in enumerate(legend):
        x, color = LEFT + 120 * index, color_of(who, palette)
        parts.append(_line(f"{x},14 {x + 22},14", who, palette))
        parts.append(f'<text x="{x + 28}" y="18" fill="{color}">{escape(name)}</text>')
    for row, (lines, pictures) in enumerate(rows):
        for column, (title, curves) in enumerate(pictures):
            place = f"translate({column * (width + GAP)} {LEGEND + row * (height + GAP)})"
            parts.append(f'<g transform="{place}">{_picture(title, curves, lines, palette)}</g>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _size() -> tuple[int, int]:
    return LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM


def _head(width: int, height: int, palette: Palette) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11" fill="{palette.text}">'
    )


def _picture(title: str, curves: Sequence[Curve], lines: Sequence[int], palette: Palette) -> str:
    everything = np.concatenate([curve.values for curve in curves])
    low, high = float(everything.min()), float(everything.max())
    n = max(len(curve.values) for curve in curves)
    right, bottom = LEFT + WIDTH, TOP + HEIGHT

    def x(beat: float | np.ndarray) -> float | np.ndarray:
        return LEFT + WIDTH * beat / max(n - 1, 1)

    parts = [f'<text x="{LEFT}" y="14">{escape(title)}</text>']
    for number, beat in enumerate(lines):
        if number % EVERY == 0 and beat < n:
            at = f"{x(beat):.1f}"
            parts.append(f'<path d="M{at} {TOP}V{bottom}" stroke="{BEAT_LINE}"/>')
            parts.append(f'<text x="{at}" y="{bottom + 13}" text-anchor="middle">{number + 1}</text>')
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="{MEASURE_LINE}"/>')
    for value, y in ((high, TOP + 8), (low, bottom)):
        parts.append(f'<text x="{LEFT - 4}" y="{y}" text-anchor="end">{value:.3g}</text>')
    for curve in curves:
        ys = bottom - HEIGHT * (curve.values - low) / max(high - low, 1e-6)
        points = zip(np.atleast_1d(x(np.arange(len(curve.values)))).tolist(), ys.tolist(), strict=True)
        parts.append(_line(" ".join(f"{a:.1f},{b:.1f}" for a, b in points), curve.who, palette))
    return "".join(parts)


def _line(points: str, who: str, palette: Palette) -> str:
    dashes = f' stroke-dasharray="{_DASHES[who]}"' if who in _DASHES else ""
    return f'<polyline points="{points}" fill="none" stroke="{color_of(who, palette)}" stroke-width="1.4"{dashes}/>'
