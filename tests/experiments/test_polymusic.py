"""The public benchmarks' measure, worked out by hand, and a whole run on made-up sets."""

import json
import math
import shutil

import numpy as np
import pytest

from koe.cli import main
from koe.errors import InputError
from koe.experiments.polymusic.data import (
    FILL_FRAMES,
    SETS,
    hold_back,
    nll_per_frame,
    read_set,
    training_batches,
    windows,
)
from koe.experiments.polymusic.recipes import lstm_to_meet, table
from koe.experiments.polymusic.training import benchmark

# One window a sequence, all batches full: a network is traced again for each shape of batch.
TINY = {"units": 8, "epochs": 3, "window_frames": 64, "batch_size": 4, "learning_rate": 0.05, "averaging": 0.5}


def melodies(n: int, n_frames: int = 24) -> list[np.ndarray]:
    """Sequences of different lengths, one key a frame, going up."""
    made = []
    for number in range(n):
        roll = np.zeros((n_frames + number, 88), bool)
        roll[np.arange(len(roll)), 30 + (np.arange(len(roll)) + number) % 12] = True
        made.append(roll)
    return made


def save_set(path, **splits):
    """Write a set as the benchmark wants it."""
    arrays = {}
    for split, sequences in splits.items():
        arrays[f"{split}_roll"] = np.packbits(np.concatenate(sequences), axis=1)
        arrays[f"{split}_lengths"] = np.array([len(sequence) for sequence in sequences], np.int32)
    np.savez(path, **arrays)


def write_sets(folder):
    """Three made-up sets; only the second has a test part."""
    save_set(folder / "jsb_chorales.npz", train=melodies(13), valid=melodies(1))  # one of 13 is held back
    save_set(folder / "nottingham.npz", train=melodies(12), valid=melodies(2), test=melodies(2, 40))
    save_set(folder / "musedata.npz", train=melodies(12), valid=melodies(3))


def silent(line):
    """Take a report and say nothing."""


def half(rolls):
    return np.full(rolls[:, 1:].shape, 0.5, np.float32)


def test_tossing_a_coin_for_each_key_costs_88_bits():
    """Whatever the lengths: neither filling nor the first frame counts."""
    sequences = [np.zeros((n, 88), bool) for n in (2, 5, FILL_FRAMES + 3)]
    assert nll_per_frame(half, sequences, batch_size=2) == pytest.approx(88 * math.log(2))


def test_the_measure_by_hand():
    """Two sequences, of 3 and 2 frames: three predicted frames, one of them with a key."""
    first = np.zeros((3, 88), bool)
    first[0, 10] = True  # a first frame: not predicted
    first[2, 40] = True
    second = np.zeros((2, 88), bool)
    second[0, 50] = True

    def predict(rolls):
        made = np.full(rolls[:, 1:].shape, 0.01, np.float32)
        made[:, 1, 40] = 0.8  # for the third frame, sounding; behind the second sequence's end it does not count
        made[:, 2:] = 0.999  # only filling lies there
        return made

    silent_key, right = -math.log(0.99), -math.log(0.8)
    expected = (88 * silent_key + (87 * silent_key + right) + 88 * silent_key) / 3
    assert nll_per_frame(predict, [first, second]) == pytest.approx(expected, rel=1e-5)


def test_a_prediction_is_compared_with_the_frame_after():
    def repeat(rolls):
        return np.clip(rolls[:, :-1].astype(np.float32), 0.001, 0.999)

    held = np.zeros((6, 88), bool)
    held[:, 40] = True
    assert nll_per_frame(repeat, [held]) == pytest.approx(-88 * math.log(0.999), rel=1e-3)
    alternating = np.zeros((6, 88), bool)
    alternating[::2, 40] = True
    expected = -87 * math.log(0.999) - math.log(0.001)
    assert nll_per_frame(repeat, [alternating]) == pytest.approx(expected, rel=1e-3)


def test_being_sure_and_wrong_has_a_finite_price():
    def certain(rolls):
        return np.ones(rolls[:, 1:].shape, np.float32)

    assert nll_per_frame(certain, [np.zeros((2, 88), bool)]) == pytest.approx(88 * 24 * math.log(2))


@pytest.mark.parametrize("seed", range(5))
def test_windows_predict_every_frame_but_the_first_once(seed):
    lengths = [1, 2, 16, 17, 100]
    cuts = windows(lengths, 16, np.random.default_rng(seed))
    for sequence, length in enumerate(lengths):
        predicted = [start + 1 + i for which, start, n in cuts if which == sequence for i in range(n)]
        assert sorted(predicted) == list(range(1, length))
    assert max(n for _, _, n in cuts) <= 16


def test_windows_begin_elsewhere_each_time():
    begins = {windows([100], 16, np.random.default_rng(seed))[1][1] for seed in range(20)}
    assert len(begins) > 5


