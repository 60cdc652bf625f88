"""What TR1's loop remembers of a piece, and what earlier measures propose by it.

All that `koe.music.repetition` computes for a whole piece is kept up here
event by event, and comes to the same. Memory and frame are those of
`koe.models.tr1_loops`.
"""

from keras import ops

from koe.models.tr1_layout import N_PROPOSERS, REACH
from koe.music.events import REST
from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.music.repetition import (
    ASKED,
    FAST,
    FAST_PRIOR,
    MAX_LAG,
    MAX_SHIFT,
    MOVED,
    N_FOUND,
    N_SHIFTS,
    N_SLOTS,
    NEARER,
    NOTHING,
    SLOW,
    SLOW_PRIOR,
)

GIVEN = N_SLOTS
MEMORY = REACH
MAX_TICKS = MAX_LAG * 96  # of a piece
LAGS = tuple(range(1, MAX_LAG + 1))
FADES = {"fast": FAST, "slow": SLOW, "moved": MOVED}
PRIORS = {"fast": FAST_PRIOR, "slow": SLOW_PRIOR, "moved": SLOW_PRIOR}
NEVER = -1e9


def slots_at(memory, frame, onset, measure):
    """The proposers at some onsets, the last one for what is given."""
    asked_lag, asked_shift = of_measure(frame["plan_lag"], measure), of_measure(frame["plan_shift"], measure)
    n = onset.shape[0]
    nobody, zeros = ops.full((n, 1), -1.0), ops.zeros((n, 1), "int32")
    lag = ops.concatenate([memory["slot_lag"], asked_lag[:, None], zeros], axis=1)
    shift = ops.concatenate([memory["slot_shift"], asked_shift[:, None], zeros], axis=1)
    fast = ops.concatenate([memory["slot_fast"], nobody, ops.zeros((n, 1))], axis=1)
    slow = ops.concatenate([memory["slot_slow"], nobody, ops.zeros((n, 1))], axis=1)
    there = (lag > 0) & (measure[:, None] >= lag)
    source = ops.take(frame["starts"], ops.maximum(measure[:, None] - lag, 0))
    tick = source + (onset - ops.take(frame["starts"], measure))[:, None]
    given = ops.one_hot(GIVEN, N_PROPOSERS, dtype="bool")[None]
    there = there | (given & frame["any_given"])
    lag = ops.where(there & ops.logical_not(given), lag, 0)
    return {"lag": lag, "shift": shift, "fast": fast, "slow": slow, "there": there, "tick": ops.where(there, tick, 0)}


def struck_at(memory, frame, slots, onset):
    """The keys that each proposer strikes at a tick, in its transposition: bool, ``(n, 7, 88)``."""
    n = onset.shape[0]
    rows = ops.arange(n)[:, None] * MAX_TICKS + slots["tick"]
    struck = ops.take(memory["struck"], rows, axis=0) > 0
    struck = _moved(struck, slots["shift"]) & slots["there"][..., None]
    given = row_at(frame["given"], onset)[:, None] > 0
    return ops.concatenate([struck[:, :GIVEN], given & frame["any_given"]], axis=1)


def _moved(keys, shift):
    """Keys ``(n, k, 88)`` moved up by semitones ``(n, k)``, at most 12."""
    source = ops.arange(N_KEYS, dtype="int32") - shift[..., None]
    inside = (source >= 0) & (source < N_KEYS)
    return ops.take_along_axis(keys, ops.clip(source, 0, N_KEYS - 1), axis=-1) & inside


