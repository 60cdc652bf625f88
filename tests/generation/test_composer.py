"""Wishes are understood or refused in a sentence, and the same seed gives the same piece, chunk by chunk."""

import keras
import numpy as np
import pytest

from koe.errors import InputError
from koe.generation.composer import Wishes, compose, key_class, stream, told_of
from koe.models.tr1 import build_tr1
from koe.models.tr1_interface import FIRST_CHUNK
from koe.models.tr1_writer import TR1Writer
from koe.music.midi import read_midi, write_midi

COMPOSERS = {"bach-js": 1, "chopin": 2}


@pytest.fixture(scope="module")
def writer():
    keras.utils.set_random_seed(0)
    return TR1Writer(build_tr1(width=32, layers=1))


def test_keys_by_name():
    names = ["C major", "a minor", "Bb", "f# minor", "E flat major", "h moll", "Cis"]
    assert [key_class(name) for name in names[:6]] == [1, 22, 11, 19, 4, 24]
    with pytest.raises(InputError, match="is no key"):
        key_class(names[6])


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"metre": "3"}, "is no metre"),
        ({"metre": "3/5"}, "is no metre"),
        ({"metre": "13/8"}, "longer than one of 12/8"),
        ({"tempo": "presto"}, "choose one of slow, medium, fast"),
        ({"composer": "me"}, "choose one of bach-js, chopin"),
        ({"measures": 0}, "1 to 256 measures"),
        ({"form": "A?"}, "is no form"),
    ],
)
def test_wishes_that_are_none(wish, why):
    with pytest.raises(InputError, match=why):
        told_of(Wishes(**wish), COMPOSERS)


def test_wishes_are_told():
    wishes = Wishes(measures=16, key="D minor", metre="6/8", density="high", composer="chopin", form="A B A")
    told = told_of(wishes, COMPOSERS)
    assert told.conditions == {"tempo": 0, "density": 3, "register": 0, "composer": 2}
    assert (told.key, told.measure_ticks, told.n_measures, len(told.plan.lag)) == (15, 72, 16, 16)


def test_the_same_seed_writes_the_same_piece_while_it_is_streamed(writer):
    wishes = Wishes(measures=4, metre="3/4", tempo="fast", form="A A")
    piece = compose(writer, wishes, 7, COMPOSERS)
    assert write_midi(piece) == write_midi(compose(writer, wishes, 7, COMPOSERS))
    assert write_midi(piece) != write_midi(compose(writer, wishes, 8, COMPOSERS))
    first = next(stream(writer, wishes, 7, COMPOSERS))
    assert len(first) <= FIRST_CHUNK
    np.testing.assert_array_equal(first[:, 0], [note.onset for note in piece.notes[: len(first)]])
    assert max(note.onset for note in piece.notes) + 72 >= 0.75 * 4 * 72
    assert max(note.onset for note in piece.notes) < 1.25 * 4 * 72
    assert read_midi(write_midi(piece)).time_signatures[0].numerator == 3
    assert piece.qpm == pytest.approx(132)
