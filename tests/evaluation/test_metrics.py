import numpy as np
import pytest

from koe.evaluation.metrics import COLUMNS, MEASURES, THRESHOLDS, Calibration, count, measures, roll_metrics


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
    assert metrics["bce"] == pytest.approx(nats / 176)


def test_what_is_counted():
    target = np.zeros((2, 3, 88), bool)
    target[1, 0, :5] = True
    p = np.zeros((2, 3, 88))
    p[1, 0, 3:6] = 0.5  # two of the five, and one too many
    first, second = (dict(zip(COLUMNS, row, strict=True)) for row in count(target, p, 0.5))
    assert (first["truths"], first["positives"], first["hits"], first["squared_error"]) == (0, 0, 0, 0)
    assert (second["truths"], second["positives"], second["hits"]) == (5, 3, 2)
    assert second["n_steps"] == 3
    assert second["n_numbers"] == 264
    assert second["squared_error"] == pytest.approx(3 * 1 + 3 * 0.25)


def test_certain_and_wrong_costs_what_the_clip_allows():
    target, p = np.ones((1, 88), bool), np.zeros((1, 88), np.float32)
    assert roll_metrics(target, p, 0.5)["nll"] == pytest.approx(88 * np.log(1e7))
    assert roll_metrics(target, p + 1, 0.5)["nll"] == pytest.approx(88 * 1e-7, rel=1e-3)


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


def test_sums_add_up():
    rng = np.random.default_rng(1)
    target, p = rng.random((30, 64, 88)) < 0.05, rng.random((30, 64, 88))
    parts = sum(count(target[part::3], p[part::3], 0.3).sum(axis=0) for part in range(3))
    whole = roll_metrics(target, p, 0.3)
    assert set(whole) == set(MEASURES)
    for name, value in whole.items():
        assert measures(parts)[name] == pytest.approx(value)


def test_best_threshold_is_the_best():
    rng = np.random.default_rng(3)
    target = rng.random((400, 88)) < 0.1
    p = np.clip(0.3 * target + 0.3 * rng.random((400, 88)), 0, 1).astype(np.float32)
    calibration = Calibration()
    for part in range(4):
        calibration.add(target[part::4], p[part::4])
    scores = [roll_metrics(target, p, threshold)["f1"] for threshold in THRESHOLDS]
    assert calibration.best_threshold() == THRESHOLDS[int(np.argmax(scores))]


def test_a_probability_that_is_the_threshold_reaches_it():
    target = np.zeros((1, 88), bool)
    target[0, :2] = True
    for threshold in (0.02, 0.58, 0.98):
        p = np.where(target, threshold, threshold - 0.02)
        calibration = Calibration()
        calibration.add(target, p)
        assert calibration.best_threshold() == threshold
        assert roll_metrics(target, p, threshold)["f1"] == 1


@pytest.mark.parametrize("of", [lambda target, p: roll_metrics(target, p, 0.5), Calibration().add])
def test_shapes_must_agree(of):
    with pytest.raises(ValueError, match="shape"):
        of(np.zeros((2, 88), bool), np.zeros((3, 88)))
