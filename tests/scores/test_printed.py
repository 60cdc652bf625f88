"""How long notes are printed, what is a grace note, and where measures begin: worked out by hand."""

import pytest

from koe.music.midi import read_midi
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml

from tests.music.midi_bytes import meta, midi_file, note, track  # isort: skip
from tests.scores.test_engrave import shown  # isort: skip

QUARTER = 480  # ticks of the files


def gated(lengths, gate, pitches=(60, 62, 64, 65, 67)):
    """A tune of so many quarters each, every note sounding for a share of its length."""
    events, late = [], 0
    for place, length in enumerate(lengths):
        sounding = round(length * QUARTER * gate)
        events.append(note(pitches[place % len(pitches)], sounding, late))
        late = round(length * QUARTER) - sounding
    return read_midi(midi_file(track(*events)))


def printed_lengths(piece):
    """In sixteenths."""
    return [note.duration / 6 for note in engrave(piece).printed.notes]


@pytest.mark.parametrize("gate", [0.75, 0.8, 0.85, 0.9, 0.95, 0.98])
@pytest.mark.parametrize(
    "lengths",
    [
        [1, 1, 1, 1, 2, 2, 4, *[0.5] * 8],
        [3, 1, 1.5, 0.5, 2, 2, 2, 4],
        [2, 1, 1, 0.5, 0.5, 0.5, 0.5, 1, 1, 4],
        [0.25] * 8 + [1, 1, 2, 2, 4],
    ],
)
def test_notes_that_sound_for_a_share_of_their_length_are_printed_in_full(lengths, gate):
    made = gated(lengths, gate)
    # Of the last note nobody knows how long it would be, where plain values lie as near: it sounds over half a whole.
    assert printed_lengths(made)[:-1] == [4 * length for length in lengths[:-1]]


def test_a_half_let_go_early_is_a_half():
    assert shown(engrave(gated([1, 1, 1, 1, 2, 2, 4, *[0.5] * 8], 0.9))) == [
        ["60:4 62:4 64:4 65:4"],
        ["67:8 60:8"],
        ["62:16"],
        ["64:2 65:2 67:2 60:2 62:2 64:2 65:2 67:2"],
    ]


def test_triplets_let_go_early_are_triplets():
    third = 1 / 3
    assert printed_lengths(gated([*[third] * 6, 1, 1], 0.9)) == pytest.approx([4 / 3] * 6 + [4, 4])


@pytest.mark.parametrize(
    ("notes", "lengths"),
    [
        # Rests that are written stay: of an eighth after an eighth, of a sixteenth after a dotted eighth.
        ([(0, 60, 12), (24, 62, 12), (48, 64, 12)], [2, 2, 2]),
        ([(0, 60, 18), (24, 62, 18), (48, 64, 24)], [3, 3, 4]),
        # A finger that stays a moment after the next note has begun.
        ([(0, 60, 25), (24, 62, 26), (48, 64, 24)], [4, 4, 4]),
        # A bass under a moving hand is held on.
        ([(0, 60, 96), (0, 72, 24), (24, 74, 24), (48, 76, 48)], [16, 4, 4, 8]),
        # Chords whose fingers leave one after the other.
        ([(0, 60, 22), (0, 64, 21), (0, 67, 23), (24, 62, 24)], [4, 4, 4, 4]),
        # Nothing follows: the nearest plain value.
        ([(0, 60, 46)], [8]),
        ([(0, 60, 70)], [12]),
        # Nor may a note be printed into the next one of its own pitch.
        ([(0, 60, 21), (12, 64, 6), (24, 60, 24)], [4, 1, 4]),
    ],
)
def test_lengths(notes, lengths):
    made = Piece(tuple(sorted(Note(*note) for note in notes)), max(onset + length for onset, _, length in notes))
    assert printed_lengths(made) == lengths


