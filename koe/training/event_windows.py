"""Windows of a prepared piece, as TR1 reads them."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from koe.models.tr1_interface import DENSITIES, MEASURES, REGISTERS, TEMPOS, class_of
from koe.models.tr1_layout import CONDITIONS, N_PROPOSERS
from koe.music.events import BEGINNING, END, N_DURATIONS, REST
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, N_KEYS
from koe.music.repetition import AS_PROPOSED, ASKED, MAX_CHORD, N_SLOTS, NO_SLOT, NOTHING, UNKNOWN
from koe.training.event_store import EventStore, Prepared

GIVEN = N_SLOTS  # the number of the proposer of what is given
LEAD = 96  # events before a window that may still sound in it
# How often training is told nothing, and how often each condition where it is told any; a plan; given notes.
TOLD_NOTHING, TOLD_EACH, TOLD_PLAN, GIVEN_NOTES = 0.35, 0.6, 0.35, 0.25
_KEYS = np.arange(N_KEYS)
_OF_SLOTS = ("lag", "fast", "slow", "there", "next_lag", "next_fast", "next_slow", "next_there", "came", "chord")


def conditions_of(entry: Prepared, composers: Mapping[str, int]) -> dict[str, int]:
    """The classes of what can be told of a whole piece."""
    return {
        "composer": composers.get(entry.composer, 0),
        "tempo": int(class_of(entry.qpm, TEMPOS)),
        "density": int(class_of(entry.density, DENSITIES)),
        "register": int(class_of(entry.mean_pitch, REGISTERS)),
        "length": int(class_of(entry.n_measures, MEASURES)),
    }


def window(
    store: EventStore,
    entry: Prepared,
    start: int,
    n: int,
    grid: int,
    told: Mapping[str, int] | None = None,
    left: bool = False,
    key: bool = False,
    plan: bool = False,
    given: np.ndarray | None = None,
    shift: int = 0,
) -> dict[str, np.ndarray]:
    """One window.

    Parameters
    ----------
    store, entry
        The piece.
    start, n : int
        The first event, and how many; what the piece lacks is filled up and
        does not count.
    grid : int
        `TICKS` or `SIXTEENTHS`: on what the notes lie.
    told : mapping, optional
        Classes of conditions by name; 0 where they are not told.
    left, key, plan : bool
        Whether the measures that are left, the key and the plan are told.
    given : np.ndarray of bool, shape=(n_events,), optional
        Which notes of the piece are known beforehand.
    shift : int
        Semitones by which all is moved.
    """
    before = max(0, start - LEAD)
    wide = store.read(entry, before, start + n + 1)
    ahead = {name: values[start - before :] for name, values in wide.items()}
    size = min(n, entry.n_events - start)
    now = {name: values[:size] for name, values in ahead.items()}
    then = {name: _filled(values[1 : size + 1], size) for name, values in ahead.items()}
    pitch, advance = now["pitch"].astype(np.int64), now["advance"].astype(np.int64)
    is_note = now["duration"] < N_DURATIONS
    next_is_note = (advance != END) & (then["duration"] < N_DURATIONS)
    onset = now["onset"].astype(np.int64)
    next_onset = np.where(advance == END, onset, then["onset"])
    next_pitch = np.where(next_is_note, then["pitch"], pitch)
    measure = now["measure"].astype(np.int64)
    next_measure = np.where(advance == END, measure, then["measure"])
    length = np.maximum(now["length"].astype(np.int64), 1)
    next_length = np.where(advance == END, length, np.maximum(then["length"], 1))

    # Keys that sound when the next event begins cannot be struck, nor those below in its chord.
    sounds = np.zeros((start - before + size, N_KEYS), dtype=np.int64)
    notes = np.flatnonzero(wide["duration"][: len(sounds)] < N_DURATIONS)
    sounds[notes, wide["pitch"][notes].astype(np.int64) - LOWEST_PITCH] = wide["ends"][notes]
    sounds = np.maximum.accumulate(sounds, axis=0)[start - before :]
    floor = np.where((advance == 0) & is_note, pitch - LOWEST_PITCH, -1)
    allowed = (sounds <= next_onset[:, None]) & (floor[:, None] < _KEYS)
    allowed[np.arange(size), np.clip(next_pitch - LOWEST_PITCH, 0, N_KEYS - 1)] |= next_is_note

    proposed = _with_given(store, entry, now, next_onset, next_pitch, is_note, given)
    chord = np.where(proposed["chord"] > 0, proposed["chord"] - LOWEST_PITCH, N_KEYS).astype(np.int64)
    marks = np.zeros((size, N_PROPOSERS, N_KEYS + 1), dtype=np.uint8)
    np.put_along_axis(marks, chord, 1, axis=2)
    np.put_along_axis(marks, chord[:, :, :1], 2, axis=2)
    marks = marks[:, :, :N_KEYS]
    if shift:
        marks, allowed = np.roll(marks, shift, axis=2), np.roll(allowed, shift, axis=1)

    told = dict(told or {})
    classes = np.tile([told.get(name, 0) for name in CONDITIONS], (size, 1))
    names = list(CONDITIONS)
    classes[:, names.index("grid")] = grid
    if left:
        classes[:, names.index("left")] = class_of(entry.n_measures - measure, MEASURES)
    tonic = (entry.key - 1 + shift) % 12 + 1 + 12 * (entry.key > 12) if key and entry.key else 0
    earlier = int(store.fields["advance"][entry.first + start - 1]) if start else END
    below = int(store.fields["pitch"][entry.first + start - 1]) if start else int(pitch[0])
    pitches = proposed["proposed_pitch"].astype(np.int64)
    result = {
        "pitch": pitch + shift,
        "before": np.concatenate([[below], pitch[:-1]]) + shift,
        "duration": now["duration"],
        "advanced": np.concatenate([[earlier], advance[:-1]]),
        "onset": (onset - onset[0]).astype(np.float32),
        "measures": (measure - measure[0] + now["place"] / length).astype(np.float32),
        "place": now["place"],
        "length": now["length"],
        "number": np.where(measure < 8, measure, 8 + measure % 8),
        "is_note": is_note,
        "key": np.full(size, tonic),
        "conditions": classes,
        "next_advance": advance,
        "next_onset": (next_onset - onset[0]).astype(np.float32),
        "next_measures": (next_measure - measure[0] + now["next_place"] / next_length).astype(np.float32),
        "next_place": now["next_place"],
        "next_pitch": next_pitch + shift,
        "next_duration": np.where(next_is_note, then["duration"], 0),
        "next_is_note": next_is_note,
        "counts": np.ones(size, dtype=np.float32),
        "kind": now["kind"] if plan else np.full(size, UNKNOWN),
        "next_kind": now["next_kind"] if plan else np.full(size, UNKNOWN),
        "advance_proposed": proposed["proposed_advance"],
        "pitch_proposed": np.where(pitches > 0, pitches + shift, 0),
        "duration_proposed": proposed["proposed_duration"],
        "came": proposed["came"],
        "marks": marks,
        "allowed": allowed,
    }
    for name in ("lag", "fast", "slow", "there"):
        for when in ("", "next_"):
            result[when + name] = proposed[when + name]
    if not plan:
        _silence(result, ASKED)
    return {name: _typed(_filled(values, n)) for name, values in result.items()}


def _with_given(
    store: EventStore,
    entry: Prepared,
    now: dict[str, np.ndarray],
    next_onset: np.ndarray,
    next_pitch: np.ndarray,
    is_note: np.ndarray,
    given: np.ndarray | None,
) -> dict[str, np.ndarray]:
    """What the slots propose, and beside it what is given, as one more of them."""
    size = len(is_note)
    wide = {}
    for name in (*_OF_SLOTS, "proposed_advance", "proposed_pitch", "proposed_duration"):
        values = now[name]
        nothing = NOTHING if name in ("proposed_advance", "proposed_duration") else 0
        more = np.full((size, 1, *values.shape[2:]), nothing, dtype=values.dtype)
        wide[name] = np.concatenate([values, more], axis=1)
    if given is None or not given.any():
        return wide
    kept = np.flatnonzero(given)
    onset, pitch, length = (
        store.fields[name][entry.first + kept].astype(np.int64) for name in ("onset", "pitch", "duration")
    )
    key = onset * 256 + pitch
    here, floor = now["onset"].astype(np.int64), np.where(is_note, now["pitch"], 0).astype(np.int64)
    number = np.searchsorted(key, here * 256 + floor, side="right")
    known = number < len(kept)
    number = np.minimum(number, len(kept) - 1)
    advance = np.minimum(onset[number] - here, REST)
    wide["there"][:, GIVEN] = wide["next_there"][:, GIVEN] = True
    wide["proposed_advance"][:, GIVEN] = np.where(known, advance, NOTHING)
    wide["proposed_pitch"][:, GIVEN] = np.where(known & (advance < REST), pitch[number], 0)
    least = np.where((now["advance"] == 0) & is_note, now["pitch"].astype(np.int64) + 1, 0)
    low = np.searchsorted(key, next_onset * 256 + least)
    high = np.searchsorted(key, next_onset * 256 + 255)
    members = low[:, None] + np.arange(MAX_CHORD)
    chord = np.where(members < high[:, None], pitch[np.minimum(members, len(kept) - 1)], 0)
    wide["chord"][:, GIVEN] = chord
    wanted = np.searchsorted(key, next_onset * 256 + next_pitch)
    hit = (wanted < len(kept)) & (key[np.minimum(wanted, len(kept) - 1)] == next_onset * 256 + next_pitch)
    wide["proposed_duration"][:, GIVEN] = np.where(hit, length[np.minimum(wanted, len(kept) - 1)], NOTHING)
    came = known + (known & (advance == now["advance"])) * (1 + (chord[:, 0] == next_pitch))
    wide["came"][:, GIVEN] = np.concatenate([[NO_SLOT], np.minimum(came[:-1], AS_PROPOSED)])
    return wide


def _silence(window: dict[str, np.ndarray], slot: int) -> None:
    """Take a proposer away."""
    for name in ("there", "next_there", "came", "marks", "pitch_proposed", "lag", "next_lag"):
        window[name] = window[name].copy()
        window[name][:, slot] = 0
    for name in ("advance_proposed", "duration_proposed"):
        window[name] = window[name].copy()
        window[name][:, slot] = NOTHING


def _filled(values: np.ndarray, n: int) -> np.ndarray:
    if len(values) >= n:
        return values[:n]
    return np.concatenate([values, np.zeros((n - len(values), *values.shape[1:]), dtype=values.dtype)])


def _typed(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    return values.astype(np.uint8) if values.ndim == 3 or values.dtype == bool else values.astype(np.int32)


class Batches:
    """Random windows of some stores, the same for the same seed and number.

    Parameters
    ----------
    stores : sequence of (EventStore, grid, share)
        From which windows are drawn, how their notes lie, and how often.
    split : str
    n_windows, n_events : int
        Of a batch.
    seed : int
    weights : mapping, optional
        By source of a piece: how much more often its events are drawn than
        those of sources that are not named.
    """

    def __init__(
        self,
        stores: Sequence[tuple[EventStore, int, float]],
        split: str,
        n_windows: int,
        n_events: int,
        seed: int,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.n_windows, self.n_events, self.seed = n_windows, n_events, seed
        self.stores = [
            (store, grid, share, [entry for entry in store.entries if entry.split == split])
            for store, grid, share in stores
        ]
        weights = weights or {}
        self.weights = [
            np.cumsum([entry.n_events * weights.get(entry.source, 1.0) for entry in entries])
            for *_, entries in self.stores
        ]
        self.composers = composers_of(self.stores[0][3])

    def __getitem__(self, number: int) -> dict[str, np.ndarray]:
        """Batch ``number``, of any size."""
        rng = np.random.default_rng((self.seed, number))
        windows = [self._draw(rng) for _ in range(self.n_windows)]
        return {name: np.stack([one[name] for one in windows]) for name in windows[0]}

    def _draw(self, rng: np.random.Generator) -> dict[str, np.ndarray]:
        shares = np.array([share for _, _, share, _ in self.stores])
        which = int(rng.choice(len(shares), p=shares / shares.sum()))
        store, grid, _, entries = self.stores[which]
        place = rng.random() * self.weights[which][-1]
        entry = entries[int(np.searchsorted(self.weights[which], place, side="right"))]
        # A quarter of the windows that could hang over the beginning begin with it.
        start = max(0, int(rng.integers(-self.n_events // 4, max(1, entry.n_events - self.n_events // 2))))
        heard = store.fields["pitch"][
            entry.first + start : entry.first + min(start + self.n_events + 1, entry.n_events)
        ]
        down, up = min(3, int(heard.min()) - LOWEST_PITCH), min(3, HIGHEST_PITCH - int(heard.max()))
        told = {}
        if rng.random() >= TOLD_NOTHING:
            told = {
                name: value for name, value in conditions_of(entry, self.composers).items() if rng.random() < TOLD_EACH
            }
        any_told = bool(told)
        return window(
            store,
            entry,
            start,
            self.n_events,
            grid,
            told,
            left=any_told and rng.random() < TOLD_EACH,
            key=any_told and rng.random() < TOLD_EACH,
            plan=rng.random() < TOLD_PLAN,
            given=given_notes(store, entry, rng) if rng.random() < GIVEN_NOTES else None,
            shift=int(rng.integers(-down, up + 1)),
        )


def composers_of(entries: Iterable[Prepared]) -> dict[str, int]:
    """A class for each of the composers with the most events, from 1."""
    count: dict[str, int] = {}
    for entry in entries:
        count[entry.composer] = count.get(entry.composer, 0) + entry.n_events
    most = sorted(count, key=lambda name: (-count[name], name))[: CONDITIONS["composer"] - 1]
    return {name: number + 1 for number, name in enumerate(most)}


def given_notes(store: EventStore, entry: Prepared, rng: np.random.Generator) -> np.ndarray:
    """Which notes of a piece a lesson gives away: a tune, a bass, what stands behind a gap, or any."""
    part = slice(entry.first, entry.first + entry.n_events)
    onset, duration = store.fields["onset"][part], store.fields["duration"][part]
    is_note = (duration < N_DURATIONS) & (duration != BEGINNING)
    kind = rng.integers(4)
    if kind == 0:  # the last event of an onset is the highest
        return is_note & np.concatenate([onset[1:] != onset[:-1], [True]])
    if kind == 1:
        return is_note & np.concatenate([[True], onset[1:] != onset[:-1]])
    if kind == 2:
        measure = store.fields["measure"][part].astype(np.int64)
        # Gaps of four measures, each with so many heard before it that windows see both.
        return is_note & ((measure + int(rng.integers(8))) % 8 < 4)
    return is_note & (rng.random(len(onset)) < rng.uniform(0.1, 0.5))
