"""The search finds a segment again from what is known of it, with a decoder that is at least a decoder."""

import keras
import numpy as np
import pytest

from koe.models.architectures import build
from koe.models.latent import LatentStatistics
from koe.models.latent_search import LatentSearch
from koe.models.network_latent import StatesLatentModel


@pytest.fixture(scope="module")
def network():
    """A decoder with weights large enough that its music depends on every number."""
    keras.utils.set_random_seed(3)
    model = build("ae3", latent_dim=16, stack=(32,))
    rng = np.random.default_rng(0)
    for layer, spread in ((model.bottleneck, 1.0), (model.stack_in[0], 0.6)):
        layer.kernel.assign(rng.normal(0, spread, layer.kernel.shape))
    # The white keys are the likelier ones, so that the music has the key signature that the first number says.
    white = np.isin((np.arange(99) + 21 + 6) % 12, (0, 2, 4, 5, 7, 9, 11))
    model.roll_out.bias.assign(np.tile(np.where(white, 0.0, -40.0), 64))
    return model


STATISTICS = LatentStatistics(np.zeros(16, np.float32), np.eye(16, dtype=np.float32) * 0.5)


def test_half_a_segment_brings_the_other_half_back(network):
    model = StatesLatentModel(network, STATISTICS)
    hidden = np.zeros((1, 16), np.float32)
    hidden[0, :6] = 0.5, -0.4, 0.2, 0.6, -0.1, -0.7
    states = model.decode_states(hidden, 0.5)[0]
    known = np.zeros((64, 88), bool)
    known[:, :44] = True
    search = LatentSearch(network, STATISTICS, n_vectors=3)
    before = [np.array(variable) for variable in network.trainable_variables]
    found = search.find(states, known, seed=1)
    assert found.shape == (3, 16)
    assert np.abs(found).max() <= 1
    right = [((one > 0) == (states > 0))[:, 44:].mean() for one in model.decode_states(found, 0.5)]
    usual = ((model.decode_states(np.zeros((1, 16), np.float32), 0.5)[0] > 0) == (states > 0))[:, 44:].mean()
    assert max(right) > usual + 0.5 * (1 - usual)
    np.testing.assert_array_equal(found, search.find(states, known, seed=1))  # nothing is left of an earlier search
    assert (found != search.find(states, known, seed=2)).any()
    for variable, value in zip(network.trainable_variables, before, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value)
