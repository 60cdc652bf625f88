"""Writing MIDI files: all that a piece holds, the same bytes for the same piece.

The file's ticks are pulses, so that every note stands where it sounds. What
MIDI has no event for is told in texts that other readers pass over: where the
piece ends (`END_MARK`), and, for a piece played off its grid, where its notes
are written (`WRITTEN_MARK`).
"""

import base64
import binascii
import io
import json
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from koe.errors import InputError
from koe.music.grid import (
    MAX_NOTES,
    MAX_STEPS,
    MAX_TICKS,
    PULSES_PER_QUARTER,
    PULSES_PER_TICK,
    TICKS_PER_MEASURE,
)
from koe.music.piece import Piece
from koe.music.signatures import TimeSignature, is_metre, upbeat_of
from koe.music.tempo import microseconds_of

if TYPE_CHECKING:
    import mido

# A text event in the files that Koe writes, standing where the piece ends: its
# last note may end earlier. Other readers pass over it.
END_MARK = "koe:end"
WRITTEN_MARK = "koe:score="
MAX_MARK_BYTES = 4 * 1024 * 1024  # unpacked
SUSTAIN = 64  # the number of the pedal's controller
_FLATS_TO_SHARPS = {
    "major": ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"),
    "minor": ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m", "D#m", "A#m"),
}
# Of what falls on one tick.
_TEMPO, _METRE, _KEY, _TEXT = range(4)
_NAME, _PROGRAM, _PEDAL, _NOTES = range(4)


@dataclass(frozen=True, slots=True)
class Written:
    """Where the notes of a file are written, which do not sound there.

    Attributes
    ----------
    onsets, durations : tuple of int
        In ticks of a 24th of a quarter, in order of the sounding notes' onset,
        then pitch. Empty where rounding tells.
    upbeat : int or None
        Ticks before the first full measure, where metres do not say it.
    beats_estimated : bool
        Whether the beats were found in the playing.
    """

    onsets: tuple[int, ...] = ()
    durations: tuple[int, ...] = ()
    upbeat: int | None = None
    beats_estimated: bool = False


def write_midi(piece: Piece) -> bytes:
    """Write a piece as a standard MIDI file; the same piece gives the same bytes.

    Notes of one pitch that overlap are cut where the next one begins, so the
    file's pianoroll is the piece's. `koe.music.midi.read_midi` gives the same
    piece back, silence at the end included.

    Raises
    ------
    InputError
        If the piece exceeds `MAX_TICKS` or `MAX_NOTES`, which could not be
        read again.
    """
    if piece.n_ticks > MAX_TICKS or len(piece.notes) > MAX_NOTES:
        raise InputError(
            f"The piece has {piece.n_steps} steps and {len(piece.notes)} notes; "
            f"at most {MAX_STEPS} steps and {MAX_NOTES} notes can be written. Cut it first."
        )
    import mido

    notes = _without_overlaps(piece)
    end = piece.n_ticks * PULSES_PER_TICK
    timing: list[tuple[int, int, Any]] = [
        (tempo.onset, _TEMPO, mido.MetaMessage("set_tempo", tempo=microseconds_of(tempo.qpm))) for tempo in piece.tempos
    ]
    metres, said = _metres(piece)
    for metre in metres:
        message = mido.MetaMessage("time_signature", numerator=metre.numerator, denominator=metre.denominator)
        timing.append((metre.onset * PULSES_PER_TICK, _METRE, message))
    for key in piece.keys:
        message = mido.MetaMessage("key_signature", key=_FLATS_TO_SHARPS[key.mode][key.fifths + 7])
        timing.append((key.onset * PULSES_PER_TICK, _KEY, message))
    mark = _mark(piece, notes, said)
    if mark:
        timing.append((0, _TEXT, mido.MetaMessage("text", text=mark)))
    timing.append((end, _TEXT, mido.MetaMessage("text", text=END_MARK)))

    played: list[tuple[int, int, Any]] = []
    name = clean_title(piece.title)
    if name:
        played.append((0, _NAME, mido.MetaMessage("track_name", name=name)))
    played.append((0, _PROGRAM, mido.Message("program_change", program=0)))
    for pedal in piece.pedal:
        message = mido.Message("control_change", control=SUSTAIN, value=pedal.value)
        played.append((pedal.onset, _PEDAL, message))
    for note in notes:
        # At one tick a key is let go before it is struck again.
        order = _NOTES + 2 * note.pitch
        played.append((note.last, order, mido.Message("note_on", note=note.pitch, velocity=0)))
        loudness = min(max(note.velocity, 1), 127)
        played.append((note.first, order + 1, mido.Message("note_on", note=note.pitch, velocity=loudness)))
    file = mido.MidiFile(ticks_per_beat=PULSES_PER_QUARTER, charset="utf-8")
    file.tracks.extend((_track(timing), _track(played)))
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _track(events: list[tuple[int, int, Any]]) -> "mido.MidiTrack":
    """Messages at absolute ticks as a track, one tick longer than its last event."""
    import mido

    track = mido.MidiTrack()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        message.time, now = tick - now, tick
        track.append(message)
    track.append(mido.MetaMessage("end_of_track", time=1))
    return track


