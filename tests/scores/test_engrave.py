"""Scores as a musician would write them, and no note lost in any piece whatever."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.music.grid import TICKS_PER_STEP
from koe.music.library import load_piece
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Piece, TimeSignature
from koe.scores.engrave import engrave

METRES = [(4, 4), (3, 4), (2, 4), (6, 8), (3, 8), (12, 8), (5, 4), (7, 8), (2, 2), (1, 4), (3, 32)]


def piece(*notes, metre=(4, 4), n_steps=None, **fields):
    made = tuple(sorted(note_at_step(*note) for note in notes))
    end = max((note.end_step for note in made), default=0)
    return Piece.on_steps(made, n_steps or end, time_signatures=(TimeSignature(0, *metre),), **fields)


def shown(score, staff=0):
    """Each measure's voices, pitches and sixteenths: ``"72:4"``, ``"~"`` after tied ones, ``r`` rests, ``-`` room."""

    def word(sound):
        pitches = "+".join(f"{head.spelling.pitch}{'~' * head.tied}" for head in sound.notes)
        return f"{pitches or ('r' if sound.shown else '-')}:{sound.length / TICKS_PER_STEP:g}"

    return [
        [" ".join(word(sound) for sound in voice.sounds) for voice in measure.staves[staff]]
        for measure in score.measures
    ]


def in_c(notes):
    """A cadence in C major of four measures, then these notes over a held C."""
    chords = ((60, 64, 67), (60, 65, 69), (59, 65, 67), (60, 64, 67))
    before = [(16 * place, pitch, 16) for place, chord in enumerate(chords) for pitch in (36, *chord)]
    end = max(onset + duration for onset, _, duration in notes)
    return piece(*before, (64, 36, end), *((64 + onset, pitch, duration) for onset, pitch, duration in notes))


def signs(score):
    """Pitch and sign of each head of the upper staff's first voice, measure by measure."""
    assert score.key.fifths == 0
    return [
        [(head.spelling.pitch, head.accidental) for sound in measure.staves[0][0].sounds for head in sound.notes]
        for measure in score.measures
    ]


def notes_in(score):
    """The notes that the heads of a score make up, ties followed, in ticks of the piece; grace notes have no length."""
    parts = {}
    for measure in score.measures:
        for staff, voices in enumerate(measure.staves):
            for voice in voices:
                for sound in voice.sounds:
                    onset = measure.bar.onset + sound.start
                    for head in sound.graces:
                        parts[head.member] = [(0, onset, 0, head, staff, voice)]
                    for head in sound.notes:
                        parts.setdefault(head.member, []).append((head.part, onset, sound.length, head, staff, voice))
    notes = []
    for heads in parts.values():
        heads.sort(key=lambda head: head[0])
        assert [head[0] for head in heads] == list(range(len(heads)))
        assert len({(staff, voice.number) for *_, staff, voice in heads}) == 1, "a tie stays in its voice"
        assert [head.tied for _, _, _, head, _, _ in heads] == [True] * (len(heads) - 1) + [False]
        for (_, onset, length, *_), (_, following, *_) in pairwise(heads):
            assert onset + length == following
        _, onset, _, head, _, _ = heads[0]
        end = heads[-1][1] + heads[-1][2]
        notes.append((onset, head.spelling.pitch, end - onset))
    return sorted(notes)


def test_a_dotted_rhythm_over_a_bar_line():
    # Quarter, quarter, quarter, eighth, then a dotted quarter that begins on the last eighth.
    score = engrave(piece((0, 72, 4), (4, 74, 4), (8, 76, 6), (14, 77, 6), (20, 76, 12)))
    assert shown(score) == [["72:4 74:4 76:6 77~:2"], ["77:4 76:12"]]


def test_a_syncopation_is_tied_over_the_middle_of_the_measure():
    score = engrave(piece((0, 72, 2), (2, 74, 4), (6, 76, 4), (10, 77, 4), (14, 79, 2)))
    assert shown(score) == [["72:2 74:4 76~:2 76:2 77:4 79:2"]]


def test_a_chord_of_different_lengths_takes_two_voices():
    # The upper note is held for a half, under it two quarters; alone, a chord stays one voice.
    score = engrave(piece((0, 76, 8), (0, 67, 4), (4, 69, 4), (8, 67, 8), (8, 76, 8), (0, 43, 8), (8, 48, 8)))
    assert shown(score) == [["76:8 67+76:8", "67:4 69:4 -:8"]]


