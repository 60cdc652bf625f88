"""From a score as it is played, in quarters, to a `Piece` on ticks of a 24th of a quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import floor

from koe.errors import ScoreFileError
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
    TICKS_PER_QUARTER,
)
from koe.music.notes import Note
from koe.music.piece import Dropped, Piece
from koe.music.signatures import KeySignature, Mode, Pedal, Tempo, TimeSignature, is_metre

MAX_QUARTERS = MAX_TICKS / TICKS_PER_QUARTER
Metre = tuple[int, int]


@dataclass(slots=True)
class PlayedNote:
    """A note as it is played: times in quarters, and until which time it is held.

    ``end`` is where it is written to end, ``held`` where it is let go, which
    is earlier for a staccato.
    """

    onset: float
    end: float
    pitch: int
    velocity: int
    held: float


@dataclass
class Played:
    """A score with all its repeats, times in quarters from the beginning.

    Attributes
    ----------
    notes : list of PlayedNote
        In any order, ties joined.
    measures : list of (start, metre)
        Each measure that is played, in order.
    end : float
    tempos : list of (time, quarters a minute)
    pedal : list of (time, value)
    keys : list of (time, fifths, mode)
    n_drums, n_other_instruments : int
        See `koe.music.quantize.TickScore`.
    warnings : list of str
    """

    notes: list[PlayedNote] = field(default_factory=list)
    measures: list[tuple[float, Metre]] = field(default_factory=list)
    end: float = 0.0
    tempos: list[tuple[float, float]] = field(default_factory=list)
    pedal: list[tuple[float, int]] = field(default_factory=list)
    keys: list[tuple[float, int, Mode]] = field(default_factory=list)
    n_drums: int = 0
    n_other_instruments: int = 0
    warnings: list[str] = field(default_factory=list)


def piece_from_played(played: Played, title: str) -> Piece:
    """Lay a score on the grid; what is beyond the piano or the limits is left out and said.

    Raises
    ------
    ScoreFileError
        If it has no measure.
    """
    if not played.measures:
        raise ScoreFileError("The score has no measure; export it once more.")
    warnings = list(played.warnings)
    on_piano = [note for note in played.notes if LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH]
    n_outside = len(played.notes) - len(on_piano)
    notes = sorted({_written(note): None for note in on_piano if note.onset < MAX_QUARTERS})
    n_beyond = sum(note.onset >= MAX_QUARTERS for note in on_piano) + len(notes[MAX_NOTES:])
    notes = notes[:MAX_NOTES]
    n_ticks = min(max(tick_of(played.end), max((note.end for note in notes), default=0)), MAX_TICKS)
    n_between = sum(note.shift != 0 for note in notes)
    if n_between:
        warnings.append(
            f"{_notes(n_between)} {_lie(n_between)} between the 24ths of a quarter, such as septuplets: played where "
            "they are, written at the nearest."
        )
    if n_beyond:
        warnings.append(
            f"The score is longer than Koe reads ({MAX_TICKS // TICKS_PER_MEASURE} measures, {MAX_NOTES} notes): "
            f"{_notes(n_beyond)} beyond that {_were(n_beyond)} left out."
        )
    if n_outside:
        warnings.append(f"{_notes(n_outside)} outside the piano's A0 to C8 {_were(n_outside)} left out.")
    if played.n_drums:
        warnings.append(f"{_notes(played.n_drums)} of drums {_were(played.n_drums)} left out.")
    if not notes:
        warnings.append("The file holds no note that a piano could play.")
    signatures, upbeat = _metres(played.measures, played.end, n_ticks)
    return Piece(
        notes=tuple(notes),
        n_ticks=n_ticks,
        tempos=_tempos(played.tempos, n_ticks),
        time_signatures=signatures,
        upbeat=upbeat,
        keys=_keys(played.keys, n_ticks),
        pedal=_pedal(played.pedal),
        title=title,
        dropped=Dropped(drums=played.n_drums, outside_piano=n_outside, beyond_limit=n_beyond),
        n_other_instruments=played.n_other_instruments,
        warnings=tuple(warnings),
    )


def pulse_of(quarters: float) -> int:
    """Nearest pulse, halves up; what arithmetic with fractions leaves behind does not count."""
    return floor(round(quarters * PULSES_PER_QUARTER, 3) + 0.5)


def tick_of(quarters: float) -> int:
    """Nearest tick, halves up."""
    return (pulse_of(quarters) + PULSES_PER_TICK // 2) // PULSES_PER_TICK


def _written(note: PlayedNote) -> Note:
    first, last, held = pulse_of(note.onset), pulse_of(note.end), pulse_of(note.held)
    onset = (first + PULSES_PER_TICK // 2) // PULSES_PER_TICK
    end = min(max((last + PULSES_PER_TICK // 2) // PULSES_PER_TICK, onset + 1), MAX_TICKS)
    return Note(
        onset,
        note.pitch,
        end - onset,
        min(max(note.velocity, 1), 127),
        first - onset * PULSES_PER_TICK,
        min(max(held, first + 1), MAX_TICKS * PULSES_PER_TICK) - end * PULSES_PER_TICK,
    )


def _metres(measures: Sequence[tuple[float, Metre]], end: float, n_ticks: int) -> tuple[tuple[TimeSignature, ...], int]:
    """The metres that put bar lines where the score has them, and the upbeat.

    A measure that is shorter than its metre says begins the piece as an
    upbeat, or is one with those after it where they fill it together, as at a
    repeat; anywhere else it has a metre of its own.
    """
    starts = [tick_of(start) for start, _ in measures]
    lengths = [after - start for start, after in zip(starts, [*starts[1:], max(tick_of(end), starts[-1])], strict=True)]
    signatures: list[TimeSignature] = []
    upbeat = place = 0

    def put(onset: int, metre: Metre) -> None:
        if not signatures or (signatures[-1].numerator, signatures[-1].denominator) != metre:
            signatures.append(TimeSignature(onset, *metre))

    while place < len(starts):
        start, metre = starts[place], measures[place][1]
        full = TimeSignature(0, *metre).measure_ticks
        length, members = lengths[place], 1
        following = measures[1][1] if len(measures) > 1 else metre
        if place == 0 and len(starts) > 1 and 0 < length < TimeSignature(0, *following).measure_ticks:
            upbeat = length
            put(0, following)
            place = 1
            continue
        while length < full and place + members < len(starts) and length + lengths[place + members] <= full:
            length += lengths[place + members]
            members += 1
        if length != full and place + members < len(starts):
            length, members = lengths[place], 1
            metre = _metre_of_length(length, metre) or metre
        if length:
            put(start, metre)
        place += members
    kept = [signature for signature in signatures if signature.onset == 0 or signature.onset < n_ticks]
    if not kept:
        return (TimeSignature(),), 0
    kept[0] = replace(kept[0], onset=0)
    return tuple(kept), upbeat


def _metre_of_length(ticks: int, metre: Metre) -> Metre | None:
    """A metre in which so many ticks are a measure, in the unit of the other one where that can be."""
    for denominator in dict.fromkeys((metre[1], 4, 8, 16, 32)):
        numerator, rest = divmod(ticks * denominator, TICKS_PER_MEASURE)
        if not rest and is_metre(numerator, denominator):
            return numerator, denominator
    return None


def _tempos(found: Iterable[tuple[float, float]], n_ticks: int) -> tuple[Tempo, ...]:
    by_place = {0: DEFAULT_QPM}
    for time, qpm in sorted(found, key=lambda tempo: tempo[0]):
        place = pulse_of(time)
        if qpm > 0 and (place == 0 or place < n_ticks * PULSES_PER_TICK):
            by_place[max(place, 0)] = min(max(qpm, MIN_QPM), FASTEST_QPM)
    tempos: list[Tempo] = []
    for place, qpm in by_place.items():
        if not tempos or tempos[-1].qpm != qpm:
            tempos.append(Tempo(place, qpm))
    return tuple(tempos)


def _keys(found: Iterable[tuple[float, int, Mode]], n_ticks: int) -> tuple[KeySignature, ...]:
    keys: list[KeySignature] = []
    by_place = {tick_of(time): (fifths, mode) for time, fifths, mode in sorted(found) if abs(fifths) <= 7}
    for place, key in by_place.items():
        if (place == 0 or place < n_ticks) and (not keys or (keys[-1].fifths, keys[-1].mode) != key):
            keys.append(KeySignature(place, *key))
    return tuple(keys)


def _pedal(found: Iterable[tuple[float, int]]) -> tuple[Pedal, ...]:
    by_place = {pulse_of(time): value for time, value in sorted(found, key=lambda event: event[0])}
    pedal: list[Pedal] = []
    for place, value in by_place.items():
        if 0 <= place < MAX_TICKS * PULSES_PER_TICK and value != (pedal[-1].value if pedal else 0):
            pedal.append(Pedal(place, value))
    return tuple(pedal)


def _notes(count: int) -> str:
    return "1 note" if count == 1 else f"{count} notes"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _lie(count: int) -> str:
    return "lies" if count == 1 else "lie"
