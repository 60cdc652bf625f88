"""Reading and writing MIDI files.

pretty_midi reads and writes; it is imported when first needed.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import MidiError
from koe.music.grid import MAX_FILE_BYTES, MAX_QPM, MIN_QPM, STEPS_PER_QUARTER
from koe.music.piece import Piece
from koe.music.quantize import TickScore, piece_from_ticks

if TYPE_CHECKING:
    import pretty_midi

TICKS_PER_QUARTER = 480  # of the files that are written
TICKS_PER_STEP = TICKS_PER_QUARTER // STEPS_PER_QUARTER

# A text event in written files that stands where the piece ends, since the
# last note may end earlier. Readers other than Koe pass over it.
END_MARK = "koe:end"

assert TICKS_PER_STEP * STEPS_PER_QUARTER == TICKS_PER_QUARTER


def read_midi(source: bytes | Path, *, name: str = "") -> Piece:
    """Read a MIDI file onto the sixteenth grid.

    Parameters
    ----------
    source : bytes or Path
        The file, or where it lies.
    name : str
        File name, used as title where the file gives none.

    Raises
    ------
    MidiError
        If this is no MIDI file, or nothing in it can be used.
    """
    import mido
    import pretty_midi

    data = source if isinstance(source, bytes) else Path(source).read_bytes()
    if len(data) > MAX_FILE_BYTES:
        raise MidiError(f"The file has {len(data)} bytes; at most {MAX_FILE_BYTES} are accepted.")
    try:
        parsed = mido.MidiFile(file=io.BytesIO(data))
        titles = [event.name for track in parsed.tracks for event in track if event.type == "track_name"]
        midi = pretty_midi.PrettyMIDI(mido_object=parsed)
    except (OSError, ValueError, IndexError, EOFError) as error:
        raise MidiError("This is no MIDI file that can be read.") from error
    score = _score_from_pretty_midi(midi)
    score.title = next(filter(None, map(_clean_title, titles)), "") or Path(name).stem
    return piece_from_ticks(score)


def _score_from_pretty_midi(midi: "pretty_midi.PrettyMIDI") -> TickScore:
    """Take what pretty_midi read, back from its seconds to ticks."""
    changes, tempi = midi.get_tempo_changes()
    ticks_per_second = tempi * midi.resolution / 60.0
    change_ticks = np.append(0.0, np.cumsum(np.round(np.diff(changes) * ticks_per_second[:-1])))

    def ticks(times: list[float]) -> np.ndarray:
        seconds = np.array(times, dtype=np.float64)
        index = np.searchsorted(changes, seconds, side="right") - 1
        return np.round(change_ticks[index] + (seconds - changes[index]) * ticks_per_second[index]).astype(np.int64)

    played = [note for instrument in midi.instruments if not instrument.is_drum for note in instrument.notes]
    columns = (
        ticks([note.start for note in played]),
        ticks([note.end for note in played]),
        np.array([note.pitch for note in played], dtype=np.int64),
        np.array([note.velocity for note in played], dtype=np.int64),
    )
    signatures = midi.time_signature_changes
    ends = [text.time for text in midi.text_events if text.text == END_MARK]
    return TickScore(
        ticks_per_quarter=midi.resolution,
        notes=np.stack(columns, axis=1),
        n_drums=sum(len(instrument.notes) for instrument in midi.instruments if instrument.is_drum),
        tempos=list(zip(change_ticks.astype(int).tolist(), np.round(6e7 / tempi).astype(int).tolist(), strict=True)),
        time_signatures=[
            (int(tick), signature.numerator, signature.denominator)
            for tick, signature in zip(ticks([s.time for s in signatures]), signatures, strict=True)
        ],
        end_tick=int(ticks(ends)[-1]) if ends else None,
    )


def _clean_title(title: str) -> str:
    """Make a track name printable; mido reads all texts as Latin-1, but many are UTF-8."""
    try:
        title = title.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        pass
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:200]


def write_midi(piece: Piece) -> bytes:
    """Write a piece as a standard MIDI file; the same piece gives the same bytes.

    Notes of one pitch that overlap are cut where the next one begins, so the
    file's pianoroll is the piece's. `read_midi` gives the same roll back,
    silence at the end included.
    """
    import pretty_midi

    microseconds = round(6e7 / min(max(piece.qpm, MIN_QPM), MAX_QPM))
    # pretty_midi cuts the length of a quarter to whole microseconds; half a
    # microsecond more keeps that from cutting one too many.
    midi = pretty_midi.PrettyMIDI(
        resolution=TICKS_PER_QUARTER, initial_tempo=6e7 / (microseconds + 0.5), charset="utf-8"
    )

    def time(step: int) -> float:
        return midi.tick_to_time(step * TICKS_PER_STEP)

    time(piece.n_steps)  # makes its table once, as long as needed
    piano = pretty_midi.Instrument(program=0, name=_clean_title(piece.title))
    for onset, end, pitch, velocity in _without_overlaps(piece):
        piano.notes.append(pretty_midi.Note(velocity, pitch, time(onset), time(end)))
    midi.instruments.append(piano)
    for signature in piece.time_signatures:
        if signature.denominator.bit_count() == 1 and signature.numerator < 256:
            midi.time_signature_changes.append(
                pretty_midi.TimeSignature(signature.numerator, signature.denominator, time(signature.onset))
            )
    midi.text_events.append(pretty_midi.Text(END_MARK, time(piece.n_steps)))
    buffer = io.BytesIO()
    midi.write(buffer)
    return buffer.getvalue()


def _without_overlaps(piece: Piece) -> list[tuple[int, int, int, int]]:
    """Onset, end, pitch and velocity of the notes, none overlapping another of its pitch."""
    apart: list[tuple[int, int, int, int]] = []
    for pitch in sorted({note.pitch for note in piece.notes}):
        onset = end = velocity = 0
        for note in sorted(note for note in piece.notes if note.pitch == pitch):
            if end and note.onset == onset:
                end, velocity = max(end, note.end), max(velocity, note.velocity)
                continue
            if end:
                apart.append((onset, min(end, note.onset), pitch, velocity))
            onset, end, velocity = note.onset, max(note.end, end), note.velocity
        apart.append((onset, end, pitch, velocity))
    return sorted(apart)
