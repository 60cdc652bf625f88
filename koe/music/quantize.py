"""From a file's own time, in ticks, to a `Piece` on the sixteenth grid.

The grid is laid on the file's beats: a step is a quarter of
``ticks_per_quarter``, whatever the tempo. Only where the notes follow no beat
of the file is it laid on the beats that were played. Onsets and ends go to
the nearest step, halves up.
"""

from dataclasses import dataclass, field

import numpy as np

from koe.errors import MidiError
from koe.music.grid import (
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_NOTES,
    MAX_QPM,
    MAX_STEPS,
    MIN_QPM,
    STEPS_PER_MEASURE,
    STEPS_PER_QUARTER,
)
from koe.music.notes import Note
from koe.music.performance import estimate_qpm, is_performance, off_grid_share, track_beats
from koe.music.piece import Dropped, Piece, TimeSignature
from koe.music.tempo import TempoMap

# A text event in the files that Koe writes, standing where the piece ends: its
# last note may end earlier. Other readers pass over it.
END_MARK = "koe:end"

# General MIDI programs, from 0: pianos, harpsichord, clavichord, celesta; organs.
KEYBOARD_PROGRAMS = frozenset((*range(9), *range(16, 21)))

MAX_METRE = 64  # the largest numerator and denominator that are taken for a metre


@dataclass
class TickScore:
    """What a MIDI file says, before it is laid on the grid.

    Attributes
    ----------
    ticks_per_quarter : float
        Length of a quarter note in ticks; above 0.
    notes : np.ndarray, shape=(n, 4), dtype=int64
        Start and end in ticks, pitch, velocity; in any order, without drums.
    n_drums : int
        Drum notes that were left out.
    n_other_instruments : int
        Notes that the file gives to instruments without a keyboard; they are
        read like all others.
    tempos : list of (tick, microseconds a quarter)
        In any order.
    time_signatures : list of (tick, numerator, denominator)
        In any order.
    track_names : list of str
        In the order of the tracks, read as Latin-1.
    end_tick : int or None
        Where the piece ends, if the file tells; see `koe.music.midi.write_midi`.
    warnings : list of str
        Sentences for the user about what was repaired.
    """

    ticks_per_quarter: float
    notes: np.ndarray
    n_drums: int = 0
    n_other_instruments: int = 0
    tempos: list[tuple[int, int]] = field(default_factory=list)
    time_signatures: list[tuple[int, int, int]] = field(default_factory=list)
    track_names: list[str] = field(default_factory=list)
    end_tick: int | None = None
    warnings: list[str] = field(default_factory=list)


def piece_from_ticks(score: TickScore, title: str = "") -> Piece:
    """Lay a file on the sixteenth grid.

    Notes outside the piano and beyond `MAX_STEPS` or `MAX_NOTES` are left
    out and counted; a note that is too long is cut.

    Raises
    ------
    MidiError
        If the file has notes but all begin beyond `MAX_STEPS`.
    """
    warnings = list(score.warnings)
    tempo_map = TempoMap(score.tempos, score.ticks_per_quarter)
    raw = score.notes
    on_piano = (raw[:, 2] >= LOWEST_PITCH) & (raw[:, 2] <= HIGHEST_PITCH)
    n_outside = int(np.count_nonzero(~on_piano))
    raw = raw[on_piano]

    grid = _Grid(score, tempo_map, raw)
    if grid.estimated:
        warnings.append(
            "The notes follow no beat of the file, as in a live performance; "
            f"a tempo of about {grid.qpm:.0f} quarter notes a minute was estimated and the grid laid on its beats."
        )
    onsets = grid.steps(raw[:, 0])
    ends = np.maximum(grid.steps(raw[:, 1]), onsets + 1)
    order = np.lexsort((ends, raw[:, 2], onsets))
    onsets, ends, raw = onsets[order], ends[order], raw[order]

    within = onsets < MAX_STEPS
    within[MAX_NOTES:] = False
    n_beyond = len(onsets) - int(np.count_nonzero(within))
    if n_beyond and not within.any():
        raise MidiError(
            f"Every note of the file lies beyond the first {MAX_STEPS // STEPS_PER_MEASURE} measures, "
            "the most that Koe reads. Cut away the silence before the music."
        )
    if n_beyond:
        warnings.append(
            f"The file is longer than Koe reads ({MAX_STEPS // STEPS_PER_MEASURE} measures, {MAX_NOTES} notes): "
            f"{_notes(n_beyond)} beyond that {_were(n_beyond)} left out."
        )
    if n_outside:
        warnings.append(f"{_notes(n_outside)} outside the piano's A0 to C8 {_were(n_outside)} left out.")
    if score.n_drums:
        warnings.append(f"{_notes(score.n_drums)} of drums {_were(score.n_drums)} left out.")
    onsets, ends, raw = onsets[within], np.minimum(ends[within], MAX_STEPS), raw[within]

    n_steps = int(ends.max(initial=0))
    if score.end_tick is not None:
        n_steps = max(n_steps, min(int(grid.steps(np.array([score.end_tick]))[0]), MAX_STEPS))
    elif not n_steps:
        warnings.append("The file holds no note that a piano could play.")
    velocities = np.clip(raw[:, 3], 1, 127)
    notes = zip(onsets.tolist(), raw[:, 2].tolist(), (ends - onsets).tolist(), velocities.tolist(), strict=True)
    return Piece(
        notes=tuple(Note(*fields) for fields in notes),
        n_steps=n_steps,
        qpm=grid.qpm,
        time_signatures=_time_signatures(score.time_signatures, grid, n_steps),
        title=title,
        dropped=Dropped(drums=score.n_drums, outside_piano=n_outside, beyond_limit=n_beyond),
        n_tempo_changes=tempo_map.n_changes,
        off_grid=off_grid_share(raw[:, 0] / score.ticks_per_quarter),
        beats_estimated=grid.estimated,
        n_other_instruments=score.n_other_instruments,
        warnings=tuple(warnings),
    )


