"""A piece as rows of whole numbers, as a corpus keeps it, and back.

``notes`` has a row for each note, in order of onset, then pitch: onset and
length in ticks, pitch, velocity, and how many pulses late it is struck and let
go (`koe.music.notes.Note`, whose fields these are). ``frame`` has a row for
everything that holds from some place on: what it is (`TEMPO` and so on), where
it begins, and two numbers.

========  =======  ====================  ===================
kind      onset    first number          second number
========  =======  ====================  ===================
`TEMPO`   pulse    microseconds a        0
                   quarter
`METRE`   tick     numerator             denominator
`KEY`     tick     sharps, flats below 0 1 in minor, else 0
`PEDAL`   pulse    0 (up) to 127         0
========  =======  ====================  ===================
"""

import numpy as np

from koe.music.notes import Note
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.tempo import microseconds_of, tidy_qpm

NOTE_COLUMNS = 6
FRAME_COLUMNS = 4
TEMPO, METRE, KEY, PEDAL = range(4)


def rows_of(piece: Piece) -> tuple[np.ndarray, np.ndarray]:
    """Notes and frame of a piece: int32, ``(n, 6)`` and ``(n, 4)``."""
    notes = [(n.onset, n.pitch, n.duration, n.velocity, n.shift, n.release) for n in piece.notes]
    frame = [
        *((TEMPO, tempo.onset, microseconds_of(tempo.qpm), 0) for tempo in piece.tempos),
        *((METRE, metre.onset, metre.numerator, metre.denominator) for metre in piece.time_signatures),
        *((KEY, key.onset, key.fifths, int(key.mode == "minor")) for key in piece.keys),
        *((PEDAL, pedal.onset, pedal.value, 0) for pedal in piece.pedal),
    ]
    return (
        np.array(notes, dtype=np.int32).reshape(-1, NOTE_COLUMNS),
        np.array(frame, dtype=np.int32).reshape(-1, FRAME_COLUMNS),
    )


def piece_from_rows(notes: np.ndarray, frame: np.ndarray, n_ticks: int, upbeat: int = 0, title: str = "") -> Piece:
    """The piece of `rows_of`."""
    by_kind: dict[int, list[list[int]]] = {kind: [] for kind in (TEMPO, METRE, KEY, PEDAL)}
    for kind, *numbers in frame.tolist():
        by_kind[kind].append(numbers)
    return Piece(
        tuple(Note(*row) for row in notes.tolist()),
        n_ticks,
        tuple(Tempo(onset, tidy_qpm(length)) for onset, length, _ in by_kind[TEMPO]),
        tuple(TimeSignature(*numbers) for numbers in by_kind[METRE]),
        upbeat,
        tuple(KeySignature(onset, fifths, "minor" if minor else "major") for onset, fifths, minor in by_kind[KEY]),
        tuple(Pedal(onset, value) for onset, value, _ in by_kind[PEDAL]),
        title,
    )