def proposals(memory, frame, slots, onset, floor):
    """The event that each proposer says comes next: its advance, or `NOTHING`, and its pitch, or 0."""
    n, ahead = onset.shape[0], ops.arange(REST, dtype="int32")
    ticks = ops.minimum(slots["tick"][..., None] + ahead, MAX_TICKS - 1)
    flat = (ops.arange(n) * MAX_TICKS)[:, None, None] + ticks
    # How many notes began up to each tick tells where the next one begins.
    n_heard = ops.take(memory["heard_until"], flat)
    before = ops.take(memory["heard_until"], ops.maximum(flat[..., 0] - 1, (ops.arange(n) * MAX_TICKS)[:, None]))
    before = ops.where(slots["tick"] > 0, before, 0)
    past = ticks < onset[:, None, None]
    begins = ops.concatenate([n_heard[..., :1] > before[..., None], n_heard[..., 1:] > n_heard[..., :-1]], axis=-1)
    begins = begins & past
    # At the place itself only what lies above this event's own note is still to come.
    keys = ops.arange(N_KEYS, dtype="int32") + LOWEST_PITCH
    here = ops.take(memory["struck"], flat[..., 0], axis=0) > 0
    any_above = ops.any(here & (keys > (floor[:, None] - slots["shift"])[..., None]), axis=-1)
    begins = begins & ((ahead > 0) | any_above[..., None])
    soon = ops.any(begins, axis=-1)
    first = ops.argmax(ops.cast(begins, "int32"), axis=-1)
    heard = memory["n_before"]  # notes before this onset
    later = heard[:, None] > n_heard[..., -1]
    known = slots["there"] & (soon | (later & (ticks[..., -1] < onset[:, None])))
    advance = ops.where(known, ops.where(soon, ops.cast(first, "int32"), REST), NOTHING)
    rows = ops.take_along_axis(flat, ops.cast(first, "int32")[..., None], axis=-1)[..., 0]
    found = ops.take(memory["struck"], rows, axis=0) > 0
    found = found & ((first > 0)[..., None] | (keys > (floor[:, None] - slots["shift"])[..., None]))
    lowest = ops.cast(ops.argmax(ops.cast(found, "int32"), axis=-1), "int32") + LOWEST_PITCH + slots["shift"]
    inside = (lowest >= LOWEST_PITCH) & (lowest < LOWEST_PITCH + N_KEYS)
    pitch = ops.where((advance < REST) & inside, lowest, 0)
    # And what is given.
    ahead_given = ops.arange(REST, dtype="int32") + onset[:, None]
    given = ops.take(frame["given"], ops.minimum(ahead_given, MAX_TICKS - 1), axis=0) > 0
    given = given & ((ahead > 0)[None, :, None] | (keys > floor[:, None, None]))
    begins = ops.any(given, axis=-1)
    soon = ops.any(begins, axis=-1)
    first = ops.cast(ops.argmax(ops.cast(begins, "int32"), axis=-1), "int32")
    later = ops.take(frame["given_left"], ops.minimum(onset + REST, MAX_TICKS - 1)) > 0
    given_advance = ops.where(soon, first, ops.where(later, REST, NOTHING))
    row = ops.take_along_axis(given, first[:, None, None], axis=1)[:, 0]
    given_pitch = ops.cast(ops.argmax(ops.cast(row, "int32"), axis=-1), "int32") + LOWEST_PITCH
    advance = ops.concatenate([advance[:, :GIVEN], given_advance[:, None]], axis=1)
    pitch = ops.concatenate([pitch[:, :GIVEN], ops.where(soon, given_pitch, 0)[:, None]], axis=1)
    return advance, pitch


def likeness_after(memory, frame):
    """Likeness after the chord at the last note's onset, and the slots that it chooses."""
    onset = memory["row_onset"]
    n = onset.shape[0]
    measure = at_tick(frame["measure"], onset)
    lags = ops.convert_to_tensor(LAGS, dtype="int32")
    source = measure[:, None] - lags
    is_there = source >= 0
    place = onset - ops.take(frame["starts"], measure)
    tick = ops.take(frame["starts"], ops.maximum(source, 0)) + place[:, None]
    rows = ops.arange(n)[:, None] * MAX_TICKS + ops.where(is_there, tick, 0)
    chords = (
        ops.cast(ops.take(memory["struck"], rows, axis=0) > 0, "float32") * ops.cast(is_there, "float32")[..., None]
    )
    own = ops.take(memory["struck"], ops.arange(n) * MAX_TICKS + onset, axis=0) > 0
    # Column s has what lies s - 12 semitones above each key.
    columns = ops.arange(N_KEYS, dtype="int32")[:, None] + ops.arange(N_SHIFTS, dtype="int32") - MAX_SHIFT
    inside = (columns >= 0) & (columns < N_KEYS)
    shifted = ops.cast(ops.take(own, ops.clip(columns, 0, N_KEYS - 1), axis=1) & inside, "float32")
    common = ops.matmul(chords, shifted)
    size = ops.sum(ops.cast(own, "float32"), axis=-1)
    n_there = ops.where(is_there, ops.take(memory["heard_until"], rows), 0)
    first_row = (memory["rows"] == 1)[:, None]
    passed = ops.cast(ops.clip(n_there - memory["n_there"], 0, 50), "float32")
    passed = ops.where(first_row, 0.0, passed)
    result = {"n_there": n_there}
    likeness = {}
    for name, fade in FADES.items():
        same = memory[f"same_{name}"] * fade + (common if name == "moved" else common[:, :, MAX_SHIFT])
        there = memory[f"there_{name}"] * fade + passed
        mine = memory[f"own_{name}"] * fade + size
        result |= {f"same_{name}": same, f"there_{name}": there, f"own_{name}": mine}
        notes = mine[:, None] + there + PRIORS[name]
        known = is_there
        if name == "moved":
            notes, known = notes[..., None], known[..., None]
        likeness[name] = ops.where(known, same / (notes - same), -1.0)
    return result | _chosen(**likeness)


