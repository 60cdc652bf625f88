"""Reading the MIDI files that pretty_midi refuses or misreads.

Many files in the wild break the standard and play well all the same. This
reader takes what is there: it skips chunks and events it does not know,
trusts no length that leads out of the file, keeps running status across meta
events, ends notes that have no end, and stops where a file is cut off. It
allocates nothing by a number that the file claims.

References
----------
Standard MIDI Files 1.0, RP-001, MIDI Manufacturers Association, 1996. Texts
that begin with ``@``: the karaoke files of the 1990s.
"""

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from koe.errors import MidiError
from koe.music.grid import MAX_NOTES
from koe.music.midi_pairing import KeyEvents, paired_ends, silenced
from koe.music.midi_text import decoded
from koe.music.midi_writing import END_MARK, SUSTAIN, WRITTEN_MARK, read_mark
from koe.music.quantize import KEYBOARD_PROGRAMS, TickScore

MAX_STRIKES = 2 * MAX_NOTES  # note-ons that are read before notes are sorted and cut to MAX_NOTES
MAX_SYSTEM_EVENTS = 300_000  # meta events and system messages; real files have a few thousand
MAX_TRACKS = 1024
MAX_TEXT_BYTES = 1024  # of a name
MIN_DOUBLED = 4  # notes; fewer may be struck alike by two voices
N_CHANNELS = 16
DRUM_CHANNEL = 9
DEFAULT_TICKS_PER_QUARTER = 480  # where the header says 0
SMPTE_QUARTER_SEC = 0.5  # files in seconds have no beat; 120 quarters a minute are laid over them
LONGEST_UNENDED = 4  # quarters that a note without an end sounds after its track's last note event
LONGEST_HELD = 16  # quarters that a note without an end sounds at most

_TEXT, _TRACK_NAME, _LYRIC, _END_OF_TRACK = 0x01, 0x03, 0x05, 0x2F
_TEMPO, _TIME_SIGNATURE, _KEY_SIGNATURE = 0x51, 0x58, 0x59
# Controllers that end all notes of a channel, and the one that lifts its pedal among others.
ALL_OFF, _RESET = (120, 123), 121
_KARAOKE = b"@"  # begins texts about the song, RP-019 and before
_KARAOKE_TITLE = b"@T"
_SYSTEM_DATA_BYTES = {0xF1: 1, 0xF2: 2, 0xF3: 1}


def read_forgiving(data: bytes) -> TickScore:
    """Read whatever can be used of a MIDI file.

    Parameters
    ----------
    data : bytes
        From ``MThd`` on, see `koe.music.midi_container.unwrap`.

    Raises
    ------
    MidiError
        If there is no track.
    """
    return read_with_doubts(data)[0]


