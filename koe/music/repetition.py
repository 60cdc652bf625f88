"""What a piece did before, where it was most like now, and so what it could do next.

A slot is an earlier measure, so many measures back, perhaps transposed. Five
are found by likeness, anew at each onset: the measure before; the one most
like what was heard of late; the one most like a longer stretch; one more; and
the one most like it in another key. A sixth is asked for: a plan of the form
says what comes back where. A slot proposes an event, the one that followed
there at this place, and marks the keys that are struck there.

Likeness counts notes of one pitch that begin at one place of the measure in
both, against all notes of both; what lies back counts less with each onset.
"""

from dataclasses import dataclass

import numpy as np

from koe.music.events import N_DURATIONS, REST, Events, duration_class
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH

N_FOUND = 5
N_SLOTS = N_FOUND + 1
ASKED = N_FOUND  # the number of the slot that is asked for
MAX_LAG = 256  # measures
MAX_SHIFT = 12  # semitones
N_SHIFTS = 2 * MAX_SHIFT + 1
# What stays of a likeness from one onset to the next; and how many unlike notes each begins with.
FAST, SLOW, MOVED = 0.75, 0.95, 0.9
FAST_PRIOR, SLOW_PRIOR = 1.0, 2.0
# Among equally alike ones, the nearest is the fast slot's and the farthest the slow one's.
NEARER = 1e-4
NOTHING = 255  # in place of an advance or a length that nobody proposes
MAX_CHORD = 10
# Kinds of measures in a plan: unknown; new; as an earlier one, varied; the same.
UNKNOWN, NEW, VARIED, SAME = range(4)
VARIED_FROM, SAME_FROM = 0.45, 0.85
PLAN_SHIFT = 7
SHIFTED_COSTS = 0.93  # so that a plan prefers the pitch itself
# How an event came about: no slot; not as proposed; at that time; at that time and pitch.
NO_SLOT, UNLIKE, IN_TIME, AS_PROPOSED = range(4)
_BLOCK = 64
_PLAN_PLACES = 24


@dataclass(frozen=True)
class Plan:
    """What each measure brings back.

    Attributes
    ----------
    kind : np.ndarray, shape=(n_measures,), dtype=int64
        `UNKNOWN` to `SAME`.
    lag : np.ndarray, shape=(n_measures,), dtype=int64
        Which measure, by how many back; 0 for none.
    shift : np.ndarray, shape=(n_measures,), dtype=int64
        Semitones by which it is moved.
    """

    kind: np.ndarray
    lag: np.ndarray
    shift: np.ndarray


@dataclass(frozen=True)
class Found:
    """The slots found at each onset, by all that was heard up to it: arrays ``(n_onsets, 5)``.

    ``lag`` in measures, ``shift`` in semitones, the likenesses ``fast`` and
    ``slow`` from 0 to 1, or -1 where there is no such measure.
    """

    lag: np.ndarray
    shift: np.ndarray
    fast: np.ndarray
    slow: np.ndarray


def choose(fast: np.ndarray, slow: np.ndarray, moved: np.ndarray) -> Found:
    """Choose slots by likeness.

    Parameters
    ----------
    fast, slow : np.ndarray, shape=(n, n_lags)
        For 1 measure back and more; -1 where there is none.
    moved : np.ndarray, shape=(n, n_lags, 25)
        For all shifts; that by 0 does not count.
    """
    n, n_lags = fast.shape
    rows, lags = np.arange(n), np.arange(1, n_lags + 1, dtype=np.float32) * np.float32(NEARER)
    picked = np.zeros((n, N_FOUND), dtype=np.int64)
    picked[:, 1] = (fast - lags).argmax(axis=1)
    far = slow + lags
    far[rows, picked[:, 1]] = -2
    picked[:, 2] = far.argmax(axis=1)
    both = fast + slow
    both[rows, picked[:, 1]] = both[rows, picked[:, 2]] = -3
    picked[:, 3] = both.argmax(axis=1)
    moved = moved.reshape(n, -1).copy()
    moved[:, MAX_SHIFT::N_SHIFTS] = -2
    best = moved.argmax(axis=1)
    picked[:, 4] = best // N_SHIFTS
    shift = np.zeros((n, N_FOUND), dtype=np.int64)
    shift[:, 4] = best % N_SHIFTS - MAX_SHIFT
    likeness = [values[rows[:, None], picked] for values in (fast, slow)]
    for values in likeness:
        values[:, 4] = moved[rows, best]
    return Found(picked + 1, shift, *likeness)


