"""A piece of music: what every part of Koe hands to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from koe.errors import InputError
from koe.music.derived import cut, standing, top_voice, transposed
from koe.music.grid import (
    DEFAULT_QPM,
    LOWEST_PITCH,
    N_KEYS,
    PULSES_PER_QUARTER,
    PULSES_PER_TICK,
    TICKS_PER_STEP,
)
from koe.music.making import Making
from koe.music.notes import Note, nearest_steps
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.signatures import KeySignature, Pedal, Tempo, TimeSignature, measure_lines
from koe.music.states import notes_from_states, states_from_rolls
from koe.music.tempo import TempoMap, microseconds_of

__all__ = ["Dropped", "KeySignature", "Pedal", "Piece", "Tempo", "TimeSignature"]


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many notes of a file were left out, by reason."""

    drums: int = 0
    outside_piano: int = 0
    beyond_limit: int = 0

    @property
    def total(self) -> int:
        """All notes that were left out."""
        return self.drums + self.outside_piano + self.beyond_limit


@dataclass(frozen=True)
class Piece:
    """Notes in a time of their own, with tempo, metre, key, pedal and name.

    The pianoroll in steps is a view of it: `pianoroll`, `onsets`, `states`
    and `clock` say what is heard by networks that know nothing finer. Whatever
    opens, shows, plays, prints or saves a piece uses the notes.

    Attributes
    ----------
    notes : tuple of Note
        In order of onset, then pitch. Notes of one pitch may touch (a
        re-struck key) or overlap (two voices on one key).
    n_ticks : int
        Length in ticks, trailing silence included; no note ends later.
    tempos : tuple of Tempo
        In order, the first at pulse 0. Empty means 120 quarter notes a minute.
    time_signatures : tuple of TimeSignature
        In order, the first at tick 0. Empty means 4/4.
    upbeat : int
        Ticks before the first full measure, fewer than it has; 0 where the
        piece begins with one.
    keys : tuple of KeySignature
        In order, as far as the file has them; empty where it has none.
    pedal : tuple of Pedal
        What the sustain pedal does, in order.
    title : str
        Name for people; may be empty.
    dropped : Dropped
        What reading the file left out.
    off_grid : float
        Share of the file's onsets that lie between the places of its own
        grid: more than an eighth of a step from every sixteenth and every
        sixteenth of a triplet.
    beats_estimated : bool
        Whether the notes follow no beat of the file, as in a live
        performance, and the grid lies on beats found in the playing.
    n_other_instruments : int
        Notes that the file gives to instruments without a keyboard.
    warnings : tuple of str
        Sentences for the user about what was not as expected.
    made_by : Making or None
        Which network made it, or the last part of it, and how; None where
        that is not known. Pieces with the same music are equal whoever made
        them.
    """

    notes: tuple[Note, ...]
    n_ticks: int
    tempos: tuple[Tempo, ...] = ()
    time_signatures: tuple[TimeSignature, ...] = ()
    upbeat: int = 0
    keys: tuple[KeySignature, ...] = ()
    pedal: tuple[Pedal, ...] = ()
    title: str = ""
    dropped: Dropped = field(default_factory=Dropped)
    off_grid: float = 0.0
    beats_estimated: bool = False
    n_other_instruments: int = 0
    warnings: tuple[str, ...] = ()
    made_by: Making | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        last = max([note.onset + note.duration for note in self.notes], default=0)  # not `end`: this is asked often
        if self.n_ticks < last:
            raise InputError(f"The piece is {self.n_ticks} ticks long but a note ends at tick {last}.")
        if not self.time_signatures:
            object.__setattr__(self, "time_signatures", (TimeSignature(),))
        if not self.tempos:
            object.__setattr__(self, "tempos", (Tempo(),))
        if self.tempos[0].onset or self.time_signatures[0].onset:
            raise InputError("The first tempo and the first metre of a piece hold from its beginning on.")

    @classmethod
    def on_steps(
        cls,
        notes: tuple[Note, ...],
        n_steps: int,
        qpm: float = DEFAULT_QPM,
        time_signatures: tuple[TimeSignature, ...] = (),
        title: str = "",
        **fields: Any,
    ) -> "Piece":
        """Make a piece of so many steps at one tempo."""
        return cls(notes, n_steps * TICKS_PER_STEP, (Tempo(0, qpm),), time_signatures, title=title, **fields)

    @classmethod
    def from_pianoroll(cls, pianoroll: np.ndarray, qpm: float = DEFAULT_QPM, title: str = "", **fields: Any) -> "Piece":
        """Make a piece of a binary roll, shape ``(steps, 88)``; runs of ones become notes."""
        return cls.on_steps(notes_from_pianoroll(pianoroll), len(pianoroll), qpm, title=title, **fields)

    @classmethod
    def from_states(cls, states: np.ndarray, qpm: float = DEFAULT_QPM, title: str = "", **fields: Any) -> "Piece":
        """Make a piece of states, uint8, shape ``(steps, 88)``: every struck key becomes a note."""
        return cls.on_steps(notes_from_states(states), len(states), qpm, title=title, **fields)

    def heard_as(self, states: np.ndarray, title: str) -> "Piece":
        """What a network made of it: other notes, as many steps as there are, in this piece's tempo and metre.

        Parameters
        ----------
        states : np.ndarray, shape=(steps, 88)
            uint8 (`koe.music.states`), or a bool roll.
        title : str
        """
        made = (Piece.from_states if states.dtype == np.uint8 else Piece.from_pianoroll)(states, title=title)
        frame = self.slice(0, made.n_ticks)
        return replace(
            made, tempos=frame.tempos, time_signatures=frame.time_signatures, upbeat=frame.upbeat, keys=frame.keys
        )

    # -- in steps: what networks hear -----------------------------------

    @property
    def n_steps(self) -> int:
        """Length in steps."""
        return self._in_steps[0]

    @cached_property
    def _in_steps(self) -> tuple[int, np.ndarray]:
        """Length in steps, and a row of first step, step after the last, and key for each note."""
        columns = [(note.onset, note.duration, note.shift, note.release, note.pitch) for note in self.notes]
        onset, duration, shift, release, pitch = np.array(columns, dtype=np.int64).reshape(-1, 5).T
        start = nearest_steps(onset, shift)
        stop = np.maximum(nearest_steps(onset + duration, release), start + 1)
        spans = np.stack([start, stop, pitch - LOWEST_PITCH], axis=1)
        last = int(stop.max(initial=0))
        if self.n_ticks > int((onset + duration).max(initial=0)):
            last = max(last, step_at(self.n_ticks))
        return last, spans

    @property
    def spans_in_steps(self) -> np.ndarray:
        """First step, step after the last, and key of each note in their order: int64, shape ``(n, 3)``."""
        return self._in_steps[1]

    @cached_property
    def pianoroll(self) -> np.ndarray:
        """Which keys sound: read-only bool array, shape ``(n_steps, 88)``."""
        n_steps, spans = self._in_steps
        roll = np.zeros((n_steps, N_KEYS), dtype=bool)
        for start, stop, key in spans.tolist():
            roll[start:stop, key] = True
        roll.flags.writeable = False
        return roll

    @cached_property
    def onsets(self) -> np.ndarray:
        """Which keys are struck: read-only bool array, shape ``(n_steps, 88)``."""
        n_steps, spans = self._in_steps
        roll = np.zeros((n_steps, N_KEYS), dtype=bool)
        roll[spans[:, 0], spans[:, 2]] = True
        roll.flags.writeable = False
        return roll

    @cached_property
    def states(self) -> np.ndarray:
        """Silent, held or struck, as `koe.music.states` numbers them: read-only uint8, shape ``(n_steps, 88)``."""
        states = states_from_rolls(self.pianoroll, self.onsets)
        states.flags.writeable = False
        return states

    @cached_property
    def clock(self) -> np.ndarray:
        """Each step's place in its measure and the measure's length: int32, shape ``(n_steps, 2)``."""
        clock = np.zeros((self.n_steps, 2), dtype=np.int32)
        if not self.n_steps:
            return clock
        lines = np.array(self.measure_steps or (0,))
        begins = [signature.onset for signature in self.time_signatures]
        metre = np.searchsorted(begins, self.measure_onsets or (0,), side="right") - 1
        usual = np.array([signature.measure_steps for signature in self.time_signatures])[metre]
        uneven = np.array([signature.measure_ticks % TICKS_PER_STEP > 0 for signature in self.time_signatures])[metre]
        # Measures that are no whole steps are now longer, now shorter, and end where the next one begins.
        lengths = np.where(uneven, np.diff(lines, append=lines[-1] + usual[-1]), usual)
        if self.upbeat:
            lengths[0] = usual[0]
        steps = np.arange(self.n_steps)
        measure = np.searchsorted(lines, steps, side="right") - 1
        clock[:, 0] = steps - lines[measure]
        clock[:, 1] = lengths[measure]
        if self.upbeat:
            before = step_at(self.upbeat)
            clock[:before, 0] += max(int(usual[0]) - before, 0)
        return clock

    @property
    def n_between_steps(self) -> int:
        """Notes that begin between steps: the pianoroll has them moved."""
        return sum(not note.on_step for note in self.notes)

    # -- in seconds: what is heard by people ------------------------------

    @cached_property
    def tempo_map(self) -> TempoMap:
        """When each pulse sounds."""
        return TempoMap([(tempo.onset, microseconds_of(tempo.qpm)) for tempo in self.tempos], PULSES_PER_QUARTER)

    def seconds_at(self, tick: float) -> float:
        """When a tick sounds, in seconds from the beginning."""
        return float(self.tempo_map.seconds(np.array([tick * PULSES_PER_TICK]))[0])

    @cached_property
    def qpm(self) -> float:
        """Quarter notes a minute: its tempo, or the average while notes sound where that changes."""
        if len(self.tempos) == 1:
            return self.tempos[0].qpm
        spans = np.array([(note.first_pulse, note.last_pulse) for note in self.notes]).reshape(-1, 2)
        return self.tempo_map.average(spans)

    @property
    def n_tempo_changes(self) -> int:
        """Tempo changes after the first tempo."""
        return len(self.tempos) - 1

    @cached_property
    def duration_sec(self) -> float:
        """Length in seconds."""
        return self.seconds_at(self.n_ticks)

    def at_qpm(self, qpm: float) -> "Piece":
        """The same piece at one tempo throughout."""
        return replace(self, tempos=(Tempo(0, qpm),))

    # -- measures ---------------------------------------------------------

    @property
    def first_number(self) -> int:
        """The number of the first measure, as it is printed: 0 for an upbeat, else 1."""
        return 0 if self.upbeat else 1

    @cached_property
    def measure_onsets(self) -> tuple[int, ...]:
        """First tick of every measure, an upbeat counted as one, by the time signatures."""
        return measure_lines(self.time_signatures, self.upbeat, self.n_ticks)

    @cached_property
    def measure_steps(self) -> tuple[int, ...]:
        """First step of every measure in the pianoroll."""
        return tuple(step_at(onset) for onset in self.measure_onsets)

    @property
    def n_measures(self) -> int:
        """Number of measures, the last one counted even where it is cut."""
        return len(self.measure_onsets)

    # -- other pieces made of it ------------------------------------------

    def by(
        self, model: str, seed: int | None = None, settings: Mapping[str, Any] | None = None, **others: Any
    ) -> "Piece":
        """The same piece with a note of which model made it, and with what settings."""
        named = tuple((name.replace("_", " "), str(value)) for name, value in {**(settings or {}), **others}.items())
        return replace(self, made_by=Making(model, seed, named))

    def melody(self) -> "Piece":
        """The top voice: the highest of the notes that begin together, but for those below a longer one above."""
        return replace(self, notes=top_voice(self.notes), warnings=())

    def transposed(self, semitones: int) -> "Piece":
        """Every note moved by so many semitones; those that would leave the piano stay on it, in another octave."""
        keys = tuple(key.transposed(semitones) for key in self.keys)
        return replace(self, notes=transposed(self.notes, semitones), keys=keys, warnings=())

    def slice(self, start: int, stop: int) -> "Piece":
        """Cut out ticks ``start`` to ``stop``; notes are cut at both ends.

        A note that began before ``start`` begins at 0 in the result. Past the
        end of the piece the result is silent, so it is always
        ``stop - start`` ticks long. Tempo, metre, key and pedal go on as they
        stood; where ``start`` is no bar line, what is left of its measure is
        the upbeat.
        """
        first, last = start * PULSES_PER_TICK, stop * PULSES_PER_TICK
        upbeat = self.upbeat
        if start:
            upbeat = next((line - start for line in self.measure_onsets if line >= start), 0)
        return replace(
            self,
            notes=cut(self.notes, start, stop),
            n_ticks=stop - start,
            tempos=standing(self.tempos, first, last) or (Tempo(),),
            time_signatures=standing(self.time_signatures, start, stop) or (TimeSignature(),),
            upbeat=upbeat,
            keys=standing(self.keys, start, stop),
            pedal=tuple(one for one in standing(self.pedal, first, last) if one.onset or one.value),
            warnings=(),
            dropped=Dropped(),
        )

    def slice_steps(self, start: int, stop: int) -> "Piece":
        """Cut out steps ``start`` to ``stop``; see `slice`."""
        return self.slice(start * TICKS_PER_STEP, stop * TICKS_PER_STEP)

    def on_whole_steps(self) -> "Piece":
        """The piece with silence up to the next whole step, where a network can go on."""
        n_ticks = max(-(-self.n_ticks // TICKS_PER_STEP), self.n_steps) * TICKS_PER_STEP
        return self if n_ticks == self.n_ticks else replace(self, n_ticks=n_ticks)

    def followed_by(self, other: "Piece", at: int | None = None) -> "Piece":
        """The piece with the notes of another one behind it, in its own tempo, metre and key.

        Parameters
        ----------
        other : Piece
        at : int, optional
            Tick at which the other begins; the end unless given. What this
            piece has from there on stays.
        """
        at = self.n_ticks if at is None else at
        notes = tuple(sorted((*self.notes, *(note.moved(at) for note in other.notes))))
        return replace(self, notes=notes, n_ticks=max(self.n_ticks, at + other.n_ticks), warnings=())


def step_at(tick: int) -> int:
    """The step nearest to a tick, halves up.

    Examples
    --------
    >>> step_at(24), step_at(8), step_at(9)
    (4, 1, 2)
    """
    return (tick + TICKS_PER_STEP // 2) // TICKS_PER_STEP
