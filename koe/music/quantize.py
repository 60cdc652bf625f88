"""From a file's own time to a `Piece`: notes on ticks of a 24th of a quarter.

The grid is laid on the file's beats: a tick is a 24th of ``ticks_per_quarter``,
whatever the tempo. Only where the notes follow no beat of the file is it laid
on the beats that were played. Onsets and ends go to the nearest tick, halves
up; how far from it they sound is kept in pulses.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from koe.errors import MidiError
from koe.music.following import Following, following, off_grid_share
from koe.music.grid import (
    DEFAULT_QPM,
    FASTEST_QPM,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_NOTES,
    MAX_TICKS,
    MIN_QPM,
    PULSES_PER_QUARTER,
    PULSES_PER_TICK,
    TICKS_PER_MEASURE,
)
from koe.music.midi_writing import Written
from koe.music.notes import Note
from koe.music.performance import Beats
from koe.music.piece import Dropped, Piece
from koe.music.rhythm import written_times
from koe.music.signatures import PEDAL_DOWN, KeySignature, Mode, Pedal, Tempo, TimeSignature, is_metre, upbeat_of
from koe.music.tempo import TempoMap, tidy_qpm

DEFAULT_MICROSECONDS = round(60e6 / DEFAULT_QPM)

# General MIDI programs, from 0: pianos, harpsichord, clavichord, celesta; organs.
KEYBOARD_PROGRAMS = frozenset((*range(9), *range(16, 21)))


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
    key_signatures : list of (tick, fifths, mode)
        In any order; ``mode`` is "major" or "minor".
    pedal : list of (tick, value)
        What the sustain pedal does, 0 to 127, in any order.
    track_names : list of str
        What may name the piece: titles of a karaoke file, then the names of
        the tracks, in their order.
    end_tick : int or None
        Where the piece ends, if the file tells; see `koe.music.midi.write_midi`.
    written : Written or None
        Where the notes are written, if the file tells.
    doubled : bool
        Whether a track repeated another one's notes, which are here once.
    warnings : list of str
        Sentences for the user about what was repaired.
    """

    ticks_per_quarter: float
    notes: np.ndarray
    n_drums: int = 0
    n_other_instruments: int = 0
    tempos: list[tuple[int, int]] = field(default_factory=list)
    time_signatures: list[tuple[int, int, int]] = field(default_factory=list)
    key_signatures: list[tuple[int, int, Mode]] = field(default_factory=list)
    pedal: list[tuple[int, int]] = field(default_factory=list)
    track_names: list[str] = field(default_factory=list)
    end_tick: int | None = None
    written: Written | None = None
    doubled: bool = False
    warnings: list[str] = field(default_factory=list)


