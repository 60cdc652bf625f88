"""What was played freely, laid on the beats that were played.

A recorded performance carries one constant tempo that nobody played: its
notes lie anywhere between the beats of the file (`koe.music.following`). Its
beats are found in the playing (`koe.music.beat_tracking`), so that its score
time (`koe.music.rhythm`) follows the player, while every note keeps the time
at which it sounds.
"""

from collections.abc import Sequence

import numpy as np

from koe.errors import InputError
from koe.music.beat_tracking import CHORD_SEC, estimate_qpm, even_beats, track_beats
from koe.music.grid import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_NOTES,
    MAX_TICKS,
    PULSES_PER_QUARTER,
    PULSES_PER_TICK,
)
from koe.music.notes import Note
from koe.music.piece import KeySignature, Pedal, Piece, Tempo
from koe.music.rhythm import written_times
from koe.music.tempo import tidy_qpm
from koe.music.tonality import key_of

AT_ONCE_SEC = 0.03  # beats that begin so soon are counted from the beginning
DRIFT_SEC = 0.01  # by which the notes may leave a plain number of beats a minute for it to be their tempo


class Beats:
    """Beats that were found in the playing, and the pulses between them.

    Pulse 0 sounds at second 0, so that everything sounds when it was played.

    Parameters
    ----------
    onsets_sec : np.ndarray, shape=(n,)
        Sorted, at least one, from 0 on.
    qpm : float, optional
        The tempo, as far as it is known.
    """

    def __init__(self, onsets_sec: np.ndarray, qpm: float | None = None) -> None:
        onsets_sec = np.maximum(np.asarray(onsets_sec, dtype=np.float64), 0.0)
        begins = np.flatnonzero(np.append(True, np.diff(onsets_sec) > CHORD_SEC))
        even = even_beats(onsets_sec[begins], np.diff(np.append(begins, len(onsets_sec))), qpm)
        if even:
            first, period = even
            span = onsets_sec[-1] - first
            for digits in (0, 1):
                plain = 60.0 / round(60.0 / period, digits)
                if abs(plain / period - 1) * span < DRIFT_SEC:
                    first, period = first - (plain / period - 1) * span / 2, plain
                    break
            period = round(period * 1e6) / 1e6
            n_beats = int(np.ceil((onsets_sec[-1] - first) / period)) + 2
            if abs(first - round(first / period) * period) < AT_ONCE_SEC:
                first = round(first / period) * period
            found = first + period * np.arange(-int(first // period), n_beats)
        else:
            found = track_beats(onsets_sec, qpm or estimate_qpm(onsets_sec))
            found = found[found > -1e-9]
            period = float(found[1] - found[0])
        # Beats of silence lead to the first one that was played, as many as fit best, and one at least where
        # something is played before it.
        n_before = max(round(float(found[0]) / period), int(onsets_sec[0] < found[0] - period / 12))
        self._found = np.concatenate([found[0] - period * np.arange(n_before, 0, -1), found])
        times = np.concatenate([np.linspace(0.0, float(found[0]), n_before + 1)[:-1], found])
        times[0] = 0.0
        self._microseconds = np.rint(times * 1e6).astype(np.int64)
        self.qpm = round(60.0 / float(np.diff(found).mean()), 3 if even else 1)
        """About how many beats a minute there are."""

    def quarters(self, seconds: np.ndarray) -> np.ndarray:
        """Places between the beats, counted in beats."""
        return _places(seconds, self._found)

    def pulses(self, seconds: np.ndarray) -> np.ndarray:
        """Nearest pulses at which these seconds sound, from 0 on."""
        places = _places(np.asarray(seconds, dtype=np.float64) * 1e6, self._microseconds.astype(np.float64))
        return np.floor(np.clip(places * PULSES_PER_QUARTER, 0, 4 * MAX_TICKS * PULSES_PER_TICK) + 0.5).astype(np.int64)

    def tempos(self, n_ticks: int) -> tuple[Tempo, ...]:
        """The tempo from beat to beat."""
        n_beats = max(-(-n_ticks * PULSES_PER_TICK // PULSES_PER_QUARTER), 1)
        lengths = np.maximum(np.diff(self._microseconds[: n_beats + 1]), 1)
        changed = np.flatnonzero(np.append(True, np.diff(lengths) != 0))
        return tuple(Tempo(index * PULSES_PER_QUARTER, tidy_qpm(int(lengths[index]))) for index in changed.tolist())


def _places(times: np.ndarray, beats: np.ndarray) -> np.ndarray:
    """Where times lie between beats; before the first and beyond the last beat time runs on as next to it."""
    times = np.asarray(times, dtype=np.float64)
    places = np.interp(times, beats, np.arange(len(beats)))
    return (
        places
        + np.maximum(times - beats[-1], 0.0) / (beats[-1] - beats[-2])
        + np.minimum(times - beats[0], 0.0) / (beats[1] - beats[0])
    )


def piece_from_seconds(
    notes: np.ndarray,
    title: str = "",
    pedal: Sequence[tuple[float, int]] = (),
    qpm: float | None = None,
    key_from_notes: bool = False,
) -> Piece:
    """Make a piece of what was played freely: a transcription, a recording.

    It is written in the rhythm that fits the beats found in it, and sounds as
    it was played: `Note.shift` and `Note.release` keep the time to a pulse.

    Parameters
    ----------
    notes : np.ndarray, shape=(n, 4)
        Start and end in seconds from 0 on, MIDI pitch, velocity; in any order.
        Keys that a piano lacks are left out.
    title : str
    pedal : sequence of (second, value)
        What the sustain pedal does, 0 to 127.
    qpm : float, optional
        The tempo, in quarter notes a minute, as far as it is known.
    key_from_notes : bool
        Whether the piece gets the key that its notes speak for.

    Raises
    ------
    InputError
        If there is no note of a piano, or times are no numbers or too late,
        or there are more notes than `MAX_NOTES`.
    """
    rows = np.asarray(notes, dtype=np.float64).reshape(-1, 4)
    if not np.isfinite(rows).all() or (qpm is not None and not 0 < qpm < np.inf):
        raise InputError("The notes hold numbers that are none; times in seconds, pitches and velocities are needed.")
    rows = rows[(rows[:, 2] >= LOWEST_PITCH) & (rows[:, 2] <= HIGHEST_PITCH)]
    if not len(rows):
        raise InputError("There is no note that a piano could play.")
    if len(rows) > MAX_NOTES:
        raise InputError(f"There are {len(rows)} notes; at most {MAX_NOTES} can be used. Cut the recording first.")
    rows = rows[np.lexsort((rows[:, 2], rows[:, 0]))]
    starts = np.maximum(rows[:, 0], 0.0)
    ends = np.maximum(rows[:, 1], starts)
    beats = Beats(starts, qpm)
    first, last = beats.pulses(starts), np.maximum(beats.pulses(ends), beats.pulses(starts) + 1)
    onset_ticks, end_ticks = written_times(starts, ends, rows[:, 2], beats.quarters(starts), beats.quarters(ends))
    n_ticks = int(end_ticks.max())
    if n_ticks > MAX_TICKS:
        raise InputError(f"The recording has more than {MAX_TICKS // 96} measures; cut it first.")
    velocities = np.clip(np.rint(rows[:, 3]), 1, 127)
    columns = (
        onset_ticks,
        np.rint(rows[:, 2]),
        end_ticks - onset_ticks,
        velocities,
        first - onset_ticks * PULSES_PER_TICK,
        last - end_ticks * PULSES_PER_TICK,
    )
    played = tuple(sorted(Note(*map(int, fields)) for fields in zip(*columns, strict=True)))
    places = beats.pulses(np.array([second for second, _ in pedal]))
    by_place = {int(place): value for place, (_, value) in zip(places, pedal, strict=True)}
    key = key_of(rows[:, 2], ends - starts) if key_from_notes else None
    return Piece(
        played,
        n_ticks,
        beats.tempos(n_ticks),
        keys=(KeySignature(0, *key),) if key else (),
        pedal=tuple(Pedal(place, min(max(int(value), 0), 127)) for place, value in sorted(by_place.items())),
        title=title,
        beats_estimated=True,
    )
