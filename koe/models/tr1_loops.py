"""TR1's loop over events: what is compiled of it to hear given events and to write new ones.

A memory is a mapping of arrays, the first axis for pieces that are written side
by side, see `koe.models.tr1_memory`. A frame says what is settled beforehand
and the same for all of them, see `koe.models.tr1_writer`.
"""

from typing import Any

from keras import ops

from koe.models.tr1 import TR1, pointed, turns
from koe.models.tr1_layout import HEAD_WIDTH, N_POINTERS
from koe.models.tr1_memory import (
    MAX_TICKS,
    MEMORY,
    NEVER,
    at_tick,
    filled_on,
    how_proposed,
    likeness_after,
    of_measure,
    proposals,
    proposed_durations,
    put_rows,
    row_at,
    slots_at,
    struck_at,
    where_true,
)
from koe.music.events import DURATIONS, END, MAX_PLACES, N_ADVANCES, N_DURATIONS, NO_NOTE, REST
from koe.music.grid import LOWEST_PITCH, N_KEYS
from koe.music.repetition import MAX_SHIFT
from koe.music.tonality import TRIAD

NO_TONIC = -1  # of a piece that may end on any chord


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
    mask = ops.where(filled, 0.0, NEVER)
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
    heard = likeness_after(memory, frame)
    memory_of_likeness = {name: where_true(new_row, heard[name], memory[name]) for name in heard}
    then = {**memory, **memory_of_likeness}
    place = at_tick(frame["place"], onset)
    measure = at_tick(frame["measure"], onset)
    inputs |= _next_inputs(then, frame, advance, onset, place, measure)
    y = network.consider(x, inputs)
    length = ops.maximum(at_tick(frame["length"], onset), 1)
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
    leaning = frame["lean"][None] * at_tick(frame["leaning"], onset)[:, None] + frame["tilt"]
    odds = odds + ops.where(wanted_key[:, None] < 0, leaning, 0.0)  # what is heard costs what the network says
    drawn, cost_which = _drawn(odds, inputs["drawable"], luck[:, 1], settings[1], settings[3], wanted_key)
    pitch = ops.where(wanted[:, 1] > -1, wanted[:, 1], drawn + LOWEST_PITCH)

    # How long. What is given has its own length.
    given = row_at(frame["given"], onset)
    given_class = ops.take_along_axis(given, (pitch - LOWEST_PITCH)[:, None], axis=1)[:, 0] - 1
    inputs["duration_proposed"] = proposed_durations(then, frame, inputs, onset, measure, pitch, given_class)
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
    struck = put_rows(memory["struck"], rows, struck)
    n_notes = memory["n_notes"] + ops.cast(is_note, "int32")
    came = how_proposed(inputs, advance, pitch, is_note)
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
        "heard_until": filled_on(memory["heard_until"], rows, n_notes),
        "n_notes": n_notes,
        "n_before": ops.where(advance > 0, memory["n_notes"], memory["n_before"]),
        "row_onset": ops.where(is_note, onset, memory["row_onset"]),
        "rows": memory["rows"] + ops.cast(is_note & ((advance > 0) | (memory["rows"] == 0)), "int32"),
        "over": ops.where(ends & is_event, 1, memory["over"]),
    }
    # Where there is no event nothing changes; what was put down of it at the next place is written over.
    kept = {name: after[name] if name in SHARED else where_true(is_event, after[name], memory[name]) for name in after}
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
    bent = ops.where(ops.cast(allowed, "bool"), likely / temperature, NEVER)
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
    measure, place = at_tick(frame["measure"], onset), at_tick(frame["place"], onset)
    length = ops.maximum(at_tick(frame["length"], onset), 1)
    slots = slots_at(memory, frame, onset, measure)
    is_note = memory["duration"] < N_DURATIONS
    floor = ops.where(is_note, pitch, LOWEST_PITCH - MAX_SHIFT - 1)
    proposed_advance, proposed_pitch = proposals(memory, frame, slots, onset, floor)
    conditions = ops.tile(frame["conditions"][None], (onset.shape[0], 1))
    left = at_tick(frame["left"], onset)
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
        "kind": of_measure(frame["kind"], measure),
        "advance_proposed": proposed_advance,
        "pitch_proposed": proposed_pitch,
        **{name: slots[name] for name in ("lag", "fast", "slow", "there")},
    }


def _next_inputs(memory, frame, advance, onset, place, measure):
    """What the network is told of the next event when it knows when that begins."""
    slots = slots_at(memory, frame, onset, measure)
    is_note = memory["duration"] < N_DURATIONS
    goes_on = (advance == 0) & is_note
    floor = ops.where(goes_on, memory["pitch"] - LOWEST_PITCH, -1)
    keys = ops.arange(N_KEYS, dtype="int32")
    above = keys[None] > floor[:, None]
    marks = struck_at(memory, frame, slots, onset) & above[:, None]
    first = ops.cast(ops.argmax(ops.cast(marks, "int32"), axis=-1), "int32")
    marks = ops.cast(marks, "int32") + ops.cast(marks & (keys == first[..., None]), "int32")
    free = (memory["sounds_until"] <= onset[:, None]) & above & _has_room(frame, onset)
    # Of what is given none may be passed over.
    given = (row_at(frame["given"], onset) > 0) & above
    lowest = ops.where(ops.any(given, axis=-1), ops.argmax(ops.cast(given, "int32"), axis=-1), N_KEYS)
    allowed = free | given
    return {
        "next_advance": advance,
        "next_place": ops.minimum(place, MAX_PLACES - 1),
        "next_kind": of_measure(frame["kind"], measure),
        "marks": marks,
        "allowed": allowed,
        "drawable": allowed & (keys[None] <= lowest[:, None]),
        "first": ops.where(ops.any(marks > 0, axis=-1), first + LOWEST_PITCH, 0),
        **{f"next_{name}": slots[name] for name in ("lag", "fast", "slow", "there")},
        "next_tick": slots["tick"],
        "next_shift": slots["shift"],
    }


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
    return (keys >= at_tick(frame["lowest"], onset)[:, None]) & (keys < at_tick(frame["highest"], onset)[:, None])


assert N_POINTERS % 2 == 0
