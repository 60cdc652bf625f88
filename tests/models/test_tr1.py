"""TR1: what it hears at once and event by event is the same, no key is special, and nothing is known beforehand."""

import keras
import numpy as np
import pytest

from koe.models.tr1 import build_tr1
from koe.models.tr1_interface import CHUNK, NO_EVENT, Temperatures, Told, notes_from
from koe.models.tr1_layout import SIXTEENTHS
from koe.models.tr1_writer import TR1Writer
from koe.music.events import END, N_DURATIONS, REST, events_of, short_measures, tidy_notes
from koe.music.grid import LOWEST_PITCH
from koe.music.repetition import NEW, SAME, plan_of
from koe.training.event_store import EventStore, prepare
from koe.training.event_windows import window

MEASURE = 96


def phrase(seed, n_measures=3):
    rng = np.random.default_rng(seed)
    n = 12 * n_measures
    onsets = rng.integers(0, n_measures * MEASURE // 6, n) * 6
    return np.stack([onsets, rng.integers(1, 9, n) * 6, rng.integers(48, 76, n)], axis=1)


def piece():
    """Three measures, their like after a silence, and the same a fourth higher."""
    again = [phrase(0), phrase(0) + np.array([5 * MEASURE, 0, 0]), phrase(0) + np.array([8 * MEASURE, 0, 5])]
    return tidy_notes(np.concatenate(again))


@pytest.fixture(scope="module")
def network():
    keras.utils.set_random_seed(0)
    network = build_tr1(width=64, layers=2)
    # As after some training: all that is added to log-odds matters.
    rng = np.random.default_rng(0)
    for variable in network.trainable_variables:
        variable.assign(np.asarray(variable) + rng.normal(0, 0.1, variable.shape))
    network.compile(loss=None, jit_compile=False)
    return network


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("events")
    about = {"path": "a", "split": "train", "composer": "b", "source": "c", "qpm": 100.0}
    prepare([(about, piece(), list(range(0, 12 * MEASURE, MEASURE)), 12 * MEASURE)], folder)
    return EventStore(folder)


def nats(network, store, keys=None, **options):
    entry = store.entries[0]
    heard = window(store, entry, 0, entry.n_events, SIXTEENTHS, **options)
    if keys:
        heard["allowed"] *= np.isin(np.arange(88), keys)
    return np.asarray(network.predict_on_batch({name: values[None] for name, values in heard.items()}))[0]


@pytest.fixture(scope="module")
def writer(network):
    return TR1Writer(network)


def heard_events():
    return events_of(piece(), short_measures(range(0, 12 * MEASURE, MEASURE), 12 * MEASURE))


def test_event_by_event_is_as_at_once(network, store, writer):
    """With all that is proposed, in this key and another, over rests and measures."""
    memory, costs = writer.hear(writer.begin(2), writer.frame(Told(sixteenths=True)), heard_events())
    np.testing.assert_allclose(costs, nats(network, store)[:-1], rtol=2e-3, atol=2e-3)
    assert int(memory["count"]) == len(heard_events()) - 1


def test_what_is_told_is_told_either_way(network, store, writer):
    notes, entry = piece(), store.entries[0]
    plan = plan_of(notes[:, 0], notes[:, 2], short_measures(range(0, 12 * MEASURE, MEASURE), 12 * MEASURE))
    assert {SAME, NEW} <= set(plan.kind.tolist())
    told = Told({"composer": 3, "length": 9}, key=entry.key, n_measures=entry.n_measures, sixteenths=True, plan=plan)
    _, costs = writer.hear(writer.begin(2), writer.frame(told), heard_events())
    known = nats(network, store, told=told.conditions, left=True, key=True, plan=True)[:-1]
    np.testing.assert_allclose(costs, known, rtol=2e-3, atol=2e-3)
    assert np.abs(costs - nats(network, store)[:-1]).max() > 0.01


def test_later_events_change_nothing_before(network, store):
    entry = store.entries[0]
    heard = window(store, entry, 0, entry.n_events, SIXTEENTHS)
    changed = {name: values.copy() for name, values in heard.items()}
    for name in ("pitch", "duration", "came", "marks", "next_pitch"):
        changed[name][60:] = heard[name][:1]
    one, other = (np.asarray(network.predict_on_batch({n: v[None] for n, v in x.items()}))[0] for x in (heard, changed))
    np.testing.assert_allclose(one[:60], other[:60], rtol=1e-4, atol=1e-5)
    assert np.abs(one[60:] - other[60:]).max() > 0.1


def test_the_chances_of_all_keys_make_one(network, store):
    entry = store.entries[0]
    heard = window(store, entry, 0, entry.n_events, SIXTEENTHS)
    keys = np.flatnonzero(heard["allowed"][20])
    batch = {name: np.repeat(values[None, :21], len(keys), axis=0) for name, values in heard.items()}
    batch["next_pitch"][:, 20] = keys + LOWEST_PITCH
    batch["next_is_note"][:, 20] = 1
    cost = np.asarray(network.predict_on_batch(batch))[:, 20, 1]
    assert np.exp(-cost).sum() == pytest.approx(1, rel=1e-4)


def test_no_key_is_special_but_for_its_register(network, store):
    twin = build_tr1(width=64, layers=2)
    for variable, value in zip(twin.variables, network.get_weights(), strict=True):
        variable.assign(value * 0 if any(n in variable.path for n in ("in_register", "PK", "d_register")) else value)
    twin.compile(loss=None, jit_compile=False)
    # Among keys that are there in both; the keyboard's ends are where they are.
    here, there = nats(twin, store, range(20, 65)), nats(twin, store, range(22, 67), shift=2)
    np.testing.assert_allclose(here, there, rtol=2e-3, atol=2e-3)
    assert np.abs(nats(network, store, range(20, 65)) - nats(network, store, range(22, 67), shift=2)).max() > 0.1


def written(writer, seed, n=2, chunks=4, **frame):
    memory, events = writer.begin(n), []
    settled = writer.frame(Told(sixteenths=True), **frame)
    rng = np.random.default_rng(seed)
    for _ in range(chunks):
        memory, part, _ = writer.write(memory, settled, rng.random((CHUNK, n, 3)), Temperatures())
        events.append(part)
    return np.concatenate(events)


def test_the_same_luck_writes_the_same(writer):
    one, other = written(writer, 0), written(writer, 0)
    np.testing.assert_array_equal(one, other)
    assert (one != written(writer, 1)).any()
    for number in range(2):
        notes = notes_from(one[:, number])
        assert len(notes) > 10
        assert (notes[:, :2] % 6 == 0).all()
        np.testing.assert_array_equal(notes[:, [0, 2]], tidy_notes(notes)[:, [0, 2]])  # in order, none twice
        np.testing.assert_array_equal(notes, tidy_notes(notes))  # no key is struck while it sounds


def test_pieces_end_where_they_may(writer):
    events = written(writer, 2, chunks=12, end_from=2 * MEASURE, end_at=4 * MEASURE)
    for number in range(2):
        own = events[:, number]
        last = np.flatnonzero(own[:, 0] == END)
        assert len(last) == 1, "each piece ends once"
        assert 2 * MEASURE <= own[last[0], 3] < 4 * MEASURE
        assert (own[last[0] + 1 :, 0] == NO_EVENT).all()
        assert (notes_from(own)[:, 0] < 4 * MEASURE).all()


def test_given_notes_stay(writer):
    tune = np.array([[onset, 12, 84 + onset // 24 % 3] for onset in range(0, 3 * MEASURE, 24)])
    events = written(writer, 3, chunks=12, given=tune, end_at=3 * MEASURE)
    for number in range(2):
        notes = notes_from(events[:, number])
        kept = notes[(notes[:, None] == tune).all(axis=2).any(axis=1)]
        np.testing.assert_array_equal(kept, tune)
        assert len(notes) > len(tune)


def test_rests_and_ends_are_no_notes():
    events = np.array([[0, 60, 5, 0], [REST, 60, N_DURATIONS, 96], [4, 62, 11, 100], [END, 62, N_DURATIONS, 100]])
    assert notes_from(events).tolist() == [[0, 6, 60], [100, 12, 62]]
