"""Colours that stand side by side stay apart for everybody."""

from itertools import combinations

import numpy as np
import pytest

from koe.plots.palette import DARK, LIGHT, with_alpha

# Machado, Oliveira and Fernandes (2009): how linear RGB looks to people
# without one kind of cone.
SIGHT = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(color: str) -> np.ndarray:
    values = np.array([int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(color: str, sight) -> np.ndarray:
    """CIELAB of a colour as somebody sees it."""
    xyz = TO_XYZ @ np.clip(np.asarray(sight) @ linear(color), 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(first: str, second: str) -> float:
    """WCAG's ratio of luminances."""
    low, high = sorted(float(TO_XYZ[1] @ linear(color)) for color in (first, second))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_stay_apart(palette, sight):
    colors = (palette.original, palette.made, palette.missed)
    for first, second in combinations(colors, 2):
        # 2.3 is just noticeable; neighbours in a picture want ten times that.
        assert np.linalg.norm(lab(first, SIGHT[sight]) - lab(second, SIGHT[sight])) > 23


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_notes_and_labels_stand_out_from_the_paper(palette):
    for color in (palette.original, palette.made, palette.missed):
        assert contrast(color, palette.paper) >= 3  # WCAG for graphics
    assert contrast(palette.text, palette.paper) >= 4.5  # and for text


def test_with_alpha():
    assert with_alpha("#0a10ff", 0.5) == "rgba(10,16,255,0.5)"