def read_with_doubts(data: bytes) -> tuple[TickScore, bool]:
    """Read as `read_forgiving` does, and tell whether another reader could take the file differently.

    Returns
    -------
    score : TickScore
    doubtful : bool
        False where the file leaves no room: every track ends with its chunk
        and by its own end event, its running status goes back to a channel
        message, every length and tempo is written as the standard says.
        pretty_midi then reads the same, if it takes the file at all.
    """
    file_format = int.from_bytes(data[8:10])
    division = int.from_bytes(data[12:14])
    score = TickScore(_ticks_per_quarter(division), np.zeros((0, 4), dtype=np.int64))
    if not division:
        score.warnings.append("The file does not say how long a beat is; the usual length was assumed.")
    budget = _Budget()
    n_tracks, n_unended, start_tick = 0, 0, 0
    cut_off = doubtful = False
    voices: list[list[tuple[int, int, int, int]]] = []
    titles: list[bytes] = []
    names: list[bytes] = []
    position = _first_chunk(data)
    while n_tracks < MAX_TRACKS and (position := _next_track(data, position)) >= 0:
        stop, trusted = _track_end(data, position)
        track = _Track(score, start_tick, budget)
        ended = track.scan(data, position + 8, stop)
        n_tracks += 1
        cut_off |= track.cut_off or not (track.ended or trusted)
        chunk_end = position + 8 + int.from_bytes(data[position + 4 : position + 8])
        doubtful |= track.doubtful or track.cut_off or not track.ended or ended != chunk_end
        n_unended += track.collect(voices)
        titles += track.titles
        if track.name and not (track.sings and not track.keys):  # the words of a song are no piece
            names.append(track.name)
        if file_format == 2:
            # Format 2 holds independent patterns, which sound one after another, each from a beat on.
            start_tick = math.ceil(math.ceil(track.end_tick / score.ticks_per_quarter) * score.ticks_per_quarter)
        position = stop if trusted else ended
    if not n_tracks:
        raise MidiError("The MIDI file holds no track: it is cut off or damaged. Export it again.")
    if division & 0x8000:
        score.tempos.clear()  # time runs in frames a second, whatever the tempo
    if cut_off:
        score.warnings.append("The file is cut off before its end; what is there was read.")
    if n_unended:
        count = "1 note of the file has" if n_unended == 1 else f"{n_unended} notes of the file have"
        score.warnings.append(
            f"{count} no end; what is not ended by the next strike of its key or the end of the music "
            f"was ended after {LONGEST_HELD} quarters."
        )
    if n_tracks == MAX_TRACKS or not budget.strikes or not budget.system_events:
        score.warnings.append("The file holds far more events than music needs; not all of them were looked at.")
    n_doubled = _merge_doubled(voices)
    if n_doubled:
        count = "1 track repeats" if n_doubled == 1 else f"{n_doubled} tracks repeat"
        score.warnings.append(f"{count} the notes of another; they were read once.")
        score.doubled = True
    score.track_names = decoded([*titles, *names])
    notes = [note for voice in voices for note in voice]
    score.notes = np.array(notes, dtype=np.int64).reshape(-1, 4)
    return score, doubtful or n_tracks == MAX_TRACKS


def _merge_doubled(voices: list[list[tuple[int, int, int, int]]]) -> int:
    """Empty the voices that strike what another one strikes; return how many there were.

    Loudness and lengths may differ, the latter unless the voices are so short
    that they may meet by chance: the louder and the longer note stays.
    """
    n_doubled = 0
    seen: defaultdict[int, list[int]] = defaultdict(list)  # voices by how many notes they have
    for index, voice in enumerate(voices):
        alike = seen[len(voice)]
        if alike:
            voice.sort(key=_place)
        for first in alike:
            voices[first].sort(key=_place)
            if _strike_alike(voices[first], voice):
                voices[first] = [
                    (one[0], max(one[1], other[1]), one[2], max(one[3], other[3]))
                    for one, other in zip(voices[first], voice, strict=True)
                ]
                voices[index] = []
                n_doubled += 1
                break
        else:
            alike.append(index)
    return n_doubled


def _place(note: tuple[int, int, int, int]) -> tuple[int, int, int]:
    return note[0], note[2], note[1]


def _strike_alike(voice: list[tuple[int, int, int, int]], other: list[tuple[int, int, int, int]]) -> bool:
    """Whether two voices of as many notes, in order, strike the same keys at the same times."""
    short = len(voice) < MIN_DOUBLED
    return all(
        one[0] == two[0] and one[2] == two[2] and (one[1] == two[1] or not short)
        for one, two in zip(voice, other, strict=True)
    )


def _ticks_per_quarter(division: int) -> float:
    if division & 0x8000:
        frames_a_second = {29: 30 / 1.001}.get(256 - (division >> 8), 256 - (division >> 8))
        return max(frames_a_second * (division & 0xFF or 1) * SMPTE_QUARTER_SEC, 1.0)
    return float(division or DEFAULT_TICKS_PER_QUARTER)


def _first_chunk(data: bytes) -> int:
    """Where the header ends; its length is 6 whatever it claims, unless a chunk begins where it says."""
    claimed = 8 + int.from_bytes(data[4:8])
    return claimed if claimed > 14 and data[claimed : claimed + 4] == b"MTrk" else 14


