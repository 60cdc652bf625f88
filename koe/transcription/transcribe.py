"""From a sound file to a piece: decoded, heard, made notes, and laid on the beats that were played."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from koe.errors import InputError
from koe.music.grid import STEPS_PER_MEASURE, STEPS_PER_QUARTER, TICKS_PER_STEP
from koe.music.notes import note_at_step
from koe.music.performance import piece_from_seconds
from koe.music.piece import KeySignature, Piece
from koe.scores.key import find_key
from koe.transcription.limits import MAX_RECORDING_SEC
from koe.transcription.melody import find_melody
from koe.transcription.network import Heard, Progress, ShouldStop, listen
from koe.transcription.polyphonic import find_notes
from koe.transcription.sound import Recording, read_recording
from koe.transcription.steady import sixteenths_of

KINDS = ("piano", "voice")

SOFTEST, LOUDEST = 32, 104  # velocities
RANGE_DB = 30.0  # from the softest to the loudest
ATTACK_SEC = 0.12  # after a note's beginning, in which its loudness is measured

# The soundboard rings on when a key is let go, for the length of a short note: the median over the demo pieces.
RING_SEC = 0.07

CUT = "The recording is longer than {limit:.0f} seconds; what comes after them was not heard."
CLIPPED = "The recording is too loud and cut off at its peaks, so some notes may be wrong; record it more softly."
PLAYED = "The beats were found in the playing, at about {qpm:.0f} quarter notes a minute."
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
    name_of_it = Path(name).stem if title is None else title
    notes = _sung(heard, recording, comfortable) if kind == "voice" else _played(heard, recording)
    if not len(notes):
        raise InputError(
            f"No note was heard in {name or 'the recording'}; sing or play louder, nearer to the microphone, "
            "where it is quiet."
        )
    notes[:, :2] -= notes[:, 0].min()
    if kind == "voice":
        piece = _piece_of_tune(notes, name_of_it)
        warnings = [STEADY.format(qpm=piece.qpm)]
    else:
        piece = piece_from_seconds(notes, title=name_of_it)
        warnings = [PLAYED.format(qpm=piece.qpm)]
    if recording.was_cut:
        warnings.append(CUT.format(limit=MAX_RECORDING_SEC))
    if recording.was_clipped:
        warnings.append(CLIPPED)
    return replace(piece, warnings=(*piece.warnings, *warnings))


def _played(heard: Heard, recording: Recording) -> np.ndarray:
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


def _piece_of_tune(notes: np.ndarray, title: str) -> Piece:
    """A tune in sixteenths at an even tempo, in the key that fits it, in full measures after its upbeat.

    A voice is seldom so exact that more should be read into it, and networks
    go on from sixteenths.
    """
    places, qpm = sixteenths_of(notes[:, 0])
    qpm = float(round(qpm))
    steps_per_sec = qpm / 60 * STEPS_PER_QUARTER
    upbeat = (STEPS_PER_QUARTER - int(places[0])) % STEPS_PER_QUARTER
    places = places - places[0]
    lengths = np.maximum(np.round((notes[:, 1] - notes[:, 0]) * steps_per_sec), 1).astype(int)
    rooms = np.diff(places, append=places[-1] + lengths[-1])
    # A breath before the next note is no rest.
    lengths = np.where(rooms - lengths <= np.maximum(rooms // 4, 1), rooms, np.minimum(lengths, rooms))
    rows = zip(places.tolist(), notes[:, 2].tolist(), lengths.tolist(), notes[:, 3].tolist(), strict=True)
    written = tuple(note_at_step(place, int(pitch), length, int(velocity)) for place, pitch, length, velocity in rows)
    end = written[-1].end_step - upbeat
    n_steps = upbeat + -(-end // STEPS_PER_MEASURE) * STEPS_PER_MEASURE
    key = find_key(written)
    return Piece.on_steps(
        written,
        n_steps,
        qpm,
        title=title,
        upbeat=upbeat * TICKS_PER_STEP,
        keys=(KeySignature(0, key.fifths, key.mode),),
        beats_estimated=True,
    )
