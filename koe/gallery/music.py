"""A piece as the gallery keeps it: what reproduces it, as a project holds it, beside its MIDI file.

The notes of a project's piece stand in it exactly, with the network, seed and
settings that made it (`koe.projects`); so it can be made anew and compared
where the weights are the same, and gone on with where they are not.
"""

import zlib
from collections.abc import Mapping

from koe.errors import GalleryError, KoeError
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi import read_midi
from koe.music.piece import Piece
from koe.projects.reading import read_project
from koe.projects.schema import Project, Take
from koe.projects.writing import write_project

MAX_BYTES = 256 * 1024  # of either, as it is stored
MAX_SEC = 1200.0
_TAKE = "t1"


def packed(piece: Piece, made_from: int | None, weights: Mapping[str, str] | None = None) -> bytes:
    """A piece as bytes.

    Parameters
    ----------
    piece : Piece
    made_from : int, optional
        Step from which on a network wrote it; None if a person wrote it all.
    weights : mapping of str to str, optional
        SHA-256 of the weights of the models that made it.

    Raises
    ------
    GalleryError
        If it is silent, or too long.
    """
    if not piece.notes:
        raise GalleryError("The piece is silent; there is nothing to keep.", "silent")
    if piece.duration_sec > MAX_SEC:
        raise GalleryError(
            f"The piece is longer than {MAX_SEC / 60:.0f} minutes; keep a part of it.", "lasting", MAX_SEC / 60
        )
    takes = () if made_from is None else (Take(_TAKE, piece, made_from),)
    data = zlib.compress(write_project(Project(piece, takes=takes, weights=weights or {})), 9)
    if len(data) > MAX_BYTES:
        raise GalleryError("The piece has too many notes for the gallery; keep a part of it.", "large")
    return data


def unpacked(data: bytes) -> tuple[Piece, int | None]:
    """The piece, and the step from which on a network wrote it.

    Raises
    ------
    GalleryError
        If the bytes are damaged, whatever they are.
    """
    opener = zlib.decompressobj()
    try:
        text = opener.decompress(data, MAX_FILE_BYTES)
        if not opener.eof or opener.unused_data:
            raise GalleryError("A piece of the gallery is damaged.", "damaged")
        project = read_project(text)
    except (zlib.error, KoeError) as error:
        raise GalleryError("A piece of the gallery is damaged.", "damaged") from error
    if project.piece is None or not project.piece.notes or project.piece.duration_sec > MAX_SEC:
        raise GalleryError("A piece of the gallery is damaged.", "damaged")
    return project.piece, project.takes[0].made_from if project.takes else None


def check_midi(data: bytes) -> None:
    """Refuse what is no MIDI file with notes.

    Raises
    ------
    GalleryError
    """
    if len(data) > MAX_BYTES:
        raise GalleryError("The MIDI file is too large for the gallery.", "large")
    try:
        if read_midi(data).notes:
            return
    except KoeError as error:
        raise GalleryError("A MIDI file of the gallery is damaged.", "damaged") from error
    raise GalleryError("A MIDI file of the gallery holds no notes.", "damaged")
