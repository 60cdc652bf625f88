"""The paper's networks: their sizes, their ties, and what loading them back gives."""

import keras
import numpy as np
import pytest

from koe.errors import InputError, ModelError
from koe.models.architectures import build
from koe.models.storage import arrays_of, assign, load_weights, save_weights


@pytest.mark.parametrize(
    ("name", "options", "parameters"),
    [
        ("ae1", {}, 6_055_056),
        ("ae2", {}, 6_055_056),
        ("ae1", {"tied": False}, 12_101_776),
        ("ae2", {"tied": False}, 12_101_776),
        ("lstm1", {}, 3_224_088),
    ],
)
def test_parameter_counts_are_the_papers(name, options, parameters):
    model = build(name, **options)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == parameters


def test_tied_decoder_follows_the_encoder():
    model = build("ae1")
    latents = np.full((1, 16), 0.5, np.float32)
    before = np.asarray(model.decode(latents))
    kernel = model.encoder_layers[0].kernel
    kernel.assign(np.asarray(kernel) * 2)
    after = np.asarray(model.decode(latents))
    assert np.abs(after - before).max() > 1e-3


def test_autoencoder_computes_what_facts_say():
    """One forward pass against the same stack in plain NumPy."""
    model = build("ae1", output_density=0.03)
    rng = np.random.default_rng(0)
    segment = (rng.random((1, 64, 88)) < 0.05).astype(np.float32)

    def elu(x):
        return np.where(x > 0, x, np.expm1(x))

    kernels = [np.asarray(layer.kernel) for layer in (*model.encoder_layers, model.bottleneck)]
    x = segment.reshape(1, 5632)  # index = step * 88 + key
    for kernel in kernels[:3]:
        x = elu(x @ kernel)
    latents = np.tanh(x @ kernels[3])
    x = latents
    for kernel in kernels[:0:-1]:
        x = elu(x @ kernel.T)
    logits = x @ kernels[0].T + np.log(0.03 / 0.97)
    np.testing.assert_allclose(np.asarray(model.encode(segment)), latents, atol=1e-5)
    np.testing.assert_allclose(np.asarray(model(segment)).reshape(1, -1), 1 / (1 + np.exp(-logits)), atol=1e-5)


def test_dropout_is_ae2s_and_only_in_training():
    segment = np.ones((4, 64, 88), np.float32)
    ae1, ae2 = build("ae1"), build("ae2")
    np.testing.assert_array_equal(ae1(segment, training=True), ae1(segment, training=True))
    assert np.abs(np.asarray(ae2(segment, training=True)) - np.asarray(ae2(segment, training=True))).max() > 0
    np.testing.assert_array_equal(ae2(segment), ae2(segment))


@pytest.mark.parametrize("name", ["ae2", "lstm1"])
def test_a_saved_model_comes_back_equal(name, tmp_path):
    model = build(name, output_density=0.03)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    x = (np.random.default_rng(0).random((2, 64, 88)) < 0.05).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(model(x)), np.asarray(again(x)))


def test_weights_go_through_float16_and_back(tmp_path):
    model, other = build("ae1"), build("ae1")
    sha256 = save_weights(arrays_of(model), tmp_path / "w.npz")
    assign(other, load_weights(tmp_path / "w.npz", sha256))
    for ours, theirs in zip(model.trainable_variables, other.trainable_variables, strict=True):
        np.testing.assert_array_equal(np.asarray(ours).astype(np.float16), np.asarray(theirs).astype(np.float16))
    assert save_weights(arrays_of(model), tmp_path / "again.npz") == sha256


def test_damaged_missing_and_foreign_weights_are_refused(tmp_path):
    path = tmp_path / "w.npz"
    sha256 = save_weights({"a": np.ones(4)}, path)
    with pytest.raises(ModelError, match=r"needs ae1/E1/kernel.*nothing"):
        assign(build("ae1"), load_weights(path, sha256))
    with pytest.raises(ModelError, match="shape"):
        assign(build("ae1"), {"ae1/E1/kernel": np.ones((2, 2), np.float32)})
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ModelError, match="damaged"):
        load_weights(path, sha256)
    with pytest.raises(ModelError, match="missing"):
        load_weights(tmp_path / "none.npz", sha256)


def test_pickled_weights_are_never_loaded(tmp_path):
    path = tmp_path / "evil.npz"
    np.savez(path, a=np.array([{"code": "run me"}], dtype=object))
    import hashlib

    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(path, hashlib.sha256(path.read_bytes()).hexdigest())


def test_unknown_network():
    with pytest.raises(InputError, match="choose one of"):
        build("ae9")
