"""Pieces a second that are read from MusicXML, against the same pieces as MIDI in the same run.

The limit is the XML parser alone, without a look at what it found.
"""

from xml.etree import ElementTree

from benchmarks.figures import Figure
from benchmarks.machine import best_sec
from benchmarks.options import Options
from koe.formats.reading import read_piece
from koe.music.library import list_pieces, load_piece
from koe.music.midi import read_midi, write_midi
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Pieces a second on one core."""
    pieces = [load_piece(entry.slug) for entry in list_pieces()]
    scores = [musicxml(engrave(piece)).encode() for piece in pieces]
    files = [write_midi(piece) for piece in pieces]
    rates = [
        len(pieces) / best_sec(work, 3)
        for work in (
            lambda: [read_piece(data, "a.musicxml") for data in scores],
            lambda: [read_midi(data) for data in files],
            lambda: [ElementTree.fromstring(data) for data in scores],
        )
    ]
    remark = (
        f"The {len(pieces)} pieces that ship with Koe, {sum(map(len, scores)) / len(scores) / 1024:.0f} KB each on "
        f"average as MusicXML and {sum(map(len, files)) / len(files) / 1024:.1f} KB as MIDI."
    )
    read, midi, parse = rates
    names = ("the same piece as MIDI", "the XML parser alone")
    return [Figure("open a score", read, "pieces/s", names[0], midi, names[1], parse, more_is_better=True)], [remark]