def _chosen(fast, slow, moved):
    """As `koe.music.repetition.choose`."""
    nearer = ops.convert_to_tensor(LAGS, dtype="float32") * NEARER
    first = ops.argmax(fast - nearer, axis=1)
    not_first = ops.logical_not(ops.one_hot(first, MAX_LAG, dtype="bool"))
    second = ops.argmax(ops.where(not_first, slow + nearer, -2.0), axis=1)
    neither = not_first & ops.logical_not(ops.one_hot(second, MAX_LAG, dtype="bool"))
    third = ops.argmax(ops.where(neither, fast + slow, -3.0), axis=1)
    not_unmoved = ops.arange(N_SHIFTS) != MAX_SHIFT
    flat = ops.reshape(ops.where(not_unmoved, moved, -2.0), (-1, MAX_LAG * N_SHIFTS))
    best = ops.cast(ops.argmax(flat, axis=1), "int32")
    picked = [ops.cast(one, "int32") for one in (ops.zeros_like(first), first, second, third)] + [best // N_SHIFTS]
    picked = ops.stack(picked, axis=1)
    likeness = [ops.take_along_axis(values, picked[:, :4], axis=1) for values in (fast, slow)]
    of_moved = ops.take_along_axis(flat, best[:, None], axis=1)
    shift = ops.concatenate([ops.zeros_like(picked[:, :4]), (best % N_SHIFTS - MAX_SHIFT)[:, None]], axis=1)
    fast, slow = (ops.concatenate([values, of_moved], axis=1) for values in likeness)
    return {"slot_lag": picked + 1, "slot_shift": shift, "slot_fast": fast, "slot_slow": slow}


def proposed_durations(memory, frame, inputs, onset, measure, pitch, given_class):
    """The class of length that each proposer has for a pitch, or `NOTHING`: ``(n, 7)``."""
    n = onset.shape[0]
    rows = ops.arange(n)[:, None] * MAX_TICKS + inputs["next_tick"]
    struck = ops.cast(ops.take(memory["struck"], rows, axis=0), "int32")
    key = pitch[:, None] - inputs["next_shift"] - LOWEST_PITCH
    inside = (key >= 0) & (key < N_KEYS)
    classes = ops.take_along_axis(struck, ops.clip(key, 0, N_KEYS - 1)[..., None], axis=-1)[..., 0] - 1
    classes = ops.where(inside & inputs["next_there"] & (classes > -1), classes, NOTHING)
    given = ops.where(frame["any_given"] & (given_class > -1), given_class, NOTHING)
    return ops.concatenate([classes[:, :GIVEN], given[:, None]], axis=1)


def how_proposed(inputs, advance, pitch, is_note):
    """How an event was proposed, by each proposer."""
    known = inputs["advance_proposed"] != NOTHING
    in_time = known & (inputs["advance_proposed"] == advance[:, None])
    as_proposed = in_time & (inputs["first"] == pitch[:, None]) & is_note[:, None]
    return ops.cast(known, "int32") + ops.cast(in_time, "int32") + ops.cast(as_proposed, "int32")


def at_tick(table, tick):
    """Of a table with a number for each tick, those of some."""
    return ops.take(table, tick)


def row_at(table, tick):
    """Of a table with a row for each tick, those of some, int32."""
    return ops.cast(ops.take(table, tick, axis=0), "int32")


def of_measure(table, measure):
    """Of a table with a number for each measure, those of some."""
    return ops.take(table, measure)


def where_true(condition, yes, no):
    """By each piece's condition ``(n,)`` the one or the other array, whatever follows the first axis."""
    return ops.where(ops.reshape(condition, (-1,) + (1,) * (len(yes.shape) - 1)), yes, no)


def put_rows(table, rows, values):
    """A table with some rows replaced."""
    for number in range(rows.shape[0]):
        table = ops.slice_update(table, (rows[number], 0), values[number : number + 1])
    return table


def filled_on(table, rows, values):
    """From each row on, so far as the next event can lie, the number of notes that have begun."""
    for number in range(rows.shape[0]):
        block = ops.broadcast_to(values[number : number + 1], (REST + 1,))
        table = ops.slice_update(table, (rows[number],), block)
    return table


assert N_FOUND == ASKED
