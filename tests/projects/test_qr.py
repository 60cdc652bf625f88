"""Codes are of the size that the standard gives them, with their margin, and say when an address is too long."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from koe.errors import LinkError
from koe.projects.qr import qr_png, qr_svg

ADDRESS = "https://koe.example.org/?k=" + "AbC-_0189" * 5  # 72 bytes: version 4 at the least correction, 33 modules
MODULES, MARGIN = 33, 4
FINDER = np.array([[max(abs(x), abs(y)) not in (2, 4) for x in range(-3, 4)] for y in range(-3, 4)])


def test_a_code_has_three_eyes_and_a_margin():
    picture = np.array(Image.open(io.BytesIO(qr_png(ADDRESS, scale=1))).convert("L")) < 128
    assert picture.shape == (MODULES + 2 * MARGIN,) * 2
    inside = picture[MARGIN:-MARGIN, MARGIN:-MARGIN]
    assert picture.sum() == inside.sum()
    for eye in (inside[:7, :7], inside[:7, -7:], inside[-7:, :7]):
        assert np.array_equal(eye, FINDER)


def test_the_drawing_is_the_same_code_and_fits_its_box():
    svg = qr_svg(ADDRESS)
    size = MODULES + 2 * MARGIN
    assert f'viewBox="0 0 {size} {size}"' in svg
    assert not re.search(r"<svg[^>]*\b(width|height)=", svg)
    assert "<script" not in svg


def test_an_address_that_no_code_holds_is_refused():
    with pytest.raises(LinkError, match="3,000 characters"):
        qr_png("A" * 3000)