def _next_track(data: bytes, position: int) -> int:
    """Where the next track chunk begins at or after ``position``; -1 if there is none."""
    while data[position : position + 4] != b"MTrk":
        after = position + 8 + int.from_bytes(data[position + 4 : position + 8])
        if not _is_chunk(data, position) or not _is_chunk(data, after):
            return data.find(b"MTrk", position)
        position = after
    return position


def _is_chunk(data: bytes, position: int) -> bool:
    """Whether a chunk could begin here: four letters and a length."""
    name = data[position : position + 4]
    return len(data) >= position + 8 and name.isascii() and name.isalnum()


def _track_end(data: bytes, position: int) -> tuple[int, bool]:
    """End of the track chunk at ``position``, and whether its length can be trusted."""
    stop = position + 8 + int.from_bytes(data[position + 4 : position + 8])
    # Up to seven bytes of padding may follow the last chunk.
    if stop <= len(data) < stop + 8 or (stop < len(data) and _is_chunk(data, stop)):
        return stop, True
    following = data.find(b"MTrk", position + 8)
    return (following if following >= 0 else len(data)), False


@dataclass
class _Budget:
    """How much more is read of one file, over all its tracks."""

    strikes: int = MAX_STRIKES
    system_events: int = MAX_SYSTEM_EVENTS


