"""Moods that a picture says, as wishes."""

import pytest

from koe.errors import InputError
from koe.generation.wishes import LEVELS, TEMPO_CLASSES, TEMPO_QPM, key_class, time_signature
from koe.music.grid import TICKS_PER_QUARTER
from koe.studio.moods import MOODS, wishes_for_mood


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_is_a_short_piece_that_a_network_knows_how_to_write(mood):
    for seed in range(20):
        wishes = wishes_for_mood(mood, seed)
        assert wishes == wishes_for_mood(mood, seed)
        assert key_class(wishes.key) > 12 if MOODS[mood].mode == "dark" else key_class(wishes.key) <= 12
        assert wishes.tempo in TEMPO_CLASSES
        assert {wishes.density, wishes.register} <= {None, *LEVELS}
        quarters = wishes.measures * time_signature(wishes.metre).measure_ticks / TICKS_PER_QUARTER
        assert 25 <= quarters / TEMPO_QPM[wishes.tempo] * 60 <= 65


def test_moods_differ():
    asked = {mood: wishes_for_mood(mood, 0) for mood in MOODS}
    assert len({(one.tempo, one.density, one.register, key_class(one.key) > 12) for one in asked.values()}) == len(
        MOODS
    )


def test_no_other_mood():
    with pytest.raises(InputError, match="choose one of calm, cheerful"):
        wishes_for_mood("bored", 0)
