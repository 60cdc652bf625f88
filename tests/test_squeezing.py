"""The same music in fewer numbers: which numbers are kept, and that figures are those of what is shown."""

import base64

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation.metrics import roll_metrics
from koe.models.latent import statistics_of, strongest
from koe.models.pca import PCA
from koe.music.states import sounding
from koe.studio import Studio
from koe.web.learn.given import components_of, squeezed


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


def test_what_one_number_does_is_what_pca_decodes(studio, segment):
    pca = studio.registry.latent("pca")
    found = studio.components(segment)
    sent = components_of(found, studio.registry.card("pca").threshold)
    np.testing.assert_allclose(sent["latents"], pca.encode(segment[None])[0], atol=1e-4)
    for number, amount in ((0, 3.0), (7, -2.0), (15, 1.0)):
        moved = np.array(sent["latents"])
        moved[number] = amount
        packed = sent["components"][number]
        push = np.frombuffer(base64.b64decode(packed["bytes"]), np.int8) * packed["step"]
        made = np.clip(np.array(sent["base"]) + (amount - sent["latents"][number]) * push, 0, 1)
        np.testing.assert_allclose(made, pca.decode(moved[None])[0].ravel(), atol=4e-3)
    with pytest.raises(InputError, match="straight"):
        studio.components(segment, "ae1")


def test_pca_is_as_the_lesson_says(studio):
    """Its first numbers are keys, all four measures long; none draws within a measure; together they hold an eighth."""
    pca = studio.registry.latent("pca")
    parts = pca.components.reshape(16, 4, 16, 88)

    def share(means: np.ndarray) -> np.ndarray:
        return np.square(np.broadcast_to(means, parts.shape)).sum(axis=(1, 2, 3))  # components have length 1

    assert (share(parts.mean(axis=(1, 2), keepdims=True))[:12] > 0.95).all()
    assert share(parts.mean(axis=(1, 2), keepdims=True))[14] < 0.2
    assert (share(parts.mean(axis=2, keepdims=True)) > 0.95).all()
    held = np.square(pca.scale).sum() / (pca.mean * (1 - pca.mean)).sum()
    assert held == pytest.approx(1 / 8, abs=0.01)
    of_classes = np.zeros(12)
    np.add.at(of_classes, (np.arange(88) + 21) % 12, pca.components[0].reshape(64, 88).mean(axis=0))
    assert set(np.argsort(-of_classes)[:3]) == {9, 2, 4}
    assert set(np.argsort(of_classes)[:2]) == {3, 10}
