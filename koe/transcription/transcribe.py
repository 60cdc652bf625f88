"""From a sound file to a piece: decoded, heard, made notes, and laid on the beats that were played."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from koe.errors import InputError
from koe.music.grid import TICKS_PER_MEASURE, TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.performance import piece_from_seconds
from koe.music.piece import Piece, Tempo
from koe.transcription.melody import find_melody
from koe.transcription.network import Heard, Progress, ShouldStop, listen
from koe.transcription.polyphonic import find_notes
from koe.transcription.sound import MAX_RECORDING_SEC, Recording, read_recording

KINDS = ("piano", "voice")

SOFTEST, LOUDEST = 32, 104  # velocities
RANGE_DB = 30.0  # from the softest to the loudest
ATTACK_SEC = 0.12  # after a note's beginning, in which its loudness is measured

# The soundboard rings on when a key is let go, for the length of a short note: the median over the demo pieces.
RING_SEC = 0.07

CUT = "The recording is longer than {limit:.0f} seconds; what comes after them was not heard."
CLIPPED = "The recording is too loud and cut off at its peaks, so some notes may be wrong; record it more softly."
STEADY = "What was sung is written in sixteenths, at an even tempo of {qpm:.0f} quarter notes a minute."


def transcribe(
    data: bytes,
    name: str = "",
    kind: str = "piano",
    *,
    comfortable: bool = True,
    title: str | None = None,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> Piece:
    """Make a piece of a recording.

    Parameters
    ----------
    data : bytes
        A sound file; see `koe.transcription.sound.read_recording`.
    name : str
        Its name, the piece's title without its ending.
    kind : str
        ``"piano"`` for any number of notes at once, which keep the time at
        which they were played; ``"voice"`` for a tune that somebody hums,
        sings or whistles, written in sixteenths at an even tempo.
    comfortable : bool
        Whether a deep or high voice moves by octaves to the middle of the
        piano.
    title : str, optional
        Instead of the file's name.
    progress : callable, optional
        Told how many windows of two seconds were heard, and of how many.
    should_stop : callable, optional

    Returns
    -------
    piece : Piece
        Its beats are found in the playing; ``warnings`` says what else there
        is to know.

    Raises
    ------
    InputError
        If nothing can be heard in it; one sentence for the user.
    AudioError
        If the network is not installed, or ffmpeg is needed and not here.
    Cancelled
        If ``should_stop`` said so.
    """
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of recording; choose {' or '.join(KINDS)}.")
    recording = read_recording(data, name)
    heard = listen(recording.samples, progress, should_stop)
    find = _sung if kind == "voice" else _played
    notes = find(heard, recording, comfortable)
    if not len(notes):
        raise InputError(
            f"No note was heard in {name or 'the recording'}; sing or play louder, nearer to the microphone, "
            "where it is quiet."
        )
    notes[:, :2] -= notes[:, 0].min()
    piece = piece_from_seconds(notes, title=Path(name).stem if title is None else title, key_from_notes=True)
    warnings = []
    if kind == "voice":
        piece = steady(piece)
        warnings.append(STEADY.format(qpm=piece.qpm))
    if recording.was_cut:
        warnings.append(CUT.format(limit=MAX_RECORDING_SEC))
    if recording.was_clipped:
        warnings.append(CLIPPED)
    return replace(piece, beats_estimated=True, warnings=(*piece.warnings, *warnings))


def _played(heard: Heard, recording: Recording, comfortable: bool) -> np.ndarray:
    """Rows of start, end, pitch and velocity of what a piano played."""
    notes = find_notes(heard)
    struck_again = _begins_where_it_ends(notes)
    lengths = notes[:, 1] - notes[:, 0]
    notes[:, 1] -= np.where(struck_again, 0.0, np.minimum(RING_SEC, lengths / 2))
    return _with_velocities(notes, recording, shared=True)


def _sung(heard: Heard, recording: Recording, comfortable: bool) -> np.ndarray:
    """Rows of start, end, pitch and velocity of what somebody sang."""
    notes = find_melody(heard, recording.samples, comfortable)
    return _with_velocities(notes, recording, shared=False)


def _begins_where_it_ends(notes: np.ndarray) -> np.ndarray:
    """Whether each note ends because its key is struck again."""
    begins = {(round(start, 3), pitch) for start, _, pitch, _ in notes.tolist()}
    return np.array([(round(end, 3), pitch) in begins for _, end, pitch, _ in notes.tolist()], dtype=bool)


def _with_velocities(notes: np.ndarray, recording: Recording, shared: bool) -> np.ndarray:
    """Loudness as velocity: how strong the sound is after each onset, beside the recording's loudest.

    Notes that begin together share the sound by how surely each was heard.
    """
    if not len(notes):
        return notes
    rate = len(recording.samples) / recording.duration_sec
    power = np.concatenate([[0.0], np.cumsum(np.square(recording.samples, dtype=np.float64))])
    first = np.clip((notes[:, 0] * rate).astype(int), 0, len(power) - 2)
    last = np.clip(((notes[:, 0] + ATTACK_SEC) * rate).astype(int), first + 1, len(power) - 1)
    level_db = 10 * np.log10((power[last] - power[first]) / (last - first) + 1e-12)
    if shared:
        level_db = level_db + 20 * np.log10(np.maximum(notes[:, 3], 0.05))
    below = np.clip(level_db - np.quantile(level_db, 0.95), -RANGE_DB, 0.0)
    result = notes.copy()
    result[:, 3] = np.round(LOUDEST + below / RANGE_DB * (LOUDEST - SOFTEST))
    return result


def steady(piece: Piece) -> Piece:
    """The piece in sixteenths at its average tempo, one note after the other, full measures, no rubato.

    A voice is seldom so exact that more should be read into it, and networks
    go on from sixteenths.
    """
    notes = _in_sixteenths(piece.notes)
    measure = piece.time_signatures[0].measure_ticks if piece.time_signatures else TICKS_PER_MEASURE
    end = max(note.end for note in notes)
    n_ticks = piece.upbeat + -(-(end - piece.upbeat) // measure) * measure
    return replace(piece, notes=notes, n_ticks=n_ticks, tempos=(Tempo(0, float(round(piece.qpm))),))


def _in_sixteenths(notes: Sequence[Note]) -> tuple[Note, ...]:
    onsets: dict[int, Note] = {}
    for note in notes:
        place = (note.onset + TICKS_PER_STEP // 2) // TICKS_PER_STEP * TICKS_PER_STEP
        # Two that fall on one sixteenth: the longer one was meant.
        if place not in onsets or note.duration > onsets[place].duration:
            onsets[place] = note
    places = sorted(onsets)
    written = []
    for place, following in zip(places, [*places[1:], None], strict=True):
        note = onsets[place]
        length = max(round(note.duration / TICKS_PER_STEP), 1) * TICKS_PER_STEP
        room = length if following is None else following - place
        # A breath before the next note is no rest.
        if following is not None and room - length <= TICKS_PER_STEP:
            length = room
        written.append(Note(place, note.pitch, min(length, room), note.velocity))
    return tuple(written)
