"""Names of files as their owners see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.web.uploads import MAX_NAME_CHARS, file_name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Elise.mid", "Elise.mid"),
        ("say %22hello%22.mid", 'say "hello".mid'),
        ("a%0D%0Ab.mid", "a b.mid"),
        ("100%25.mid", "100%25.mid"),  # browsers send a percent sign as it is
        ("a\0b\x1b.mid", "a b .mid"),
        ("x" * 5000 + ".musicxml", "x" * 191 + ".musicxml"),
        ("x" * 5000, "x" * 200),
        ("." + "x" * 5000, "." + "x" * 199),
        ("", ""),
    ],
)
def test_names(sent, name):
    assert file_name(sent) == name


@given(st.text(max_size=400))
def test_any_name_fits_on_a_line(sent):
    name = file_name(sent)
    assert name.isprintable()
    assert len(name) <= MAX_NAME_CHARS