class _Grid:
    """Which step each tick belongs to, and how fast the steps go."""

    def __init__(self, score: TickScore, tempo_map: TempoMap, notes: np.ndarray) -> None:
        self.ticks_per_quarter = score.ticks_per_quarter
        self.qpm = tempo_map.average(notes)
        # Written by Koe: on the grid already. With tempo changes: somebody knew the beat.
        known = score.end_tick is not None or tempo_map.n_changes > 0
        onsets = np.sort(notes[:, 0])
        self.estimated = not known and is_performance(onsets / score.ticks_per_quarter)
        if self.estimated:
            onsets_sec = tempo_map.seconds(onsets)
            beats_sec = track_beats(onsets_sec, estimate_qpm(onsets_sec))
            self.qpm = min(max(round(60.0 / float(np.diff(beats_sec).mean()), 1), MIN_QPM), MAX_QPM)
            self.beat_ticks = beats_sec / tempo_map.seconds(np.array([1.0]))[0]

    def steps(self, ticks: np.ndarray) -> np.ndarray:
        """Nearest steps, halves up, never negative."""
        if self.estimated:
            quarters = np.interp(ticks, self.beat_ticks, np.arange(len(self.beat_ticks)))
            # Beyond the last beat time runs on as before it.
            last_beat = self.beat_ticks[-1] - self.beat_ticks[-2]
            quarters += np.maximum(ticks - self.beat_ticks[-1], 0.0) / last_beat
        else:
            quarters = ticks / self.ticks_per_quarter
        # Clipped while still a float: a tick can lie beyond what an index holds.
        return np.clip(np.floor(quarters * STEPS_PER_QUARTER + 0.5), 0, 4 * MAX_STEPS).astype(np.int64)


def is_metre(numerator: int, denominator: int) -> bool:
    """Whether music is written in such a metre; the denominator is a power of two."""
    return 1 <= numerator <= MAX_METRE and 1 <= denominator <= MAX_METRE and denominator.bit_count() == 1


def _time_signatures(found: list[tuple[int, int, int]], grid: _Grid, n_steps: int) -> tuple[TimeSignature, ...]:
    """Metres by step, without absurd, repeated or never sounding ones."""
    usual = sorted((s for s in found if is_metre(*s[1:])), key=lambda signature: signature[0])
    steps = grid.steps(np.array([tick for tick, _, _ in usual], dtype=np.float64)).tolist()
    by_step = {0: (4, 4)}
    for step, (_, numerator, denominator) in zip(steps, usual, strict=True):
        by_step[step] = (numerator, denominator)
    signatures: list[TimeSignature] = []
    for step, (numerator, denominator) in by_step.items():
        repeated = signatures and (signatures[-1].numerator, signatures[-1].denominator) == (numerator, denominator)
        if not repeated and (step == 0 or step < n_steps):
            signatures.append(TimeSignature(step, numerator, denominator))
    return tuple(signatures)


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
