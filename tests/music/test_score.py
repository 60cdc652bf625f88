"""The score notation: what it reads, and how it refuses what it cannot."""

import pytest

from koe.errors import InputError
from koe.music.score import piece_from_score, read_score

HEADER = "title: Study\ncomposer: Nobody\nmetre: 3/4\ntempo: 90\n"


def notes(body: str, header: str = HEADER) -> list[tuple[int, int, int]]:
    return [(note.step, note.pitch, note.n_steps) for note in piece_from_score(f"{header}\n{body}").notes]


def test_header_becomes_the_piece():
    piece = piece_from_score(f"{HEADER}\n1 R c4:12\n2 R c4:12")
    assert (piece.title, piece.qpm, str(piece.time_signatures[0])) == ("Study", 90.0, "3/4")
    assert (piece.n_steps, piece.n_measures) == (24, 2)


def test_length_holds_until_another_is_given():
    assert notes("1 R c4:2 d4 r e4:4 f#4:2") == [(0, 60, 2), (2, 62, 2), (6, 64, 4), (10, 66, 2)]


def test_chord_and_two_hands():
    assert notes("1 R e5+c5:12\n  L Bb2:6 r") == [(0, 46, 6), (0, 72, 12), (0, 76, 12)]


def test_tie_across_the_bar_line_makes_one_note():
    assert notes("1 R c4:8 d4:4~\n2 R d4:4 c4:8") == [(0, 60, 8), (8, 62, 8), (16, 60, 8)]


def test_tie_may_hold_one_note_of_a_chord():
    assert notes("1 R c4~+e4:4 c4+f4:8") == [(0, 60, 12), (0, 64, 4), (4, 65, 8)]


def test_tie_after_the_length_holds_the_whole_chord():
    assert notes("1 R c4+e4:12~\n2 R c4+e4:12~\n3 R c4+e4:12") == [(0, 60, 36), (0, 64, 36)]


def test_repeated_measure():
    assert notes("1 R c4:4 d4:8\n2 R =1") == [(0, 60, 4), (4, 62, 8), (12, 60, 4), (16, 62, 8)]


def test_voice_without_a_line_rests():
    assert notes("1 R c4:12\n2 L c3:12\n3 R d4:12") == [(0, 60, 12), (12, 48, 12), (24, 62, 12)]


def test_upbeat_ends_where_the_first_full_measure_begins():
    header = HEADER + "upbeat: 2\n"
    assert notes("0 R c4:2\n1 R f4:12", header) == [(10, 60, 2), (12, 65, 12)]
    assert piece_from_score(f"{header}\n0 R c4:2\n1 R f4:12").measure_steps == (0, 12)


def test_one_key_struck_by_two_voices_is_one_note_of_the_longer_length():
    piece = piece_from_score(f"{HEADER}\n1 R c4:4 d4:8\n  R2 c4:12")
    assert [(note.pitch, note.n_steps, note.velocity) for note in piece.notes] == [(60, 12, 80), (62, 8, 80)]


def test_melody_is_louder():
    body = "\n1 R c5:12\n  L c3:12"
    right = {note.pitch: note.velocity for note in piece_from_score(HEADER + body).notes}
    left = {note.pitch: note.velocity for note in piece_from_score(f"{HEADER}melody: L\n{body}").notes}
    assert right[72] > right[48]
    assert left[48] > left[72]


def test_remarks_and_sharps_are_told_apart():
    assert notes("# a remark\n1 R f#4:12 # another\n") == [(0, 66, 12)]


def test_several_differences_are_kept():
    score = read_score(f"{HEADER}difference: 1: one\ndifference: 2: two\n\n1 R c4:12")
    assert score.fields["difference"] == "1: one\n2: two"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 R c4:8", "Line 6 of the score, measure 1: voice R fills 8 sixteenths where the measure has 12"),
        ("1 R c4:12\n2 R c4:12\n  L c3:8 d3", "Line 8 .*measure 2: voice L fills 16"),
        ("1 R h4:12", "Line 6 .*measure 1: 'h4' is no note name"),
        ("1 R c9:12", "measure 1: 'c9' lies outside the piano"),
        ("1 R c4 d4:8", "'c4' is the voice's first sound and needs a length"),
        ("1 R c4:q d4:8", "'c4:q' has no length in sixteenths"),
        ("1 R c4:0 d4:12", "'c4:0' has no length in sixteenths"),
        ("1 R c4:12\n3 R c4:12", "Line 7 .*measure 3 comes where measure 2 was expected"),
        ("0 R c4:12", "measure 0 comes where measure 1 was expected"),
        ("R c4:12", "needs its measure number"),
        ("1 X c4:12", "'1 X c4:12' is no line of music"),
        ("1 R c4:12\n  R d4:12", "voice R has two lines; call the second voice of a hand R2"),
        ("1 R =7", "=7 repeats a measure in which voice R has no line"),
        ("1 R c4:4~ d4:8", "voice R has a tie .* 'd4' comes"),
        ("1 R c4:12~\n2 L c3:12\n3 R c4:12", "tie to c4 is broken"),
        ("1 R c4:12~", "ends while voice R holds a tie"),
        ("", "a header but no music"),
    ],
)
def test_music_that_is_refused(body, message):
    with pytest.raises(InputError, match=message):
        piece_from_score(f"{HEADER}\n{body}")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "lacks title, composer, metre, tempo"),
        ("title: A\ncomposer: B\ntempo: 90\n", "lacks metre"),
        (HEADER + "colour: red\n", "Line 5 of the score: 'colour: red' is no header line"),
        (HEADER + "title: Again\n", "gives 'title' twice"),
        (HEADER.replace("3/4", "3/5"), "metre is '3/5'"),
        (HEADER.replace("90", "fast"), "tempo is 'fast'; a number from 10 to 480"),
        (HEADER.replace("90", "1000"), "tempo is '1000'"),
        (HEADER + "upbeat: 12\n", "upbeat is '12'; a number from 0 to 11"),
    ],
)
def test_headers_that_are_refused(header, message):
    with pytest.raises(InputError, match=message):
        piece_from_score(f"{header}\n1 R c4:12")


def test_score_without_any_end_is_refused():
    body = "\n".join(f"{number} R c4:12" for number in range(1, 3001))
    with pytest.raises(InputError, match="longer than 32768 steps"):
        piece_from_score(f"{HEADER}\n{body}")
