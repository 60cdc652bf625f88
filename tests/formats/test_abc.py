"""ABC: what it says is what is played."""

# Tunes stand on one line, however long it is.
# ruff: noqa: E501

import warnings

import pytest

from koe.errors import ScoreFileError
from koe.formats.reading import read_piece
from koe.music.piece import KeySignature, Piece, Tempo, TimeSignature

HEAD = "X:1\nT:A tune\nM:4/4\nL:1/4\nK:C\n"


def read(text: str) -> Piece:
    return read_piece(text.encode(), "a.abc")


def heard(piece: Piece) -> list[tuple[int, int, int]]:
    return [(note.onset, note.pitch, note.duration) for note in piece.notes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X:1\nM:3/4\nL:1/4\nK:G\nG|:Bdf|G3:|\n", [(0, 67), (24, 71), (48, 74), (72, 78), (96, 67), (168, 71), (192, 74), (216, 78), (240, 67)]),
        ("X:1\nM:4/4\nL:1/8\nK:C\n(3CDE C2 [CEG]4|\n", [(0, 60), (8, 62), (16, 64), (24, 60), (48, 60), (48, 64), (48, 67)]),
        ('X:1\nM:2/4\nL:1/8\nK:C\n((3CDE) (FG)|"(A)"C4|\n', [(0, 60), (8, 62), (16, 64), (24, 65), (36, 67), (48, 60)]),
        ("X:1\nM:4/4\nL:1/4\nK:Eb\nE2-E2|^FGzC'|\n", [(0, 63), (96, 66), (120, 67), (168, 72)]),
    ],
)  # fmt: skip
def test_abc(text, expected):
    piece = read(text)
    assert [(note.onset, note.pitch) for note in piece.notes] == expected
    assert piece.warnings == ()


@pytest.mark.parametrize(
    ("body", "played"),
    [
        ("|: C4 |1 D4 :|2 E4 |]", "CDCE"),
        ("|: C4 [1 D4 :| [2 E4 |]", "CDCE"),
        ("|:C4|[1D4:|[2E4||F4|]", "CDCEF"),
        ("C4|1D4:|2E4|]", "CDCE"),
        ("|:C4|1,3 D4:|2,4 E4:|\n|:F4:|", "CDCECDCEFF"),
        ("|:C4|1-2 D4:|3 E4|]", "CDCDCE"),
        ("|:C4::D4:|E4|", "CCDDE"),
        ("|:C4:||:D4:|", "CCDD"),
        ("|:C4:|:D4:|", "CCDD"),
        ("C4|:D4:|\n|:E4|1F4:|2C4:|", "CDDEFEC"),
        ("|:C4::|D4|]", "CCCD"),
        ("C4|D4!fine!|E4!D.C.!|]", "CDECD"),
        ("C4|!segno!D4|E4|F4!D.S.!|]", "CDEFDEF"),
        # At its line a segno is the next measure's; a fine before a note is its measure's.
        ("C4!segno!|D4|!fine!E4|F4|!D.S.alfine!", "CDEFDE"),
        ("!segno!|:C4:|D4!fine!|E4!D.S.!|]", "CCDECD"),
        ("C4|SD4|E4!D.S.!|]", "CDEDE"),
        # To the coda: told by words, or by the same sign twice.
        ("C4!dacoda!|D4!D.C.alcoda!|!coda!E4|F4|]", "CDCEF"),
        ("C4!coda!|D4!D.C.!|!coda!E4|F4|]", "CDCEF"),
        ("C4|OD4!D.C.!|OE4|F4|]", "CDCEF"),
        ("C4|!segno!D2!coda!D2|E4!D.S.alcoda!||!coda!F4|]", "CDEDF"),
        # Above the staff, or as if it were a chord.
        ('C4|D4"^Fine"|E4"^D.C. al Fine"|]', "CDECD"),
        ('C4|"^\N{MUSICAL SYMBOL SEGNO}"D4|"_To Coda"E4|F4"Dal Segno al Coda"|"^Coda"C4|]', "CDEFDEC"),
        # A repeat is not taken again, and of its endings the last one is.
        ("|:C4|1D4:|2E4!fine!|F4!D.C.!|]", "CDCEFCE"),
        ("C4|D4!fine!|E4|]", "CDE"),
        ("C4|D4!D.C.!|E4!D.C.!|]", "CDCDE"),
    ],
)
def test_repeats_and_their_endings(body, played):
    piece = read(HEAD + body + "\n")
    pitches = {"C": 60, "D": 62, "E": 64, "F": 65}
    names = {pitch: name for name, pitch in pitches.items()}
    assert "".join(names[note.pitch] for note in piece.notes if note.onset % 96 == 0) == played
    assert piece.n_ticks == 96 * len(played)
    assert piece.time_signatures == (TimeSignature(0, 4, 4),)
    assert piece.warnings == ()