def test_batches_hold_each_predicted_frame_and_weigh_filling_nothing():
    sequences = melodies(7, 20)
    n_frames = n_keys = 0
    for rolls, weights in training_batches(sequences, 16, 4, 0, np.random.default_rng(0)):
        targets = rolls[:, 1:]
        assert targets.shape == (*weights.shape, 88)
        assert weights.shape[1] % FILL_FRAMES == 0
        assert set(np.unique(weights)) <= {0.0, 1.0}
        np.testing.assert_array_equal(targets.sum(axis=2), weights)  # one key a frame, and none in the filling
        n_frames += weights.sum()
        n_keys += targets.sum()
    assert n_frames == n_keys == sum(len(sequence) - 1 for sequence in sequences)


def test_a_window_is_moved_as_a_whole_and_stays_on_the_keyboard():
    low = np.zeros((10, 88), bool)
    low[:, [2, 5]] = True
    lowest = set()
    for seed in range(40):
        (rolls, _), *_ = training_batches([low], 16, 1, 6, np.random.default_rng(seed))
        keys = np.flatnonzero(rolls[0].any(axis=0))
        np.testing.assert_array_equal(keys, np.flatnonzero(rolls[0, 1:].any(axis=0)))
        assert keys[1] - keys[0] == 3
        lowest.add(int(keys[0]))
    assert min(lowest) == 0
    assert max(lowest) == 8


def test_a_tenth_is_held_back_by_the_seed():
    sequences = melodies(40)
    train, held = hold_back(sequences, 3)
    assert (len(train), len(held)) == (36, 4)
    assert sorted(map(len, train + held)) == sorted(map(len, sequences))
    assert [len(sequence) for sequence in hold_back(sequences, 3)[1]] == [len(sequence) for sequence in held]
    assert [len(sequence) for sequence in hold_back(sequences, 4)[1]] != [len(sequence) for sequence in held]
    with pytest.raises(InputError, match="nothing to choose the epoch on"):
        hold_back(sequences[:1], 0)


