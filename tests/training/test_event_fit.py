"""Training by updates: it learns, goes on where it was stopped, and comes to its end."""

import csv
import json

import keras
import numpy as np
import pytest

from koe.errors import CorpusError
from koe.models.storage import assign, load_arrays, save_weights
from koe.models.tr1 import build_tr1
from koe.models.tr1_layout import SIXTEENTHS
from koe.music.events import N_DURATIONS
from koe.music.repetition import AS_PROPOSED, ASKED
from koe.training.event_fit import HISTORY, RUN, STATE, Recipe, fit, weights_to_ship
from koe.training.event_likelihood import CHOICE, nats_a_step, piece_nats
from koe.training.event_store import EventStore, prepare
from koe.training.event_windows import GIVEN, Batches, given_notes, window

pytestmark = pytest.mark.usefixtures("eagerly")

MEASURE = 96


def pieces():
    """Scales up and down that come back, in any key."""
    for number in range(6):
        pitches = 48 + number + np.array([0, 2, 4, 5, 7, 9, 11, 12] * 8)
        notes = np.stack([np.arange(64) * 12, np.full(64, 12), pitches], axis=1)
        about = {"path": f"{number}", "split": "valid" if number == 5 else "train", "composer": "a", "source": "b"}
        yield about | {"qpm": 90.0}, notes, list(range(0, 8 * MEASURE, MEASURE)), 8 * MEASURE


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    prepare(pieces(), folder)
    return EventStore(folder)


@pytest.fixture(scope="module")
def lessons(store):
    return Batches([(store, SIXTEENTHS, 1.0)], "train", 2, 40, seed=0)


def small(seed=0):
    keras.utils.set_random_seed(seed)
    return build_tr1(width=32, layers=1)


def silent(line):
    """Say nothing."""


RECIPE = Recipe(warmup=2, average=0.5)


