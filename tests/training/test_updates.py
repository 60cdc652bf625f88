"""How training is made fast: fused updates, batches cut beforehand, kept memory. None of it may change a result."""

import keras
import numpy as np
import pytest

from koe.corpus.store import Corpus
from koe.models.compile import fuse_updates, fuses_training
from koe.training.config import config_for
from koe.training.data import Windows
from koe.training.memory import kept_memory


@pytest.fixture(scope="module")
def corpus(corpus_folder):
    return Corpus(corpus_folder)


def small_model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(8, "elu"), keras.layers.Dense(3)])


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda: keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, 20), clipnorm=0.5, weight_decay=0.01),
        lambda: keras.optimizers.RMSprop(0.01),
        lambda: keras.optimizers.Muon(0.01, use_ema=True, ema_momentum=0.9),
    ],
    ids=["adam", "rmsprop", "muon"],
)
def test_fused_updates_are_the_same_updates(optimizer):
    if not fuses_training():
        pytest.skip("Only TensorFlow on a processor is fused.")
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((32, 6)).astype(np.float32), rng.standard_normal((32, 3)).astype(np.float32)
    models = []
    for fused in (False, True):
        model = small_model()
        model.compile(optimizer(), loss="mse")
        if fused:
            fuse_updates(model.optimizer)
        before = model.get_weights()
        model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
        assert int(model.optimizer.iterations) == 12
        assert np.abs(model.get_weights()[0] - before[0]).max() > 1e-2
        models.append([np.asarray(variable) for variable in (*model.variables, *model.optimizer.variables)])
    for one, other in zip(*models, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_batches_come_in_their_order(corpus):
    """However many threads cut them."""
    windows = Windows(corpus, "train", config_for("ae1", batch_size=1, max_transposition=3), augment=True)
    seen = keras.Sequential([keras.Input((64, 88)), keras.layers.Identity()]).predict(windows, verbose=0)
    expected = np.concatenate([windows[index][0] for index in range(len(windows))])
    np.testing.assert_array_equal(seen, expected)


def test_memory_is_kept_only_meanwhile():
    """Results do not depend on it, and an error inside comes out."""
    with kept_memory():
        assert np.ones(2**22).sum() == 2**22
    with pytest.raises(ZeroDivisionError), kept_memory():
        _ = 1 / 0
    assert np.ones(2**22).sum() == 2**22
