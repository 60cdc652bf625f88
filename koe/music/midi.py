"""Reading and writing MIDI files.

pretty_midi reads and writes; it is imported when first needed. A file that it
refuses, misreads or would take too long for goes to `koe.music.midi_repair`.
Where thousands of files are to be read, that reader comes first wherever both
are sure to agree: it takes a tenth of the time.
"""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError, MidiError
from koe.music.grid import MAX_FILE_BYTES, MAX_NOTES, MAX_QPM, MAX_STEPS, MIN_QPM, STEPS_PER_QUARTER
from koe.music.midi_container import unwrap
from koe.music.midi_repair import DRUM_CHANNEL, read_forgiving, read_with_doubts
from koe.music.piece import Piece
from koe.music.quantize import END_MARK, KEYBOARD_PROGRAMS, TickScore, is_metre, piece_from_ticks

if TYPE_CHECKING:
    import mido
    import pretty_midi

TICKS_PER_QUARTER = 480  # of the files that are written
TICKS_PER_STEP = TICKS_PER_QUARTER // STEPS_PER_QUARTER

# What pretty_midi is given to read. Larger files take it seconds: it spends 2
# microseconds on a byte, and 32 bytes of memory on a tick.
MAX_PLAIN_BYTES = 256 * 1024
MAX_PLAIN_TICKS = 4_000_000
MIN_PLAIN_TEMPO = 1000  # microseconds a quarter; its seconds could not tell ticks apart that are much shorter
PLAIN_HEADER = b"MThd\0\0\0\6"
SMPTE_BIT = 0x8000

_TIMING = ("set_tempo", "time_signature", "key_signature")  # what belongs in the first track

# Track names that name no piece.
_SAYS_NOTHING = re.compile(
    r"((acoustic|grand|control|tempo|piano|track|staff|part|voice|midi|untitled|unnamed|no|name|instrument|right|left"
    r"|hand|rh|lh|treble|bass|upper|lower|up|down|one|two)[-_:. ]*)+\d*",
    re.IGNORECASE,
)

assert TICKS_PER_STEP * STEPS_PER_QUARTER == TICKS_PER_QUARTER


def read_midi(source: bytes | Path, *, name: str = "", quick: bool = False) -> Piece:
    """Read a MIDI file onto the sixteenth grid.

    Parameters
    ----------
    source : bytes or Path
        The file, or where it lies.
    name : str
        File name, used as title where the file gives none.
    quick : bool
        Whether to ask pretty_midi only where it could read the file
        differently. The piece is the same, but for the order of notes that
        differ in loudness alone.

    Raises
    ------
    MidiError
        If this is no MIDI file, or nothing in it can be used.
    """
    data, name = _load(source, name)
    data = unwrap(data)
    score = _read_quick(data) if quick else None
    score = score or _read_plain(data) or read_forgiving(data)
    return piece_from_ticks(score, _title(score, Path(name).stem))


def _load(source: bytes | Path, name: str) -> tuple[bytes, str]:
    """The file's bytes, never more than needed to see that it is too large, and its name."""
    if isinstance(source, bytes):
        return source, name
    try:
        with Path(source).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1), name or Path(source).name
    except OSError as error:
        raise MidiError(f"{Path(source).name} cannot be read: {error.strerror or error}.") from error


def _read_quick(data: bytes) -> TickScore | None:
    """Read without pretty_midi; None if that could give another result than with it."""
    score, doubtful = read_with_doubts(data)
    return None if doubtful else score


def _read_plain(data: bytes) -> TickScore | None:
    """Read with pretty_midi; None if it refuses, or would misread the file."""
    if len(data) > MAX_PLAIN_BYTES or not data.startswith(PLAIN_HEADER):
        return None
    import mido
    import pretty_midi

    try:
        parsed = mido.MidiFile(file=io.BytesIO(data))
        if len(parsed.tracks) != data.count(b"MTrk") or not _is_plain(parsed):
            return None
        names = [name for track in parsed.tracks if (name := track.name)]
        n_others = _notes_of_other_instruments(parsed)
        score = _score_from_pretty_midi(pretty_midi.PrettyMIDI(mido_object=parsed), names)
        score.n_other_instruments = n_others
        return score
    except Exception:
        # Damaged files make both libraries raise all sorts of errors; the other reader has the last word.
        return None