@pytest.mark.parametrize(
    ("notes", "graces", "measure"),
    [
        # An appoggiatura before the second beat, two before the third; a very short one.
        ([(0, 60, 22), (22, 64, 2), (24, 65, 24)], {2: (1,)}, "60:4 65:4 r:8"),
        (
            [(0, 60, 24), (24, 62, 20), (44, 64, 2), (46, 66, 2), (48, 67, 48)],
            {4: (2, 3)},
            "60:4 62:4 67:8",
        ),
        ([(0, 72, 47), (47, 74, 1), (48, 76, 24)], {2: (1,)}, "72:8 76:4 r:4"),
        # A thirty-second is one, and the last of a run is no grace note.
        ([(0, 60, 21), (21, 64, 3), (24, 65, 72)], {}, None),
        ([(2 * k, 60 + k, 2) for k in range(12)] + [(24, 72, 72)], {}, None),
        # On the beat: their main note is written there, with all that is struck with it.
        ([(0, 60, 24), (24, 64, 2), (26, 65, 22)], {2: (1,)}, "60:4 65:4 r:8"),
        ([(0, 40, 96), (0, 71, 1), (1, 72, 47), (1, 76, 47), (48, 72, 48)], {2: (1,)}, None),
        ([(48, 64, 2), (50, 66, 2), (52, 67, 44)], {2: (0, 1)}, "r:8 67:8"),
        # A note of the same hand that begins with them stays where it is.
        ([(0, 60, 96), (0, 76, 2), (2, 74, 46), (48, 72, 48)], {2: (1,)}, None),
        # Written out in thirty-seconds: none.
        ([(0, 64, 3), (3, 65, 21), (24, 60, 72)], {}, None),
    ],
)
def test_grace_notes(notes, graces, measure):
    score = engrave(Piece(tuple(sorted(Note(*note) for note in notes)), 96))
    assert score.printed.graces == graces
    if measure:
        assert shown(score) == [[measure]]
        sounds = [sound for sound in score.measures[0].staves[0][0].sounds if sound.graces]
        assert [[head.member for head in sound.graces] for sound in sounds] == [list(*graces.values())]


@pytest.mark.parametrize(
    ("notes", "chord"),
    [
        # Before the beat, from the beat on, two notes around it.
        ([(18, 48, 78), (20, 55, 76), (22, 60, 74), (24, 64, 72)], (24, [48, 55, 60, 64])),
        ([(0, 60, 24), (1, 64, 23), (2, 67, 22), (4, 72, 20)], (0, [60, 64, 67, 72])),
        ([(47, 72, 49), (49, 76, 47)], (48, [72, 76])),
        # Downwards, let go at once, or as slow as thirty-seconds: none.
        ([(0, 72, 24), (1, 67, 23), (2, 64, 22)], None),
        ([(0, 60, 1), (1, 64, 1), (2, 67, 22)], None),
        ([(0, 60, 24), (3, 64, 21), (6, 67, 18)], None),
    ],
)
def test_rolled_chords(notes, chord):
    made = Piece(tuple(sorted(Note(*note) for note in notes)), 96)
    shown = engrave(made).printed
    assert shown.rolled == (frozenset(range(len(notes))) if chord else frozenset())
    if chord:
        onset, pitches = chord
        assert [(note.onset, note.pitch) for note in shown.notes] == [(onset, pitch) for pitch in pitches]
        assert [note.end for note in shown.notes] == [note.end for note in made.notes]
        n_signs = musicxml(engrave(made)).count("<arpeggiate/>")
        assert n_signs >= 2 or len(notes) == 2  # of two notes each hand has one


def test_a_measure_that_only_a_rolled_chord_begins_in_is_left_out():
    made = Piece(tuple(Note(*note) for note in [(91, 60, 101), (93, 64, 99), (95, 67, 97)]), 192)
    score = engrave(made)
    assert [(measure.bar.number, measure.bar.onset) for measure in score.measures] == [(1, 96)]
    # An empty measure that is written stays.
    score = engrave(Piece((Note(96, 60, 96),), 192))
    assert [(measure.bar.number, measure.bar.onset) for measure in score.measures] == [(1, 0), (2, 96)]


def test_a_trill_in_thirty_seconds_is_one_note_after_the_other():
    score = engrave(Piece(tuple(Note(3 * k, 60 + 2 * (k % 2), 3) for k in range(16)), 48))
    sounds = score.measures[0].staves[0][0].sounds
    assert [(sound.start, sound.value, len(sound.beams)) for sound in sounds[:16]] == [(3 * k, 3, 3) for k in range(16)]
    # Beamed by quarters.
    assert [k for k in range(16) if sounds[k].beams[0] == "begin"] == [0, 8]


