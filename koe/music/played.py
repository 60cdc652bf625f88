"""From keys that somebody pressed, to a metronome or without one, to notes on the grid.

Time is counted in seconds from the first beat of the first measure, so what
is played in the count-in has negative times. All measures are in 4/4. Downs
and ups go to the nearest step, halves up. What is played without a metronome
begins with a first beat, in the tempo that fits the time between its keys.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from koe.errors import InputError
from koe.music.beat_tracking import CHORD_SEC, FASTEST_QPM, SLOWEST_QPM, USUAL_QPM
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
# Without a metronome: how unusual values between keys are, in beats; what a gap costs that is by so many octaves
# another value than the nearest, but no more than a whole cost; and a tempo that is by an octave another than usual.
FREE_VALUES = {0.25: 0.2, 0.5: 0.0, 0.75: 0.3, 1.0: 0.0, 1.5: 0.15, 2.0: 0.1, 3.0: 0.5, 4.0: 0.5}
UNLIKE_VALUE, UNUSUAL_TEMPO = 4.0, 0.5
FREE_BEND = 0.05  # by which the tempo is moved at the end, so that all keys fit


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


def free_qpm(presses: Iterable[Press]) -> float:
    """The tempo in which keys were played without a metronome, in quarter notes a minute, to a tenth.

    Parameters
    ----------
    presses : iterable of Press
        In any order; keys that go down within 35 ms are one chord.

    Examples
    --------
    >>> round(free_qpm([Press(60, 0, 0.2), Press(62, 0.3, 0.5), Press(64, 0.6, 0.8), Press(65, 1.2, 1.5)]))
    100
    """
    downs = np.sort(np.array([press.down_sec for press in presses], dtype=np.float64))
    downs = downs[np.diff(downs, prepend=-np.inf) > CHORD_SEC]
    gaps = np.diff(downs)
    if not len(gaps):
        return USUAL_QPM
    tempi = np.geomspace(SLOWEST_QPM, FASTEST_QPM, 240)
    values, costs = (np.array(list(one)) for one in (FREE_VALUES, FREE_VALUES.values()))
    octaves = np.abs(np.log2(gaps[:, None] * tempi[:, None, None] / 60 / values))  # (tempi, gaps, values)
    unlike = np.minimum(UNLIKE_VALUE * octaves + costs, 1).min(axis=2).mean(axis=1)
    usual = float(tempi[(unlike + UNUSUAL_TEMPO * np.abs(np.log2(tempi / USUAL_QPM))).argmin()])
    bent = usual * np.linspace(1 - FREE_BEND, 1 + FREE_BEND, 201)
    # From the first key on, so that what is a little off does not add up.
    places = bent[:, None] / 60 * STEPS_PER_QUARTER * (downs - downs[0])
    fit = np.cos(2 * np.pi * places).mean(axis=1) - 0.2 * np.abs(bent / usual - 1) / FREE_BEND
    return round(min(max(float(bent[fit.argmax()]), MIN_CHOSEN_QPM), MAX_QPM), 1)


def piece_from_free_presses(presses: Sequence[Press], title: str = "") -> Piece:
    """Make a piece of what was played without a metronome: its last measures, where it is longer than a recording.

    Raises
    ------
    InputError
        If nothing was played, or more than a person can.
    """
    if not presses:
        raise InputError("No key was pressed; play something first.")
    qpm = free_qpm(presses)
    measure_sec = 4 * 60 / qpm
    first = min(press.down_sec for press in presses)
    n_measures = math.floor((max(press.down_sec for press in presses) - first) / measure_sec) + 1
    # What is held on at the end is held to the end of its measure; a key on the line after it begins another.
    left_out = max(n_measures + 1 - MAX_PLAYED_MEASURES, 0)
    first += left_out * measure_sec
    moved = [
        replace(press, down_sec=press.down_sec - first, up_sec=press.up_sec - first)
        for press in presses
        if press.down_sec >= first - measure_sec / STEPS_PER_MEASURE / 2
    ]
    return piece_from_presses(moved, qpm, min(n_measures + 1, MAX_PLAYED_MEASURES), title)


def _nearest(step: float) -> int:
    return math.floor(step + 0.5)