def piece_from_ticks(score: TickScore, title: str = "") -> Piece:
    """Lay a file on the grid of 24 ticks a quarter.

    Notes outside the piano and beyond `MAX_TICKS` or `MAX_NOTES` are left
    out and counted; a note that is too long is cut.

    Raises
    ------
    MidiError
        If the file has notes but all begin beyond `MAX_TICKS`.
    """
    warnings = list(score.warnings)
    tempo_map = TempoMap(score.tempos, score.ticks_per_quarter)
    raw = score.notes
    on_piano = (raw[:, 2] >= LOWEST_PITCH) & (raw[:, 2] <= HIGHEST_PITCH)
    n_outside = int(np.count_nonzero(~on_piano))
    raw = raw[on_piano]

    grid = _Grid(score, tempo_map, raw)
    if grid.beats is None and grid.following.offset:
        early_or_late = "late" if grid.following.offset > 0 else "early"
        warnings.append(f"All notes of the file come a little {early_or_late}; they are written on the beat.")
    begins, ends = grid.pulses(raw[:, 0]), grid.pulses(raw[:, 1])
    onset_ticks, end_ticks = grid.written(raw, begins, ends)
    written = score.written
    if written and len(written.onsets) == len(raw):
        told = np.lexsort((raw[:, 2], begins))
        onset_ticks[told] = written.onsets
        end_ticks[told] = np.add(written.onsets, written.durations)
    order = np.lexsort((end_ticks, raw[:, 2], onset_ticks))
    begins, ends, onset_ticks, end_ticks, raw = (
        column[order] for column in (begins, ends, onset_ticks, end_ticks, raw)
    )

    within = onset_ticks < MAX_TICKS
    within[MAX_NOTES:] = False
    n_beyond = len(raw) - int(np.count_nonzero(within))
    if n_beyond and not within.any():
        raise MidiError(
            f"Every note of the file lies beyond the first {MAX_TICKS // TICKS_PER_MEASURE} measures, "
            "the most that Koe reads. Cut away the silence before the music."
        )
    if n_beyond:
        warnings.append(
            f"The file is longer than Koe reads ({MAX_TICKS // TICKS_PER_MEASURE} measures, {MAX_NOTES} notes): "
            f"{_notes(n_beyond)} beyond that {_were(n_beyond)} left out."
        )
    if n_outside:
        warnings.append(f"{_notes(n_outside)} outside the piano's A0 to C8 {_were(n_outside)} left out.")
    if score.n_drums:
        warnings.append(f"{_notes(score.n_drums)} of drums {_were(score.n_drums)} left out.")
    begins, ends, onset_ticks, end_ticks, raw = (
        column[within] for column in (begins, ends, onset_ticks, end_ticks, raw)
    )
    n_cut = int(np.count_nonzero(end_ticks > MAX_TICKS))
    if n_cut:
        warnings.append(
            f"{_notes(n_cut)} {_were(n_cut)} cut at the end of the first {MAX_TICKS // TICKS_PER_MEASURE} measures, "
            "the most that Koe reads."
        )
    end_ticks = np.minimum(end_ticks, MAX_TICKS)

    n_ticks = int(end_ticks.max(initial=0))
    if score.end_tick is not None:
        n_ticks = max(n_ticks, min(int(_ticks_of(grid.pulses(np.array([score.end_tick])))[0]), MAX_TICKS))
    elif not n_ticks:
        warnings.append("The file holds no note that a piano could play.")
    columns = (
        onset_ticks,
        raw[:, 2],
        end_ticks - onset_ticks,
        np.clip(raw[:, 3], 1, 127),
        begins - onset_ticks * PULSES_PER_TICK,
        np.minimum(ends, MAX_TICKS * PULSES_PER_TICK) - end_ticks * PULSES_PER_TICK,
    )
    metres, upbeat = _metres(score.time_signatures, grid, n_ticks, written)
    pedal = _pedal(score.pedal, grid)
    piece = Piece(
        notes=tuple(Note(*fields) for fields in zip(*(column.tolist() for column in columns), strict=True)),
        n_ticks=n_ticks,
        # The pedal may be lifted after the last note, in a tempo of its own.
        tempos=grid.tempos(max(n_ticks * PULSES_PER_TICK, pedal[-1].onset if pedal else 0)),
        time_signatures=metres,
        upbeat=upbeat,
        keys=_keys(score.key_signatures, grid, n_ticks),
        pedal=pedal,
        title=title,
        dropped=Dropped(drums=score.n_drums, outside_piano=n_outside, beyond_limit=n_beyond),
        off_grid=off_grid_share(raw[:, 0] / score.ticks_per_quarter),
        beats_estimated=grid.estimated or bool(written and written.beats_estimated),
        n_other_instruments=score.n_other_instruments,
        warnings=tuple(warnings),
    )
    if grid.beats is None:
        return piece
    # The tempo that is shown of the piece, which is its average, and not that of most of its beats.
    estimated = (
        f"The notes follow no beat of the file, as in a live performance; a tempo of about {piece.qpm:.0f} quarter "
        "notes a minute was estimated and the grid laid on its beats."
    )
    n_before = len(score.warnings)
    return replace(piece, warnings=(*warnings[:n_before], estimated, *warnings[n_before:]))


