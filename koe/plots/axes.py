"""What all rolls share: the axes of measures and pitches, and the ground of black keys.

Convention: x is time in steps, y is the MIDI pitch.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, STEPS_PER_MEASURE, STEPS_PER_QUARTER
from koe.music.notes import Note, pitch_name
from koe.music.piece import Piece
from koe.plots.palette import BEAT_LINE, BLACK_KEYS, MEASURE_LINE, Palette

BLACK_PITCH_CLASSES = frozenset({1, 3, 6, 8, 10})
MOST_LABELS = 12  # measure numbers written at once
MOST_BEAT_LINES = 160
LEAST_SPAN = 24  # pitches shown, so that a lone note does not fill the picture

_LENGTHS = {1: "a sixteenth", 2: "an eighth", 3: "a dotted eighth", 4: "a quarter", 6: "a dotted quarter"}
_LENGTHS |= {8: "a half note", 12: "a dotted half", 16: "a whole note"}


def pitch_range(pitches: Sequence[int]) -> tuple[int, int]:
    """Lowest and highest pitch to show: all of ``pitches``, with a little air, two octaves at least."""
    low, high = (min(pitches), max(pitches)) if pitches else (60, 60)
    low, high = low - 2, high + 2
    if (missing := LEAST_SPAN - (high - low)) > 0:
        low, high = low - missing // 2, high + missing - missing // 2
    shift = max(LOWEST_PITCH - low, 0) - max(high - HIGHEST_PITCH, 0)
    return max(low + shift, LOWEST_PITCH), min(high + shift, HIGHEST_PITCH)


def length_in_words(duration: int) -> str:
    """Name a length in steps as a musician would."""
    return _LENGTHS.get(duration) or f"{duration} sixteenths"


class Timing:
    """Where a step lies in a piece, in measures and beats.

    Parameters
    ----------
    piece : Piece
    first_measure : int
        Number of the piece's first measure, for excerpts.
    """

    def __init__(self, piece: Piece, first_measure: int = 1) -> None:
        self.onsets = piece.measure_onsets or (0,)
        self.first_measure = first_measure
        self._signatures = piece.time_signatures
        self._starts = [signature.onset for signature in piece.time_signatures]

    def beat_steps(self, step: int) -> float:
        """Length in steps of the beat that holds at ``step``."""
        signature = self._signatures[max(bisect_right(self._starts, step) - 1, 0)]
        return STEPS_PER_MEASURE / signature.denominator

    def where(self, step: int) -> str:
        """Such as ``"measure 5, beat 2.5"``."""
        index = max(bisect_right(self.onsets, step) - 1, 0)
        beat = 1 + (step - self.onsets[index]) / self.beat_steps(step)
        return f"measure {index + self.first_measure}, beat {beat:g}"

    def hover(self, note: Note) -> str:
        """What the roll says of a note."""
        return f"<b>{pitch_name(note.pitch)}</b><br>{self.where(note.onset)}<br>{length_in_words(note.duration)}"


def black_keys(low: int, high: int, n_steps: int) -> go.Bar:
    """Faint stripes behind the rows of the black keys, as one trace."""
    rows = [pitch for pitch in range(low, high + 1) if pitch % 12 in BLACK_PITCH_CLASSES]
    return go.Bar(
        x=[n_steps] * len(rows),
        y=rows,
        orientation="h",
        width=1,
        marker={"color": BLACK_KEYS, "line": {"width": 0}},
        hoverinfo="skip",
        showlegend=False,
        name="black keys",
    )


def time_axis(timing: Timing, n_steps: int, view: tuple[float, float] | None = None) -> dict:
    """Lines at measures, fainter ones at beats, and a number for every measure that has room."""
    onsets = timing.onsets
    shown = [onset for onset in onsets if view is None or view[0] <= onset < view[1]]
    every = next(n for n in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048) if len(shown) <= n * MOST_LABELS)
    labels = [
        str(number) if (number - 1) % every == 0 else ""
        for number in range(timing.first_measure, timing.first_measure + len(onsets))
    ]
    beats: list[float] = []
    if n_steps <= MOST_BEAT_LINES * STEPS_PER_QUARTER:
        for onset, end in zip(onsets, (*onsets[1:], n_steps), strict=True):
            length = timing.beat_steps(onset)
            beats.extend(onset + length * beat for beat in range(1, round((end - onset) / length)))
    return {
        "range": list(view or (0, max(n_steps, 1))),
        "tickmode": "array",
        "tickvals": list(onsets),
        "ticktext": labels,
        "ticks": "",
        "ticklabelposition": "outside right",
        "gridcolor": MEASURE_LINE,
        "gridwidth": 1,
        "showgrid": True,
        "minor": {"tickmode": "array", "tickvals": beats, "showgrid": True, "gridcolor": BEAT_LINE, "ticks": ""},
        "zeroline": False,
        "fixedrange": False,
        "minallowed": 0,
        "maxallowed": max(n_steps, 1),
        "title": None,
    }


def pitch_axis(low: int, high: int) -> dict:
    """Labels at the Cs, from which everybody finds their way."""
    octaves = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    return {
        "range": [low - 0.6, high + 0.6],
        "tickmode": "array",
        "tickvals": octaves,
        "ticktext": [pitch_name(pitch) for pitch in octaves],
        "ticks": "",
        "gridcolor": BEAT_LINE,
        "showgrid": True,
        "zeroline": False,
        "fixedrange": True,
        "title": None,
    }


def layout(palette: Palette, height: int, **more: Any) -> dict:
    """Margins, fonts and grounds common to all pictures."""
    return {
        "height": height,
        "margin": {"l": 34, "r": 6, "t": 6, "b": 22, "pad": 2},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 12, "color": palette.text},
        "barmode": "overlay",
        "bargap": 0,
        "showlegend": False,
        "hoverlabel": {"align": "left"},
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": palette.text, "activecolor": palette.made},
        "dragmode": False,
        **more,
    }
