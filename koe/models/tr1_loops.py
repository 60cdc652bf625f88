"""TR1's loop over events: what is compiled of it to hear given events and to write new ones.

A memory is a mapping of arrays, the first axis for pieces that are written side
by side. All that `koe.music.repetition` computes for a whole piece is kept up
here event by event, and comes to the same. A frame says what is settled
beforehand and the same for all of them; see `koe.models.tr1_writer`.
"""

from typing import Any

from keras import ops

from koe.models.tr1 import HEAD_WIDTH, N_POINTERS, N_PROPOSERS, TR1, pointed, turns
from koe.music.events import DURATIONS, END, MAX_PLACES, N_ADVANCES, N_DURATIONS, NO_NOTE, REST
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
from koe.music.tonality import TRIAD

GIVEN = N_SLOTS
MEMORY = 384  # events that attention reaches back, as many as it had in training
MAX_TICKS = MAX_LAG * 96  # of a piece
LAGS = tuple(range(1, MAX_LAG + 1))
FADES = {"fast": FAST, "slow": SLOW, "moved": MOVED}
PRIORS = {"fast": FAST_PRIOR, "slow": SLOW_PRIOR, "moved": SLOW_PRIOR}
NO_TONIC = -1  # of a piece that may end on any chord
_NEVER = -1e9


def write_events(
    network: TR1, memory: dict, frame: dict, luck: Any, wanted: Any, settings: Any, n_events: Any = None
) -> Any:
    """Write a chunk of events, or hear those that are wanted.

    Parameters
    ----------
    network : TR1
    memory : dict
    frame : dict
    luck : tensor, shape=(chunk, n, 3)
        Uniform numbers that decide when, which key, how long.
    wanted : tensor, shape=(chunk, n, 3), int32
        Advance, pitch and class of length of events that are to be taken
        instead; -1 where the network is free; -2 for no event at all.
    settings : tensor, shape=(4,)
        Temperatures of when, which and how long, and the share of
        probability from which is drawn (top-p).
    n_events : tensor, optional
        How many of the chunk's events are written; all unless given.

    Returns
    -------
    memory : dict
    events : tensor, shape=(chunk, n, 4), int32
        Advance, pitch, class of length, onset; advance -2 where there was none.
    nats : tensor, shape=(chunk, n, 3)
        What each event cost.
    """
    chunk = luck.shape[0]

    def step(index, carry):
        memory, events, nats = carry
        after, event, cost = _write_one(
            network, memory, frame, ops.take(luck, index, axis=0), ops.take(wanted, index, axis=0), settings
        )
        here = ops.one_hot(index, chunk)[:, None, None]
        events = events + ops.cast(here, "int32") * event[None]
        return after, events, nats + here * cost[None]

    n = luck.shape[1]
    nothing = ops.zeros((chunk, n, 4), "int32"), ops.zeros((chunk, n, 3))
    return ops.fori_loop(0, chunk if n_events is None else n_events, step, (memory, *nothing))


