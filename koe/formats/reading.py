"""Any file that a visitor brings becomes a piece: what it is its content says, and the name where that says nothing."""

from pathlib import PurePath

from koe.errors import InputError
from koe.formats.container import kind_of, unpack
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi_writing import clean_title
from koe.music.piece import Piece

# What an upload may be called.
ENDINGS = ("mid", "midi", "kar", "rmi", "musicxml", "xml", "mxl", "mei", "krn", "abc", "txt")


def read_piece(data: bytes, name: str = "") -> Piece:
    """Read MIDI, MusicXML, MEI, Humdrum, ABC or the paper's text format.

    Parameters
    ----------
    data : bytes
    name : str
        The file's name: the title where the file has none.

    Raises
    ------
    InputError
        One sentence for the user.
    """
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MiB, the most that Koe reads.")
    if not data:
        raise InputError(
            "The file is empty; a MIDI file (.mid), a score (.musicxml, .mxl, .krn, .abc, .mei) or a text was expected."
        )
    unpacked = unpack(data)
    kind, text = kind_of(unpacked, name)
    stem = PurePath(name).stem
    if kind == "midi":
        from koe.music.midi import read_midi

        return read_midi(unpacked, name=name)
    if kind == "text":
        from koe.music.text import pianoroll_from_bytes

        return Piece.from_pianoroll(pianoroll_from_bytes(unpacked), title=stem)
    from koe.formats.played import piece_from_played

    if kind == "musicxml":
        from koe.formats.musicxml import read_sheet
        from koe.formats.unrolling import play

        sheet = read_sheet(text)
        played, titles = play(sheet), sheet.titles
    elif kind == "abc":
        from koe.formats.abc import read_abc
        from koe.formats.unrolling import play

        sheet = read_abc(text)
        played, titles = play(sheet), sheet.titles
    else:
        from koe.formats.engraver import played_by_verovio

        played, titles = played_by_verovio(text, kind)
    title = next((clean for clean in map(clean_title, [*titles, stem]) if clean), "")
    return piece_from_played(played, title)