class _Grid:
    """Which pulse each tick of the file is, and how fast the pulses go."""

    def __init__(self, score: TickScore, tempo_map: TempoMap, notes: np.ndarray) -> None:
        self.ticks_per_quarter = score.ticks_per_quarter
        self.tempo_map = tempo_map
        if score.end_tick is not None:  # written by Koe: on the grid already
            self.following = Following()
        else:
            says_nothing = (
                not score.key_signatures
                and tempo_map.microseconds.tolist() == [DEFAULT_MICROSECONDS]
                and all(metre == (4, 4) for _, *metre in score.time_signatures)
            )
            self.following = following(notes[:, 0], score.ticks_per_quarter, tempo_map.seconds, says_nothing)
        self.beats = None if self.following.follows else Beats(np.sort(tempo_map.seconds(notes[:, 0])))

    @property
    def estimated(self) -> bool:
        """Whether the beats were found in the playing."""
        return self.beats is not None

    def pulses(self, ticks: np.ndarray) -> np.ndarray:
        """Nearest pulses, halves up, never negative."""
        if self.beats is not None:
            return self.beats.pulses(self.tempo_map.seconds(np.asarray(ticks, dtype=np.float64)))
        quarters = np.asarray(ticks, dtype=np.float64) / self.ticks_per_quarter
        # Clipped while still a float: a tick can lie beyond what an index holds.
        far = 4 * MAX_TICKS * PULSES_PER_TICK
        pulses = np.clip(np.floor(quarters * PULSES_PER_QUARTER + 0.5), 0, far).astype(np.int64)
        # Rounding must not carry a time over the middle between two steps, which says where a roll has it.
        step = PULSES_PER_QUARTER // 4
        first = np.clip(np.floor(quarters * 4 + 0.5), 0, far).astype(np.int64) * step - step // 2
        return np.maximum(np.clip(pulses, first, first + step - 1), 0)

    def written(self, notes: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ticks at which notes begin and end on paper; ``begins`` and ``ends`` are their pulses."""
        if self.following.follows and self.following.exact:
            late = round(self.following.offset * PULSES_PER_QUARTER)
            onset_ticks = np.maximum(_ticks_of(begins - late), 0)
            return onset_ticks, np.maximum(_ticks_of(ends - late), onset_ticks + 1)
        order = np.lexsort((notes[:, 2], notes[:, 0]))
        starts_sec, ends_sec = (self.tempo_map.seconds(notes[order, column]) for column in (0, 1))
        if self.beats is not None:
            starts, stops = self.beats.quarters(starts_sec), self.beats.quarters(ends_sec)
        else:
            starts, stops = (notes[order, column] / self.ticks_per_quarter - self.following.offset for column in (0, 1))
        onset_ticks, end_ticks = np.empty_like(begins), np.empty_like(ends)
        onset_ticks[order], end_ticks[order] = written_times(starts_sec, ends_sec, notes[order, 2], starts, stops)
        return onset_ticks, end_ticks

    def tempos(self, end: int) -> tuple[Tempo, ...]:
        """The tempo from each place before pulse ``end`` where it changes; of a performance, from beat to beat."""
        if self.beats is not None:
            return self.beats.tempos(-(-end // PULSES_PER_TICK))
        places = self.pulses(self.tempo_map.ticks).tolist()
        lengths = self.tempo_map.microseconds.astype(int).tolist()
        plain = {length: min(max(tidy_qpm(length), MIN_QPM), FASTEST_QPM) for length in set(lengths)}
        found: dict[int, float] = {}
        for place, microseconds in zip(places, lengths, strict=True):
            if place == 0 or place < end:
                found[place] = plain[microseconds]
        tempos: list[Tempo] = []
        for place, qpm in found.items():
            if not tempos or tempos[-1].qpm != qpm:
                tempos.append(Tempo(place, qpm))
        return tuple(tempos)


def _ticks_of(pulses: np.ndarray) -> np.ndarray:
    """Nearest ticks, halves up."""
    return (pulses + PULSES_PER_TICK // 2) // PULSES_PER_TICK


def _metres(
    found: list[tuple[int, int, int]], grid: _Grid, n_ticks: int, written: Written | None
) -> tuple[tuple[TimeSignature, ...], int]:
    """Metres by tick, without absurd, repeated or never sounding ones; and the length of the upbeat."""
    usual = sorted((s for s in found if is_metre(*s[1:])), key=lambda signature: signature[0])
    places = _ticks_of(grid.pulses(np.array([tick for tick, _, _ in usual], dtype=np.float64))).tolist()
    given = {place: TimeSignature(place, *metre) for place, (_, *metre) in zip(places, usual, strict=True)}
    given = {place: metre for place, metre in given.items() if place == 0 or place < n_ticks}
    told = written.upbeat if written else None
    upbeat = upbeat_of(tuple(given.values())) if told is None else told
    if upbeat and told is None:
        given = {0: replace(given[upbeat], onset=0)} | {place: given[place] for place in given if place > upbeat}
    signatures: list[TimeSignature] = []
    for metre in ({0: TimeSignature()} | given).values():
        if not signatures or replace(metre, onset=signatures[-1].onset) != signatures[-1]:
            signatures.append(metre)
    return tuple(signatures), upbeat


def _keys(found: list[tuple[int, int, Mode]], grid: _Grid, n_ticks: int) -> tuple[KeySignature, ...]:
    """Key signatures by tick, without repeated or never sounding ones."""
    usual = sorted((key for key in found if abs(key[1]) <= 7), key=lambda key: key[0])
    places = _ticks_of(grid.pulses(np.array([tick for tick, _, _ in usual], dtype=np.float64))).tolist()
    by_place = {place: (fifths, mode) for place, (_, fifths, mode) in zip(places, usual, strict=True)}
    keys: list[KeySignature] = []
    for place, (fifths, mode) in by_place.items():
        repeated = keys and (keys[-1].fifths, keys[-1].mode) == (fifths, mode)
        if not repeated and (place == 0 or place < n_ticks):
            keys.append(KeySignature(place, fifths, mode))
    return tuple(keys)


def _pedal(found: list[tuple[int, int]], grid: _Grid) -> tuple[Pedal, ...]:
    """What the pedal does by pulse; of several values at one place the last counts, and repeated ones are left out.

    Where it is lifted and pressed at one place, which damps what has been let go, it is lifted a pulse earlier.
    """
    ordered = sorted(found, key=lambda event: event[0])
    places = grid.pulses(np.array([tick for tick, _ in ordered], dtype=np.float64)).tolist()
    by_place: dict[int, int] = {}
    for place, (_, value) in zip(places, ordered, strict=True):
        if place and by_place.get(place, value) < PEDAL_DOWN <= value:
            by_place[place - 1] = by_place[place]
        by_place[place] = value
    pedal: list[Pedal] = []
    for place, value in sorted(by_place.items()):
        if place < MAX_TICKS * PULSES_PER_TICK and (not pedal or value != pedal[-1].value):
            pedal.append(Pedal(place, value))
    return tuple(pedal) if any(one.value for one in pedal) else ()


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