def _write_one(network, memory, frame, luck, wanted, settings):
    n = luck.shape[0]
    inputs = _inputs(memory, frame)
    now = turns(memory["onset"], inputs["measures"], memory["pitch"])
    x = network.read(inputs)
    slot = memory["count"] % MEMORY
    filled = ops.arange(MEMORY) <= memory["count"]
    mask = ops.where(filled, 0.0, _NEVER)
    keys, values = memory["keys"], memory["values"]
    for number, block in enumerate(network.blocks):
        query, key, value = network.split_heads(block, x, now)
        keys = ops.slice_update(keys, (number, 0, slot, 0, 0), key[None, :, None])
        values = ops.slice_update(values, (number, 0, slot, 0, 0), value[None, :, None])
        weights = _weights(query, keys[number], mask)
        found = ops.einsum("nhm,nmhd->nhd", weights, values[number])
        x = network.join_heads(block, x, found, now)
    x = network.norm(x)

    # When.
    odds = network.when_odds(x, inputs)
    open_ = _possible_advances(memory, frame)
    drawn, cost_when = _drawn(odds, open_, luck[:, 0], settings[0], settings[3], wanted[:, 0])
    forced = wanted[:, 0] > -1
    advance = ops.where(forced, wanted[:, 0], drawn)
    is_event = (wanted[:, 0] > -2) & (memory["over"] == 0)
    ends = advance == END
    is_note = (advance < REST) & is_event
    onset = memory["onset"] + ops.where(ends, 0, advance)
    onset = ops.minimum(onset, MAX_TICKS - 1)

    # A new chord has slots that have heard the one before.
    new_row = is_note & (advance > 0) & (memory["rows"] > 0)
    heard = _heard(memory, frame)
    memory_of_likeness = {name: _pick(new_row, heard[name], memory[name]) for name in heard}
    then = {**memory, **memory_of_likeness}
    place = _at(frame["place"], onset)
    measure = _at(frame["measure"], onset)
    inputs |= _next_inputs(then, frame, advance, onset, place, measure)
    y = network.consider(x, inputs)
    length = ops.maximum(_at(frame["length"], onset), 1)
    measures = ops.cast(measure, "float32") + ops.cast(place, "float32") / ops.cast(length, "float32")
    query, key = network.pointers(y, x, turns(onset, measures, memory["pitch"]), now)
    pointers = ops.slice_update(memory["pointers"], (0, slot, 0, 0), key[:, None])
    at_slot = ops.one_hot(slot, MEMORY, dtype="int32")[None]
    pitches = memory["pitches"] * (1 - at_slot) + at_slot * memory["pitch"][:, None]
    was_note = ops.cast(memory["duration"] < N_DURATIONS, "int32")
    notes = memory["notes"] * (1 - at_slot) + at_slot * was_note[:, None]
    points = _weights(query, pointers, mask)[:, :, None]
    points = pointed(points, pitches, notes)[:, 0]
    odds = network.which_odds(y, inputs, points)
    wanted_key = wanted[:, 1] - LOWEST_PITCH
    leaning = frame["lean"][None] * _at(frame["leaning"], onset)[:, None]
    odds = odds + ops.where(wanted_key[:, None] < 0, leaning, 0.0)  # what is heard costs what the network says
    drawn, cost_which = _drawn(odds, inputs["drawable"], luck[:, 1], settings[1], settings[3], wanted_key)
    pitch = ops.where(wanted[:, 1] > -1, wanted[:, 1], drawn + LOWEST_PITCH)

    # How long. What is given has its own length.
    given = _row(frame["given"], onset)
    given_class = ops.take_along_axis(given, (pitch - LOWEST_PITCH)[:, None], axis=1)[:, 0] - 1
    inputs["duration_proposed"] = _proposed_durations(then, frame, inputs, onset, measure, pitch, given_class)
    odds = network.long_odds(y, pitch, inputs)
    want_long = ops.where(wanted[:, 2] > -1, wanted[:, 2], given_class)
    drawn, cost_long = _drawn(odds, frame["durations"][None], luck[:, 2], settings[2], settings[3], want_long)
    duration = ops.where(want_long > -1, want_long, drawn)

    # What is remembered.
    duration = ops.where(is_note, duration, NO_NOTE)
    pitch = ops.where(is_note, pitch, memory["pitch"])
    here = ops.one_hot(pitch - LOWEST_PITCH, N_KEYS, dtype="int32") * ops.cast(is_note, "int32")[:, None]
    ticks = ops.take(ops.convert_to_tensor(DURATIONS.astype("int32")), ops.minimum(duration, N_DURATIONS - 1))
    sounds_until = memory["sounds_until"] * (1 - here) + here * (onset + ticks)[:, None]
    rows = ops.arange(n) * MAX_TICKS + onset
    struck = ops.take(memory["struck"], rows, axis=0)
    struck = struck + ops.cast(here * (duration + 1)[:, None], "uint8")
    struck = _put_rows(memory["struck"], rows, struck)
    n_notes = memory["n_notes"] + ops.cast(is_note, "int32")
    came = _came(inputs, advance, pitch, is_note)
    after = {
        **then,
        "keys": keys,
        "values": values,
        "pointers": pointers,
        "pitches": pitches,
        "notes": notes,
        "count": memory["count"] + ops.cast(ops.any(is_event), "int32"),
        "before": memory["pitch"],
        "pitch": pitch,
        "duration": duration,
        "advanced": advance,
        "onset": onset,
        "came": came,
        "sounds_until": sounds_until,
        "struck": struck,
        "heard_until": _fill(memory["heard_until"], rows, n_notes),
        "n_notes": n_notes,
        "n_before": ops.where(advance > 0, memory["n_notes"], memory["n_before"]),
        "row_onset": ops.where(is_note, onset, memory["row_onset"]),
        "rows": memory["rows"] + ops.cast(is_note & ((advance > 0) | (memory["rows"] == 0)), "int32"),
        "over": ops.where(ends & is_event, 1, memory["over"]),
    }
    # Where there is no event nothing changes; what was put down of it at the next place is written over.
    kept = {name: after[name] if name in SHARED else _pick(is_event, after[name], memory[name]) for name in after}
    kept = {name: ops.cast(value, memory[name].dtype) for name, value in kept.items()}
    event = ops.stack([advance, pitch, duration, onset], axis=-1)
    event = ops.where(is_event[:, None], event, ops.convert_to_tensor([[-2, 0, 0, 0]]))
    counts = ops.cast(is_event, "float32")
    with_note = counts * ops.cast(is_note, "float32")
    cost = ops.stack([cost_when * counts, cost_which * with_note, cost_long * with_note], axis=-1)
    return kept, ops.cast(event, "int32"), cost


