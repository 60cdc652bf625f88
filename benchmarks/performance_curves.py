"""Loudness and tempo, beat by beat, of test pieces: the teacher's beside PN1's, as one SVG.

    python -m benchmarks.performance_curves CORPUS [--pieces TITLE TITLE TITLE] [--seed S] [-o OUT.svg]

Each curve is of what its title says, averaged over each beat; tempo as a factor
of the piece's median. PN1's is one reading, of the seed.
"""

import argparse
from html import escape
from pathlib import Path

import numpy as np

from koe.corpus.store import Corpus
from koe.evaluation.performance import Lesson, correlation, lessons_of, reading_of
from koe.generation.performing import drawn
from koe.models.registry import default_registry
from koe.music.interpretation import Interpretation, interpretation_of
from koe.plots.palette import LIGHT

PIECES = ("Berceuse", "Love dreams 3", "Prelude C# minor")
WIDTH, HEIGHT, LEFT, TOP, GAP = 340, 92, 34, 46, 52


def loudness(reading: Interpretation, lesson: Lesson) -> np.ndarray:
    """Mean velocity of each beat's notes; between its neighbors' where it has none."""
    beat, n = lesson.heard.places.beat_of_note, len(reading.tempos)
    count = np.bincount(beat, minlength=n)
    known = np.flatnonzero(count)
    return np.interp(np.arange(n), known, (np.bincount(beat, reading.velocities, minlength=n)[known] / count[known]))


def tempo(reading: Interpretation) -> np.ndarray:
    """Each beat's tempo as a factor of the median."""
    return np.exp(reading.tempos - np.median(reading.tempos))


def panel(x: int, y: int, title: str, curves: dict[str, np.ndarray]) -> list[str]:
    """A small picture of two curves, by their colors."""
    low, high = (
        float(end(np.quantile(values, q) for values in curves.values())) for end, q in ((min, 0.0), (max, 1.0))
    )
    span = max(high - low, 1e-6)
    lines = [
        f'<text x="{x}" y="{y - 6}">{escape(title)}</text>',
        f'<path d="M{x} {y}V{y + HEIGHT}H{x + WIDTH}" fill="none" stroke="#808076" stroke-opacity="0.5"/>',
    ]
    for value, place in ((high, y + 8), (low, y + HEIGHT)):
        lines.append(f'<text x="{x - 4}" y="{place}" text-anchor="end">{value:.3g}</text>')
    for color, values in curves.items():
        xs = x + WIDTH * np.arange(len(values)) / max(len(values) - 1, 1)
        ys = y + HEIGHT * (1 - (values - low) / span)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True))
        lines.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.2"/>')
    return lines


def picture(lessons: list[Lesson], readings: list[Interpretation]) -> str:
    """The whole SVG: a row for each piece, loudness on the left, tempo on the right."""
    width, height = 2 * (LEFT + WIDTH) + 30, TOP + len(lessons) * (HEIGHT + GAP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="11" fill="{LIGHT.text}">',
        f'<rect width="{width}" height="{height}" fill="{LIGHT.paper}"/>',
        f'<text x="{LEFT}" y="18" fill="{LIGHT.original}">teacher</text>',
        f'<text x="{LEFT + 60}" y="18" fill="{LIGHT.made}">PN1</text>',
    ]
    for row, (lesson, reading) in enumerate(zip(lessons, readings, strict=True)):
        teacher, y = interpretation_of(lesson.piece), TOP + row * (HEIGHT + GAP) + 10
        likeness = correlation(reading.velocities, teacher.velocities), correlation(reading.tempos, teacher.tempos)
        pairs = (
            ("velocity", loudness(teacher, lesson), loudness(reading, lesson)),
            ("tempo", tempo(teacher), tempo(reading)),
        )
        for column, (name, theirs, ours) in enumerate(pairs):
            x = LEFT + column * (LEFT + WIDTH + 10)
            title = f"{lesson.piece.title}: {name}, r = {likeness[column]:.2f}"
            lines += panel(x, y, title, {LIGHT.original: theirs, LIGHT.made: ours})
    return "\n".join([*lines, "</svg>"]) + "\n"


def main() -> None:
    """Draw the pieces that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pieces", nargs="+", default=PIECES, help="ends of titles")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/images/performances.svg"))
    options = parser.parse_args()
    player = default_registry().performer("pn1")
    known = list(lessons_of(Corpus(options.corpus), "test"))
    lessons = [lesson for end in options.pieces for lesson in known if end in lesson.piece.title]
    readings = []
    for lesson in lessons:
        expected = drawn(player.predict(lesson.heard), lesson.heard.places, options.seed)
        readings.append(reading_of(expected, lesson.piece, lesson.heard))
    options.output.write_text(picture(lessons, readings), "utf-8")


if __name__ == "__main__":
    main()
