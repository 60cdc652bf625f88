"""What a player makes of a score: loudness, length, tempo, early and late, pedal.

`interpretation_of` hears it from a piece that was played; `interpreted` plays a
score so. Score time, ticks and measures, never changes; only where, how loudly
and how long things sound.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from koe.music.grid import DEFAULT_VELOCITY, PULSES_PER_QUARTER, PULSES_PER_TICK, TICKS_PER_QUARTER
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.signatures import PEDAL_DOWN, Pedal, Tempo, TimeSignature
from koe.music.tempo import microseconds_of, tidy_qpm

# Lengths in ticks that scores write: 32nds to double whole notes, with dots and in triplets.
NOTE_VALUES = np.array([1, 2, 3, 4, 6, 8, 9, 12, 16, 18, 24, 30, 36, 42, 48, 60, 72, 84, 96, 120, 144, 192])
FARTHEST = 0.2  # by which a length may differ from a note value, as a natural logarithm, and still be it
COMPOUND = (6, 9, 12)
LENGTHS = (-3.0, 1.0)  # natural logarithms between which a note sounds shorter or longer than written
SET_OFF = 2  # velocities, by which a score tells a melody from its accompaniment
SHORTEST_BEAT = 12  # ticks: an eighth, whatever a metre counts in


def beat_ticks(metre: TimeSignature) -> int:
    """Length of a beat: three eighths in 6/8, 9/8 and 12/8, else a quarter at most.

    Examples
    --------
    >>> [beat_ticks(TimeSignature(0, *metre)) for metre in ((4, 4), (2, 2), (6, 8), (3, 8))]
    [24, 24, 36, 12]
    """
    unit = max(96 // metre.denominator, 1)
    if metre.denominator >= 8 and metre.numerator in COMPOUND:
        return max(3 * unit, SHORTEST_BEAT)
    return min(max(unit, SHORTEST_BEAT), TICKS_PER_QUARTER)


@dataclass(frozen=True)
class Beats:
    """The beats of a score.

    Attributes
    ----------
    onsets : np.ndarray, shape=(n_beats + 1,)
        In ticks; the last is the end of the piece. Beats begin with measures;
        what is left of a measure is a shorter beat.
    measure : np.ndarray, shape=(n_beats,)
        The measure that each lies in.
    place, length : np.ndarray, shape=(n_beats,)
        Ticks from the beginning of its measure, and the measure's length. An
        upbeat's beats are the last ones of a measure.
    """

    onsets: np.ndarray
    measure: np.ndarray
    place: np.ndarray
    length: np.ndarray

    @property
    def n_beats(self) -> int:
        """How many there are."""
        return len(self.onsets) - 1

    def index(self, ticks: np.ndarray) -> np.ndarray:
        """The beat that each tick lies in."""
        return np.clip(np.searchsorted(self.onsets, ticks, side="right") - 1, 0, max(self.n_beats - 1, 0))


def beats_of(piece: Piece) -> Beats:
    """The beats of a piece by its metres; a piece without length has one."""
    lines = np.array(piece.measure_onsets or (0,))
    ends = np.append(lines[1:], max(piece.n_ticks, int(lines[-1]) + 1))
    begins = [metre.onset for metre in piece.time_signatures]
    kinds = np.searchsorted(begins, lines, side="right") - 1
    onsets, measure, place, length = [], [], [], []
    for index, (line, end, kind) in enumerate(zip(lines.tolist(), ends.tolist(), kinds.tolist(), strict=True)):
        metre = piece.time_signatures[kind]
        beat, whole = beat_ticks(metre), metre.measure_ticks
        missing = max(whole - piece.upbeat, 0) if index == 0 and piece.upbeat else 0
        first = line - missing % beat if missing else line
        starts = np.arange(first, end, beat)
        places = starts - line + missing
        onsets.append(np.maximum(starts, line))
        measure.append(np.full(len(starts), index))
        place.append(places)
        length.append(np.full(len(starts), whole))
    return Beats(
        np.append(np.concatenate(onsets), ends[-1]),
        np.concatenate(measure),
        np.concatenate(place),
        np.concatenate(length),
    )


@dataclass(frozen=True)
class Interpretation:
    """How a piece is played.

    Attributes
    ----------
    velocities : np.ndarray, shape=(n_notes,)
        1 to 127, in the order of the piece's notes.
    lengths : np.ndarray, shape=(n_notes,)
        Natural logarithm of how much longer than written a note sounds.
    tempos : np.ndarray, shape=(n_beats,)
        Natural logarithm of each beat's tempo in quarter notes a minute.
    timings : np.ndarray, shape=(n_onsets,)
        How late each place of the score with a note sounds, in quarters of
        its beat's tempo; below 0 for early.
    pedal : tuple of Pedal
    """

    velocities: np.ndarray
    lengths: np.ndarray
    tempos: np.ndarray
    timings: np.ndarray
    pedal: tuple[Pedal, ...] = ()


@dataclass(frozen=True)
class Places:
    """Where the notes of a piece lie: its beats, and its onsets, of which a chord's notes share one.

    Attributes
    ----------
    beats : Beats
    onsets : np.ndarray, shape=(n_onsets,)
        Ticks, ascending.
    of_note : np.ndarray, shape=(n_notes,)
        The onset of each note.
    """

    beats: Beats
    onsets: np.ndarray
    of_note: np.ndarray

    @cached_property
    def beat(self) -> np.ndarray:
        """The beat of each onset."""
        return self.beats.index(self.onsets)

    @property
    def beat_of_note(self) -> np.ndarray:
        """The beat of each note."""
        return self.beat[self.of_note]


def places_of(piece: Piece) -> Places:
    """Beats and onsets of a piece."""
    onsets, of_note = np.unique(np.array([note.onset for note in piece.notes], dtype=np.int64), return_inverse=True)
    return Places(beats_of(piece), onsets, of_note)


def written_lengths(durations: np.ndarray) -> np.ndarray:
    """The note values that lengths in ticks stand for; lengths far from all of them stay.

    A sequencer's 11 ticks are an eighth, played a little short.
    """
    durations = np.maximum(durations, 1)
    distances = np.abs(np.log(NOTE_VALUES)[None] - np.log(durations)[:, None])
    nearest = distances.argmin(axis=1) if len(durations) else np.zeros(0, dtype=np.int64)
    close = distances[np.arange(len(durations)), nearest] <= FARTHEST
    return np.where(close, NOTE_VALUES[nearest], durations)


def as_written(piece: Piece) -> Piece:
    """The score of a piece that was played, in the same order of notes: one loudness, one tempo, no pedal."""
    lengths = written_lengths(np.array([note.duration for note in piece.notes], dtype=np.int64))
    lengths = np.minimum(lengths, piece.n_ticks - np.array([note.onset for note in piece.notes], dtype=np.int64))
    notes = tuple(
        Note(note.onset, note.pitch, int(length), DEFAULT_VELOCITY)
        for note, length in zip(piece.notes, lengths.tolist(), strict=True)
    )
    qpm = float(np.exp(np.median(log_tempos(piece, beats_of(piece)))))
    return replace(piece, notes=notes, tempos=(Tempo(0, round(qpm, 3)),), pedal=())


def brings_its_own(piece: Piece, end: int | None = None) -> bool:
    """Whether a piece is played and not only written: it has dynamics, the pedal, or free time.

    Two velocities are no dynamics yet: a score may set its melody off against what accompanies
    it. Nor do tempo marks make a performance, since scores have them and a player follows them,
    nor lengths, since sequencers let all notes end a little early.

    Parameters
    ----------
    piece : Piece
    end : int, optional
        Tick before which this counts; all of it unless given.

    Examples
    --------
    >>> swelling = Piece(tuple(Note(24 * beat, 60 + beat, 24, 60 + 10 * beat) for beat in range(4)), 96)
    >>> [brings_its_own(swelling, end) for end in (None, 48)]
    [True, False]
    """
    last = piece.n_ticks if end is None else end
    if piece.beats_estimated or any(mark.onset < last * PULSES_PER_TICK for mark in piece.pedal):
        return True
    return len({note.velocity for note in piece.notes if note.onset < last}) > SET_OFF


def written_on(played: Piece, written: Piece) -> Piece:
    """A piece whose beginning was played, with what has been written since as it is written.

    Parameters
    ----------
    played : Piece
        The beginning.
    written : Piece
        As far as it is there, the beginning included.
    """
    end = played.n_ticks * PULSES_PER_TICK
    places = {(note.onset, note.pitch): note for note in played.notes}
    notes = (replace(places.get((note.onset, note.pitch), note), duration=note.duration) for note in written.notes)
    there = [tempo for tempo in written.tempos if tempo.onset <= end]
    later = tuple(tempo for tempo in written.tempos if tempo.onset > end)
    resumed = (Tempo(end, there[-1].qpm),) if there and written.n_ticks > played.n_ticks else ()
    begun = tuple(tempo for tempo in played.tempos if tempo.onset < end)
    return replace(written, notes=tuple(notes), tempos=(*begun, *resumed, *later), pedal=played.pedal)


def log_tempos(piece: Piece, beats: Beats) -> np.ndarray:
    """Natural logarithm of each beat's average tempo, in quarter notes a minute: float64, ``(n_beats,)``."""
    seconds = piece.tempo_map.seconds(beats.onsets * float(PULSES_PER_TICK))
    quarters = np.diff(beats.onsets) / TICKS_PER_QUARTER
    return np.log(60.0 * quarters / np.maximum(np.diff(seconds), 1e-6))


