"""Humdrum, ABC and MEI, which Verovio reads in a process of its own."""

# Scores stand on one line, however long it is.
# ruff: noqa: E501

import sys

import pytest

from koe.errors import ScoreFileError
from koe.formats import engraver
from koe.formats.reading import read_piece
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature

KERN = """\
!!!OTL: A piece, Äther
**kern\t**kern\t**dynam
*k[f#]\t*k[f#]\t*
*M3/4\t*M3/4\t*
*MM90\t*MM90\t*
=1\t=1\t=1
4G\t4g\tp
4A\t8b\t.
.\t8cc\t.
4B\t[4dd\tf
=2\t=2\t=2
*k[]\t*k[]\t*
*M2/4\t*M2/4\t*
2C\t4dd]\t.
.\t12cc 12ee\t.
.\t12dd\t.
.\t12ee\t.
==\t==\t==
*-\t*-\t*-
"""


def heard(piece: Piece) -> list[tuple[int, int, int]]:
    return [(note.onset, note.pitch, note.duration) for note in piece.notes]


def test_humdrum():
    piece = read_piece(KERN.encode(), "a.krn")
    assert heard(piece) == [
        *[(0, 55, 24), (0, 67, 24), (24, 57, 24), (24, 71, 12), (36, 72, 12), (48, 59, 24), (48, 74, 48), (72, 48, 48)],
        *[(96, 72, 8), (96, 76, 8), (104, 74, 8), (112, 76, 8)],
    ]
    assert piece.title == "A piece, Äther"
    assert piece.tempos == (Tempo(0, 90),)
    assert piece.time_signatures == (TimeSignature(0, 3, 4), TimeSignature(72, 2, 4))
    assert piece.keys == (KeySignature(0, 1), KeySignature(72, 0))
    assert [note.velocity for note in piece.notes] == [49] * 5 + [96] * 7
    assert piece.warnings == ()


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
    piece = read_piece(text.encode(), "a.abc")
    assert [(note.onset, note.pitch) for note in piece.notes] == expected


@pytest.mark.parametrize(
    ("line", "qpm"), [("Q:1/4=100", 100), ("Q:3/8=60", 90), ('Q:"Adagio" 1/2=40', 80), ("Q:72", 72)]
)
def test_the_tempo_of_abc(line, qpm):
    assert read_piece(f"X:1\nT:A\nM:4/4\nL:1/4\n{line}\nK:C\nCDEF|\n".encode(), "a.abc").tempos == (Tempo(0, qpm),)


def test_endings_of_abc_are_said_not_to_be_known():
    piece = read_piece(b"X:1\nM:4/4\nL:1/1\nK:C\n|:C|1D:|2E|]\n", "a.abc")
    assert piece.warnings == ("First and second endings of ABC are not known to the reader: both are played.",)


MEI = """\
<mei xmlns="http://www.music-encoding.org/ns/mei"><meiHead><fileDesc><titleStmt><title>Of MEI</title></titleStmt>
<pubStmt/></fileDesc></meiHead><music><body><mdiv><score><scoreDef meter.count="3" meter.unit="4" keysig="2f">
<staffGrp><staffDef n="1" lines="5" clef.shape="G" clef.line="2"/></staffGrp></scoreDef><section>
<measure n="1"><staff n="1"><layer n="1"><note dur="4" pname="b" oct="4" accid.ges="f"/><note dur="2" pname="c" oct="5"/>
</layer></staff><tempo tstamp="1" midi.bpm="72" staff="1">Largo</tempo><dynam tstamp="2" staff="1">ff</dynam>
<pedal staff="1" dir="down" tstamp="1"/></measure>
<measure n="2"><staff n="1"><layer n="1"><note dots="1" dur="2" pname="d" oct="5"/></layer></staff>
<pedal staff="1" dir="up" tstamp="1"/></measure>
</section></score></mdiv></body></music></mei>"""


def test_mei():
    piece = read_piece(MEI.encode(), "a.mei")
    assert heard(piece) == [(0, 70, 24), (24, 72, 48), (72, 74, 72)]
    assert [note.velocity for note in piece.notes] == [80, 112, 112]
    assert piece.title == "Of MEI"
    assert piece.tempos == (Tempo(0, 72),)
    assert piece.time_signatures == (TimeSignature(0, 3, 4),)
    assert piece.keys == (KeySignature(0, -2),)
    assert piece.pedal[0] == Pedal(0, 127)
    assert piece.pedal[1].value == 0


def test_a_repeat_is_played_with_what_stood_at_its_beginning():
    text = "X:1\nM:2/4\nL:1/4\nK:C\n|:!p!CD|!f!EF:|\n"
    piece = read_piece(text.encode(), "a.abc")
    assert [note.velocity for note in piece.notes] == [49, 49, 96, 96] * 2


def test_what_verovio_does_not_read_is_refused_in_a_sentence():
    with pytest.raises(ScoreFileError, match=r"^The score in MEI could not be read; check it"):
        read_piece(b"<mei/>", "a.mei")


@pytest.fixture
def child(monkeypatch, tmp_path):
    """Puts another program in the place of the process that reads."""

    def put(source: str) -> None:
        path = tmp_path / "child.py"
        path.write_text(source)
        monkeypatch.setattr(engraver, "_CHILD", path)

    return put


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("import os; os.abort()", "could not be read; check it"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "could not be read; check it"),
        ("print('rubbish')", "could not be read; check it"),
        ("print('[1]')", "could not be read; check it"),
        ("raise SystemExit(3)", "is not installed"),
    ],
)
def test_a_crash_is_one_sentence(child, source, sentence):
    child(source)
    with pytest.raises(ScoreFileError, match=sentence):
        read_piece(KERN.encode(), "a.krn")


def test_a_reader_that_hangs_is_ended(child, monkeypatch):
    child("import time; time.sleep(600)")
    monkeypatch.setattr(engraver, "MAX_SEC", 1.0)
    with pytest.raises(ScoreFileError, match="took longer than 1 seconds"):
        read_piece(KERN.encode(), "a.krn")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
def test_memory_is_limited(child, monkeypatch):
    limits = (engraver._CHILD.parent / "verovio_child.py").read_text().partition("def read(")[0]
    child(limits + "\nset_limits(int(sys.argv[2]), int(sys.argv[3]))\nx = bytearray(1 << 30)\nprint('{}')")
    monkeypatch.setattr(engraver, "MAX_MEMORY", 256 * 1024**2)
    with pytest.raises(ScoreFileError, match="could not be read"):
        read_piece(KERN.encode(), "a.krn")


def test_a_text_that_is_too_large_is_not_given_to_it():
    with pytest.raises(ScoreFileError, match="The score in Humdrum is larger than 512 KiB"):
        read_piece(KERN.encode() + b"!! a comment\n" * 200_000, "a.krn")
