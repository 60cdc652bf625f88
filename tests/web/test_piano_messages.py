"""What a browser says was pressed: read where it makes sense, passed over or refused where it does not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import InputError
from koe.music.played import MAX_PRESSES, Press
from koe.web.piano.messages import Recording, phrase_from_message, pitches_from_message, recording_from_message


def message(presses, **others):
    return {"presses": presses, "qpm": 90, "measures": 4, **others}


def test_a_recording_is_read():
    sent = json.loads('{"presses": [[60, -0.05, 0.5, 101], [64, 1, 1.25, null]], "qpm": 90, "measures": 4}')
    assert recording_from_message(sent) == Recording((Press(60, -0.05, 0.5, 101), Press(64, 1.0, 1.25, 80)), 90.0, 4)


@pytest.mark.parametrize(
    "junk",
    [
        [20, 0, 1, 80],
        [109, 0, 1, 80],
        [60.5, 0, 1, 80],
        ["60", 0, 1, 80],
        [True, 0, 1, 80],
        [60, 2, 1, 80],
        [60, float("nan"), 1, 80],
        [60, 0, float("inf"), 80],
        [60, 0, 10**400, 80],
        [60, None, 1, 80],
        [60, 0, 1],
        {"pitch": 60},
        None,
        "C4",
    ],
)
def test_a_press_that_makes_no_sense_is_passed_over(junk):
    assert recording_from_message(message([junk, [62, 0, 1, 90]])).presses == (Press(62, 0.0, 1.0, 90),)


@pytest.mark.parametrize("velocity", [0, 128, -1, "loud", None, [], True])
def test_a_loudness_that_is_none_is_the_usual_one(velocity):
    assert recording_from_message(message([[60, 0, 1, velocity]])).presses == (Press(60, 0.0, 1.0, 80),)


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "take",
        {},
        {"presses": "none", "qpm": 90, "measures": 4},
        message([], qpm=0),
        message([], qpm="fast"),
        message([], qpm=float("nan")),
        message([], measures=3),
        message([], measures=True),
        message([], measures=10**400),
        message([], measures=None),
    ],
)
def test_a_whole_that_makes_no_sense_is_refused(sent):
    with pytest.raises(InputError, match="could not be read; reload the page"):
        recording_from_message(sent)


def test_no_more_is_read_than_a_recording_holds():
    read = recording_from_message(message([[60, 0, 1, 80]] * 50_000))
    assert len(read.presses) == MAX_PRESSES + 1  # which the piece then refuses


def test_a_chord_is_what_lies_on_the_piano():
    assert pitches_from_message([64, 60.0, 60, 20, 109, "C4", None, True, float("nan"), [60], 10**400]) == (60, 64)
    for sent in (None, 60, "60", {"60": 1}):
        assert pitches_from_message(sent) == ()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=40)
@given(st.one_of(json_values, st.builds(message, json_values), st.builds(message, st.lists(json_values, max_size=4))))
def test_no_message_does_more_than_be_refused(sent):
    pitches_from_message(sent)
    try:
        read = recording_from_message(sent)
    except InputError:
        return
    assert all(21 <= press.pitch <= 108 and press.down_sec <= press.up_sec for press in read.presses)


def test_what_is_played_without_a_metronome_is_read():
    sent = {"presses": [[60, 0, 0.4, 99], "nonsense", [64, 0.5, 0.9, None]]}
    first, second = phrase_from_message(sent)
    assert first == Press(60, 0.0, 0.4, 99)
    assert (second.pitch, second.down_sec) == (64, 0.5)
    assert phrase_from_message({"presses": []}) == ()


@pytest.mark.parametrize("sent", [None, [], {}, {"presses": 3}, "presses"])
def test_a_phrase_that_makes_no_sense_is_refused(sent):
    with pytest.raises(InputError, match="reload the page"):
        phrase_from_message(sent)