def interpretation_of(piece: Piece) -> Interpretation:
    """How a piece was played, beside the score that `as_written` makes of it."""
    places = places_of(piece)
    rows = np.array([(n.onset, n.duration, n.velocity, n.shift, n.release) for n in piece.notes], dtype=np.int64)
    _, duration, velocity, shift, release = rows.reshape(-1, 5).T
    written = written_lengths(duration)
    sounding = np.maximum(duration * PULSES_PER_TICK + release - shift, 1)
    tempos = log_tempos(piece, places.beats)
    late = np.zeros(len(places.onsets))
    np.add.at(late, places.of_note, shift)
    late /= np.maximum(np.bincount(places.of_note, minlength=len(places.onsets)), 1)
    start = places.beats.onsets[places.beat]
    heard = piece.tempo_map.seconds(places.onsets * float(PULSES_PER_TICK) + late)
    begun = piece.tempo_map.seconds(start * float(PULSES_PER_TICK))
    quarters = (heard - begun) * np.exp(tempos[places.beat]) / 60.0
    return Interpretation(
        velocity.astype(np.float64),
        np.log(sounding / (written * PULSES_PER_TICK)),
        tempos,
        quarters - (places.onsets - start) / TICKS_PER_QUARTER,
        piece.pedal,
    )


