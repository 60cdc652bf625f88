"""Playing a score as a network expects a player to.

What a network says of notes and beats becomes a `Piece` that sounds: the mean
of what it expects, and some of its doubt, drawn from a seed, so that several
seeds give several readings. Doubt is drawn in waves of some beats, as a player
leans into a phrase, not note by note.
"""

import math
from dataclasses import replace

import numpy as np

from koe.errors import InputError
from koe.models.interfaces import Performer
from koe.models.pn1_features import features_of
from koe.models.pn1_numpy import Prediction
from koe.music.grid import FASTEST_QPM, MIN_QPM, PULSES_PER_QUARTER, PULSES_PER_TICK
from koe.music.interpretation import Interpretation, Places, interpretation_of, interpreted
from koe.music.piece import Piece
from koe.music.signatures import Pedal

LEARNED, MOST = 1.0, 2.0
LEVEL = 50.0  # average velocity of the teacher's pieces
# Share of what the network doubts that a reading departs from its mean, and over how many beats it does so: on
# valid, what it got wrong of a beat's loudness correlates by 0.8 with the next beat's and by 0.4 with the fifth's.
DOUBT, WAVE_BEATS = 0.4, 6.0
SHARED = 0.85  # of a note's doubt, what it shares with the other notes of its beat; measured on valid, too
DOWN_FROM, LIFT_FROM = 0.2, 0.6  # probabilities, with the best F1 by beat on valid
UP_SEC, DOWN_SEC = 0.012, 0.1  # after a note's beginning: the pedal goes up, and down again
_MOST_TEMPO = math.log(2.5)


def check_amount(amount: float) -> None:
    """Refuse an amount outside 0 to 2.

    Raises
    ------
    InputError
        If it is.
    """
    if not (math.isfinite(amount) and 0 <= amount <= MOST):
        raise InputError(f"An amount lies between 0 (as written) and {MOST:g}, but {amount:g} came.")


def perform(piece: Piece, performer: Performer, seed: int = 0, amount: float = LEARNED, start: int = 0) -> Piece:
    """Play a score.

    Parameters
    ----------
    piece : Piece
        Where it brings loudness and timing of its own, they give way to the
        network's as far as ``amount`` says.
    performer : Performer
    seed : int
        The same seed gives the same reading.
    amount : float
        0 plays it as written, 1 as the network learned it, 2 with everything
        twice as far from the average. The pedal comes with any amount above 0.
    start : int
        Tick from whose beat on it is played; what is before that sounds as it
        did, and what comes is on average as loud. 0 for all of it.

    Returns
    -------
    piece : Piece
        The same notes at the same places of the score, sounding otherwise. As
        long as before, but for rounding.

    Raises
    ------
    InputError
        If the amount lies outside 0 to 2.
    """
    check_amount(amount)
    if not amount or not piece.notes or start >= piece.n_ticks:
        return piece
    heard = features_of(piece)
    expected = drawn(performer.predict(heard), heard.places, seed)
    own = interpretation_of(piece)
    if not start:
        reading = blended(own, expected, heard.places, amount)
        return interpreted(piece, replace(reading, pedal=pedal_of(expected, reading, heard.places, piece.n_ticks)))
    return _from(start, piece, own, expected, heard.places, amount)


def _from(start: int, piece: Piece, own: Interpretation, expected: Prediction, places: Places, amount: float) -> Piece:
    """A piece played from the beat of a tick on."""
    beats = places.beats
    first_beat = int(beats.index(np.array([start]))[0])
    begin = int(beats.onsets[first_beat])
    before = places.onsets[places.of_note] < begin
    if before.all():
        return piece
    level = float(own.velocities[before].mean()) if before.any() else LEVEL
    reading = blended(own, expected, places, amount, first_beat, level)
    marks = pedal_of(expected, reading, places, piece.n_ticks)
    kept = tuple(mark for mark in piece.pedal if mark.onset < begin * PULSES_PER_TICK)
    up = (Pedal(begin * PULSES_PER_TICK, 0),) if kept and kept[-1].value else ()
    later = _from_up(marks, begin * PULSES_PER_TICK + len(up))
    played = interpreted(piece, replace(reading, pedal=(*kept, *up, *later)))
    # Times that a player gave are not told from written ones to the last pulse, so they are taken over.
    own_notes = [note for note, is_before in zip(piece.notes, before.tolist(), strict=True) if is_before]
    own_tempos = [tempo for tempo in piece.tempos if tempo.onset < begin * PULSES_PER_TICK]
    notes = tuple(sorted([*own_notes, *(note for note in played.notes if note.onset >= begin)]))
    new_tempos = [tempo for tempo in played.tempos if tempo.onset >= begin * PULSES_PER_TICK]
    if not new_tempos or new_tempos[0].onset > begin * PULSES_PER_TICK:
        there = [tempo for tempo in played.tempos if tempo.onset < begin * PULSES_PER_TICK][-1]
        new_tempos.insert(0, replace(there, onset=begin * PULSES_PER_TICK))
    return replace(played, notes=notes, tempos=(*own_tempos, *new_tempos))