def _is_plain(parsed: "mido.MidiFile") -> bool:
    """Whether pretty_midi will understand the file.

    It wants beats, tempo and metre in the first track and every track ended;
    notes of a key in one channel must not overlap, since it ends all of them
    at once, and drops those without an end. mido forgets how long to wait
    before meta events that it does not know.
    """
    if parsed.type > 1 or not 0 < parsed.ticks_per_beat < SMPTE_BIT:
        return False
    for index, track in enumerate(parsed.tracks):
        tick = 0
        struck: dict[tuple[int, int], int] = {}  # sounding keys, and since when
        for event in track:
            tick += event.time
            kind = event.type
            if kind == "note_on" and event.velocity:
                key = (event.channel, event.note)
                if key in struck:
                    return False
                struck[key] = tick
            elif kind == "note_on" or kind == "note_off":
                if struck.pop((event.channel, event.note), -1) == tick:
                    return False  # no length: pretty_midi would drop it
            elif (
                (index and kind in _TIMING)
                or kind == "unknown_meta"
                or (kind == "set_tempo" and event.tempo < MIN_PLAIN_TEMPO)
            ):
                return False
        if struck or tick > MAX_PLAIN_TICKS or not track or track[-1].type != "end_of_track":
            return False
    return True


def _notes_of_other_instruments(parsed: "mido.MidiFile") -> int:
    """How many notes are for instruments without a keyboard, drums aside."""
    count = 0
    for track in parsed.tracks:
        programs: dict[int, int] = {}  # by channel; a piano until the track says otherwise
        for event in track:
            if event.type == "program_change":
                programs[event.channel] = event.program
            elif event.type == "note_on" and event.velocity and event.channel != DRUM_CHANNEL:
                count += programs.get(event.channel, 0) not in KEYBOARD_PROGRAMS
    return count


def _score_from_pretty_midi(midi: "pretty_midi.PrettyMIDI", track_names: list[str]) -> TickScore:
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
    microseconds = np.round(6e7 / tempi).astype(int)
    signatures = midi.time_signature_changes
    signature_ticks = ticks([signature.time for signature in signatures]).tolist()
    ends = [text.time for text in midi.text_events if text.text == END_MARK]
    return TickScore(
        ticks_per_quarter=midi.resolution,
        notes=np.stack(columns, axis=1),
        n_drums=sum(len(instrument.notes) for instrument in midi.instruments if instrument.is_drum),
        tempos=list(zip(change_ticks.astype(int).tolist(), microseconds.tolist(), strict=True)),
        time_signatures=[
            (tick, signature.numerator, signature.denominator)
            for tick, signature in zip(signature_ticks, signatures, strict=True)
        ],
        track_names=track_names,
        end_tick=int(ticks(ends)[-1]) if ends else None,
    )


def _title(score: TickScore, fallback: str) -> str:
    """The first track name that says something, or else the file's name."""
    for track_name in score.track_names:
        title = _clean_title(track_name)
        if title and (score.end_tick is not None or not fallback or not _SAYS_NOTHING.fullmatch(title)):
            return title
    return _clean_title(fallback)


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

    Raises
    ------
    InputError
        If the piece exceeds `MAX_STEPS` or `MAX_NOTES`, which could not be
        read again.
    """
    if piece.n_steps > MAX_STEPS or len(piece.notes) > MAX_NOTES:
        raise InputError(
            f"The piece has {piece.n_steps} steps and {len(piece.notes)} notes; "
            f"at most {MAX_STEPS} steps and {MAX_NOTES} notes can be written. Cut it first."
        )
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
        piano.notes.append(pretty_midi.Note(min(max(velocity, 1), 127), pitch, time(onset), time(end)))
    midi.instruments.append(piano)
    for signature in piece.time_signatures:
        if is_metre(signature.numerator, signature.denominator):
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
