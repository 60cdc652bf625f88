"""Tuplets, found and divided as they are printed."""

import random
from itertools import pairwise

import pytest

from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.metre import Metre
from koe.scores.tuplets import tuplets
from tools.check_scores import notes_printed, notes_read_by_music21

from koe.scores.musicxml import musicxml  # isort: skip


def found(ticks, metre=(4, 4)):
    return [(one.start, one.length, one.actual, one.normal) for one in tuplets(Metre(*metre), ticks)]


@pytest.mark.parametrize(
    ("ticks", "expected"),
    [
        # Eighths, dotted eighths and thirty-seconds are none.
        ([0, 12, 24, 42, 45, 48, 96], []),
        # Three eighths in the time of two; with a quarter first; with the first missing.
        ([0, 8, 16, 24, 96], [(0, 24, 3, 2)]),
        ([0, 16, 24, 96], [(0, 24, 3, 2)]),
        ([0, 8, 24, 96], [(0, 24, 3, 2)]),
        # Sixteenths in one half of a quarter, and in both.
        ([0, 4, 8, 12, 18, 24, 96], [(0, 12, 3, 2)]),
        ([0, 4, 8, 12, 16, 20, 24, 96], [(0, 24, 6, 4)]),
        ([0, 8, 12, 16, 20, 24, 96], [(0, 12, 3, 2), (12, 12, 3, 2)]),
        # Three quarters in the time of two, three halves in a whole; not across the middle of the measure.
        ([0, 16, 32, 48, 96], [(0, 48, 3, 2)]),
        ([0, 32, 64, 96], [(0, 96, 3, 2)]),
        ([0, 24, 40, 56, 72, 96], [(24, 24, 3, 2), (48, 24, 3, 2)]),
        # Five, seven and nine, by the ticks nearest to them; five in two quarters; with two of five tied.
        ([0, 5, 10, 14, 19, 24, 96], [(0, 24, 5, 4)]),
        ([0, 3, 7, 10, 14, 17, 21, 24, 96], [(0, 24, 7, 4)]),
        ([0, 3, 5, 8, 11, 13, 16, 19, 21, 24, 96], [(0, 24, 9, 8)]),
        ([48, 58, 67, 77, 86, 96], [(48, 48, 5, 4)]),
        ([0, 10, 14, 19, 24, 96], [(0, 24, 5, 4)]),
    ],
)
def test_tuplets_of_a_measure(ticks, expected):
    assert found(ticks) == expected


@pytest.mark.parametrize(
    ("metre", "ticks", "expected"),
    [
        ((3, 4), [0, 24, 40, 56, 72], [(24, 48, 3, 2)]),
        ((6, 8), [0, 4, 8, 12, 36, 72], [(0, 12, 3, 2)]),
        ((6, 8), [0, 7, 14, 22, 29, 36, 72], [(0, 36, 5, 6)]),
        ((6, 8), [0, 18, 36, 45, 54, 63, 72], []),
        ((7, 8), [0, 24, 32, 40, 48, 84], [(24, 24, 3, 2)]),
    ],
)
def test_tuplets_by_the_metre(metre, ticks, expected):
    assert found(ticks, metre) == expected


def sounds_of(*notes, n_ticks=96, metre=(4, 4), staff=0):
    made = Piece(tuple(sorted(Note(*note) for note in notes)), n_ticks, time_signatures=(TimeSignature(0, *metre),))
    score = engrave(made)
    assert notes_read_by_music21(musicxml(score)) == notes_printed(score)
    return score.measures[0].staves[staff][0].sounds


def test_moonlight_begins_in_triplets():
    """As in the sonata: alla breve, octaves in the bass, twelve eighths of triplets above them."""
    arpeggio = [(8 * k, (56, 61, 64)[k % 3], 8) for k in range(12)]
    sounds = sounds_of(*arpeggio, (0, 37, 96), (0, 49, 96), metre=(2, 2))
    assert [(sound.start, sound.length, sound.value) for sound in sounds] == [(8 * k, 8, 12) for k in range(12)]
    assert {(sound.tuplet.actual, sound.tuplet.normal) for sound in sounds} == {(3, 2)}
    assert [sound.first for sound in sounds] == [True, False, False] * 4
    assert [sound.last for sound in sounds] == [False, False, True] * 4
    assert [sound.beams for sound in sounds] == [("begin",), ("continue",), ("end",)] * 4


def test_a_note_goes_on_into_a_triplet():
    sounds = sounds_of((0, 60, 40), (40, 62, 8), (48, 64, 48))
    assert [(sound.length, sound.value, sound.tuplet is not None) for sound in sounds[:3]] == [
        (24, 24, False),
        (16, 24, True),
        (8, 12, True),
    ]
    assert sounds[0].notes[0].tied
    assert not sounds[1].notes[0].tied


def test_a_beam_never_holds_a_part_of_a_tuplet():
    # Readers let a beam stand in a tuplet or a tuplet in a beam; a triplet that begins with a rest ends its own.
    sounds = sounds_of((0, 60, 6), (6, 62, 6), (16, 64, 8), (24, 65, 4), (28, 65, 8), (36, 67, 6), (42, 69, 54))
    beams, groups = [], {}
    for place, sound in enumerate(sounds):
        if sound.beams:
            if sound.beams[0] == "begin":
                beams.append(set())
            beams[-1].add(place)
        if sound.tuplet:
            groups.setdefault(id(sound.tuplet), set()).add(place)
    assert len(beams) > 1
    assert len(groups) > 1
    for beam in beams:
        for group in groups.values():
            assert beam <= group or group <= beam or not beam & group


@pytest.mark.parametrize("n", [3, 5, 6, 7, 9])
@pytest.mark.parametrize("start", [0, 24, 72])
def test_music21_reads_every_tuplet_on_every_beat(n, start):
    ticks = [start + round(24 * note / n) for note in range(n + 1)]
    run = [(ticks[k], 60 + k, ticks[k + 1] - ticks[k]) for k in range(n)]
    sounds = sounds_of(*run, (0, 36, 96))
    inside = [sound for sound in sounds if sound.tuplet]
    assert [len(sound.notes) for sound in inside] == [1] * n
    assert {sound.tuplet.actual for sound in inside} == {n}


@pytest.mark.parametrize("seed", range(8))
def test_music21_reads_any_onsets_on_the_grid(seed):
    luck = random.Random(seed)
    ticks = sorted({0, 96, *(luck.randrange(96) for _ in range(9))})
    sounds_of(*((a, 60 + k, b - a) for k, (a, b) in enumerate(pairwise(ticks))))
