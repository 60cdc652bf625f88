"""What a browser says of the puck."""

import pytest

from koe.web.square.component import point_from_message


def test_a_point_is_read_and_kept_within_the_square():
    assert point_from_message([0.25, 0.123456]) == (0.25, 0.123)
    assert point_from_message([-4, 7]) == (0.0, 1.0)


@pytest.mark.parametrize("junk", [None, "0.5", [0.5], [1, 2, 3], ["0", 1], [float("nan"), 0], [0, float("inf")], {}])
def test_junk_is_passed_over(junk):
    assert point_from_message(junk) is None