def _from_up(marks: tuple[Pedal, ...], begin: int) -> tuple[Pedal, ...]:
    """Marks of the pedal from a pulse on, which begin with the pedal going down."""
    later = tuple(mark for mark in marks if mark.onset >= begin)
    return later[1:] if later and not later[0].value else later


def drawn(expected: Prediction, places: Places, seed: int, doubt: float = DOUBT) -> Prediction:
    """A prediction whose means are moved by some of their spread, as a seed says."""
    rng = np.random.default_rng((seed, 0x9A))
    beat, n_beats = places.beat_of_note, places.beats.n_beats

    def of_notes(spread: np.ndarray, shared: float = SHARED) -> np.ndarray:
        alone = rng.standard_normal(len(spread))
        return doubt * spread * (math.sqrt(shared) * _wave(rng, n_beats)[beat] + math.sqrt(1 - shared) * alone)

    return replace(
        expected,
        velocity=expected.velocity + of_notes(expected.velocity_spread),
        length=expected.length + of_notes(expected.length_spread),
        timing=expected.timing + of_notes(expected.timing_spread, 1.0),
        tempo=expected.tempo + doubt * expected.tempo_spread * _wave(rng, n_beats),
    )


def _wave(rng: np.random.Generator, n: int) -> np.ndarray:
    """Normal numbers, each like the one before: an autoregressive process of order one, variance 1."""
    keep = math.exp(-1 / WAVE_BEATS)
    fresh = rng.standard_normal(n) * math.sqrt(1 - keep * keep)
    values = np.empty(n)
    last = float(rng.standard_normal())
    for index, new in enumerate(fresh.tolist()):
        last = values[index] = keep * last + new
    return values


def blended(
    own: Interpretation,
    expected: Prediction,
    places: Places,
    amount: float,
    first_beat: int = 0,
    level: float = LEVEL,
) -> Interpretation:
    """Between a piece's own way and what is expected, or beyond; without the pedal.

    What comes before ``first_beat`` is of no account: averages are those of the rest.
    """
    share = min(amount, 1.0)
    velocity = expected.velocity - expected.velocity[places.beat_of_note >= first_beat].mean()
    timing = _of_onsets(expected.timing, places)
    quarters = np.diff(places.beats.onsets)
    played = slice(first_beat, None)
    tempo = amount * (expected.tempo - np.average(expected.tempo[played], weights=quarters[played]))
    tempos = own.tempos + np.clip(tempo, -_MOST_TEMPO, _MOST_TEMPO)
    # As long as it was.
    lasts = (quarters * np.exp(-tempos))[played].sum(), (quarters * np.exp(-own.tempos))[played].sum()
    tempos += math.log(lasts[0] / lasts[1])
    return Interpretation(
        np.clip((1 - share) * own.velocities + share * level + amount * velocity, 1, 127),
        (1 - share) * own.lengths + amount * expected.length,
        np.clip(tempos, math.log(MIN_QPM), math.log(FASTEST_QPM)),
        (1 - share) * own.timings + amount * timing,
    )


def _of_onsets(values: np.ndarray, places: Places) -> np.ndarray:
    """Mean over the notes of each onset."""
    n = len(places.onsets)
    return np.bincount(places.of_note, values, minlength=n) / np.bincount(places.of_note, minlength=n)


def pedal_of(expected: Prediction, reading: Interpretation, places: Places, n_ticks: int) -> tuple[Pedal, ...]:
    """The pedal: up a little after a note that changes it, down again before the next, as pianists do."""
    down = _of_onsets(expected.down, places) >= DOWN_FROM
    lift = _of_onsets(expected.lift, places) >= LIFT_FROM
    pulses = places.onsets * PULSES_PER_TICK
    gaps = np.diff(pulses, append=max(n_ticks * PULSES_PER_TICK, int(pulses[-1]) + 1))
    second = np.exp(reading.tempos[places.beat]) / 60 * PULSES_PER_QUARTER  # in pulses
    up = np.minimum(np.rint(UP_SEC * second), gaps // 4).astype(np.int64)
    again = np.maximum(np.minimum(np.rint(DOWN_SEC * second), gaps // 2).astype(np.int64), up + 1)
    marks: list[Pedal] = []
    is_down = False
    for at, wanted, lifted, off, on, gap in zip(
        *(column.tolist() for column in (pulses, down, lift, up, again, gaps)), strict=True
    ):
        if is_down and (lifted or not wanted):
            marks.append(Pedal(at + off, 0))
            is_down = False
        if wanted and not is_down and on < gap:
            marks.append(Pedal(at + on, 127))
            is_down = True
    if is_down:
        marks.append(Pedal(max(n_ticks * PULSES_PER_TICK, marks[-1].onset + 1), 0))
    return tuple(marks)