def test_it_learns_and_is_stopped_and_goes_on(store, lessons, tmp_path):
    entry = [one for one in store.entries if one.split == "valid"]

    def measure(model):
        return {"valid_nats_a_step": nats_a_step(model, store, entry)}

    whole = small()
    before = nats_a_step(whole_for_predicting(small()), store, entry)
    fit(whole, lessons, tmp_path / "whole", RECIPE, updates=8, measure=measure, report=silent)
    with (tmp_path / "whole" / HISTORY).open() as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["valid_nats_a_step"]) < before
    stopped = tmp_path / "stopped"
    fit(small(), lessons, stopped, RECIPE, updates=3, report=silent)
    assert json.loads((stopped / STATE).read_text())["updates"] == 3
    again = small(seed=1)
    state = fit(again, lessons, stopped, RECIPE, updates=8, report=silent)
    assert state.updates == 8
    for one, other in zip(whole.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    # And to its end, at which the rate is nothing.
    state = fit(again, lessons, stopped, RECIPE, cool_down=3, report=silent)
    assert state.updates == 11
    assert state.rate(RECIPE) == 0
    assert fit(small(), lessons, stopped, RECIPE, cool_down=3, report=silent).updates == 11
    assert not list(stopped.glob(f".{RUN}"))


def test_a_graph_learns_what_single_operations_learn(store, lessons, tmp_path, request):
    """While the rate rises, with an average of the weights; and it measures the same."""
    entry, networks, measured = [store.entries[5]], [], []
    for way in ("eagerly", "fused"):
        request.getfixturevalue(way)
        networks.append(small())
        fit(networks[-1], lessons, tmp_path / way, RECIPE, updates=3, report=silent)
        measured.append(nats_a_step(networks[-1], store, entry))
    for one, other in zip(*(network.get_weights() for network in networks), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)
    assert measured[0] == pytest.approx(measured[1], rel=1e-3)
    assert any(not np.allclose(*pair) for pair in zip(small().get_weights(), networks[1].get_weights(), strict=True))


def whole_for_predicting(model):
    model.compile(loss=None, jit_compile=False)
    return model


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_half_precision_computes_on_float32_weights(lessons, tmp_path, request, precision):
    request.getfixturevalue("fused" if precision == "mixed_bfloat16" else "in_graphs")  # float16 is for GPUs
    keras.mixed_precision.set_global_policy(precision)
    try:
        model = build_tr1(width=32, layers=1, dropout=0.1)
    finally:
        keras.mixed_precision.set_global_policy("float32")
    fit(model, lessons, tmp_path, RECIPE, updates=2, report=silent)
    assert {str(variable.dtype) for variable in model.trainable_variables} == {"float32"}
    assert model.blocks[0]["wide"].compute_dtype == precision.removeprefix("mixed_")
    assert all(np.isfinite(weights).all() for weights in model.get_weights())


def test_a_run_goes_on_with_dropout(lessons, tmp_path):
    """Which of the weights are left out is no part of what was learnt."""
    fit(small(), lessons, tmp_path, RECIPE, updates=2, report=silent)
    keras.utils.set_random_seed(1)
    model = build_tr1(width=32, layers=1, dropout=0.1)
    assert fit(model, lessons, tmp_path, RECIPE, updates=4, report=silent).updates == 4


def test_what_ships_is_what_was_measured(store, lessons, tmp_path):
    entry, measured = [store.entries[5]], []

    def measure(model):
        measured.append(nats_a_step(model, store, entry))
        return {"valid_nats_a_step": measured[-1]}

    quick = Recipe(warmup=2, average=0.1)  # forgets the first weights at once
    model = small()
    fit(model, lessons, tmp_path, quick, updates=10, measure=measure, report=silent)
    save_weights(weights_to_ship(small(), tmp_path, quick), tmp_path / "tr1.npz")
    shipped = whole_for_predicting(small(seed=2))
    assign(shipped, load_arrays(tmp_path / "tr1.npz")[0])
    assert nats_a_step(shipped, store, entry) == pytest.approx(measured[-1], rel=0.01)
    assert nats_a_step(whole_for_predicting(model), store, entry) != pytest.approx(measured[-1], rel=1e-4)


def test_windows_cost_what_the_whole_piece_costs(store):
    """However a piece is cut: each event is counted once."""
    model = whole_for_predicting(small())
    entry = store.entries[0]
    whole = piece_nats(model, store, [entry], n_events=80, n_windows=1)
    # With 64 events a window all those that are not in the first half hear half a window before them.
    parts = piece_nats(model, store, [entry], n_events=64, n_windows=2)
    np.testing.assert_allclose(whole, parts, rtol=0.02)
    assert CHOICE[5] == 0  # a sixteenth is one of a kind


def test_batches_are_the_same_for_the_same_number(store, lessons):
    other = Batches([(store, SIXTEENTHS, 1.0)], "train", 2, 40, seed=0)
    for name, values in lessons[7].items():
        np.testing.assert_array_equal(values, other[7][name])
    assert any((values != lessons[8][name]).any() for name, values in lessons[7].items())


def test_given_notes_are_proposed(store):
    entry = store.entries[0]
    rng = np.random.default_rng(0)
    for _ in range(8):
        given = given_notes(store, entry, rng)
        heard = window(store, entry, 0, entry.n_events, SIXTEENTHS, given=given)
        kept = np.flatnonzero(given[: len(heard["came"])])
        assert given.any()
        assert (heard["came"][kept, GIVEN] == AS_PROPOSED).all()
        assert (heard["duration_proposed"][kept - 1, GIVEN] < N_DURATIONS).all()
    heard = window(store, entry, 0, entry.n_events, SIXTEENTHS)
    assert not heard["there"][:, [ASKED, GIVEN]].any()
    assert not heard["marks"][:, [ASKED, GIVEN]].any()


def test_an_empty_folder_is_no_store(tmp_path):
    with pytest.raises(CorpusError, match="holds no prepared events"):
        EventStore(tmp_path)
