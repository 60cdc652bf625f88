"""The form of any piece: sections with letters, found by which measures are alike.

Two measures are as alike as the mean of two overlaps of sets (Jaccard, what
both have over what either has): of the notes' sixteenths and pitches, which
tells a repetition, and of their eighths and pitch classes, which survives
ornaments and another octave. One of the two may be transposed by up to seven
semitones, at a price.

Sections are then named as one would by ear. The stretch that returns most
(gain: how much more alike than chance its returns are, summed over their
measures) gets a letter wherever it stands; then the next in what is left. What
never returns is a section by itself, unless it is shorter than a phrase, such
as an upbeat, a second ending or a last chord, which belongs to its neighbour.
This is the greedy cover by repeated stretches that is usual for self-similarity
matrices (M. Müller, Fundamentals of Music Processing, 2015, chapter 4), on
notes instead of sound.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from koe.music.grid import N_KEYS, TICKS_PER_STEP
from koe.music.piece import Piece

# Time and memory grow with the square of the measures, so there are bounds: longer pieces are
# searched for what returns at its pitch only, and still longer ones by pairs of measures or more.
MAX_TRANSPOSED = 256
MAX_UNITS = 1024
MAX_SHIFT = 7  # semitones
SHIFTED_COSTS = 0.9
MAX_PLACES = 32  # sixteenths of a measure that are told apart
BASE = 0.4  # as alike as this, a measure speaks neither for nor against a return
RETURNS_FROM = 0.5  # mean likeness of a stretch that returns, varied perhaps,
SAME_FROM = 0.85  # and of one that returns as it was
SECTION_COSTS = 0.5  # measures that each section must save
REGULAR = 0.05  # what an even number of measures adds, and what fours add
LEAST_GAIN = 0.8
PHRASE = 4  # measures
SPLIT_FROM = 8  # measures of the sections that a returning stretch is taken apart into
MAX_TRIED = 2000  # stretches that are reckoned for a letter
MAX_SECTIONS = 32  # about; a long piece has longer ones


@dataclass(frozen=True)
class Section:
    """Some measures with a letter.

    Attributes
    ----------
    first_measure : int
        Counted from 0, an upbeat as one.
    n_measures : int
    label : str
        ``"A"``, ``"B"``: one letter for what is alike. With a dash, ``"A'"``,
        where it comes back varied or transposed.
    shift : int
        Semitones by which it is moved against the first one of its letter.
    """

    first_measure: int
    n_measures: int
    label: str
    shift: int = 0

    @property
    def letter(self) -> str:
        """Its label without the dash."""
        return self.label.rstrip("'")


@dataclass(frozen=True)
class _Stretch:
    start: int
    length: int
    letter: int
    before: int = 0  # measures at its beginning and at its end that it got from between stretches
    after: int = 0


def sections_of(piece: Piece) -> tuple[Section, ...]:
    """Find the sections of a piece.

    Returns
    -------
    sections : tuple of Section
        Without a gap from the first measure to the last. One section where
        nothing returns; none where the piece has no measure.
    """
    n = piece.n_measures
    if not n:
        return ()
    per_unit = -(-n // MAX_UNITS)
    n_units = -(-n // per_unit)
    shifts = range(-MAX_SHIFT, MAX_SHIFT + 1) if n <= MAX_TRANSPOSED else range(1)
    alike = _likeness(*_places(piece, per_unit), n_units, shifts)
    first = 1 if piece.upbeat and n_units > 1 else 0
    least = max(PHRASE if n_units >= 6 * PHRASE else 2, n_units // MAX_SECTIONS)
    stretches = _without_scraps(_cover(alike, least, first), n_units, least)
    return tuple(
        replace(one, first_measure=one.first_measure * per_unit, n_measures=min(stop * per_unit, n) - start * per_unit)
        for one in _named(stretches, alike, shifts)
        for start, stop in [(one.first_measure, one.first_measure + one.n_measures)]
    )


def has_form(sections: Sequence[Section]) -> bool:
    """Whether anything returns."""
    return len({section.letter for section in sections}) < len(sections)


def form_in_letters(sections: Sequence[Section]) -> str:
    """The form in a line.

    Examples
    --------
    >>> form_in_letters([Section(0, 8, "A"), Section(8, 8, "A'"), Section(16, 8, "B")])
    "A A' B"
    """
    return " ".join(section.label for section in sections)


def _places(piece: Piece, per_unit: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of each note: the unit in which it begins, the sixteenth of it, the key."""
    lines = np.asarray(piece.measure_onsets, dtype=np.int64)
    onsets = np.asarray([note.onset for note in piece.notes], dtype=np.int64)
    keys = np.asarray([note.key for note in piece.notes], dtype=np.int64)
    measure = np.searchsorted(lines, onsets, side="right") - 1
    downbeats = lines.copy()
    if piece.upbeat:
        downbeats[0] -= piece.time_signatures[0].measure_ticks - piece.upbeat
    place = np.clip((onsets - downbeats[measure] + TICKS_PER_STEP // 2) // TICKS_PER_STEP, 0, MAX_PLACES - 1)
    # Where several measures are one unit, each keeps some of its places.
    place = place // per_unit + measure % per_unit * (MAX_PLACES // per_unit or 1)
    return measure // per_unit, np.minimum(place, MAX_PLACES - 1), keys


def _likeness(unit: np.ndarray, place: np.ndarray, keys: np.ndarray, n: int, shifts: Sequence[int]) -> np.ndarray:
    """How alike any two units are, the second moved by each shift: float32, ``(n_shifts, n, n)``."""
    used, number = np.unique(place, return_inverse=True)
    exact = np.zeros((n, max(len(used), 1), N_KEYS + 2 * MAX_SHIFT), dtype=bool)
    exact[unit, number, keys + MAX_SHIFT] = True
    rough = np.zeros((n, MAX_PLACES // 2, 12), dtype=bool)
    rough[unit, place // 2, keys % 12] = True
    alike = np.stack([(_overlap(exact, shift) + _overlap(rough, shift)) / 2 for shift in shifts])
    empty = np.bincount(unit, minlength=n) == 0
    alike[:, empty[:, None] & empty] = BASE
    return alike


def _overlap(sets: np.ndarray, shift: int) -> np.ndarray:
    own, moved = _words(sets), _words(np.roll(sets, shift, axis=2))
    both = np.zeros((len(sets), len(sets)), dtype=np.float32)
    for one, other in zip(own, moved, strict=True):
        if one.any() and other.any():
            both += np.bitwise_count(one[:, None] & other)
    size = sets.sum(axis=(1, 2), dtype=np.float32)
    return both / np.maximum(size[:, None] + size - both, 1)


def _words(sets: np.ndarray) -> np.ndarray:
    """Sets as bits, uint64, ``(n_words, n)``."""
    packed = np.packbits(sets.reshape(len(sets), -1), axis=1)
    padded = np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8)))
    return np.ascontiguousarray(padded.view(np.uint64).T)


class _Diagonals:
    """How alike stretches are on average, whichever shift makes them most alike."""

    def __init__(self, alike: np.ndarray) -> None:
        n_shifts, n, _ = alike.shape
        self.prices = np.full((n_shifts, 1, 1), SHIFTED_COSTS, dtype=np.float32)
        self.prices[n_shifts // 2] = 1
        self.sums = np.zeros((n_shifts, n + 1, n + 1), dtype=np.float32)
        for row in range(n):
            self.sums[:, row + 1, 1:] = self.sums[:, row, :-1] + alike[:, row]

    def means(self, length: int) -> np.ndarray:
        """For all pairs of starts, ``(n - length + 1, n - length + 1)``."""
        whole = self.sums[:, length:, length:] - self.sums[:, :-length, :-length]
        return (whole * (self.prices / length)).max(axis=0)

    def row(self, start: int, length: int) -> np.ndarray:
        """The same for one start."""
        whole = self.sums[:, start + length, length:] - self.sums[:, start, :-length]
        return (whole * (self.prices[:, 0] / length)).max(axis=0)


def _lengths(n: int, least: int) -> Iterator[int]:
    """Numbers of measures that a returning stretch may have: every one at first, then in twos, fours and more."""
    length = least
    while 2 * length <= n:
        yield length
        step = 1 << max(length.bit_length() - 5, 0)
        length += step - length % step


def _cover(alike: np.ndarray, least: int, first: int) -> list[_Stretch]:
    """Stretches that return, with numbers for letters, in order; what does not return is left out."""
    n = alike.shape[1]
    diagonals = _Diagonals(alike)
    # The most that each may gain, negative; start; length; the letter before which it was reckoned.
    candidates: list[tuple[float, int, int, int]] = []
    for length in _lengths(n, least):
        count = np.minimum((diagonals.means(length) >= RETURNS_FROM).sum(axis=1), n // length)
        for start in np.flatnonzero(count > 1).tolist():
            most = (int(count[start]) - 1) * (1 - BASE) * length * (1 + 3 * REGULAR)
            candidates.append((-most, start, length, -1))
    heapq.heapify(candidates)
    taken, found, letter, tried = bytearray(n), [], 0, 0
    while candidates:
        _, start, length, known = heapq.heappop(candidates)
        means = diagonals.row(start, length)
        returns = _returns(means, start, length, taken)
        gain = _gain(means, returns, start, length, first)
        if gain < LEAST_GAIN:
            continue
        # What is taken only lowers gains, so one that was reckoned with all that is taken, and is first, is the best.
        tried += 1
        if known != letter and tried < MAX_TRIED:
            heapq.heappush(candidates, (-gain, start, length, letter))
            continue
        inner = _inner(alike, start, length, max(SPLIT_FROM, least))
        for place in returns:
            taken[place : place + length] = b"\1" * length
            found += [_Stretch(place + one.start, one.length, letter + one.letter) for one in inner]
        letter, tried = letter + 1 + max(one.letter for one in inner), 0
    return sorted(found, key=lambda one: one.start)


def _returns(means: np.ndarray, start: int, length: int, taken: bytearray) -> list[int]:
    """Where a stretch stands, itself first, the likest next; none where itself is taken."""
    if taken.find(1, start, start + length) >= 0:
        return []
    taken = bytearray(taken)
    taken[start : start + length] = b"\1" * length
    chosen = [start]
    likely = np.flatnonzero(means >= RETURNS_FROM)
    for place in likely[np.argsort(-means[likely], kind="stable")].tolist():
        if taken.find(1, place, place + length) < 0:
            taken[place : place + length] = b"\1" * length
            chosen.append(place)
    return chosen


def _gain(means: np.ndarray, returns: list[int], start: int, length: int, first: int) -> float:
    saved = float(sum(means[place] - BASE for place in returns[1:])) * length
    even = (length % 2 == 0) + (length % PHRASE == 0) + ((start - first) % PHRASE == 0)
    return saved * (1 + REGULAR * even) - SECTION_COSTS * len(returns)


def _inner(alike: np.ndarray, start: int, length: int, least: int) -> list[_Stretch]:
    """The sections of a stretch that returns as a whole, such as A A B B; itself where it has none."""
    if length >= 2 * least:
        part = alike[:, start : start + length, start : start + length]
        inner = _without_scraps(_cover(part, least, 0), length, least)
        if len({one.letter for one in inner}) < len(inner):
            return inner
    return [_Stretch(0, length, 0)]


def _without_scraps(stretches: list[_Stretch], n: int, least: int) -> list[_Stretch]:
    """Cover all measures: what is between stretches is one itself, or, shorter than a phrase, its neighbour's."""
    letter = 1 + max((one.letter for one in stretches), default=-1)
    whole: list[_Stretch] = []
    borders = [_Stretch(0, 0, -1), *stretches, _Stretch(n, 0, -1)]
    late = 0  # measures at the beginning that belong to the first stretch
    for one, after in pairwise(borders):
        if one.length:
            whole.append(replace(one, start=one.start - late, length=one.length + late, before=late))
            late = 0
        end = one.start + one.length
        gap = after.start - end
        # A return whose last measures differ, such as a half and a full close, ends with its phrase all the same.
        rest = -one.length % PHRASE
        if one.length > PHRASE and rest and gap - rest >= least:
            whole[-1] = replace(whole[-1], length=whole[-1].length + rest)
            end, gap = end + rest, gap - rest
        if gap >= least or (gap and not stretches):
            whole.append(_Stretch(end, gap, letter))
            letter += 1
        elif gap and whole:
            whole[-1] = replace(whole[-1], length=whole[-1].length + gap, after=gap)
        elif gap:
            late = gap
    return whole


def _named(stretches: list[_Stretch], alike: np.ndarray, shifts: Sequence[int]) -> Iterator[Section]:
    """Letters in the order in which they are heard, dashes for what differs from the first of its letter."""
    names: dict[int, str] = {}
    firsts: dict[int, _Stretch] = {}
    for one in stretches:
        name = names.setdefault(one.letter, _letter(len(names)))
        first = firsts.setdefault(one.letter, one)
        steps = np.arange(min(each.length - each.before - each.after for each in (one, first)))
        means = alike[:, one.start + one.before + steps, first.start + first.before + steps].mean(axis=1)
        means[np.arange(len(means)) != len(means) // 2] *= SHIFTED_COSTS
        best = int(means.argmax()) if one is not first else len(means) // 2
        same = one is first or means[len(means) // 2] >= SAME_FROM
        yield Section(one.start, one.length, name if same else f"{name}'", list(shifts)[best])


def _letter(number: int) -> str:
    """A to Z, then AA, AB and so on."""
    name = chr(ord("A") + number % 26)
    return name if number < 26 else _letter(number // 26 - 1) + name
