"""What visitors say in their own words becomes wishes."""

import pytest

from koe.errors import InputError
from koe.generation.wishes import TEMPO_QPM, key_class, time_signature, told_of
from koe.music.grid import TICKS_PER_QUARTER
from koe.studio.one_press import Asked, measures_in, wishes_at_one_press, wishes_for


def minutes_of(wishes):
    quarters = time_signature(wishes.metre).measure_ticks / TICKS_PER_QUARTER
    return wishes.measures * quarters / TEMPO_QPM[wishes.tempo or "medium"]


def test_one_press_is_one_to_two_minutes_with_a_form_and_always_the_same():
    several = [wishes_at_one_press(seed) for seed in range(1, 60)]
    assert several == [wishes_at_one_press(seed) for seed in range(1, 60)]
    for wishes in several:
        assert 1.0 <= minutes_of(wishes) <= 2.0
        assert wishes.form
        assert told_of(wishes, {}).plan is not None
    assert len({(wishes.key, wishes.metre, wishes.tempo, wishes.form) for wishes in several}) > 40


@pytest.mark.parametrize("mood", ["bright", "dark"])
def test_a_mood_is_a_mode(mood):
    keys = {wishes_for(Asked(mood=mood), seed).key for seed in range(30)}
    assert len(keys) > 3
    assert {key_class(key) <= 12 for key in keys} == {mood == "bright"}
    assert wishes_for(Asked(mood=mood, key="D minor"), 1).key == "D minor"


def test_what_is_not_said_is_no_wish():
    wishes = wishes_for(Asked(), 1)
    assert (wishes.key, wishes.tempo, wishes.form, wishes.composer, wishes.temperatures) == (None,) * 5
    assert wishes_for(Asked(temperature=0.8), 1).temperatures.which == 0.8
    assert wishes_for(Asked(pace="lively"), 1).tempo == "fast"


@pytest.mark.parametrize(
    ("minutes", "metre", "tempo"), [(0.5, "12/8", "slow"), (4.0, "2/4", "fast"), (1.5, "3/4", None)]
)
def test_length_is_near_what_was_asked_in_whole_phrases(minutes, metre, tempo):
    measures = measures_in(minutes, metre, tempo)
    assert measures % 4 == 0
    quarters = time_signature(metre).measure_ticks / TICKS_PER_QUARTER
    assert measures * quarters / TEMPO_QPM[tempo or "medium"] == pytest.approx(minutes, abs=0.25) or measures == 256


def test_a_seed_out_of_range_is_refused():
    with pytest.raises(InputError):
        wishes_for(Asked(), -1)
