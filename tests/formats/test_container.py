"""What a file is, is said by its content; what is packed or malicious is bounded."""

# Files stand on one line, however long it is.
# ruff: noqa: E501

import gzip
import zipfile

import pytest

from koe.errors import InputError, KoeError
from koe.formats import container as container_module
from koe.formats.reading import ENDINGS, read_piece
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.music.text import text_from_pianoroll
from tests.formats.writing import container, note, score, zipped

TUNE = score(note(60) + note(62) + note(64) + note(65), head="<work><work-title>Étude</work-title></work>")
PITCHES = [60, 62, 64, 65]
KERN = b"**kern\n*M4/4\n=1\n4c\n4d\n4e\n4f\n==\n*-\n"
ABC = b"X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\nCDEF|\n"


def pitches(piece: Piece) -> list[int]:
    return [note.pitch for note in piece.notes]


def utf16(data: bytes, encoding: str = "utf-16") -> bytes:
    return data.decode().replace("UTF-8", "UTF-16").encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        TUNE,
        b"\xef\xbb\xbf" + TUNE,
        b"\n  " + TUNE.partition(b"\n")[2],
        utf16(TUNE),
        utf16(TUNE, "utf-16-le"),
        utf16(TUNE, "utf-16-be"),
        TUNE.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
        # The declaration is wrong: it is UTF-8.
        TUNE.replace(b"UTF-8", b"UTF-16"),
        gzip.compress(TUNE),
        zipped({"META-INF/container.xml": container("a/b.xml"), "other.xml": b"<x/>", "a/b.xml": TUNE}),
        zipped({"META-INF/container.xml": container("gone.xml"), "b.musicxml": TUNE}, zipfile.ZIP_STORED),
        zipped({"../../b.xml": TUNE}),
        TUNE.replace(b"<score-partwise", b'<!DOCTYPE score-partwise PUBLIC "-//R//DTD" "http://www.musicxml.org/p.dtd"><!-- <html> --><score-partwise'),
        TUNE.replace(b"<score-partwise", b'<score-partwise xmlns="urn:x"'),
    ],
    ids=range(14),
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.musicxml", "a.mid", "a.txt", ""])
def test_music_xml_however_it_is_packed_and_named(data, name):
    piece = read_piece(data, name)
    assert pitches(piece) == PITCHES
    assert piece.title == "Étude"


@pytest.mark.parametrize("name", ["a.xml", "a.mxl", "a.krn", "a.abc", "a.txt", "a"])
def test_a_midi_file_by_any_name(name):
    piece = Piece.on_steps(tuple(note_at_step(4 * n, pitch) for n, pitch in enumerate(PITCHES)), 16)
    assert pitches(read_piece(write_midi(piece), name)) == PITCHES
    assert pitches(read_piece(gzip.compress(write_midi(piece)), name)) == PITCHES


@pytest.mark.parametrize(
    "data",
    [KERN, b"!!!OTL: A\n" + KERN, b"\xef\xbb\xbf" + KERN, KERN.replace(b"\n", b"\r\n"), ABC, b"%abc-2.1\n" + ABC],
)
@pytest.mark.parametrize("name", ["a.krn", "a.mid", "a.txt"])
def test_humdrum_and_abc_by_any_name(data, name):
    assert pitches(read_piece(data, name)) == PITCHES


def test_a_text_of_the_paper_stays_one():
    piece = Piece.on_steps((note_at_step(0, 60), note_at_step(1, 64)), 4)
    assert pitches(read_piece(text_from_pianoroll(piece.pianoroll).encode(), "theme.txt")) == [60, 64]
    with pytest.raises(InputError, match="looks like a text"):
        read_piece(text_from_pianoroll(piece.pianoroll).encode(), "theme.mid")


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE score-partwise [<!ENTITY a "ha">%s]><score-partwise>&j;</score-partwise>'
    % b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
)
OUTSIDE = b'<!DOCTYPE score-partwise [<!ENTITY a SYSTEM "file:///etc/hostname">]><score-partwise><movement-title>&a;</movement-title></score-partwise>'
PARAMETER = b'<!DOCTYPE score-partwise [<!ENTITY % a SYSTEM "http://127.0.0.1:9/">%a;]><score-partwise/>'


def encrypted() -> bytes:
    data = bytearray(zipped({"a.musicxml": TUNE}))
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def lying(size: int) -> bytes:
    """A zip bomb that says that it is small."""
    data = bytearray(zipped({"a.musicxml": b" " * (MAX_FILE_BYTES + 10_000)}))
    for mark, place in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = data.index(mark) + place
        data[start : start + 4] = size.to_bytes(4, "little")
    return bytes(data)


REFUSED = {
    "entities": (LAUGHS, "defines entities"),
    "a file from outside": (OUTSIDE, "defines entities"),
    "a parameter entity": (PARAMETER, "defines entities"),
    "entities in MEI": (LAUGHS.replace(b"score-partwise", b"mei"), "defines entities"),
    "entities in a container": (zipped({"META-INF/container.xml": LAUGHS, "a.xml": TUNE}), "defines entities"),
    "a zip bomb": (zipped({"a.musicxml": b" " * (40 * MAX_FILE_BYTES)}), "too large"),
    "a bomb of a container": (zipped({"META-INF/container.xml": b" " * (20 * MAX_FILE_BYTES)}), "too large"),
    "a bomb in gzip": (gzip.compress(b" " * (40 * MAX_FILE_BYTES)), "larger than 8 MiB"),
    "an encrypted archive": (encrypted(), "encrypted"),
    "many files": (zipped({f"{n}.txt": b"" for n in range(1100)}), "more than 1000 files"),
    "no score in it": (zipped({"a.txt": b"hello"}), "without a score"),
    "an archive in an archive": (zipped({"a.zip": zipped({"a.xml": TUNE})}), "without a score"),
    "half an archive": (zipped({"a.musicxml": TUNE})[:200], "damaged"),
    "another method": (zipped({"a.musicxml": TUNE}).replace(b"\x08\x00", b"\x63\x00"), "damaged"),
    "HTML": (b"<!DOCTYPE html><html></html>", "outermost element is 'html', and no score"),
    "SVG": (b"<svg/>", "outermost element is 'svg'"),
    "an opus": (b"<opus/>", "outermost element is 'opus'"),
    "nothing in it": (b"<?xml version='1.0'?>", "holds nothing"),
    "nothing": (b"", "The file is empty"),
    "too large": (TUNE + b" " * MAX_FILE_BYTES, "larger than 8 MiB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_and_damage_are_refused_in_a_sentence(name):
    data, sentence = REFUSED[name]
    with pytest.raises(InputError, match=sentence):
        read_piece(data, "a.musicxml")


def test_an_archive_that_lies_about_its_size():
    with pytest.raises(InputError, match=r"too large|damaged"):
        read_piece(lying(100), "a.mxl")


def test_more_elements_than_music_has(monkeypatch):
    monkeypatch.setattr(container_module, "MAX_ELEMENTS", 30)
    with pytest.raises(InputError, match="more than 30 elements"):
        read_piece(TUNE, "a.xml")


def test_deeply_nested_xml():
    data = b"<score-partwise>" + b"<part>" * 100_000 + b"</part>" * 100_000 + b"</score-partwise>"
    with pytest.raises(KoeError):
        read_piece(data, "a.xml")


def test_every_ending_can_be_uploaded():
    assert {"musicxml", "mxl", "xml", "krn", "abc", "mei", "mid"} <= set(ENDINGS)
