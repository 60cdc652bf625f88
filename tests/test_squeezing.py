"""The same music in fewer numbers: which numbers are kept, and that figures are those of what is shown."""

import numpy as np
import pytest

from koe.evaluation.metrics import roll_metrics
from koe.models.latent import statistics_of, strongest
from koe.models.pca import PCA
from koe.music.states import sounding
from koe.studio import Studio
from koe.web.learn.given import squeezed


def test_the_strongest_directions_are_kept():
    rng = np.random.default_rng(0)
    turn, _ = np.linalg.qr(rng.normal(size=(4, 4)))
    data = rng.normal(size=(5000, 4)) * (0.1, 3, 0.5, 1) @ turn + 7
    statistics = statistics_of(data)
    vector = statistics.mean + np.array([1, 1, 1, 1]) @ turn
    fewer = (strongest(statistics, vector, (1, 2, 4)) - statistics.mean) @ turn.T
    np.testing.assert_allclose(fewer, [[0, 1, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1]], atol=0.05)
    np.testing.assert_allclose(strongest(statistics, vector, (4,))[0], vector, atol=1e-4)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio()


@pytest.fixture(scope="module")
def segment(studio):
    return studio.segment(studio.demo_piece("bach-prelude-c-major"), 1)


def test_pca_tells_music_by_its_first_components(studio, segment):
    pca = studio.registry.latent("pca")
    assert isinstance(pca, PCA)
    found = studio.squeeze(segment, "pca")
    assert found.sizes == (1, 2, 4, 8, 16)
    flat = sounding(segment).reshape(-1).astype(float) - pca.mean
    threshold = studio.registry.card("pca").threshold
    errors = []
    for n, roll in zip(found.sizes, found.rolls, strict=True):
        projected = pca.mean + (flat @ pca.components[:n].T) @ pca.components[:n]
        clear = np.abs(projected - threshold) > 1e-4
        np.testing.assert_array_equal(roll.reshape(-1)[clear], (projected >= threshold)[clear])
        errors.append(np.square(projected - pca.mean - flat).sum())
    assert errors == sorted(errors, reverse=True)


def test_what_is_sent_is_what_was_found(studio, segment):
    found = studio.squeeze(segment, "pca", (2, 8, 99))
    (sent,) = squeezed([(studio.registry.card("pca"), found)])
    assert (sent["name"], sent["sizes"]) == ("pca", [2, 8])
    for keys, roll, f1 in zip(sent["rolls"], found.rolls, sent["f1"], strict=True):
        drawn = np.zeros((64, 88))
        for step, sounds in enumerate(keys):
            drawn[step, sounds] = 1
        np.testing.assert_array_equal(drawn, roll)
        assert f1 == pytest.approx(roll_metrics(sounding(segment), drawn, 0.5)["f1"], abs=1e-5)