def test_a_set_comes_back_as_it_was_written(tmp_path):
    write_sets(tmp_path)
    splits = read_set(tmp_path, "nottingham")
    assert list(splits) == ["train", "valid", "test"]
    for read, written in zip(splits["train"], melodies(12), strict=True):
        np.testing.assert_array_equal(read, written)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A whole run on two made-up sets: its data, its folder, what it found and what it reported."""
    data, runs = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("runs")
    write_sets(data)
    lines: list[str] = []
    found = benchmark(data, sets=["jsb_chorales", "nottingham"], folder=runs, report=lines.append, **TINY)
    return data, runs, found, lines


def losses(lines, name):
    """The figures that the epochs were chosen by, from the lines of progress."""
    return [float(line.split("to choose by ")[1].split()[0]) for line in lines if line.startswith(f"{name} ")]


def was_trained(lines, name="jsb_chorales"):
    return any(line.startswith(f"{name} 1/") for line in lines)


def test_a_whole_run(finished):
    _, runs, found, lines = finished
    sets = found["sets"]
    assert (sets["jsb_chorales"]["split"], sets["nottingham"]["split"]) == ("valid", "test")
    assert not found["stopped"]
    for name, result in sets.items():
        assert json.loads((runs / name / "result.json").read_text("utf-8")) == result
        assert (runs / name / "best.weights.h5").exists()
        figures = losses(lines, name)
        assert len(figures) == result["epochs"] == TINY["epochs"]
        assert figures[-1] < figures[0]  # it learns
        assert result["chosen_nll"] == pytest.approx(min(figures), abs=1e-3)
        assert 0 < result["nll"] < figures[0] + 1


def test_the_same_seed_gives_the_same_figures(finished, tmp_path):
    data, _, found, _ = finished
    again = benchmark(data, sets=["jsb_chorales"], folder=tmp_path, report=silent, **TINY)["sets"]["jsb_chorales"]
    first = found["sets"]["jsb_chorales"]
    assert (again["nll"], again["chosen_nll"]) == (first["nll"], first["chosen_nll"])


def test_finished_sets_are_taken_over(finished):
    data, runs, found, _ = finished
    lines = []
    again = benchmark(data, sets=["jsb_chorales"], folder=runs, report=lines.append, resume=True, **TINY)
    assert again["sets"]["jsb_chorales"] == found["sets"]["jsb_chorales"]
    assert not was_trained(lines)


@pytest.mark.parametrize("change", [{"resume": False}, {"seed": 1}, {"learning_rate": 0.01}, {"damaged": True}])
def test_what_was_made_of_something_else_is_trained_anew(finished, tmp_path, monkeypatch, change):
    data, runs, found, _ = finished
    shutil.copytree(runs / "jsb_chorales", tmp_path / "jsb_chorales")
    if change.pop("damaged", False):
        (tmp_path / "jsb_chorales" / "result.json").write_text("{")
    fresh = {**found["sets"]["jsb_chorales"], "nll": 1.0}
    monkeypatch.setattr("koe.experiments.polymusic.training._train_and_test", lambda *_: fresh)
    options = {"resume": True, **TINY, **change}
    assert benchmark(data, sets=["jsb_chorales"], folder=tmp_path, report=silent, **options)["sets"] == {
        "jsb_chorales": fresh
    }


def test_a_time_limit_ends_after_an_epoch_and_another_seed_gives_other_figures(finished, tmp_path):
    data, _, _, lines = finished
    limited = []
    found = benchmark(data, sets=["nottingham"], folder=tmp_path, report=limited.append, minutes=0, seed=1, **TINY)
    assert found["sets"]["nottingham"]["epochs"] == 1
    with_seed_0 = next(line for line in lines if line.startswith("nottingham 1/"))
    assert losses(limited[:1], "nottingham") != losses([with_seed_0], "nottingham")


def test_an_interruption_reports_what_is_finished(finished, monkeypatch):
    data, runs, found, _ = finished

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("koe.experiments.polymusic.training._train_and_test", interrupted)
    options = {"folder": runs, "report": silent, **TINY}
    stopped = benchmark(data, sets=["jsb_chorales", "musedata"], resume=True, **options)
    assert stopped["stopped"]
    assert stopped["sets"] == {"jsb_chorales": found["sets"]["jsb_chorales"]}
    with pytest.raises(KeyboardInterrupt):
        benchmark(data, sets=["musedata"], resume=True, **options)


def broken(folder, name="nottingham", **arrays):
    good = {
        f"{split}_{key}": value
        for split in ("train", "valid")
        for key, value in (("roll", np.zeros((4, 11), np.uint8)), ("lengths", np.array([4])))
    }
    np.savez(folder / f"{name}.npz", **{key: value for key, value in (good | arrays).items() if value is not None})


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"train_roll": None}, "needs a train and a valid part"),
        ({"train_lengths": None}, "one for each sequence"),
        ({"train_lengths": np.array([5])}, "add up to 5 frames, but its roll has 4"),
        ({"train_lengths": np.array([4.0])}, "whole numbers"),
        ({"train_lengths": np.array([0, 4])}, "from 1 on"),
        ({"valid_lengths": np.ones(4, int)}, "nothing can be predicted"),
        ({"valid_roll": np.zeros((4, 88), np.uint8)}, r"88 packed keys a frame are uint8 \(frames, 11\)"),
        ({"valid_roll": np.zeros((4, 11))}, "is float64"),
        ({"train_roll": np.array([{}], dtype=object)}, "no .npz file of arrays"),
    ],
)
def test_a_set_of_another_form_is_refused(tmp_path, arrays, message):
    broken(tmp_path, **arrays)
    with pytest.raises(InputError, match=message):
        read_set(tmp_path, "nottingham")


def test_the_command_refuses_in_one_sentence(tmp_path, capsys):
    def refused(*options):
        code = main(["benchmark", "polymusic", "--data", str(tmp_path), "-o", str(tmp_path / "runs"), *options])
        out, err = capsys.readouterr()
        assert (code, out) == (2, "")
        assert len(err.splitlines()) == 1
        return err

    assert "There is no file" in refused("--sets", "jsb_chorales")
    assert "There is no set 'bach'" in refused("--sets", "bach")
    (tmp_path / "jsb_chorales.npz").write_bytes(b"PK\x03\x04 no archive")
    assert "no .npz file of arrays" in refused("--sets", "jsb_chorales")
    write_sets(tmp_path)
    assert "does not continue music" in refused("--sets", "nottingham", "--model", "ae1")
    assert "There is no network 'lstm99'" in refused("--sets", "nottingham", "--model", "lstm99")
    assert "A seed is" in refused("--sets", "nottingham", "--seed", "-1")
    assert not (tmp_path / "runs").exists()


def test_the_table_puts_published_figures_beside_measured_ones():
    rows = table("lstm1", {"piano_midi": {"nll": 7.994, "split": "valid"}}).splitlines()
    assert rows[0] == "| model | Piano-midi.de | source |"
    assert rows[2] == "| **lstm1** | 7.99 (valid) | Koe, measured here |"
    assert "| LSTM | 9.03 | Chung et al. 2014 (from memory) |" in rows
    assert not any("Bai" in row for row in rows)  # they report nothing on this set
    assert {name: lstm_to_meet(name) for name in SETS} == {
        "jsb_chorales": 8.45,
        "piano_midi": 9.03,
        "nottingham": 3.20,
        "musedata": 6.23,
    }
