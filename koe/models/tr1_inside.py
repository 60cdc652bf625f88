"""What TR1 looks back at while it hears a piece: attention, pointers and proposals, gathered by measures.

In NumPy, from the weights alone, as `koe.models.tr1` computes it; so a page
can draw it before Keras is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from koe.models.tr1_interface import MEASURES, Told, class_of
from koe.models.tr1_layout import (
    CONDITIONS,
    HEAD_WIDTH,
    MEASURE_PERIODS,
    N_MEASURE_NUMBERS,
    N_POINTERS,
    N_PROPOSERS,
    N_REGISTERS,
    N_STEPS,
    NEAR,
    PITCH_PERIODS,
    REACH,
    SIXTEENTHS,
    TICK_PERIODS,
    TICKS,
)
from koe.music.events import END, Events
from koe.music.grid import LOWEST_PITCH
from koe.music.repetition import N_SLOTS, no_plan, proposals

_PERIODS = [np.array([2 * np.pi / p for p in ps], np.float32) for ps in (TICK_PERIODS, MEASURE_PERIODS, PITCH_PERIODS)]
_FIRST = np.cumsum([0, *CONDITIONS.values()])[:-1]
_EPSILON = np.float32(1e-6)  # of Keras's RMSNormalization

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class LookBack:
    """Where the network looks when it asks what comes in each measure.

    Each array has a row for each measure and a column for each measure that is
    looked at, shape ``(measures, measures)``, float32. Rows are means over the
    events of the measure, and are shares: they add up to 1, or to 0 where there
    is nothing of the kind.

    Attributes
    ----------
    attention : np.ndarray
        The weights of all heads in all blocks, from the event before each.
    pointers : np.ndarray
        Those of the heads that point at earlier notes to say which key comes next.
    proposals : np.ndarray
        What earlier measures propose by being like the last ones: how much
        each adds to the log-odds of the key that it names, where that is more
        than nothing.
    """

    attention: np.ndarray
    pointers: np.ndarray
    proposals: np.ndarray


@dataclass(frozen=True)
class Looks:
    """The same before it is gathered, for each event but the last, which is the one before the next.

    Attributes
    ----------
    attention : np.ndarray, shape=(blocks, heads, events, events)
        Weights of the blocks' heads; those of an event lie on itself and what came before.
    pointers : np.ndarray, shape=(4, events, events)
    gains : np.ndarray, shape=(events, 6)
        Log-odds that each slot adds to the first key that it proposes for the next event.
    lag : np.ndarray, shape=(events, 6)
        Measures that each slot lies back from the next event; 0 where it is not there.
    """

    attention: np.ndarray
    pointers: np.ndarray
    gains: np.ndarray
    lag: np.ndarray


def look_back(arrays: Arrays, events: Events, starts: np.ndarray, told: Told) -> LookBack:
    """What the network looks back at in a piece.

    Parameters
    ----------
    arrays : mapping of str to np.ndarray
        Its weights by their paths.
    events : Events
        Of the piece, one of them a note at least.
    starts : np.ndarray, shape=(measures + 1,)
        See `koe.music.events.short_measures`.
    told : Told
        What it is told of the piece; its plan is left aside.
    """
    looks = looks_of(arrays, events, starts, told)
    n = len(starts) - 1
    here, then = events.measure[:-1], events.measure[1:]
    is_note = events.is_note[1:]
    heads = looks.attention.mean(axis=(0, 1))
    weights = np.maximum(looks.gains, 0) * ((looks.lag > 0) & is_note[:, None])
    proposed = np.zeros((len(then), n), np.float32)
    np.add.at(proposed, (np.arange(len(then))[:, None], np.maximum(then[:, None] - looks.lag, 0)), weights)
    return LookBack(
        attention=_gathered(_by_measure(heads, here, n), then, n),
        pointers=_gathered(_by_measure(looks.pointers.mean(axis=0)[is_note], here, n), then[is_note], n),
        proposals=_gathered(proposed, then, n),
    )


def looks_of(arrays: Arrays, events: Events, starts: np.ndarray, told: Told) -> Looks:
    """The weights of all heads, event by event; parameters as those of `look_back`."""
    weights = _Weights(arrays)
    proposed = _proposed(events, starts)
    size = len(events) - 1  # nothing comes after the last
    x = _read(weights, events, starts, told, proposed)[:size]
    length = np.maximum(events.length, 1)
    measures = events.measure + events.place / length
    now = _turns(events.onset[:size], measures[:size], events.pitch[:size])
    numbers = np.arange(size)
    ages = numbers[:, None] - numbers
    mask = np.where((ages >= 0) & (ages < REACH), np.float32(0), np.float32(-1e9))
    attention: list[np.ndarray] = []
    while f"B{len(attention)}H/kernel" in weights:
        x, found = _block(weights, f"B{len(attention)}", x, now, mask)
        attention.append(found)
    x = _norm(x) * weights["N/scale"]
    y = _consider(weights, events, proposed, x)
    then = _turns(events.onset[1:], measures[1:], events.pitch[:size])
    query = _turn(_split(y @ weights["PQ/kernel"], N_POINTERS), then)
    memory = _turn(_split(x @ weights["PM/kernel"], N_POINTERS), now)
    told_of_slots = _statistics(proposed, "next_")[:size]
    kind = np.zeros((size, 4), np.float32)
    kind[:, 0] = 1
    hidden = _gelu(np.concatenate([y, told_of_slots, kind], axis=1) @ weights["PG1/kernel"] + weights["PG1/bias"])
    gains = hidden @ weights["PG2/kernel"] + weights["PG2/bias"]
    # The key that is proposed first has both: as one of the slot's keys, and as its next.
    both = gains[:, :N_PROPOSERS] + gains[:, N_PROPOSERS:]
    strikes = proposed["chord"][:size, :, 0] > 0
    lag = np.where(proposed["next_there"][:size] & strikes, proposed["next_lag"][:size], 0)
    return Looks(np.stack(attention), _attention(query, memory, mask), both[:, :N_SLOTS], lag)


class _Weights(dict[str, np.ndarray]):
    """Arrays by what follows the network's name in their paths."""

    def __init__(self, arrays: Arrays) -> None:
        super().__init__({path.partition("/")[2]: array for path, array in arrays.items()})

    def rows(self, table: str, rows: np.ndarray) -> np.ndarray:
        """Of a table, some rows."""
        return self[f"{table}/embeddings"][rows]


