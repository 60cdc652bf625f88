"""Reading MIDI files; `koe.music.midi_writing` writes them.

pretty_midi reads, and is imported when first needed. A file that it
refuses, misreads or would take too long for goes to `koe.music.midi_repair`.
Where thousands of files are to be read, that reader comes first wherever both
are sure to agree: it takes a tenth of the time.
"""

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import MidiError
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi_container import unwrap
from koe.music.midi_repair import ALL_OFF, DRUM_CHANNEL, read_with_doubts
from koe.music.midi_writing import END_MARK, clean_title, write_midi
from koe.music.piece import Piece
from koe.music.quantize import KEYBOARD_PROGRAMS, TickScore, piece_from_ticks

__all__ = ["read_midi", "write_midi"]

if TYPE_CHECKING:
    import mido
    import pretty_midi

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
    r"|hand|rh|lh|treble|bass|upper|lower|up|down|one|two|words|lyrics?|karaoke|soft|file)[-_:. ]*)+\d*",
    re.IGNORECASE,
)


def read_midi(source: bytes | Path, *, name: str = "", quick: bool = False) -> Piece:
    """Read a MIDI file in its own time.

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
    own, doubtful = read_with_doubts(data)
    score = own
    if (doubtful or not quick) and not own.doubled:
        plain = _read_plain(data)
        if plain:
            # What pretty_midi has no words for, or reads as Latin-1.
            plain.pedal, plain.key_signatures, plain.written = own.pedal, own.key_signatures, own.written
            plain.track_names = own.track_names
            score = plain
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
        n_others = _notes_of_other_instruments(parsed)
        score = _score_from_pretty_midi(pretty_midi.PrettyMIDI(mido_object=parsed))
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
            elif kind == "control_change" and event.control in ALL_OFF and struck:
                return False  # which pretty_midi does not know
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
        end_tick=int(ticks(ends)[-1]) if ends else None,
    )


def _title(score: TickScore, fallback: str) -> str:
    """The first track name that says something, or else the file's name."""
    for track_name in score.track_names:
        title = clean_title(track_name)
        if title and (score.end_tick is not None or not fallback or not _SAYS_NOTHING.fullmatch(title)):
            return title
    return clean_title(fallback)