@pytest.mark.parametrize(
    ("order", "body", "played"),
    [
        ("AABA", "P:A\nC4|\nP:B\nD4|", "CCDC"),
        ("A2(BC)2", "P:A\nC4|\nP:B\nD4|\nP:C\nE4|", "CCDEDE"),
        ("B.A", "C4|[P:A]D4|[P:B]E4|F4|", "CEFD"),
        ("AB", "P:A\n|:C4:|\nP:B\nD4|E4|", "CCDE"),
        ("ABX", "P:A\nC4|\nP:B\nD4|", "CD"),
        ("A9" * 9 + "(" * 99, "P:B\nC4|D4|", "CD"),
        ("ABA", "V:1\nP:A\nC4|\nP:B\nD4|\nV:2\nP:A\nz4|\nP:B\nz4|", "CDC"),
    ],
)
def test_parts_are_played_in_their_order(order, body, played):
    piece = read(HEAD.replace("K:", f"P:{order}\nK:") + body + "\n")
    names = {60: "C", 62: "D", 64: "E", 65: "F"}
    assert "".join(names[note.pitch] for note in piece.notes) == played
    assert piece.n_ticks == 96 * len(played)


def test_a_tie_into_both_endings_is_held_into_both():
    piece = read(HEAD + "|:C4-|1C2D2:|2C2E2|]\n")
    assert heard(piece) == [(0, 60, 144), (144, 62, 48), (192, 60, 144), (336, 64, 48)]


def test_a_repeat_is_played_with_what_stood_at_its_beginning():
    piece = read("X:1\nM:2/4\nL:1/4\nK:C\n|:!p!CD|!f!EF:|\n")
    assert [note.velocity for note in piece.notes] == [49, 49, 96, 96] * 2


@pytest.mark.parametrize(
    "body",
    [
        "V:1\n|:C4|1D4:|2E4|]\nV:2\n|:C,4|1D,4:|2E,4|]\n",
        "[V:1]|:C4|1D4:|2E4|]\n[V:2]|:C,4|1D,4:|2E,4|]\n",
        "[V:1]|:C4|1D4:|\n[V:2]|:C,4|1D,4:|\n[V:1]|2E4|]\n[V:2]|2E,4|]\n",
        "V:1\n|:C4|1D4:|2E4|]\nV:2 clef=bass octave=-1\n|:C4|1D4:|2E4|]\n",
        "|:C4&C,4|1D4&D,4:|2E4&E,4|]\n",
    ],
)
def test_voices_sound_together(body):
    below = [(96 * place, pitch - 12, 96) for place, pitch in enumerate((60, 62, 60, 64))]
    piece = read(HEAD + body)
    assert heard(piece) == sorted([*below, *((onset, pitch + 12, length) for onset, pitch, length in below)])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("C>D E<F|", [(0, 60, 36), (36, 62, 12), (48, 64, 12), (60, 65, 36)]),
        ("C>>D E2|", [(0, 60, 42), (42, 62, 6), (48, 64, 48)]),
        ("C/D/ E//F//G/ A3/2B/|", [(0, 60, 12), (12, 62, 12), (24, 64, 6), (30, 65, 6), (36, 67, 12), (48, 69, 36), (84, 71, 12)]),
        ("[CE]2 [C2E]z|", [(0, 60, 48), (0, 64, 48), (48, 60, 48), (48, 64, 48)]),
        ("[C-E]2 C2|", [(0, 60, 96), (0, 64, 48)]),
        ("(3:2:4C/D/EF/ C2|", [(0, 60, 8), (8, 62, 8), (16, 64, 16), (32, 65, 8), (40, 60, 48)]),
        # An accidental holds to the bar line, in every octave; tied, beyond it.
        ("^FFfF-|FFz2|", [(0, 66, 24), (24, 66, 24), (48, 78, 24), (72, 66, 48), (120, 65, 24)]),
        ("[K:Eb]E=EE_E|[K:D]fz3|", [(0, 63, 24), (24, 64, 24), (48, 64, 24), (72, 63, 24), (96, 78, 24)]),
        ("[K:D exp _b ^c]cBdz|", [(0, 73, 24), (24, 70, 24), (48, 74, 24)]),
        (".C!staccato!Dz2|", [(0, 60, 24), (24, 62, 24)]),
        ("C,,c''z2|", [(0, 36, 24), (24, 96, 24)]),
        ("Z2|C4|", [(192, 60, 96)]),
        ("{B}c4|{AB}c4|", [(22, 71, 2), (24, 72, 96), (116, 69, 2), (118, 71, 2), (120, 72, 96)]),
        # Words, chords above the staff, slurs and comments sound like nothing.
        ('"Am7"(C"_low"D) E2 % no\nw: la la\n|', [(0, 60, 24), (24, 62, 24), (48, 64, 48)]),
    ],
)  # fmt: skip
def test_notes(body, expected):
    assert heard(read(HEAD + body + "\n")) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("G", KeySignature(0, 1)), ("Bb", KeySignature(0, -2)), ("Am", KeySignature(0, 0, "minor")),
        ("D dorian", KeySignature(0, 0, "minor")), ("D mix", KeySignature(0, 1)), ("HP", KeySignature(0, 2)),
        ("F#min clef=bass", KeySignature(0, 3, "minor")), ("C ^f", KeySignature(0, 1)), ("none", KeySignature(0, 0)),
    ],
)  # fmt: skip
def test_keys(key, expected):
    assert read(f"X:1\nM:4/4\nL:1/4\nK:{key}\nCDEF|\n").keys == (expected,)


