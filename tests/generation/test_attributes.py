"""Attributes of music, and where they grow in a latent space."""

import numpy as np
import pytest

from koe.errors import InputError, ModelError
from koe.generation.attributes import Attributes, fit_attributes, steered
from koe.generation.attributes_file import load_attributes, save_attributes
from koe.music.attributes import ATTRIBUTES, attributes
from koe.music.states import HELD, STRUCK

C4 = 39


def states_of(*notes: tuple[int, int, int]) -> np.ndarray:
    """Notes as key, first step and length."""
    states = np.zeros((64, 88), np.uint8)
    for key, start, length in notes:
        states[start, key] = STRUCK
        states[start + 1 : start + length, key] = HELD
    return states


def measured(*notes: tuple[int, int, int]) -> dict[str, float]:
    return dict(zip(ATTRIBUTES, attributes(states_of(*notes)), strict=True))


def test_what_attributes_measure():
    alone = measured((C4, 0, 4), (C4 + 2, 8, 4))
    assert alone["density"] == 2 / 64
    assert alone["register"] == 61
    assert alone["polyphony"] == 1
    assert alone["syncopation"] == 0
    assert np.isnan(alone["dissonance"])
    assert measured((C4, 0, 4), (C4 + 12, 0, 4))["polyphony"] == 2
    # Off the beat and over the next one; off the beat and short; on the beat and over the next.
    assert measured((C4, 2, 4))["syncopation"] == 1
    assert measured((C4, 2, 2))["syncopation"] == 0
    assert measured((C4, 4, 8))["syncopation"] == 0
    # Struck off the beat, and again on it.
    assert measured((C4, 2, 2), (C4, 4, 4))["syncopation"] == 0
    assert measured((C4, 0, 4), (C4 + 1, 0, 4))["dissonance"] == 1
    assert measured((C4, 0, 4), (C4 + 18, 0, 4))["dissonance"] == 1
    assert measured((C4, 0, 4), (C4 + 4, 0, 4), (C4 + 7, 0, 4))["dissonance"] == 0
    major = [(C4 + step, 4 * number, 4) for number, step in enumerate((0, 4, 7, 0, 4, 7, 2, 11, 0))]
    minor = [(C4 + step, 4 * number, 4) for number, step in enumerate((0, 3, 7, 0, 3, 7, 2, 8, 0))]
    assert measured(*major)["mode"] > 0 > measured(*minor)["mode"]


def test_of_silence_only_its_density_is_known():
    silent = measured()
    assert silent.pop("density") == 0
    assert all(np.isnan(value) for value in silent.values())


class Rows:
    """A latent space whose second number says how many notes there are, the third how high they lie."""

    latent_range = (-1.0, 1.0)

    def decode_states(self, latents, threshold):
        made = []
        for numbers in latents:
            n, key = round(16 + 12 * float(numbers[1])), round(44 + 20 * float(numbers[2]))
            made.append(states_of(*((key, 2 * step, 2) for step in range(n))))
        return np.stack(made)


@pytest.fixture
def found():
    rng = np.random.default_rng(0)
    latents = rng.uniform(-1, 1, (400, 4))
    measured = np.stack([attributes(one) for one in Rows().decode_states(latents, 0.5)])
    measured[:, 2:] = rng.normal(size=(400, 4))  # what has nothing to do with the space
    return fit_attributes(latents, measured, "ab" * 32)


def test_a_slider_changes_what_it_is_called_and_leaves_the_rest(found):
    start = np.array([0.3, -0.5, 0.1, 0.7], np.float32)
    before = attributes(Rows().decode_states(start[None], 0.5)[0])
    denser = steered(Rows(), found, start, {"density": 1.0}, 0.5)
    after = attributes(Rows().decode_states(denser[None], 0.5)[0])
    assert (after[0] - before[0]) / found.spreads[0] == pytest.approx(1.0, abs=0.3)
    assert abs(after[1] - before[1]) / found.spreads[1] < 0.25
    lower = steered(Rows(), found, start, {"register": -1.0}, 0.5)
    assert attributes(Rows().decode_states(lower[None], 0.5)[0])[1] < before[1] - 0.6 * found.spreads[1]
    np.testing.assert_array_equal(steered(Rows(), found, start, {"density": 0.0}, 0.5), start)


def test_a_move_never_touches_the_key_and_stays_on_the_sliders(found):
    start = np.array([0.3, 0.9, 0.9, 0.7], np.float32)
    moved = steered(Rows(), found, start, {"density": 2.0, "register": 2.0}, 0.5)
    assert moved[0] == start[0]
    assert moved.min() >= -1
    assert moved.max() <= 1


def test_what_cannot_be_asked_for(found):
    with pytest.raises(InputError, match="no attribute 'sadness'; choose one of density"):
        steered(Rows(), found, np.zeros(4, np.float32), {"sadness": 1.0}, 0.5)
    with pytest.raises(InputError, match="at most 2 spreads, not 3"):
        steered(Rows(), found, np.zeros(4, np.float32), {"density": 3.0}, 0.5)


def test_attributes_come_back_from_their_file(found, tmp_path):
    path = tmp_path / "toy.attributes.npz"
    save_attributes(found, path)
    back = load_attributes(path)
    assert isinstance(back, Attributes)
    assert back.weights_sha256 == found.weights_sha256
    np.testing.assert_allclose(back.slopes, found.slopes, rtol=1e-5)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelError, match="cannot be read"):
        load_attributes(path)