def _proposed(events: Events, starts: np.ndarray) -> dict[str, np.ndarray]:
    """What the slots propose, with nothing asked for by a plan."""
    return proposals(events, starts, no_plan(len(starts) - 1))


def _read(
    weights: _Weights, events: Events, starts: np.ndarray, told: Told, proposed: Mapping[str, np.ndarray]
) -> np.ndarray:
    pitch, measure = events.pitch, events.measure
    before = np.concatenate([pitch[:1], pitch[:-1]])
    advanced = np.concatenate([[END], events.advance[:-1]])
    half = N_MEASURE_NUMBERS // 2
    x = (
        weights.rows("in_duration", events.duration)
        + weights.rows("in_advance", advanced)
        + weights.rows("in_step", _interval(pitch, before))
        + weights.rows("in_place", events.place)
        + weights.rows("in_length", events.length)
        + weights.rows("in_number", np.where(measure < half, measure, half + measure % half))
        + weights.rows("in_register", _register(pitch))
        + weights.rows("in_tonality", _above_tonic(pitch, told.key))
        + weights.rows("in_kind", np.zeros(len(pitch), np.int64))
    )
    classes = np.tile([told.conditions.get(name, 0) for name in CONDITIONS], (len(pitch), 1))
    names = list(CONDITIONS)
    classes[:, names.index("grid")] = SIXTEENTHS if told.sixteenths else TICKS
    classes[:, names.index("left")] = (
        class_of(np.maximum(told.n_measures - measure, 1), MEASURES) if told.n_measures else 0
    )
    x = x + weights.rows("in_conditions", classes + _FIRST).sum(axis=1)
    numbers = np.arange(N_PROPOSERS)
    came, pitches = (
        np.concatenate([proposed[name], np.zeros((len(pitch), 1), np.int64)], axis=1) for name in ("came", "pitch")
    )
    x = x + weights.rows("in_came", came + 4 * numbers).sum(axis=1)
    step = np.where(pitches > 0, _interval(pitches, pitch[:, None]), N_STEPS) + (N_STEPS + 1) * numbers
    x = x + weights.rows("in_proposed", step).sum(axis=1)
    return (x + _statistics(proposed, "") @ weights["in_trust/kernel"]).astype(np.float32)


