"""The LSTM layer of training against Keras's own: the same numbers, gradients, weights and files."""

import keras
import numpy as np
import pytest
from keras import ops

from koe.models import sequence_lstm as module
from koe.models.architectures import build
from koe.models.sequence_lstm import SequenceLSTM
from koe.models.storage import arrays_of, assign, load_weights, save_weights

tensorflow = pytest.importorskip("tensorflow")
RNG = np.random.default_rng(0)


def layers(units, n_features, **options):
    """Ours and Keras's with the same weights, large enough for the gates to saturate."""
    pair = [kind(units, return_sequences=True, **options) for kind in (SequenceLSTM, keras.layers.LSTM)]
    for layer in pair:
        layer.build((None, None, n_features))
    weights = [RNG.standard_normal(weight.shape).astype(np.float32) for weight in pair[1].get_weights()]
    for layer in pair:
        layer.set_weights(weights)
    return pair


def outputs_and_gradients(layer, x, factors):
    """What a layer gives in training, and the gradients of its weights and input for a weighted sum of it."""
    x = ops.convert_to_tensor(x)
    with tensorflow.GradientTape() as tape:
        tape.watch(x)
        outputs = layer(x, training=True)
        loss = ops.sum(outputs * factors)
    gradients = tape.gradient(loss, [*(weight.value for weight in layer.trainable_weights), x])
    return [np.asarray(array) for array in (outputs, *gradients)]


@pytest.fixture
def taken(monkeypatch):
    """How often the short way was taken."""
    calls = []
    whole = module.sequence_lstm
    monkeypatch.setattr(module, "sequence_lstm", lambda *arguments: calls.append(1) or whole(*arguments))
    return calls


@pytest.mark.parametrize(("n", "steps", "n_features", "units"), [(3, 7, 5, 6), (1, 1, 4, 2), (2, 40, 88, 24)])
def test_outputs_and_gradients_are_kerass(taken, n, steps, n_features, units):
    x = RNG.standard_normal((n, steps, n_features)).astype(np.float32)
    factors = RNG.standard_normal((n, steps, units)).astype(np.float32)
    ours, theirs = layers(units, n_features)
    results = [outputs_and_gradients(layer, x, factors) for layer in (ours, theirs)]
    assert len(taken) == 1
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * max(1.0, np.abs(other).max()))


def test_one_cell_worked_out_by_hand():
    """Kernels of zero leave the bias: i = f = o = 1/2, g = tanh(1); so c is tanh(1)/2, then 3/4 of tanh(1)."""
    layer = SequenceLSTM(1, return_sequences=True)
    layer.build((None, None, 1))
    layer.set_weights([np.zeros((1, 4)), np.zeros((1, 4)), np.array([0.0, 0.0, 1.0, 0.0])])
    outputs = np.asarray(layer(np.ones((1, 2, 1), np.float32), training=True))[0, :, 0]
    g = np.tanh(1)
    np.testing.assert_allclose(outputs, [np.tanh(g / 2) / 2, np.tanh(3 * g / 4) / 2], rtol=1e-6)


def test_without_training_the_bytes_are_kerass(taken):
    x = RNG.standard_normal((2, 9, 5)).astype(np.float32)
    ours, theirs = layers(4, 5)
    np.testing.assert_array_equal(np.asarray(ours(x)), np.asarray(theirs(x)))
    assert not taken


@pytest.mark.parametrize(
    "options",
    [
        {"go_backwards": True},
        {"return_state": True},
        {"use_bias": False},
        {"activation": "elu"},
        {"recurrent_activation": "hard_sigmoid"},
        {"unroll": True},
    ],
)
def test_what_else_a_layer_can_be_asked_for_goes_kerass_way(taken, options):
    x = RNG.standard_normal((2, 3, 5)).astype(np.float32)
    results = [layer(x, training=True) for layer in layers(4, 5, **options)]
    for one, other in zip(
        *(result if isinstance(result, list | tuple) else [result] for result in results), strict=True
    ):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
    assert not taken


def test_masks_and_given_states_go_kerass_way(taken):
    x = RNG.standard_normal((2, 3, 5)).astype(np.float32)
    ours, theirs = layers(4, 5)
    for given in (
        {"mask": np.array([[True, True, False], [True, False, False]])},
        {"initial_state": [np.full((2, 4), 0.5, np.float32)] * 2},
    ):
        results = [np.asarray(layer(x, training=True, **given)) for layer in (ours, theirs)]
        np.testing.assert_array_equal(*results)
        assert np.abs(results[0] - np.asarray(ours(x, training=True))).max() > 1e-3
    assert len(taken) == 2


def small_lstm1(kind, monkeypatch):
    monkeypatch.setattr("koe.models.lstm.SequenceLSTM", kind)
    return build("lstm1", units=12)


def test_training_goes_where_kerass_goes(taken, monkeypatch):
    """Twenty updates of LSTM1, small, with Adam: the same losses and weights up to rounding."""
    rolls = (RNG.random((16, 33, 88)) < 0.1).astype(np.float32)
    ours, theirs = (small_lstm1(kind, monkeypatch) for kind in (SequenceLSTM, keras.layers.LSTM))
    assert list(arrays_of(ours)) == list(arrays_of(theirs))
    theirs.set_weights(ours.get_weights())
    losses = []
    for model in (ours, theirs):
        model.compile(keras.optimizers.Adam(1e-2, clipnorm=1.0), loss="binary_crossentropy")
        fitted = model.fit(rolls[:, :-1], rolls[:, 1:], batch_size=8, epochs=10, shuffle=False, verbose=0)
        losses.append(fitted.history["loss"])
    assert taken
    assert losses[0][-1] < losses[0][0] - 0.1
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_weights_and_models_saved_with_kerass_layer_are_loaded(monkeypatch, tmp_path):
    theirs = small_lstm1(keras.layers.LSTM, monkeypatch)
    ours = small_lstm1(SequenceLSTM, monkeypatch)
    sha256 = save_weights(arrays_of(theirs), tmp_path / "old.npz")
    for model in (ours, theirs):
        assign(model, load_weights(tmp_path / "old.npz", sha256))
    theirs.save(tmp_path / "old.keras")
    x = (RNG.random((2, 5, 88)) < 0.1).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(ours(x)), np.asarray(theirs(x)))
    old = keras.saving.load_model(tmp_path / "old.keras", safe_mode=True)
    np.testing.assert_array_equal(np.asarray(old(x)), np.asarray(theirs(x)))
    ours.save(tmp_path / "new.keras")
    again = keras.saving.load_model(tmp_path / "new.keras", safe_mode=True)
    assert isinstance(again.get_layer("L1"), SequenceLSTM)
    np.testing.assert_array_equal(np.asarray(again(x)), np.asarray(ours(x)))


def test_it_is_compiled_for_batches_of_any_number():
    """As in `fit`, where the number of sequences is not known when the graph is made."""
    ours, theirs = layers(4, 5)
    signature = [tensorflow.TensorSpec((None, None, 5))]
    run = tensorflow.function(lambda x: ours(x, training=True), input_signature=signature)
    for n, steps in ((2, 3), (5, 9)):
        x = RNG.standard_normal((n, steps, 5)).astype(np.float32)
        np.testing.assert_allclose(np.asarray(run(x)), np.asarray(theirs(x)), atol=1e-5)
