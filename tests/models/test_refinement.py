"""Refined latent vectors fit better, never worse, and only what is free moves."""

import keras
import numpy as np
import pytest
from keras import ops

from koe.models.architectures import build
from koe.models.latent import LatentStatistics
from koe.models.network_latent import NetworkLatentModel, StatesLatentModel
from koe.models.refinement import refined
from koe.music.states import states_from_pianoroll

TARGETS = np.array([[0.5, -0.8, 0.3], [-0.2, 0.9, 0.0], [0.1, 0.2, -0.3]], np.float32)


def distance(latents, targets):
    return ops.mean(ops.square(latents - targets), axis=1)


def test_they_come_near_to_where_the_misfit_is_least():
    start = np.array([[0.0, -0.5, 0.6], [0.1, 0.6, -0.2], [0.1, 0.2, -0.3]], np.float32)
    found = ops.convert_to_numpy(refined(distance, ops.convert_to_tensor(start), ops.ones(3), TARGETS))
    before, after = (np.square(one - TARGETS).mean(axis=1) for one in (start, found))
    assert (after[:2] < 0.05 * before[:2]).all()
    np.testing.assert_array_equal(found[2], start[2])  # already there


def test_what_is_not_free_stays():
    start = np.zeros((3, 3), np.float32)
    found = ops.convert_to_numpy(
        refined(distance, ops.convert_to_tensor(start), np.array([True, False, True]), TARGETS)
    )
    np.testing.assert_array_equal(found[:, 1], 0)
    assert np.abs(found[:, [0, 2]]).max() > 0.1


def test_a_step_that_leads_nowhere_better_is_not_taken():
    """A misfit whose slope lies: it points away from where it is less."""

    def deceiving(latents, targets):
        return ops.stop_gradient(2 * distance(latents, targets)) - distance(latents, targets)

    start = TARGETS * 0.9
    found = ops.convert_to_numpy(refined(deceiving, ops.convert_to_tensor(start), ops.ones(3), TARGETS))
    np.testing.assert_array_equal(found, start)


def statistics(n):
    return LatentStatistics(np.zeros(n, np.float32), np.eye(n, dtype=np.float32))


@pytest.fixture(scope="module")
def segments():
    rng = np.random.default_rng(0)
    return states_from_pianoroll(np.repeat(rng.random((5, 16, 88)) < 0.05, 4, axis=1))


@pytest.mark.parametrize(
    ("name", "options", "kind"),
    [
        ("ae1", {}, NetworkLatentModel),
        ("ae3", {"latent_dim": 16, "stack": (24, 12)}, StatesLatentModel),
        ("ae3", {"latent_dim": 48, "stack": (24, 12), "units": (16, 12, 6, 32, 20, 8)}, StatesLatentModel),
    ],
)
def test_a_network_gives_back_more_of_every_segment(segments, name, options, kind):
    keras.utils.set_random_seed(1)
    network = build(name, output_density=0.05, **options)
    model = kind(network, statistics(options.get("latent_dim", 16)))
    before = [np.array(variable) for variable in network.variables]
    once, latents = model.encode_once(segments), model.encode(segments)
    errors = [np.square(model.decode(each) - (segments > 0)).mean(axis=(1, 2)) for each in (once, latents)]
    assert np.abs(latents).max() <= 1
    if name == "ae3":  # semitones are not found by small steps
        np.testing.assert_array_equal(latents[:, 0], once[:, 0])
        first = [each.copy() for each in (once, latents)]
        for each in first:
            each[:, 16:] = 0
        assert (latents[:, 1:16] != once[:, 1:16]).any(axis=1).all()
    assert (errors[1] < errors[0]).all()
    np.testing.assert_array_equal(latents, model.encode(segments))
    np.testing.assert_allclose(latents[:2], model.encode(segments[:2]), atol=1e-3)
    for variable, value in zip(network.variables, before, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value)
