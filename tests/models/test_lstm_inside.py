"""What is shown of LSTM1's inside is what Keras computes there."""

import numpy as np
import pytest

from koe.models.lstm_inside import Inside, LayerInside
from koe.models.registry import default_registry, load_network
from koe.music.states import sounding
from koe.studio import Studio
from koe.web.learn.given import N_CELLS, cells_of, telling_cells


@pytest.fixture(scope="module")
def roll():
    studio = Studio()
    return sounding(studio.segment(studio.demo_piece("bach-invention-1"), 3))


@pytest.fixture(scope="module")
def inside(roll) -> Inside:
    return Studio().look_inside(roll)


def test_states_gates_and_chances_are_kerass(roll, inside):
    import keras
    from keras import ops

    network = load_network(default_registry(), "lstm1")
    x = ops.convert_to_tensor(roll.astype(np.float32))
    for name, layer in zip(("L1", "L2"), inside.layers, strict=True):
        cell = network.get_layer(name).cell
        states = [ops.zeros((1, cell.units))] * 2
        outputs, memories, gates = [], [], []
        for step in x:
            before = states[0]
            output, states = cell(step[None], states)
            outputs.append(output[0])
            memories.append(ops.convert_to_numpy(states[1][0]))
            sums = ops.matmul(step[None], cell.kernel) + ops.matmul(before, cell.recurrent_kernel) + cell.bias
            i, f, g, o = ops.split(sums[0], 4)
            gates.append(
                [ops.convert_to_numpy(one) for one in (ops.sigmoid(i), ops.sigmoid(f), ops.tanh(g), ops.sigmoid(o))]
            )
        x = ops.stack(outputs)
        np.testing.assert_allclose(layer.cell, memories, atol=1e-5)
        np.testing.assert_allclose(layer.hidden, ops.convert_to_numpy(x), atol=1e-5)
        for ours, theirs in zip(
            (layer.input, layer.forget, layer.candidate, layer.output), np.array(gates).transpose(1, 0, 2), strict=True
        ):
            assert theirs.std() > 0.01
            np.testing.assert_allclose(ours, theirs, atol=1e-5)
    leaning = default_registry().card("lstm1").leaning
    said = keras.ops.convert_to_numpy(network(roll[None].astype(np.float32)))[0].astype(float)
    expected = 1 / (1 + np.exp(-(np.log(said / (1 - said)) + leaning)))
    np.testing.assert_allclose(1 / (1 + np.exp(-inside.log_odds)), expected, atol=1e-5)


def test_what_is_sent_is_that_to_five_digits_of_the_cells_that_are_named(inside):
    sent = cells_of(inside)
    np.testing.assert_allclose(sent["log_odds"], inside.log_odds, atol=1e-5)
    for layer, shown in zip(inside.layers, sent["layers"], strict=True):
        cells = np.array(shown["numbers"]) - 1
        assert 20 <= len(set(cells)) <= N_CELLS
        assert shown["half_lives"] == sorted(shown["half_lives"], reverse=True)
        for name in ("input", "forget", "candidate", "output", "cell"):
            np.testing.assert_allclose(shown[name], getattr(layer, name)[:, cells], atol=1e-5)


def test_a_half_life_is_when_half_is_left():
    forget = np.full((10, 1), 0.5 ** (1 / 8), np.float32)
    layer = LayerInside(forget, forget, forget, forget, forget)
    assert layer.half_lives == pytest.approx([8])


def test_few_cells_are_all_shown_once():
    values = np.random.default_rng(0).random((6, 4), np.float32)
    assert len(telling_cells(LayerInside(*[values] * 5))) == 2  # the livelier half