# What is put down at the place of an event, or is the same for all pieces side by side.
SHARED = ("keys", "values", "pointers", "pitches", "notes", "count", "struck", "heard_until")


def _weights(query, keys, mask):
    """Attention of one event, ``(n, heads, memory)``, from ``(n, heads, 32)`` and ``(n, memory, heads, 32)``."""
    scores = ops.einsum("nhd,nmhd->nhm", query, keys) * HEAD_WIDTH**-0.5
    return ops.softmax(ops.cast(scores, "float32") + mask)


def _drawn(odds, allowed, luck, temperature, top_p, wanted):
    """What luck draws, and what is wanted or drawn costs as the network sees it."""
    likely = odds - ops.logsumexp(odds, axis=-1, keepdims=True)
    bent = ops.where(ops.cast(allowed, "bool"), likely / temperature, _NEVER)
    chance = ops.softmax(bent)
    # The least likely ones that make up what is left of top-p are not drawn.
    order = ops.sort(chance, axis=-1)
    below = ops.cumsum(order, axis=-1)
    least = ops.min(ops.where(below > 1 - top_p, order, 2.0), axis=-1, keepdims=True)
    chance = ops.where(chance >= least, chance, 0.0)
    chance = ops.cumsum(chance, axis=-1)
    drawn = ops.sum(ops.cast(chance <= luck[:, None] * chance[:, -1:], "int32"), axis=-1)
    drawn = ops.minimum(drawn, odds.shape[-1] - 1)
    taken = ops.where(wanted > -1, wanted, drawn)
    cost = -ops.take_along_axis(likely, ops.clip(taken, 0, odds.shape[-1] - 1)[:, None], axis=-1)[:, 0]
    return drawn, cost


def _inputs(memory, frame):
    """What the network reads at the last event."""
    onset, pitch = memory["onset"], memory["pitch"]
    measure, place = _at(frame["measure"], onset), _at(frame["place"], onset)
    length = ops.maximum(_at(frame["length"], onset), 1)
    slots = _slots(memory, frame, onset, measure)
    is_note = memory["duration"] < N_DURATIONS
    floor = ops.where(is_note, pitch, LOWEST_PITCH - MAX_SHIFT - 1)
    proposed_advance, proposed_pitch = _proposals(memory, frame, slots, onset, floor)
    conditions = ops.tile(frame["conditions"][None], (onset.shape[0], 1))
    left = _at(frame["left"], onset)
    where_left = ops.one_hot(frame["left_column"], conditions.shape[1], dtype="int32")
    return {
        "pitch": pitch,
        "before": memory["before"],
        "duration": memory["duration"],
        "advanced": memory["advanced"],
        "measures": ops.cast(measure, "float32") + ops.cast(place, "float32") / ops.cast(length, "float32"),
        "place": ops.minimum(place, MAX_PLACES - 1),
        "length": ops.minimum(length, MAX_PLACES),
        "number": ops.where(measure < 8, measure, 8 + measure % 8),
        "key": ops.broadcast_to(frame["key"], onset.shape),
        "conditions": conditions + where_left * left[:, None],
        "came": memory["came"],
        "kind": _measured(frame["kind"], measure),
        "advance_proposed": proposed_advance,
        "pitch_proposed": proposed_pitch,
        **{name: slots[name] for name in ("lag", "fast", "slow", "there")},
    }