@dataclass(slots=True)
class _Sounding:
    """A note as it is written and as it sounds, in ticks and in pulses."""

    onset: int
    end: int
    pitch: int
    velocity: int
    first: int
    last: int


def _without_overlaps(piece: Piece) -> list[_Sounding]:
    """The notes in order of sounding onset, then pitch, none overlapping another of its pitch."""
    apart: list[_Sounding] = []
    latest: dict[int, _Sounding] = {}
    notes = [
        _Sounding(note.onset, note.end, note.pitch, note.velocity, note.first_pulse, note.last_pulse)
        for note in piece.notes
    ]
    for note in sorted(notes, key=lambda note: (note.first, note.onset)):
        before = latest.get(note.pitch)
        if before and before.first == note.first:
            before.velocity = max(before.velocity, note.velocity)
            if note.last > before.last:
                before.end, before.last = note.end, note.last
            continue
        if before and before.last > note.first:
            # Of two that sound at once on one key, what is left sounds as long as the longer.
            note.end, note.last = max(note.end, before.end), max(note.last, before.last)
            before.last = note.first
            before.end = min(before.end, max(note.onset, before.onset + 1))
        latest[note.pitch] = note
        apart.append(note)
    return sorted(apart, key=lambda note: (note.first, note.pitch))


def _metres(piece: Piece) -> tuple[list[TimeSignature], bool]:
    """Metres as a file has them, an upbeat as one measure of its own length; and whether that says it."""
    metres = [one for one in piece.time_signatures if is_metre(one.numerator, one.denominator)]
    if not metres or metres[0].onset:
        metres.insert(0, TimeSignature())
    if not piece.upbeat:
        # Should they look like one, as in pieces of older links, they are read as one.
        return metres, True
    for denominator in (4, 8, 16, 32, 64):
        numerator, rest = divmod(piece.upbeat * denominator, TICKS_PER_MEASURE)
        if not rest and is_metre(numerator, denominator) and piece.upbeat < piece.n_ticks:
            behind = [replace(metres[0], onset=piece.upbeat), *metres[1:]]
            first = TimeSignature(0, numerator, denominator)
            if all(one.onset > piece.upbeat for one in metres[1:]) and upbeat_of([first, *behind]) == piece.upbeat:
                return [first, *behind], True
    return metres, False


def _mark(piece: Piece, notes: list[_Sounding], upbeat_said: bool) -> str:
    """What only Koe reads; empty where rounding and metres say all of it."""
    half = PULSES_PER_TICK // 2
    plain = all(
        (note.first + half) // PULSES_PER_TICK == note.onset
        and max((note.last + half) // PULSES_PER_TICK, note.onset + 1) == note.end
        for note in notes
    )
    if plain and upbeat_said and not piece.beats_estimated:
        return ""
    said: dict[str, Any] = {}
    if not plain:
        said["notes"] = [[note.onset, note.end - note.onset] for note in notes]
    if not upbeat_said:
        said["upbeat"] = piece.upbeat
    if piece.beats_estimated:
        said["beats_estimated"] = True
    packed = zlib.compress(json.dumps(said, separators=(",", ":")).encode(), 9)
    return WRITTEN_MARK + base64.b64encode(packed).decode()


def read_mark(text: bytes) -> Written | None:
    """Read what `write_midi` says of a piece in a text; None where it is damaged."""
    try:
        opener = zlib.decompressobj()
        said = json.loads(opener.decompress(base64.b64decode(text.removeprefix(WRITTEN_MARK.encode())), MAX_MARK_BYTES))
        notes = [(int(onset), int(duration)) for onset, duration in said.get("notes", [])]
        upbeat = said.get("upbeat")
        if upbeat is not None and not 0 <= int(upbeat) <= MAX_TICKS:
            return None
        estimated = said.get("beats_estimated") is True
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError, RecursionError):
        return None
    if not all(0 <= onset < MAX_TICKS and 1 <= duration <= MAX_TICKS - onset for onset, duration in notes):
        return None
    onsets, durations = zip(*notes, strict=True) if notes else ((), ())
    return Written(onsets, durations, upbeat, estimated)


def clean_title(title: str) -> str:
    """Make a track name printable, and short enough to be a title."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split())[:200]