def interpreted(piece: Piece, reading: Interpretation) -> Piece:
    """Play a score: the same notes in score time, sounding as an interpretation says.

    Onsets stay in order: none moves farther than two fifths of the way to its
    neighbor. A note sounds for a pulse at least, and ends before its key is
    struck again.
    """
    places = places_of(piece)
    shifts = _shifts(places, reading.timings)[places.of_note]
    velocities = np.clip(np.rint(reading.velocities), 1, 127).astype(np.int64)
    durations = np.array([note.duration for note in piece.notes], dtype=np.int64)
    written = written_lengths(durations) * PULSES_PER_TICK
    sounding = np.maximum(np.rint(written * np.exp(np.clip(reading.lengths, *LENGTHS))), 1).astype(np.int64)
    releases = shifts + sounding - durations * PULSES_PER_TICK
    notes = _before_restriking(
        [
            Note(note.onset, note.pitch, note.duration, velocity, shift, release)
            for note, velocity, shift, release in zip(
                piece.notes, velocities.tolist(), shifts.tolist(), releases.tolist(), strict=True
            )
        ]
    )
    return replace(piece, notes=tuple(sorted(notes)), tempos=_tempos(places.beats, reading), pedal=reading.pedal)


def _shifts(places: Places, timings: np.ndarray) -> np.ndarray:
    """Pulses that each onset is late, so small that all stay in order."""
    pulses = places.onsets * PULSES_PER_TICK
    gaps = np.diff(pulses)
    before = np.append(pulses[:1], gaps) * 0.4
    after = np.append(gaps, PULSES_PER_QUARTER) * 0.4
    return np.rint(np.clip(timings * PULSES_PER_QUARTER, -before, after)).astype(np.int64)


def _tempos(beats: Beats, reading: Interpretation) -> tuple[Tempo, ...]:
    qpms = [tidy_qpm(microseconds_of(qpm)) for qpm in np.exp(reading.tempos).tolist()]
    marks: list[Tempo] = []
    for onset, qpm in zip((beats.onsets[:-1] * PULSES_PER_TICK).tolist(), qpms, strict=True):
        if not marks or marks[-1].qpm != qpm:
            marks.append(Tempo(onset, qpm))
    return tuple(marks)


def _before_restriking(notes: list[Note]) -> list[Note]:
    """The same notes; one that was written to end before its key is struck again does."""
    following: dict[int, Note] = {}
    kept = list(notes)
    for index in sorted(range(len(notes)), key=lambda index: -notes[index].onset):
        note = notes[index]
        later = following.get(note.pitch)
        if later is not None and note.end <= later.onset and note.last_pulse > later.first_pulse:
            late = max(later.first_pulse, note.first_pulse + 1) - note.end * PULSES_PER_TICK
            kept[index] = replace(note, release=late)
        if later is None or later.onset > note.onset:
            following[note.pitch] = note
    return kept


def pedal_values(pedal: tuple[Pedal, ...], pulses: np.ndarray) -> np.ndarray:
    """Whether the pedal is down at each of these pulses: bool, ``(n,)``."""
    if not pedal:
        return np.zeros(len(pulses), dtype=bool)
    down = np.array([False, *(one.value >= PEDAL_DOWN for one in pedal)])
    return down[np.searchsorted([one.onset for one in pedal], pulses, side="right")]


def pedal_shares(pedal: tuple[Pedal, ...], edges: np.ndarray) -> np.ndarray:
    """Share of each stretch between ascending ``edges`` (pulses, ``(n + 1,)``) with the pedal down: ``(n,)``."""
    onsets = np.array([one.onset for one in pedal], dtype=np.float64)
    down = np.array([one.value >= PEDAL_DOWN for one in pedal], dtype=np.float64)
    if not len(onsets):
        return np.zeros(len(edges) - 1)
    held = np.append(0.0, np.cumsum(np.diff(onsets) * down[:-1]))  # pulses with the pedal down before each event
    index = np.searchsorted(onsets, edges, side="right") - 1
    inside = np.maximum(index, 0)
    total = np.where(index < 0, 0.0, held[inside] + down[inside] * (edges - onsets[inside]))
    return np.diff(total) / np.maximum(np.diff(edges), 1)