def _next_inputs(memory, frame, advance, onset, place, measure):
    """What the network is told of the next event when it knows when that begins."""
    slots = _slots(memory, frame, onset, measure)
    is_note = memory["duration"] < N_DURATIONS
    goes_on = (advance == 0) & is_note
    floor = ops.where(goes_on, memory["pitch"] - LOWEST_PITCH, -1)
    keys = ops.arange(N_KEYS, dtype="int32")
    above = keys[None] > floor[:, None]
    marks = _struck_at(memory, frame, slots, onset) & above[:, None]
    first = ops.cast(ops.argmax(ops.cast(marks, "int32"), axis=-1), "int32")
    marks = ops.cast(marks, "int32") + ops.cast(marks & (keys == first[..., None]), "int32")
    free = (memory["sounds_until"] <= onset[:, None]) & above & _has_room(frame, onset)
    # Of what is given none may be passed over.
    given = (_row(frame["given"], onset) > 0) & above
    lowest = ops.where(ops.any(given, axis=-1), ops.argmax(ops.cast(given, "int32"), axis=-1), N_KEYS)
    allowed = free | given
    return {
        "next_advance": advance,
        "next_place": ops.minimum(place, MAX_PLACES - 1),
        "next_kind": _measured(frame["kind"], measure),
        "marks": marks,
        "allowed": allowed,
        "drawable": allowed & (keys[None] <= lowest[:, None]),
        "first": ops.where(ops.any(marks > 0, axis=-1), first + LOWEST_PITCH, 0),
        **{f"next_{name}": slots[name] for name in ("lag", "fast", "slow", "there")},
        "next_tick": slots["tick"],
        "next_shift": slots["shift"],
    }


def _slots(memory, frame, onset, measure):
    """The proposers at some onsets, the last one for what is given."""
    asked_lag, asked_shift = _measured(frame["plan_lag"], measure), _measured(frame["plan_shift"], measure)
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


def _struck_at(memory, frame, slots, onset):
    """The keys that each proposer strikes at a tick, in its transposition: bool, ``(n, 7, 88)``."""
    n = onset.shape[0]
    rows = ops.arange(n)[:, None] * MAX_TICKS + slots["tick"]
    struck = ops.take(memory["struck"], rows, axis=0) > 0
    struck = _moved(struck, slots["shift"]) & slots["there"][..., None]
    given = _row(frame["given"], onset)[:, None] > 0
    return ops.concatenate([struck[:, :GIVEN], given & frame["any_given"]], axis=1)


def _moved(keys, shift):
    """Keys ``(n, k, 88)`` moved up by semitones ``(n, k)``, at most 12."""
    source = ops.arange(N_KEYS, dtype="int32") - shift[..., None]
    inside = (source >= 0) & (source < N_KEYS)
    return ops.take_along_axis(keys, ops.clip(source, 0, N_KEYS - 1), axis=-1) & inside


def _proposals(memory, frame, slots, onset, floor):
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


