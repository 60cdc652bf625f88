"""Pieces as events: nothing is lost, and every event has its place."""

import numpy as np
import pytest

from koe.music.events import (
    BEGINNING,
    DURATIONS,
    END,
    MAX_PLACES,
    NO_NOTE,
    REST,
    duration_class,
    events_of,
    notes_of,
    short_measures,
    tidy_notes,
)


def random_notes(seed, n=200, step=1, n_ticks=2000):
    rng = np.random.default_rng(seed)
    onsets = rng.integers(0, n_ticks // step, n) * step
    return tidy_notes(np.stack([onsets, rng.integers(1, 40, n) * step, rng.integers(21, 109, n)], axis=1))


@pytest.mark.parametrize("seed", range(3))
def test_notes_come_back(seed):
    notes = random_notes(seed, n=60 if seed else 400)
    events = events_of(notes, short_measures(range(0, 2000, 96), 2000))
    np.testing.assert_array_equal(notes_of(events), notes)
    assert events.duration[0] == BEGINNING
    assert events.advance[-1] == END
    assert (events.onset[1:] - events.onset[:-1] == events.advance[:-1]).all()


def test_long_silences_are_rests():
    notes = np.array([[0, 6, 60], [2 * REST + 10, 6, 62], [3 * REST + 10, 6, 64]])
    events = events_of(notes, short_measures(range(0, 400, 96), 400))
    assert events.advance.tolist() == [0, REST, REST, 10, REST, 0, END]
    assert (events.duration[[2, 3, 5]] == NO_NOTE).all()
    assert events.pitch.tolist() == [60, 60, 60, 60, 62, 62, 64]


def test_a_key_struck_again_ends_its_note():
    notes = tidy_notes([[0, 24, 60], [12, 6, 60], [0, 6, 60], [0, 30, 64]])
    assert notes.tolist() == [[0, 12, 60], [0, 30, 64], [12, 6, 60]]


def test_places_lie_within_their_measures():
    starts = short_measures([0, 96, 96 + 300], 500)
    assert np.diff(starts).max() <= MAX_PLACES
    assert {0, 96, 396, 500} <= set(starts.tolist())
    events = events_of(random_notes(0, n_ticks=500), starts)
    assert (events.place < events.length).all()
    assert (starts[events.measure] + events.place == events.onset).all()


def test_lengths_go_to_the_nearest_class():
    ticks = np.array([1, 48, 49, 52, 192, 203, 205, 5000])
    assert DURATIONS[duration_class(ticks)].tolist() == [1, 48, 48, 54, 192, 192, 216, 600]