def _block(
    weights: _Weights, name: str, x: np.ndarray, now: tuple[np.ndarray, np.ndarray], mask: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What a block makes of events, and its heads' weights."""
    heads = _split(_norm(x) * weights[f"{name}N/scale"] @ weights[f"{name}H/kernel"])
    query, key, value = (_turn(one, now) for one in np.split(heads, 3, axis=1))
    found = _attention(query, key, mask)
    back = now[0], -now[1]
    joined = _turn(np.einsum("hqk,khd->qhd", found, value), back).reshape(x.shape)
    x = x + joined @ weights[f"{name}J/kernel"]
    made = _gelu(_norm(x) * weights[f"{name}M/scale"] @ weights[f"{name}W/kernel"])
    return x + made @ weights[f"{name}R/kernel"], found


def _consider(weights: _Weights, events: Events, proposed: Mapping[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    size = len(x)
    y = x @ weights["P1/kernel"] + weights["P1/bias"]
    y = y + weights.rows("p_advance", events.advance[:size]) + weights.rows("p_place", events.place[1:])
    y = y + weights.rows("p_kind", np.zeros(size, np.int64))
    return _gelu(y + _statistics(proposed, "next_")[:size] @ weights["p_trust/kernel"])


def _statistics(proposed: Mapping[str, np.ndarray], when: str) -> np.ndarray:
    """As `koe.models.tr1.statistics`, with nobody who proposes what is given."""
    nobody = [(0, 0), (0, N_PROPOSERS - N_SLOTS)]
    there, lag, fast, slow = (
        np.pad(proposed[when + name].astype(np.float32), nobody) for name in ("there", "lag", "fast", "slow")
    )
    fast, slow = (np.maximum(values, 0) * there for values in (fast, slow))
    whole = [(lag % n == 0) * there for n in (4, 8)]
    one, far = (lag == 1) * there, np.float32(0.3) * np.log1p(lag) * there
    return np.concatenate([there, fast, slow, fast * fast, slow * slow, one, far, *whole], axis=1).astype(np.float32)


def _attention(query: np.ndarray, key: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Weights ``(heads, events, events)`` from ``(events, heads, 32)`` each."""
    scores = np.einsum("qhd,khd->hqk", query, key, optimize=True) * np.float32(HEAD_WIDTH**-0.5) + mask
    chances = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return chances / chances.sum(axis=-1, keepdims=True)


def _split(x: np.ndarray, heads: int | None = None) -> np.ndarray:
    return x.reshape(len(x), heads or -1, HEAD_WIDTH)


def _turns(onset: np.ndarray, measures: np.ndarray, pitch: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    numbers = [np.asarray(values, np.float32)[:, None] for values in (onset, measures, pitch)]
    angles = np.concatenate([number * speed for number, speed in zip(numbers, _PERIODS, strict=True)], axis=1)
    return np.cos(angles)[:, None], np.sin(angles)[:, None]


def _turn(x: np.ndarray, turned: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    cosine, sine = turned
    first, second = np.split(x, 2, axis=-1)
    return np.concatenate([first * cosine - second * sine, first * sine + second * cosine], axis=-1)


def _norm(x: np.ndarray) -> np.ndarray:
    return x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + _EPSILON)


def _gelu(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x**3)))


def _interval(pitch: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.clip(pitch - other, -NEAR, NEAR) + NEAR


def _register(pitch: np.ndarray) -> np.ndarray:
    return np.clip((pitch - LOWEST_PITCH) // 5, 0, N_REGISTERS - 1)


def _above_tonic(pitch: np.ndarray, key: int) -> np.ndarray:
    return (pitch - (key - 1)) % 12 + 12 * (key > 12) if key else np.full(len(pitch), 24)


def _by_measure(weights: np.ndarray, measure: np.ndarray, n: int) -> np.ndarray:
    """Weights ``(events, events)`` on events as those on their measures, ``(events, n)``."""
    return weights @ np.eye(n, dtype=np.float32)[measure]


def _gathered(rows: np.ndarray, measure: np.ndarray, n: int) -> np.ndarray:
    """The means of rows ``(events, n)`` of the same measure, as shares: ``(n, n)``."""
    total = np.eye(n, dtype=np.float32)[measure].T @ rows
    whole = total.sum(axis=1, keepdims=True)
    return np.divide(total, whole, out=np.zeros_like(total), where=whole > 0)
