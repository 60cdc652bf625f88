"""Humdrum and MEI, which Verovio reads in a process of its own."""

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


def of_mei(inside: str) -> list[tuple[int, int]]:
    head = MEI[: MEI.index("<measure")]
    piece = read_piece(f"{head}{inside}</section></score></mdiv></body></music></mei>".encode(), "a.mei")
    return [(note.onset // 72, note.pitch) for note in piece.notes]


def measure(number: int, name: str, inside: str = "", before: str = "") -> str:
    return (
        f'<measure n="{number}" xml:id="m{number}" {inside}><staff n="1"><layer n="1">'
        f'<note dur="2" dots="1" pname="{name}" oct="4"/></layer></staff>{before}</measure>'
    )


def mark(function: str, beat: int, words: str = "") -> str:
    return f'<repeatMark func="{function}" tstamp="{beat}" staff="1">{words}</repeatMark>'


FIRST = '<ending n="1" xml:id="B">' + measure(2, "d", 'right="rptend"') + "</ending>"
SECOND = '<ending n="2" xml:id="C">' + measure(3, "e") + "</ending>"


@pytest.mark.parametrize(
    ("inside", "played"),
    [
        (measure(1, "c", 'left="rptstart"') + FIRST + SECOND + measure(4, "f"), "CDCEF"),
        (measure(1, "c", 'left="rptstart"') + measure(2, "d", 'right="rptboth"') + measure(3, "e", 'right="rptend"'), "CDCDEE"),
        ('<expansion plist="#A #B #A #C #A"/><section xml:id="A">' + measure(1, "c") + "</section>" + FIRST + SECOND, "CDCEC"),
        ('<choice><orig><expansion plist="#A #B #A #C"/></orig><reg><expansion plist="#A #C"/></reg></choice>'
         '<section xml:id="A">' + measure(1, "c") + "</section>" + FIRST + SECOND, "CDCE"),
        # What an expansion does not name is not played; what it names may be missing.
        ('<expansion plist="#A #nowhere"/><section xml:id="A">' + measure(1, "c", 'right="rptend"') + "</section>" + measure(2, "d"), "CCD"),
        (measure(1, "c", before='<repeatMark func="fine" tstamp="3" staff="1"/>')
         + measure(2, "d", before='<repeatMark func="daCapo" tstamp="3" staff="1"/>'), "CDC"),
        (measure(1, "c") + measure(2, "d", before=mark("segno", 1)) + measure(3, "e", before=mark("coda", 4))
         + measure(4, "f", before=mark("dalSegno", 4)) + measure(5, "c", before=mark("coda", 1)), "CDEFDEC"),
        (measure(1, "c", before=mark("segno", 4)) + measure(2, "d", before=mark("coda", 3, "To Coda"))
         + measure(3, "e", before=mark("dalSegno", 3, "D.S. al Coda")) + measure(4, "f", before=mark("coda", 1)), "CDEDF"),
        (measure(1, "c", before='<dir tstamp="3" staff="1"><rend>Fine</rend></dir>')
         + measure(2, "d", before='<dir tstamp="4" staff="1">D. C. <rend>al Fine</rend></dir>'), "CDC"),
        (measure(1, "c", before='<dir tstamp="1" staff="1">fine legato</dir>') + measure(2, "d"), "CD"),
    ],
)  # fmt: skip
def test_repeats_of_mei(inside, played):
    assert of_mei(inside) == [(place, {"C": 60, "D": 62, "E": 64, "F": 65}[name]) for place, name in enumerate(played)]


@pytest.mark.parametrize(
    ("lines", "played"),
    [
        ("*>[A,A1,A,A2] *>norep[A,A2] *>A =1 1c *>A1 =2 1d =:|! *>A2 =3 1e", "CDCE"),
        ("*>[A,A,B,B] *>A =1 1c =:|! *>B =2 1d =3 1e =:|!", "CCDEDE"),
        ("=1!|: 1c =2 1d =3:|! 1e", "CDCDE"),
        ("=1!|: 1c =2:|!|: 1d =3:|! 1e", "CCDDE"),
        # A tie into both endings is held into both.
        ("*>[A,A1,A,A2] *>A =1 [1c *>A1 =2 2c] 2d =:|! *>A2 =3 2c] 2e", "C.DC.E"),
        # Words above or below the staff.
        ("=1 1c !LO:TX:a:t=Fine =2 1d =3 1e !LO:TX:a:t=D.C._al_Fine", "CDEC"),
        (
            "=1 1c =2 !LO:TX:t=\N{MUSICAL SYMBOL SEGNO} 1d !LO:TX:t=To_Coda =3 1e !LO:TX:t=D.S. =4 !LO:TX:t=Coda 1f",
            "CDEDF",
        ),
        # Where the order is told, the words have been counted in.
        ("*>[A,B,A] *>A =1 1c !LO:TX:t=Fine *>B =2 1d !LO:TX:t=D.C.", "CDC"),
    ],
)
def test_repeats_of_humdrum(lines, played):
    text = "\n".join(["**kern", "*M4/4", *(line.replace("_", " ") for line in lines.split()), "==", "*-", ""])
    pitches = {"C": 60, "D": 62, "E": 64, "F": 65}
    notes = read_piece(text.encode(), "a.krn").notes
    assert [note.pitch for note in notes] == [pitches[name] for name in played if name != "."]
    if "." in played:
        assert [(note.onset, note.duration) for note in notes] == [(0, 144), (144, 48), (192, 144), (336, 48)]
    else:
        assert [note.onset for note in notes] == [96 * place for place in range(len(played))]


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