def find_slots(onset: np.ndarray, pitch: np.ndarray, starts: np.ndarray) -> Found:
    """The slots at each onset of notes in order.

    Parameters
    ----------
    onset, pitch : np.ndarray, shape=(n,)
    starts : np.ndarray, shape=(n_measures + 1,)
        Of `koe.music.events.short_measures`.
    """
    first = np.flatnonzero(np.r_[True, onset[1:] != onset[:-1]])
    ticks, size = onset[first], np.diff(np.r_[first, len(onset)]).astype(np.float32)
    measure = np.minimum(np.searchsorted(starts, ticks, side="right") - 1, len(starts) - 2)
    place = ticks - starts[measure]
    bits = _chord_bits(np.searchsorted(ticks, onset), pitch, len(first))
    n_lags = int(np.clip(measure[-1], 1, MAX_LAG))
    lags = np.arange(1, n_lags + 1)
    sums = {name: _Fading(keep) for name, keep in (("fast", FAST), ("slow", SLOW), ("moved", MOVED))}
    there_sums = {name: _Fading(one.keep) for name, one in sums.items()}
    own_sums = {name: _Fading(one.keep) for name, one in sums.items()}
    heard: np.ndarray | None = None
    parts = []
    for start in range(0, len(first), _BLOCK):
        part = slice(start, start + _BLOCK)
        source = measure[part, None] - lags
        is_there = source >= 0
        there = np.where(is_there, starts[np.maximum(source, 0)] + place[part, None], -1)
        row = np.searchsorted(ticks, there)
        row = np.where(is_there & (ticks[np.minimum(row, len(ticks) - 1)] == there), row, len(first))
        common = np.bitwise_count(bits[:-1][part, MAX_SHIFT][:, None, None] & bits[row]).sum(axis=-1, dtype=np.float32)
        n_there = np.searchsorted(onset, there, side="right").astype(np.float32)
        before = n_there[:1] if heard is None else heard
        heard = n_there[-1:]
        passed = np.clip(np.diff(n_there, axis=0, prepend=before), 0, 50)
        likeness = {}
        for name, prior in (("fast", FAST_PRIOR), ("slow", SLOW_PRIOR), ("moved", SLOW_PRIOR)):
            same = sums[name].add(common if name == "moved" else common[:, :, MAX_SHIFT])
            notes = own_sums[name].add(size[part, None]) + there_sums[name].add(passed) + np.float32(prior)
            notes, known = (notes[..., None], is_there[..., None]) if name == "moved" else (notes, is_there)
            likeness[name] = np.where(known, same / (notes - same), np.float32(-1))
        parts.append(choose(**likeness))
    return Found(*(np.concatenate([getattr(one, name) for one in parts]) for name in ("lag", "shift", "fast", "slow")))


class _Fading:
    """Sums along the rows in which each row counts less with every one after it."""

    def __init__(self, keep: float) -> None:
        self.keep = keep
        ages = np.arange(_BLOCK)[:, None] - np.arange(_BLOCK)
        self.weights = np.where(ages >= 0, np.power(keep, np.maximum(ages, 0)), 0).astype(np.float32)
        self.fades = np.power(keep, np.arange(1, _BLOCK + 1)).astype(np.float32)
        self.last: np.ndarray | None = None

    def add(self, rows: np.ndarray) -> np.ndarray:
        """The sums after each of these rows."""
        n, flat = len(rows), rows.reshape(len(rows), -1)
        sums = self.weights[:n, :n] @ flat
        if self.last is not None:
            sums += self.fades[:n, None] * self.last
        self.last = sums[-1:]
        return sums.reshape(rows.shape)


