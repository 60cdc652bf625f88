import numpy as np
import pytest

from koe.evaluation.metrics import Tally, roll_metrics


def test_known_answers():
    target = np.zeros((2, 88), bool)
    target[0, :4] = True  # four keys in the first step, none in the second
    p = np.full((2, 88), 0.1)
    p[0, :3] = 0.9  # three found,
    p[1, 0] = 0.8  # and one too many
    metrics = roll_metrics(target, p, 0.5)
    assert metrics["precision"] == pytest.approx(3 / 4)
    assert metrics["recall"] == pytest.approx(3 / 4)
    assert metrics["f1"] == pytest.approx(3 / 4)
    assert metrics["binary_accuracy"] == pytest.approx(1 - 2 / 176)
    assert metrics["mse"] == pytest.approx((3 * 0.01 + 0.81 + 0.64 + 171 * 0.01) / 176)
    nats = -(3 * np.log(0.9) + np.log(0.1) + np.log(0.2) + 171 * np.log(0.9))
    assert metrics["nll"] == pytest.approx(nats / 2)


def test_perfect_and_opposite_predictions():
    target = np.random.default_rng(0).random((64, 88)) < 0.05
    perfect = roll_metrics(target, target.astype(float), 0.5)
    assert perfect["f1"] == perfect["binary_accuracy"] == 1
    assert perfect["mse"] == 0
    opposite = roll_metrics(target, 1.0 - target, 0.5)
    assert opposite["f1"] == opposite["binary_accuracy"] == 0
    assert opposite["mse"] == 1


def test_silence_predicted_of_silence_is_defined():
    metrics = roll_metrics(np.zeros((4, 88), bool), np.zeros((4, 88)), 0.5)
    assert metrics["precision"] == metrics["recall"] == metrics["f1"] == 0
    assert metrics["binary_accuracy"] == 1


def test_batches_add_up():
    rng = np.random.default_rng(1)
    target, p = rng.random((30, 64, 88)) < 0.05, rng.random((30, 64, 88))
    tally = Tally()
    for part in range(3):
        tally.add(target[part * 10 : part * 10 + 10], p[part * 10 : part * 10 + 10])
    for name, value in roll_metrics(target, p, 0.3).items():
        assert tally.metrics(0.3)[name] == pytest.approx(value)


@pytest.mark.parametrize("threshold", [0.0, 0.2, 0.34, 0.5, 1.0])
def test_counting_by_histogram_is_counting(threshold):
    rng = np.random.default_rng(2)
    target, p = rng.random((500, 88)) < 0.1, np.round(rng.random((500, 88)), 3)
    keys = p >= threshold
    expected = (keys & target).sum() / max(keys.sum(), 1)
    assert roll_metrics(target, p, threshold)["precision"] == pytest.approx(expected)


def test_best_threshold_is_the_best():
    rng = np.random.default_rng(3)
    target = rng.random((400, 88)) < 0.1
    p = np.clip(0.3 * target + 0.3 * rng.random((400, 88)), 0, 1)
    tally = Tally()
    tally.add(target, p)
    best = tally.best_threshold()
    assert 0.28 <= best <= 0.32
    assert all(tally.metrics(best)["f1"] >= tally.metrics(t)["f1"] for t in np.linspace(0.05, 0.95, 10))


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="shape"):
        roll_metrics(np.zeros((2, 88), bool), np.zeros((3, 88)), 0.5)