def _possible_advances(memory, frame):
    """Which advances may be drawn: on the grid, up to what is given, and the end where it may come."""
    onset = memory["onset"]
    advances = ops.arange(N_ADVANCES, dtype="int32")
    onsets = onset[:, None] + advances
    on_grid = ops.equal(onsets % frame["grid_ticks"], 0)
    is_note = memory["duration"] < N_DURATIONS
    top = (memory["pitch"] - LOWEST_PITCH)[:, None] < ops.arange(N_KEYS)
    free = ops.any(top & (memory["sounds_until"] <= onset[:, None]) & _has_room(frame, onset), axis=-1)
    floor = ops.where(is_note, memory["pitch"], 0)
    keys = ops.arange(N_KEYS, dtype="int32") + LOWEST_PITCH
    ahead = ops.minimum(onset[:, None] + ops.arange(REST + 1, dtype="int32"), MAX_TICKS - 1)
    given = ops.take(frame["given"], ahead, axis=0) > 0
    later = ops.arange(REST + 1) > 0
    begins = ops.any(given & (later[None, :, None] | (keys > floor[:, None, None])), axis=-1)
    waits = ops.cast(ops.any(begins, axis=-1), "bool")
    first = ops.where(waits, ops.cast(ops.argmax(ops.cast(begins, "int32"), axis=-1), "int32"), REST)
    may_go_on = ops.logical_not(is_note) | free | (waits & (first == 0))
    must = ops.take(frame["given_left"], ops.minimum(onset + 1, MAX_TICKS - 1)) > 0
    may_end = (onset >= frame["end_from"]) & ops.logical_not(must | waits) & _is_home(memory, frame)
    fits = (advances <= first[:, None]) & (onsets < frame["end_at"])
    is_free = (onsets >= frame["free_from"]) | (waits[:, None] & (advances == first[:, None]))
    allowed = fits & (on_grid | (advances == REST) | (advances == first[:, None]))
    allowed = ops.where(advances == 0, fits & may_go_on[:, None], allowed) & (is_free | (advances == REST))
    nothing_else = ops.logical_not(ops.any(allowed & (advances < END), axis=-1))
    return ops.where(advances == END, (may_end | nothing_else)[:, None], allowed)


def _is_home(memory, frame):
    """Whether the last chord is that on which a piece may end: the tonic in the bass, and its triad alone above."""
    last = memory["row_onset"]
    sounding = memory["sounds_until"] > last[:, None]
    above = (ops.arange(N_KEYS, dtype="int32") + LOWEST_PITCH - frame["tonic"]) % 12
    in_triad = ops.any(ops.equal(above[:, None], ops.convert_to_tensor(TRIAD, dtype="int32")), axis=-1)
    bass = ops.take(above, ops.argmax(ops.cast(sounding, "int32"), axis=-1))
    is_tonic = ops.any(sounding, axis=-1) & ops.equal(bass, 0) & ops.all(in_triad | ops.logical_not(sounding), axis=-1)
    return is_tonic | (memory["onset"] >= frame["any_chord_from"]) | (frame["tonic"] < 0)


def _has_room(frame, onset):
    """The keys that are open to what is not given, at some onsets: bool, ``(n, 88)``."""
    keys = ops.arange(N_KEYS, dtype="int32")[None]
    return (keys >= _at(frame["lowest"], onset)[:, None]) & (keys < _at(frame["highest"], onset)[:, None])


def _heard(memory, frame):
    """Likeness after the chord at the last note's onset, and the slots that it chooses."""
    onset = memory["row_onset"]
    n = onset.shape[0]
    measure = _at(frame["measure"], onset)
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


def _proposed_durations(memory, frame, inputs, onset, measure, pitch, given_class):
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


def _came(inputs, advance, pitch, is_note):
    """How an event was proposed, by each proposer."""
    known = inputs["advance_proposed"] != NOTHING
    in_time = known & (inputs["advance_proposed"] == advance[:, None])
    as_proposed = in_time & (inputs["first"] == pitch[:, None]) & is_note[:, None]
    return ops.cast(known, "int32") + ops.cast(in_time, "int32") + ops.cast(as_proposed, "int32")


def _at(table, tick):
    return ops.take(table, tick)


def _row(table, tick):
    return ops.cast(ops.take(table, tick, axis=0), "int32")


def _measured(table, measure):
    return ops.take(table, measure)


def _pick(condition, yes, no):
    return ops.where(ops.reshape(condition, (-1,) + (1,) * (len(yes.shape) - 1)), yes, no)


def _put_rows(table, rows, values):
    for number in range(rows.shape[0]):
        table = ops.slice_update(table, (rows[number], 0), values[number : number + 1])
    return table


def _fill(table, rows, values):
    """From each row on, so far as the next event can lie, the number of notes that have begun."""
    for number in range(rows.shape[0]):
        block = ops.broadcast_to(values[number : number + 1], (REST + 1,))
        table = ops.slice_update(table, (rows[number],), block)
    return table


assert N_FOUND == ASKED
assert N_POINTERS % 2 == 0
