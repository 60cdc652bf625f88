"""Codes are of the size that the standard gives them, with their margin, and say when an address is too long."""

import io
import re

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from koe.errors import LinkError
from koe.projects.qr import MAX_CHARS, READABLE_VERSION, is_readable, qr_png, qr_svg

ADDRESS = "https://koe.example.org/?k=" + "AbC-_0189" * 5  # 72 bytes: version 4 at the least correction, 33 modules
MODULES, MARGIN = 33, 4
READABLE_CHARS = 271  # version 10 at the least correction, of 57 modules
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


def address(length):
    return (ADDRESS + "zY9_-xW" * 500)[:length]


def test_a_code_is_readable_up_to_a_millimetre_a_module_where_it_is_seven_centimetres_wide():
    assert is_readable(address(READABLE_CHARS))
    assert not is_readable(address(READABLE_CHARS + 1))
    assert not is_readable(address(MAX_CHARS + 1))
    size = np.array(Image.open(io.BytesIO(qr_png(address(READABLE_CHARS), scale=1)))).shape[0]
    assert size == 17 + 4 * READABLE_VERSION + 2 * MARGIN
    assert 72 / size > 1


@pytest.mark.parametrize("length", [len(ADDRESS), READABLE_CHARS, MAX_CHARS])
def test_a_reader_finds_the_address_in_the_picture(length):
    picture = Image.open(io.BytesIO(qr_png(address(length))))
    (code,) = zxingcpp.read_barcodes(picture.convert("L"))
    assert code.format == zxingcpp.BarcodeFormat.QRCode
    assert code.text == address(length)


@pytest.mark.parametrize("length", [len(ADDRESS), READABLE_CHARS, MAX_CHARS])
def test_the_drawing_has_the_modules_of_the_picture(length):
    picture = np.array(Image.open(io.BytesIO(qr_png(address(length), scale=1))).convert("L")) < 128
    drawn = np.zeros_like(picture)
    (path,) = re.findall(r'<path stroke="#000" d="([^"]*)"', qr_svg(address(length)))
    x = y = 0.0
    # Strokes one module thick, each along the middle of a row: "m" moves, "M" goes to a place, "h" draws.
    for command, numbers in re.findall(r"([Mmh])([^Mmhz]*)", path):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            drawn[int(y), int(x) : int(x + values[0])] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    assert np.array_equal(drawn, picture)


def test_an_address_that_no_code_holds_is_refused():
    with pytest.raises(LinkError, match="3,000 characters"):
        qr_png("A" * 3000)