@pytest.mark.parametrize(
    ("line", "qpm"), [("Q:1/4=100", 100), ("Q:3/8=60", 90), ('Q:"Adagio" 1/2=40', 80), ("Q:72", 72)]
)
def test_the_tempo_of_abc(line, qpm):
    assert read(f"X:1\nT:A\nM:4/4\nL:1/4\n{line}\nK:C\nCDEF|\n").tempos == (Tempo(0, qpm),)


def test_of_several_tunes_the_first_is_opened():
    piece = read(HEAD + "C4|\n\nX:2\nT:Another\nK:G\nF4|\n")
    assert heard(piece) == [(0, 60, 96)]
    assert piece.title == "A tune"
    assert piece.warnings == ("The file holds 2 tunes; the first one is opened.",)


TUNES = {
    "a jig": "X:1\nT:J\nM:6/8\nL:1/8\nK:D\nA|:dAF DFA|ded cBA|dcd efg|1 fdd d2A:|2 fdd d3||\n|:fdf fdf|e3 e2d|AGA BcB|1 A3 A3:|2 A6|]\n",
    "a reel": "X:1\nT:R\nM:4/4\nL:1/8\nK:Edor\n|:EBBA B2EB|B2AB dBAG|FDAD BDAD|FDAD dAFD:|\n(3efg fe d2Bd|e>dB<A G^FE2|\n",
    "minor": "X:1\nT:M\nM:3/4\nL:1/4\nK:Gm\nG|B>AG|^F2 D|_E/=E/ ^FG-|G3|]\n",
}


@pytest.mark.parametrize("name", TUNES)
def test_another_reader_finds_the_same_notes(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        music21 = pytest.importorskip("music21")
        stream = music21.converter.parseData(TUNES[name], format="abc").expandRepeats()
        found = [
            (round(float(note.offset) * 24), note.pitch.midi, round(float(note.quarterLength) * 24))
            for note in stream.stripTies().flatten().notes
        ]
    assert heard(read(TUNES[name])) == sorted(found)


@pytest.mark.parametrize("body", ["Z{}|", "c{}|", "(3:2:{}c", "[M:{}/4]c", "[Q:{}]c", "[L:1/{}]c"])
def test_numbers_without_end_are_no_fault(body):
    assert read(HEAD + body.format("9" * 5000) + "C4|").notes


def test_a_book_that_is_too_large_is_refused():
    with pytest.raises(ScoreFileError, match="The score in ABC is larger than 1024 KiB"):
        read(HEAD + "CDEF|" * 300_000)
