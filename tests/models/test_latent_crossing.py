"""One segment's rhythm with another's harmony: found by a decoder in which one number each stands for them."""

import keras
import numpy as np
import pytest
from keras import ops

from koe.errors import Cancelled
from koe.models.latent_crossing import CrossSearch, harmony_of, rhythm_of

KEYS = np.arange(88)
C, G = (KEYS + 21) % 12 == 0, (KEYS + 21) % 12 == 7
ON_BEATS = np.arange(64) % 4 == 0


class TwoNumbers(keras.Model):
    """Its second number says which tones sound, C or G, its third where they are struck, on beats or between."""

    latent_dim = 3

    def decode_odds(self, latents):
        tones = 9 * latents[:, 1:2] * ops.convert_to_tensor(np.where(C, 1.0, np.where(G, -1.0, 0.0)), "float32")
        tones = tones - 9 * ops.convert_to_tensor(~(C | G), "float32")
        places = 9 * latents[:, 2:3] * ops.convert_to_tensor(np.where(ON_BEATS, 1.0, -1.0), "float32")
        sounds = ops.repeat(tones[:, None, :], 64, axis=1)
        return ops.stack([sounds, ops.minimum(sounds, places[:, :, None])], axis=-1)


def segment(tones, steps):
    states = np.zeros((64, 88), np.uint8)
    states[:, tones] = 1
    states[np.ix_(steps, tones)] = 2
    return states


FIRST, SECOND = segment(C, ON_BEATS), segment(G, ~ON_BEATS)
OWN = np.array([[0.0, 0.8, 0.8], [0.25, -0.8, -0.8]], np.float32)


@pytest.fixture(scope="module")
def search():
    return CrossSearch(TwoNumbers(), np.full(3, 0.5, np.float32))


def test_rhythm_and_harmony_are_read():
    assert rhythm_of(FIRST)[:5].tolist() == [8, 0, 0, 0, 8]
    assert harmony_of(FIRST).argmax(axis=1).tolist() == [0] * 4
    assert np.linalg.norm(harmony_of(SECOND), axis=1) == pytest.approx(1)
    assert not harmony_of(np.zeros((64, 88), np.uint8)).any()


@pytest.mark.parametrize(("first", "signs"), [(0, (-1, 1)), (1, (1, -1))])
def test_the_rhythm_of_one_is_found_with_the_harmony_of_the_other(search, first, signs):
    pair = (FIRST, SECOND) if first == 0 else (SECOND, FIRST)
    own = OWN if first == 0 else OWN[::-1]
    told = []
    found = search.find(*pair, lambda _: own, progress=lambda *numbers: told.append(numbers))
    assert found[0] == own[1, 0]  # in the other's key signature
    assert np.sign(found[1:]).tolist() == list(signs)
    assert np.abs(found[1:]).min() > 0.2
    assert told[-1] == (120, 120)
    told.clear()
    np.testing.assert_array_equal(
        search.find(*pair, lambda _: own, progress=lambda *numbers: told.append(numbers)), found
    )
    assert not told  # it was remembered


def test_it_can_be_stopped_and_nothing_is_left_of_it(search):
    other = segment(C, np.arange(64) % 8 == 0)
    with pytest.raises(Cancelled):
        search.find(other, SECOND, lambda _: OWN, should_stop=lambda: True)
    found = search.find(other, SECOND, lambda _: OWN)
    again = CrossSearch(TwoNumbers(), np.full(3, 0.5, np.float32)).find(other, SECOND, lambda _: OWN)
    np.testing.assert_array_equal(found, again)
