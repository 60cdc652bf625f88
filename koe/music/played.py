"""From keys that somebody pressed to a metronome to notes on the grid.

Time is counted in seconds from the first beat of the first measure, so what
is played in the count-in has negative times. All measures are in 4/4. Downs
and ups go to the nearest step, halves up.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from koe.errors import InputError
from koe.music.grid import (
    DEFAULT_VELOCITY,
    MAX_QPM,
    MIN_CHOSEN_QPM,
    STEPS_PER_MEASURE,
    STEPS_PER_QUARTER,
    TICKS_PER_MEASURE,
)
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, Tempo

# So many steps before the first beat a key still means that beat; earlier it was tried out during the count-in.
EARLY_STEPS = 1.0
# A last note that is let go so many steps too late does not make another measure.
LATE_STEPS = 2
MAX_PRESSES = 2000  # ten fingers would need to strike twenty times a second for ten seconds
MAX_PLAYED_MEASURES = 16


@dataclass(frozen=True, slots=True)
class Press:
    """One key, pressed and let go.

    Attributes
    ----------
    pitch : int
        MIDI pitch, 21 to 108.
    down_sec, up_sec : float
        Seconds after the first beat.
    velocity : int
        Loudness, 1 to 127.
    """

    pitch: int
    down_sec: float
    up_sec: float
    velocity: int = DEFAULT_VELOCITY


def notes_from_presses(presses: Iterable[Press], qpm: float, n_steps: int) -> tuple[Note, ...]:
    """Quantise presses to sixteenths.

    Parameters
    ----------
    presses : iterable of Press
        In any order.
    qpm : float
        Tempo of the metronome, quarter notes a minute.
    n_steps : int
        Length of the recording; what begins later is left out, what sounds
        longer is cut.

    Returns
    -------
    notes : tuple of Note
        In order of onset, then pitch. Every note is at least one step long,
        and a key that is struck again ends the note that it sounded before;
        struck twice in one step it is one note.
    """
    steps_per_sec = qpm / 60 * STEPS_PER_QUARTER
    struck: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)  # end and loudness by pitch and first step
    for press in presses:
        down = press.down_sec * steps_per_sec
        onset = max(_nearest(down), 0)
        if down < -EARLY_STEPS or onset >= n_steps:
            continue
        end = min(max(_nearest(press.up_sec * steps_per_sec), onset + 1), n_steps)
        same = struck[press.pitch].get(onset)
        if same:
            end, velocity = max(end, same[0]), max(press.velocity, same[1])
        else:
            velocity = press.velocity
        struck[press.pitch][onset] = end, velocity
    notes = []
    for pitch, by_onset in struck.items():
        onsets = sorted(by_onset)
        for onset, following in zip(onsets, [*onsets[1:], n_steps], strict=True):
            end, velocity = by_onset[onset]
            notes.append(note_at_step(onset, pitch, min(end, following) - onset, velocity))
    return tuple(sorted(notes))


def piece_from_presses(presses: Sequence[Press], qpm: float, n_measures: int, title: str = "") -> Piece:
    """Make a piece of what was played; measures in which nothing was, at either end, are left out.

    Raises
    ------
    InputError
        If nothing was played, or more than a person can, or tempo or length
        lie outside what Koe plays.
    """
    if not MIN_CHOSEN_QPM <= qpm <= MAX_QPM:
        raise InputError(
            f"The tempo is {qpm:g} quarter notes a minute; choose one from {MIN_CHOSEN_QPM:g} to {MAX_QPM:g}."
        )
    if not 1 <= n_measures <= MAX_PLAYED_MEASURES:
        raise InputError(f"A recording has 1 to {MAX_PLAYED_MEASURES} measures, not {n_measures}.")
    if len(presses) > MAX_PRESSES:
        raise InputError(f"There are more than {MAX_PRESSES} notes, the most that a recording holds; play fewer.")
    notes = notes_from_presses(presses, qpm, n_measures * STEPS_PER_MEASURE)
    if not notes:
        raise InputError("No key was pressed in these measures; press Record, wait for four clicks, then play.")
    start = notes[0].step // STEPS_PER_MEASURE * STEPS_PER_MEASURE
    stop = max(max(note.step + 1, note.end_step - LATE_STEPS) for note in notes)
    stop = math.ceil(stop / STEPS_PER_MEASURE) * STEPS_PER_MEASURE
    whole = Piece(notes, n_measures * TICKS_PER_MEASURE, (Tempo(0, float(qpm)),), title=title)
    return whole.slice_steps(start, stop)


def _nearest(step: float) -> int:
    return math.floor(step + 0.5)