def test_the_held_bass_lies_in_the_lower_voice_even_if_it_comes_first():
    score = engrave(piece((0, 40, 16), (4, 52, 4), (8, 55, 4), (12, 52, 4), (0, 72, 16)))
    assert shown(score, staff=1) == [["-:4 52:4 55:4 52:4", "40:16"]]


def test_four_lengths_at_once_are_tied_rather_than_given_a_fourth_voice():
    score = engrave(piece((0, 72, 8), (1, 76, 7), (2, 79, 6), (3, 83, 5), (0, 40, 8)))
    assert len(score.measures[0].staves[0]) == 3
    assert [note for note in notes_in(score) if note[1] > 60] == [(0, 72, 48), (6, 76, 42), (12, 79, 36), (18, 83, 30)]


def test_accidentals_hold_for_a_measure_and_its_octave():
    # F sharp twice, F natural again, F sharp an octave higher; in the next measure the sign is due again.
    notes = [(0, 66, 4), (4, 66, 4), (8, 65, 4), (12, 78, 4), (16, 66, 4), (20, 67, 4), (24, 64, 4), (28, 67, 4)]
    score = engrave(in_c(notes))
    assert [[sign for _, sign in measure] for measure in signs(score)[4:]] == [
        ["sharp", "", "natural", "sharp"],
        ["sharp", "", "", ""],
    ]


def test_a_tied_note_needs_no_second_sign_but_the_next_one_does():
    score = engrave(in_c([(0, 67, 12), (12, 66, 8), (20, 66, 4), (24, 67, 8)]))
    assert signs(score)[4:] == [[(67, ""), (66, "sharp")], [(66, ""), (66, "sharp"), (67, "")]]


@pytest.mark.parametrize(
    ("slug", "start", "first"),
    [("beethoven-fur-elise", 24, (0, 12)), ("schumann-happy-farmer", 84, (0, 12)), ("bach-invention-1", 0, (1, 96))],
)
def test_an_upbeat_is_a_short_measure_with_the_number_0(slug, start, first):
    score = engrave(load_piece(slug))
    bar = score.measures[0].bar
    assert score.start == start
    assert (bar.number, bar.n_ticks) == first


def test_a_short_first_measure_before_the_metre_is_an_upbeat_too():
    signatures = (TimeSignature(0, 1, 4), TimeSignature(24, 3, 4))
    score = engrave(Piece.on_steps((note_at_step(0, 67, 4), note_at_step(4, 72, 12)), 16, time_signatures=signatures))
    assert [(m.bar.number, m.bar.onset, m.bar.n_ticks, m.bar.new_metre) for m in score.measures] == [
        (0, 0, 24, True),
        (1, 24, 72, False),
    ]
    assert {(m.bar.metre.numerator, m.bar.metre.denominator) for m in score.measures} == {(3, 4)}


def test_a_new_metre_cuts_the_measure_before_it():
    signatures = (TimeSignature(0, 4, 4), TimeSignature(144, 6, 8))
    score = engrave(Piece.on_steps((note_at_step(0, 60, 36),), 36, time_signatures=signatures))
    assert [(m.bar.onset, m.bar.n_ticks, m.bar.full) for m in score.measures] == [
        (0, 96, True),
        (96, 48, False),
        (144, 72, True),
    ]
    assert notes_in(score) == [(0, 60, 216)]


def test_hands_by_what_they_can_reach():
    # A melody over Alberti's bass close below it, both above middle C: a fixed split would leave the left hand idle.
    bass = [(2 * step, (60, 67, 64, 67)[step % 4], 2) for step in range(16)]
    tune = [(0, 72, 8), (8, 76, 4), (12, 79, 4), (16, 71, 6), (22, 72, 1), (23, 74, 1), (24, 72, 8)]
    score = engrave(piece(*bass, *tune))
    heads = [
        head for measure in score.measures for voice in measure.staves[1] for s in voice.sounds for head in s.notes
    ]
    assert sorted(head.spelling.pitch for head in heads) == sorted(pitch for _, pitch, _ in bass)
    # And as it lies high, that staff has the treble clef.
    assert [measure.clefs for measure in score.measures] == [("treble", "treble")] * 2


def test_silence_is_a_measure_of_rests():
    score = engrave(Piece.on_steps((), 0))
    assert shown(score) == [["r:16"]]
    assert shown(score, 1) == [["r:16"]]