class _Track:
    """One track while it is read; tempo, metre and names go to ``score`` at once."""

    def __init__(self, score: TickScore, start_tick: int, budget: _Budget) -> None:
        self.score = score
        self.tick = start_tick
        self.last_note_tick = start_tick
        self.budget = budget
        self.name = b""
        self.titles: list[bytes] = []
        self.sings = False  # whether there are words to be sung
        self.ended = False  # whether an end-of-track event was met
        self.cut_off = False
        self.doubtful = False  # whether something was read that can be read in two ways
        self.keys: defaultdict[int, KeyEvents] = defaultdict(list)  # by channel * 128 + pitch
        self.silenced: defaultdict[int, list[int]] = defaultdict(list)  # by channel: when all its notes end
        self.pedal_down: set[int] = set()  # channels

    def scan(self, data: bytes, position: int, stop: int) -> int:
        """Read the events from ``position`` to ``stop`` at most; return where reading ended."""
        tick, last_note_tick, keys = self.tick, self.last_note_tick, self.keys
        kind = channel = 0  # of the status that holds
        others = [False] * N_CHANNELS  # which channels play an instrument without a keyboard
        n_others = 0
        interrupted = False  # whether a system message came after the status
        strikes_left = self.budget.strikes
        try:
            while position < stop and strikes_left > 0:
                byte = data[position]
                position += 1
                if byte < 0x80:
                    tick += byte
                else:
                    delta = byte & 0x7F
                    while byte >= 0x80:
                        byte = data[position]
                        position += 1
                        delta = delta << 7 | byte & 0x7F
                        if delta > 0x0FFFFFFF:
                            raise IndexError  # a length of more than four bytes: the track is damaged
                    tick += delta
                byte = data[position]
                if byte >= 0xF0:
                    self.tick = tick
                    position = self._system_event(data, position, stop)
                    self.budget.system_events -= 1
                    if self.ended or not self.budget.system_events:
                        break
                    interrupted |= byte != 0xFF
                    continue
                if byte >= 0x80:
                    kind, channel = byte & 0xF0, byte & 0x0F
                    position += 1
                    interrupted = False
                elif interrupted:
                    self.doubtful = True
                if kind == 0x90 or kind == 0x80:
                    velocity = data[position + 1] & 0x7F if kind == 0x90 else 0
                    keys[channel << 7 | data[position] & 0x7F].append((tick, velocity))
                    last_note_tick = tick
                    if velocity:
                        strikes_left -= 1
                        n_others += others[channel]
                    position += 2
                elif kind == 0xC0:
                    others[channel] = channel != DRUM_CHANNEL and data[position] & 0x7F not in KEYBOARD_PROGRAMS
                    position += 1
                elif kind == 0xB0:
                    self._controller(data[position] & 0x7F, data[position + 1] & 0x7F, channel, tick)
                    position += 2
                elif kind == 0xD0:
                    position += 1
                elif kind:
                    position += 2
                else:
                    position += 1  # a data byte before any status: skipped
        except IndexError:
            self.cut_off = True  # within an event
            position = stop
        self.tick, self.last_note_tick = tick, last_note_tick
        self.budget.strikes = strikes_left
        self.score.n_other_instruments += n_others
        return min(position, stop)

    def _controller(self, controller: int, value: int, channel: int, tick: int) -> None:
        """Take what a controller says of the pedal, or of all notes of its channel."""
        if controller in ALL_OFF:
            self.silenced[channel].append(tick)
        elif channel == DRUM_CHANNEL or controller not in (SUSTAIN, _RESET):
            return
        elif controller == SUSTAIN:
            self.score.pedal.append((tick, value))
            (self.pedal_down.add if value else self.pedal_down.discard)(channel)
        elif channel in self.pedal_down:
            self.score.pedal.append((tick, 0))
            self.pedal_down.discard(channel)

    def _system_event(self, data: bytes, position: int, stop: int) -> int:
        """Read a meta event or step over a system message; return where the next event begins."""
        status = data[position]
        position += 1
        if 0xF1 <= status <= 0xFE and status != 0xF7:
            return position + _SYSTEM_DATA_BYTES.get(status, 0)
        kind = -1
        if status == 0xFF:
            kind = data[position]
            position += 1
        length = 0
        for _ in range(4):
            byte = data[position]
            position += 1
            length = length << 7 | byte & 0x7F
            if byte < 0x80:
                break
        else:
            self.doubtful = True
        end = position + length
        if end > stop:
            self.cut_off = True
            return stop
        if kind == _END_OF_TRACK:
            self.ended = True
        elif kind == _TEMPO:
            microseconds = int.from_bytes(data[position:end]) if length == 3 else 0
            if microseconds:
                self.score.tempos.append((self.tick, microseconds))
            self.doubtful |= length != 3
        elif kind == _TIME_SIGNATURE and length >= 2 and data[position + 1] < 8:
            self.score.time_signatures.append((self.tick, data[position], 1 << data[position + 1]))
        elif kind == _KEY_SIGNATURE and length >= 2:
            fifths = (data[position] ^ 0x80) - 0x80  # a signed byte
            self.score.key_signatures.append((self.tick, fifths, "minor" if data[position + 1] == 1 else "major"))
        elif kind == _TRACK_NAME:
            self.name = self.name or data[position : min(end, position + MAX_TEXT_BYTES)]
        elif kind in (_TEXT, _LYRIC):
            self._words(kind, data[position:end])
        return end

    def _words(self, kind: int, text: bytes) -> None:
        """Take what a text says of the piece."""
        if text.startswith(_KARAOKE_TITLE) and text[2:].strip():
            self.titles.append(text[2 : 2 + MAX_TEXT_BYTES])
        elif text == END_MARK.encode():
            self.doubtful |= self.score.end_tick is not None
            self.score.end_tick = self.tick
        elif text.startswith(WRITTEN_MARK.encode()):
            self.score.written = read_mark(text)
        self.sings |= kind == _LYRIC or text.startswith(_KARAOKE)

    @property
    def end_tick(self) -> int:
        """Where the track ends, unless that is far behind its last note."""
        return min(self.tick, self.last_note_tick + round(LONGEST_UNENDED * self.score.ticks_per_quarter))

    def collect(self, voices: list[list[tuple[int, int, int, int]]]) -> int:
        """Add the notes of each channel (start, end, pitch, velocity); return how many had no end."""
        n_unended = 0
        channels: defaultdict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        longest = round(LONGEST_HELD * self.score.ticks_per_quarter)
        for key, events in self.keys.items():
            if key >> 7 == DRUM_CHANNEL:
                self.score.n_drums += sum(velocity > 0 for _, velocity in events)
                continue
            if key >> 7 in self.silenced:
                events = silenced(events, self.silenced[key >> 7])
            paired, n_open = paired_ends(events, self.end_tick, longest)
            n_unended += n_open
            pitch = key & 0x7F
            channels[key >> 7].extend((start, end, pitch, velocity) for start, end, velocity in paired)
        voices.extend(channels.values())
        return n_unended