def pickup(first, metre, n_quarters):
    """A file with a short measure of one metre before another, quarters throughout."""
    (n, d), (numerator, denominator) = first, metre
    length = QUARTER * 4 * n // d
    power = {2: 1, 4: 2, 8: 3, 16: 4, 32: 5}
    metres = track(
        meta(0x58, bytes([n, power[d], 24, 8])), meta(0x58, bytes([numerator, power[denominator], 24, 8]), length)
    )
    tune = track(note(60, length), *(note(62 + k % 7) for k in range(n_quarters)))
    return read_midi(midi_file(metres, tune))


@pytest.mark.parametrize(
    ("first", "metre", "n_quarters", "ticks"),
    [
        ((9, 32), (4, 4), 8, 27),
        ((1, 4), (3, 4), 9, 24),
        ((1, 8), (2, 4), 6, 12),
        ((3, 16), (3, 4), 6, 18),
        ((5, 8), (6, 8), 6, 60),
    ],
)
def test_upbeats_are_measure_0(first, metre, n_quarters, ticks):
    score = engrave(pickup(first, metre, n_quarters))
    length = metre[0] * 96 // metre[1]
    bars = [measure.bar for measure in score.measures]
    assert [(bar.number, bar.onset) for bar in bars[:3]] == [(0, 0), (1, ticks), (2, ticks + length)]
    assert [bar.new_metre for bar in bars] == [True, *[False] * (len(bars) - 1)]
    assert {(bar.metre.numerator, bar.metre.denominator) for bar in bars} == {metre}


def tune(metre, *notes):
    return engrave(
        Piece(
            tuple(sorted(Note(*note) for note in notes)),
            max(onset + length for onset, _, length in notes),
            time_signatures=(TimeSignature(0, *metre),),
        )
    )


def beams(score, measure=0):
    """How many notes each beam of a measure's upper voice has."""
    found = []
    for sound in score.measures[measure].staves[0][0].sounds:
        if sound.beams:
            if sound.beams[0] == "begin":
                found.append(0)
            found[-1] += 1
    return found


@pytest.mark.parametrize(
    ("metre", "notes", "groups"),
    [
        ((7, 8), [(12 * k, 60 + k % 4, 12) for k in range(7)], [2, 2, 3]),
        # A bass on the first, fourth and sixth eighth; then on the first, third and sixth.
        ((7, 8), [(12 * k, 72 + k % 4, 12) for k in range(7)] + [(0, 48, 36), (36, 43, 24), (60, 45, 24)], [3, 2, 2]),
        ((7, 8), [(12 * k, 72 + k % 4, 12) for k in range(7)] + [(0, 48, 24), (24, 43, 36), (60, 45, 24)], [2, 3, 2]),
        ((5, 8), [(12 * k, 72 + k % 4, 12) for k in range(5)] + [(0, 48, 24), (24, 43, 36)], [2, 3]),
        ((5, 8), [(12 * k, 72 + k % 4, 12) for k in range(5)], [3, 2]),
        ((6, 4), [(12 * k, 60 + k % 4, 12) for k in range(12)], [6, 6]),
        ((6, 8), [(12 * k, 60 + k % 4, 12) for k in range(6)], [3, 3]),
    ],
)
def test_beams_by_the_metre_and_the_notes(metre, notes, groups):
    assert beams(tune(metre, *notes)) == groups


@pytest.mark.parametrize(
    ("metre", "notes", "measure"),
    [
        ((3, 4), [(0, 60, 24)], "60:4 r:4 r:4"),
        ((3, 4), [(48, 60, 24)], "r:4 r:4 60:4"),
        ((4, 4), [(0, 60, 24)], "60:4 r:4 r:8"),
        ((6, 8), [(0, 60, 12)], "60:2 r:2 r:2 r:6"),
        ((6, 4), [(0, 60, 72)], "60:12 r:12"),
        ((5, 4), [(0, 60, 24)], "60:4 r:4 r:4 r:4 r:4"),
    ],
)
def test_rests_by_the_metre(metre, notes, measure):
    assert shown(tune(metre, *notes))[0] == [measure]