def as_read(score):
    """The pitch of every head as a player reads it: by the key, and the signs since the bar line."""
    alters = {"flat-flat": -2, "flat": -1, "natural": 0, "sharp": 1, "double-sharp": 2}
    naturals = dict(zip("CDEFGAB", (0, 2, 4, 5, 7, 9, 11), strict=True))
    read = {}
    for measure in score.measures:
        in_key = dict.fromkeys("CDEFGAB", 0)
        in_key |= dict.fromkeys("FCGDAEB"[: max(measure.key.fifths, 0)], 1)
        in_key |= dict.fromkeys("BEADGCF"[: max(-measure.key.fifths, 0)], -1)
        for voices in measure.staves:
            since = {}
            sounds = [(sound.start, voice.number, sound) for voice in voices for sound in voice.sounds]
            for _, _, sound in sorted(sounds, key=lambda place: place[:2]):
                for head in (*sound.graces, *sound.notes):
                    place = head.spelling.step, head.spelling.octave
                    if head.accidental:
                        since[place] = alters[head.accidental]
                    if not head.part:  # one that is tied is as it was before
                        alter = since.get(place, in_key[place[0]])
                        read[head.member] = 12 * (place[1] + 1) + naturals[place[0]] + alter
    return read


@st.composite
def pieces(draw):
    signatures, onset = [], 0  # in ticks
    for _ in range(draw(st.integers(1, 3))):
        signatures.append(TimeSignature(onset, *draw(st.sampled_from(METRES))))
        onset += draw(st.integers(1, 40)) * draw(st.sampled_from((6, 6, 1)))
    end = onset // 6 + draw(st.integers(1, 30))
    # Few pitches, so that keys are struck while they sound and in unison.
    pitch = st.one_of(st.sampled_from((60, 64, 67)), st.integers(21, 108))
    # On sixteenths and thirds, some anywhere: so there are tuplets, grace notes and ends that are regularised.
    unit = draw(st.sampled_from((6, 6, 8, 4, 3, 1)))
    notes = []
    for _ in range(draw(st.integers(0, 24))):
        start = draw(st.integers(0, 6 * end - 1)) // unit * unit
        length = draw(st.integers(1, 300 // unit)) * unit
        notes.append(Note(start, draw(pitch), min(length, 6 * end - start)))
    upbeat = draw(st.integers(0, signatures[0].measure_ticks - 1)) if draw(st.booleans()) else 0
    keys = tuple(KeySignature(384 * n, draw(st.integers(-7, 7))) for n in range(draw(st.integers(0, 2))))
    return Piece(
        tuple(sorted(notes)), 6 * end, time_signatures=tuple(signatures), upbeat=upbeat, keys=keys, title="Any piece"
    )


@given(pieces())
@settings(max_examples=120)
def test_every_note_of_any_piece_survives(made):
    score = engrave(made)
    shown = score.printed
    graces = shown.is_grace
    assert notes_in(score) == sorted(
        (note.onset, note.pitch, 0 if place in graces else note.duration) for place, note in enumerate(shown.notes)
    )
    for place, (note, printed) in enumerate(zip(made.notes, shown.notes, strict=True)):
        assert printed.pitch == note.pitch
        # Nothing but grace notes and rolled chords moves, and no further than four of them take.
        assert (
            printed.onset == note.onset
            or (place in graces and 0 < printed.onset - note.onset <= 8)
            or (place in shown.rolled and abs(printed.onset - note.onset) <= 9)
        )
    assert as_read(score) == {place: note.pitch for place, note in enumerate(made.notes)}
    for measure in score.measures:
        for voices in measure.staves:
            for voice in voices:
                # Every voice fills its measure, sound after sound.
                tick = 0
                for sound in voice.sounds:
                    assert sound.start == tick
                    tick += sound.length
                assert tick == measure.bar.n_ticks


@pytest.mark.parametrize("slug", ["petzold-minuet-g-major", "bach-prelude-c-major"])
def test_the_heads_of_a_note_sound_one_after_the_other_for_as_long_as_it_does(slug):
    played = load_piece(slug)
    heads = sorted(engrave(played).heads.items(), key=lambda item: item[1])
    for member, note in enumerate(played.notes):
        own = [times for name, times in heads if name.removeprefix("n").partition("-")[0] == str(member)]
        assert own[0][0] == note.onset
        assert own[-1][1] == note.end
        assert all(before[1] == after[0] for before, after in pairwise(own))
