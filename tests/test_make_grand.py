"""What the maker of the grand promises of its zones, without its recordings."""

import numpy as np

from tools.grand import font, recordings, response
from tools.grand.shaping import frequencies


def test_every_velocity_and_every_key_has_one_place():
    bands = response.bands()
    assert [velocity for band in bands for velocity in range(band.low, band.high + 1)] == list(range(1, 128))
    assert {band.layer for band in bands} == set(range(len(recordings.CHOSEN)))
    reaches = [font.reach(key) for key in recordings.KEYS]
    assert [key for low, high in reaches for key in range(low, high + 1)] == list(range(21, 109))
    assert max(max(high - key, key - low) for key, (low, high) in zip(recordings.KEYS, reaches, strict=True)) == 1


def test_a_layer_opens_up_to_its_own_velocity():
    for index, layer in enumerate(recordings.CHOSEN):
        depths = [band.depth for band in response.bands() if band.layer == index]
        assert depths == sorted(depths, reverse=True)
        assert depths[-1] == 0.0
        assert response.bands()[[band.layer for band in response.bands()].index(index)].high < layer.velocity


def test_a_filter_makes_a_sound_as_dark_as_wanted():
    hz = frequencies()
    power = np.zeros(len(hz))
    for partial in range(1, 20):
        power[np.abs(hz - 440 * partial).argmin()] = 0.7**partial
    own = response.brightness(power)
    cutoff = response.cutoff_for(power, 0.8 * own, 69)
    assert abs(response.brightness(power * response.lowpass(cutoff)) / own - 0.8) < 0.01
    assert response.cutoff_for(power, 1.1 * own, 69) == response.OPEN
