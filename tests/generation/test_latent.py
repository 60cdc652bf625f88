import numpy as np
import pytest

from koe.errors import LatentError
from koe.models.latent import interpolate, parse_latents, sample_near, sample_uniform, statistics_of


def test_a_line_has_its_ends_and_its_middle():
    a, b = np.full(16, -1, np.float32), np.linspace(0, 1, 16, dtype=np.float32)
    path = interpolate(a, b, np.array([0, 0.5, 1]))
    np.testing.assert_array_equal(path[0], a)
    np.testing.assert_array_equal(path[2], b)
    np.testing.assert_allclose(path[1], (a + b) / 2)


def test_near_sampling_has_the_datas_mean_and_covariance():
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((16, 16)) / 20
    data = rng.standard_normal((4000, 16)) @ mixing + 0.1
    statistics = statistics_of(data)
    drawn = np.stack([sample_near(statistics, (-1, 1), seed) for seed in range(4000)])
    np.testing.assert_allclose(drawn.mean(axis=0), data.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(np.cov(drawn, rowvar=False), np.cov(data, rowvar=False), atol=0.01)


def test_samples_stay_in_range_and_follow_their_seed():
    statistics = statistics_of(np.random.default_rng(0).standard_normal((100, 16)) * 5)
    near = sample_near(statistics, (-1, 1), 1)
    assert np.abs(near).max() <= 1
    np.testing.assert_array_equal(near, sample_near(statistics, (-1, 1), 1))
    uniform = sample_uniform(-3, 3, 1000, 0)
    assert uniform.min() < -2.5
    assert uniform.max() > 2.5
    assert (sample_uniform(-1, 1, 16, 0) != sample_uniform(-1, 1, 16, 1)).all()


def test_a_dead_latent_number_is_no_trouble():
    latents = np.random.default_rng(0).standard_normal((50, 16))
    latents[:, 3] = 0.25
    assert sample_near(statistics_of(latents), (-1, 1), 0)[3] == pytest.approx(0.25, abs=1e-3)


def test_latents_are_read_and_refused():
    np.testing.assert_allclose(parse_latents("0.5, -1,1", 3, (-1, 1)), [0.5, -1, 1])
    for text, complaint in (("1,2", "2 came"), ("a,0,0", "no number"), ("nan,0,0", "between"), ("2,0,0", "between")):
        with pytest.raises(LatentError, match=complaint):
            parse_latents(text, 3, (-1, 1))
