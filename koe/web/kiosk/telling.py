"""A piece as the kiosk's page gets it: when which key sounds, and what a melody over it may be made of."""

from typing import Any

from koe.audio.events import NOTE_OFF, NOTE_ON, Performance, read_performance, without_pedal
from koe.music.chords import harmony_of
from koe.music.piece import Piece

_Span = tuple[int, int, int, int]  # down, up in milliseconds; pitch; velocity


def told(piece: Piece, midi: bytes, start: int = 0) -> dict[str, Any]:
    """What there is to see and to hear of a piece from a tick on.

    Parameters
    ----------
    piece : Piece
    midi : bytes
        Its file, which is what is played.
    start : int
        Tick before which all is left out.

    Returns
    -------
    told : dict
        ``notes`` are rows of milliseconds at which a key goes down, is let
        go, and falls silent (the pedal may hold it), its pitch and velocity,
        in order; ``ms`` is how long the piece is. ``scale`` holds pitch
        classes from the tonic up, ``chords`` rows of the millisecond from
        which on a chord stands, and its pitch classes.
    """
    performance = read_performance(midi)
    keys, strings = _spans(performance), _spans(without_pedal(performance))
    from_ms = round(1000 * piece.seconds_at(start))
    rows = [
        [down - from_ms, up - from_ms, max(silent, up) - from_ms, pitch, velocity]
        for (down, up, pitch, velocity), (_, silent, _, _) in zip(keys, strings, strict=True)
    ]
    # A performance strikes the first chord a little before its beat.
    early_ms = 60
    rows = [[max(row[0], 0), *row[1:]] for row in rows if not start or row[0] >= -early_ms]
    harmony = harmony_of(piece)
    chords = [[max(round(1000 * piece.seconds_at(tick)) - from_ms, 0), *chord] for tick, chord in harmony.chords]
    first = max((number for number, chord in enumerate(chords) if chord[0] == 0), default=0)
    return {
        "ms": max([round(1000 * piece.duration_sec) - from_ms, *(row[1] for row in rows)]),
        "notes": rows,
        "scale": list(harmony.scale),
        "minor": harmony.minor,
        "chords": chords[first:],
    }


def _spans(performance: Performance) -> list[_Span]:
    """Notes in order; a key that is struck again before it is let go is let go in the order it was struck."""
    spans: list[list[int]] = []
    open_: dict[int, list[int]] = {}  # numbers of spans that wait for their end, by pitch
    end_ms = round(1000 * performance.end_sec)
    for event in performance.events:
        ms, pitch = round(1000 * event.onset_sec), event.data1
        if event.kind == NOTE_ON and event.data2:
            open_.setdefault(pitch, []).append(len(spans))
            spans.append([ms, end_ms, pitch, event.data2])
        elif event.kind in (NOTE_ON, NOTE_OFF) and open_.get(pitch):
            spans[open_[pitch].pop(0)][1] = ms
    found = [(down, max(up, down + 1), pitch, velocity) for down, up, pitch, velocity in spans]
    return sorted(found, key=lambda span: (span[0], span[2]))
