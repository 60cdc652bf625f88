"""Loudness and tempo, beat by beat, of three test pieces: the teacher's, PN1's and simple rules', as one SVG.

    python -m benchmarks.performance_curves [--model MODEL] [-o OUT.svg]

The pieces are those of the model's record, ``assets/models/pn1.playing.npz``; the
model's curves are what it expects, without the luck of a reading. Tempo is a
factor of the median. ``r`` is the model's correlation with the teacher, of the
notes' velocities and of the beats' tempos.
"""

import argparse
from pathlib import Path

import numpy as np

from koe.models.registry import default_registry
from koe.music.interpretation import beats_of
from koe.plots.performances import Curve, performances_svg
from koe.studio import Studio
from koe.studio.learning_to_play import RULES, TEACHER


def main() -> None:
    """Draw the pieces."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="pn1")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/images/performances.svg"))
    options = parser.parse_args()
    studio = Studio(default_registry())
    lessons = studio.lessons(options.model)
    if lessons is None:
        parser.error(f"nothing was recorded of {options.model}'s training")
    rows = []
    for number, title in enumerate(lessons.titles):
        players: dict[str, str | int] = {"rules": RULES, "teacher": TEACHER, "model": len(lessons.updates) - 1}
        played = {who: studio.lesson(options.model, number, by) for who, by in players.items()}
        beats = beats_of(played["teacher"].piece)
        lines = beats.index(np.array(played["teacher"].piece.measure_onsets)).tolist()
        loud, fast = played["model"].likeness
        pictures = (
            (f"{title}: velocity, r = {loud:.2f}", [Curve(who, one.loudness) for who, one in played.items()]),
            (f"{title}: tempo, r = {fast:.2f}", [Curve(who, one.tempo) for who, one in played.items()]),
        )
        rows.append((lines, pictures))
    legend = (("teacher", "teacher"), ("model", options.model.upper()), ("rules", "simple rules"))
    options.output.write_text(performances_svg(rows, legend), "utf-8")


if __name__ == "__main__":
    main()