def _chord_bits(row: np.ndarray, pitch: np.ndarray, n_rows: int) -> np.ndarray:
    """Each chord moved by -12 to 12 semitones, as bits: uint64, ``(n_rows + 1, 25, 2)``; the last one is empty."""
    keys = np.zeros((n_rows + 1, 128), dtype=bool)
    keys[row, pitch - LOWEST_PITCH + MAX_SHIFT] = True
    moved = [np.packbits(np.roll(keys, shift, axis=1), axis=1) for shift in range(-MAX_SHIFT, MAX_SHIFT + 1)]
    return np.stack([one.view(np.uint64) for one in moved], axis=1)


def plan_of(onset: np.ndarray, pitch: np.ndarray, starts: np.ndarray) -> Plan:
    """What each measure of a whole piece brings back, by the notes that begin in it, to the sixteenth."""
    n = len(starts) - 1
    measure = np.minimum(np.searchsorted(starts, onset, side="right") - 1, n - 1)
    place = np.minimum((onset - starts[measure]) // 6, _PLAN_PLACES - 1)
    grid = np.zeros((n, _PLAN_PLACES, HIGHEST_PITCH + 20), dtype=np.float32)
    grid[measure, place, pitch] = 1
    flat, count = grid.reshape(n, -1), grid.sum(axis=(1, 2))
    best, lag, shift = np.zeros(n), np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
    earlier = np.tri(n, n, -1, dtype=bool)
    for semitones in range(-PLAN_SHIFT, PLAN_SHIFT + 1):
        same = flat @ (np.roll(grid, semitones, axis=2).reshape(n, -1) if semitones else flat).T
        likeness = same / np.maximum(count[:, None] + count - same, 1) * (SHIFTED_COSTS if semitones else 1)
        likeness = np.where(earlier, likeness, 0)
        source = likeness.argmax(axis=1)
        value = likeness[np.arange(n), source]
        better = value > best
        best[better], shift[better] = value[better], semitones
        lag[better] = (np.arange(n) - source)[better]
    kind = np.where(best >= SAME_FROM, SAME, np.where(best >= VARIED_FROM, VARIED, NEW))
    kind[count == 0] = UNKNOWN
    return Plan(kind, np.where(kind >= VARIED, lag, 0), np.where(kind >= VARIED, shift, 0))


def no_plan(n_measures: int) -> Plan:
    """A plan that leaves everything open."""
    return Plan(*(np.zeros(n_measures, dtype=np.int64) for _ in range(3)))


def proposals(events: Events, starts: np.ndarray, plan: Plan) -> dict[str, np.ndarray]:
    """What the slots propose at each event for the one after it.

    Slots change with the onset: all events of a chord have those that were
    found by what came before it, and so has the question when the next event
    begins. Which key it strikes and for how long is asked of the slots found
    with the whole chord before it.

    Returns
    -------
    proposed : dict of arrays, the first axis of each for the events
        ``lag``, ``fast``, ``slow``, ``there`` (n + 1, 6), ``kind`` (n + 1,): the
        slots at the event; ``advance``, ``pitch`` (n + 1, 6): the event that they
        propose, or `NOTHING` and 0; ``came`` (n + 1, 6): `NO_SLOT` to
        `AS_PROPOSED`, how the event itself was proposed. ``next_lag``,
        ``next_fast``, ``next_slow``, ``next_there``, ``next_kind``: the slots at
        the next event; ``chord`` (n + 1, 6, 10): the pitches that each
        strikes there, upwards, above those given already, filled with 0;
        ``duration`` (n + 1, 6): class of the length that the pitch which came
        has there, or `NOTHING`. ``next_place`` (n + 1,): the next event's.
    """
    is_note = events.is_note
    onset, pitch = events.onset[is_note], events.pitch[is_note]
    length = duration_class(events.ends[is_note] - onset)
    found = find_slots(onset, pitch, starts)
    row = np.searchsorted(np.unique(onset), events.onset)
    row = np.where(is_note, row, np.maximum(row - 1, 0))
    row[0] = 0
    key = onset * 256 + pitch
    next_onset, next_row = np.r_[events.onset[1:], events.onset[-1]], np.r_[row[1:], row[-1]]
    next_measure = np.r_[events.measure[1:], events.measure[-1]]
    slots, next_slots = (
        _slots_at(rows, measures, ticks, found, plan, starts)
        for rows, measures, ticks in ((row, events.measure, events.onset), (next_row, next_measure, next_onset))
    )

    # The first event after this place of the slot that was heard already.
    after = np.where(is_note[:, None], events.pitch[:, None] - slots["shift"], 0)
    number = np.searchsorted(key, slots["tick"] * 256 + after, side="right")
    known = slots["there"] & (number < len(onset))
    number = np.minimum(number, len(onset) - 1)
    known &= onset[number] < events.onset[:, None]
    advance = np.where(known, np.minimum(onset[number] - slots["tick"], REST), NOTHING)
    proposed = np.where(advance < REST, pitch[number] + slots["shift"], 0)
    proposed = np.where((proposed >= LOWEST_PITCH) & (proposed <= HIGHEST_PITCH), proposed, 0)

    # What is struck there at the next event's onset, above what the chord has.
    goes_on = (events.advance == 0) & is_note
    least = np.maximum(np.where(goes_on, events.pitch, 0)[:, None] - next_slots["shift"] + 1, 0)
    low = np.searchsorted(key, next_slots["tick"] * 256 + least)
    high = np.searchsorted(key, next_slots["tick"] * 256 + 255)
    members = low[..., None] + np.arange(MAX_CHORD)
    strikes = (members < high[..., None]) & next_slots["there"][..., None]
    chord = np.where(strikes, pitch[np.minimum(members, len(pitch) - 1)] + next_slots["shift"][..., None], 0)
    chord = np.where((chord >= LOWEST_PITCH) & (chord <= HIGHEST_PITCH), chord, 0)
    came_pitch = np.r_[events.pitch[1:], 0]
    wanted = next_slots["tick"] * 256 + came_pitch[:, None] - next_slots["shift"]
    number = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    duration = np.where(next_slots["there"] & (key[number] == wanted), length[number], NOTHING)

    came = np.zeros((len(events), N_SLOTS), dtype=np.int64)
    in_time = known[:-1] & (advance[:-1] == events.advance[:-1, None])
    as_proposed = in_time & (chord[:-1, :, 0] == events.pitch[1:, None]) & is_note[1:, None]
    came[1:] = known[:-1].astype(np.int64) + in_time + as_proposed
    return {
        **{name: slots[name] for name in ("lag", "fast", "slow", "there")},
        **{f"next_{name}": next_slots[name] for name in ("lag", "fast", "slow", "there")},
        "kind": plan.kind[events.measure],
        "next_kind": plan.kind[next_measure],
        "advance": advance,
        "pitch": proposed,
        "chord": chord,
        "duration": np.where(duration < N_DURATIONS, duration, NOTHING),
        "came": came,
        "next_place": np.r_[events.place[1:], events.place[-1]],
    }


def _slots_at(
    rows: np.ndarray, measures: np.ndarray, ticks: np.ndarray, found: Found, plan: Plan, starts: np.ndarray
) -> dict[str, np.ndarray]:
    """The six slots while the notes of some onsets are played, found by what came before these."""
    heard = np.maximum(rows - 1, 0)
    any_heard = (rows > 0)[:, None]
    lag = np.concatenate([np.where(any_heard, found.lag[heard], 1), plan.lag[measures][:, None]], axis=1)
    shift = np.concatenate([np.where(any_heard, found.shift[heard], 0), plan.shift[measures][:, None]], axis=1)
    nobody = np.full((len(rows), 1), -1.0)
    fast, slow = (
        np.concatenate([np.where(any_heard, values[heard], -1.0), nobody], axis=1)
        for values in (found.fast, found.slow)
    )
    there = (lag > 0) & (measures[:, None] >= lag)
    source = starts[np.where(there, measures[:, None] - lag, 0)] + (ticks - starts[measures])[:, None]
    lag = np.where(there, lag, 0)
    return {"lag": lag, "shift": shift, "fast": fast, "slow": slow, "there": there, "tick": np.where(there, source, -1)}
