"""Hold what Koe plays of MIDI files against the files themselves.

    python tools/check_playing.py FOLDER [FOLDER ...] [--files 200] [--audio 20 [--as-is]] [--jobs 2] [--list]

Draws files by chance from all that lie below the folders, opens each one as the app does, and compares
the notes that FluidSynth is handed with those of the file: struck within 10 ms, as loud, held as
long, and, with the sustain pedal, sounding as long. The file is read by mido, with a tempo map of this
script's own, and nothing of Koe's readers. Instruments, volume and drums are left aside, and so are
keys that no piano has. With ``--audio`` some of them are also played by FluidSynth from the original
events, all on pianos, and the two sounds are compared: how alike their loudness goes, which is later, how
much louder one is than the other, and when each falls silent, which tells how long notes sound.

One piano has each key once and one pedal. Where a file strikes a key that another of its voices holds,
or gives one of its channels a pedal of its own, it cannot be played as written; such notes
are counted apart. Ends with 1 if any other note differs.
"""

import argparse
import io
import random
import subprocess
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise, repeat
from pathlib import Path

import mido
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koe.audio.events import midi_from_performance, read_performance
from koe.errors import KoeError
from koe.music.midi import read_midi, write_midi

NEAR_SEC = 0.010
LOWEST, HIGHEST, DRUMS, SUSTAIN, DOWN = 21, 108, 9, 64, 64
ALL_OFF, RESET = (120, 123), 121
SAME_SEC = 0.002  # struck at one moment
SLOW_SEC = 0.1  # how much later or earlier a sound is looked for
WINDOW_MS = 2000
RATE = 22_000  # Hz of the sounds that are compared
AUDIBLE = 0.02  # of the loudest moment
RINGS_SEC, FADES_SEC = 10.0, 1.0  # by the pedal, and when it is let go


@dataclass
class Sounded:
    """A note as it is heard, in seconds: held until ``let_go``, sounding until ``silent`` by the pedal."""

    start: float
    pitch: int
    velocity: int
    let_go: float
    silent: float
    channel: int
    shared: bool = False  # another voice holds or strikes the same key meanwhile


def sounded(midi: bytes) -> list[Sounded]:
    """All notes of a piano in a MIDI file, in order of time."""
    file = mido.MidiFile(file=io.BytesIO(midi), clip=True)
    moments = []  # tick, track, event
    for number, track in enumerate(file.tracks):
        tick = 0
        for event in track:
            tick += event.time
            moments.append((tick, number, event))
    moments.sort(key=lambda moment: moment[0])
    sec, last, length = 0.0, 0, 500_000
    open_notes: dict[tuple[int, int, int], list[Sounded]] = defaultdict(list)
    notes: list[Sounded] = []
    pedals: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for tick, number, event in moments:
        sec += (tick - last) * length / 1e6 / file.ticks_per_beat
        last = tick
        if event.type == "set_tempo":
            length = event.tempo
        elif event.type in ("note_on", "note_off") and event.channel != DRUMS and LOWEST <= event.note <= HIGHEST:
            key = (number, event.channel, event.note)
            if event.type == "note_on" and event.velocity:
                note = Sounded(sec, event.note, event.velocity, -1.0, -1.0, event.channel)
                open_notes[key].append(note)
                notes.append(note)
            elif open_notes[key]:
                open_notes[key].pop(0).let_go = sec
        elif event.type == "control_change" and event.control == SUSTAIN and event.channel != DRUMS:
            pedals[event.channel].append((sec, event.value >= DOWN))
        elif event.type == "control_change" and event.control == RESET and event.channel != DRUMS:
            pedals[event.channel].append((sec, False))
        elif event.type == "control_change" and event.control in ALL_OFF:
            for (track, channel, _), held in open_notes.items():
                if (track, channel) == (number, event.channel):
                    for note in held:
                        note.let_go = sec
                    held.clear()
    for note in notes:
        note.let_go = note.let_go if note.let_go >= 0 else sec
        note.silent = _lifted(pedals[note.channel], note.let_go)
    return notes


def _lifted(pedal: list[tuple[float, bool]], sec: float) -> float:
    """When what is let go at ``sec`` falls silent: then, or when the pedal is next lifted."""
    place = bisect_right(pedal, (sec, True))
    if not place or not pedal[place - 1][1]:
        return sec
    return next((at for at, down in pedal[place:] if not down), float("inf"))


def mark_shared(notes: list[Sounded]) -> None:
    """Find the notes that no single piano can play as they are written."""
    by_pitch = defaultdict(list)
    for note in notes:
        by_pitch[note.pitch].append(note)
    for same in by_pitch.values():
        for one, other in pairwise(same):
            if one.let_go > other.start + 1e-6 or other.start - one.start < SAME_SEC:
                one.shared = other.shared = True
        longest: Sounded | None = None
        for note in same:
            if longest and longest.let_go > note.start + 1e-6:
                note.shared = longest.shared = True
            if longest is None or note.let_go > longest.let_go:
                longest = note


def compare(original: list[Sounded], ours: list[Sounded], lead: float) -> Counter:
    """Count what agrees; ``lead`` is by how much later everything of ours begins."""
    by_pitch = defaultdict(list)
    for note in ours:
        by_pitch[note.pitch].append(note)
    starts = {pitch: [note.start for note in same] for pitch, same in by_pitch.items()}
    used: set[int] = set()
    count: Counter = Counter()
    # A key struck again ends what the pedal holds of it, on any piano; the last to be struck tells.
    for note in original:
        kind = "shared" if note.shared else "plain"
        count[kind] += 1
        at = note.start + lead
        place = bisect_left(starts.get(note.pitch, []), at - NEAR_SEC)
        match = None
        for candidate in by_pitch[note.pitch][place:]:
            if candidate.start > at + NEAR_SEC:
                break
            if id(candidate) not in used and (match is None or abs(candidate.start - at) < abs(match.start - at)):
                match = candidate
        if match is None:
            count[f"{kind}: not struck"] += 1
            continue
        used.add(id(match))
        count[f"{kind}: velocity"] += match.velocity != note.velocity
        count[f"{kind}: held"] += abs(match.let_go - note.let_go - lead) > NEAR_SEC
        ends = match.silent, note.silent + lead
        count[f"{kind}: sounding"] += ends[0] != ends[1] and abs(ends[0] - ends[1]) > NEAR_SEC
        count["latest_us"] = max(count["latest_us"], round(1e6 * abs(match.start - at)))
    count["struck besides"] = len(ours) - len(used)
    return count


def lead_of(original: list[Sounded], ours: list[Sounded]) -> float:
    """By how much later ours begins: a performance's first beat may lie before its first note."""
    return ours[0].start - original[0].start if original and ours else 0.0


# -- the sounds themselves ---------------------------------------------------


def as_pianos(midi: bytes, as_is: bool = False) -> bytes:
    """The file with every channel on a piano at one volume, since Koe plays nothing else.

    Its time is written out in milliseconds unless it is to stay ``as_is``: FluidSynth's player takes whole
    milliseconds at each change of tempo, which add up.
    """
    file = mido.MidiFile(file=io.BytesIO(midi), clip=True)
    kept = ("note_on", "note_off", "set_tempo") if as_is else ("note_on", "note_off")
    seconds = _clock(file)
    for index, track in enumerate(file.tracks):
        tick = now = 0
        events = mido.MidiTrack()
        for event in track:
            tick += event.time
            piano = event.type in kept or (
                event.type == "control_change" and event.control in (SUSTAIN, RESET, *ALL_OFF)
            )
            if piano and getattr(event, "channel", 0) != DRUMS and LOWEST <= getattr(event, "note", 60) <= HIGHEST:
                at = tick if as_is else round(seconds(tick) * 2000)
                events.append(event.copy(time=at - now))
                now = at
        events.append(mido.MetaMessage("end_of_track", time=0))
        file.tracks[index] = events
    if not as_is:
        file.ticks_per_beat = 1000  # at 120 a minute, which holds where nothing is said
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def _clock(file: mido.MidiFile) -> Callable[[int], float]:
    """When each tick sounds."""
    tempos, tick = [], 0
    for event in mido.merge_tracks(file.tracks):
        tick += event.time
        if event.type == "set_tempo":
            tempos.append((tick, event.tempo))
    ticks, secs, lengths = [0], [0.0], [500_000]
    for tick, length in tempos:
        secs.append(secs[-1] + (tick - ticks[-1]) * lengths[-1] / 1e6 / file.ticks_per_beat)
        ticks.append(tick)
        lengths.append(length)

    def seconds(tick: int) -> float:
        place = bisect_right(ticks, tick) - 1
        return secs[place] + (tick - ticks[place]) * lengths[place] / 1e6 / file.ticks_per_beat

    return seconds


def fluidsynth(midi: bytes, soundfont: Path) -> np.ndarray:
    """What FluidSynth makes of the bytes, without a room that would blur it: float32, shape ``(frames,)``."""
    import soundfile

    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.mid"), Path(folder, "out.wav")
        source.write_bytes(midi)
        options = ["-ni", "-q", "-C", "0", "-R", "0", "-g", "1", "-f", "/dev/null", "-T", "wav", "-O", "float"]
        subprocess.run(
            ["fluidsynth", *options, "-r", str(RATE), "-F", str(target), str(soundfont), str(source)],
            check=True,
            capture_output=True,
        )
        samples, _ = soundfile.read(target, dtype="float32", always_2d=True)
    return samples.mean(axis=1)


def loudness(samples: np.ndarray, hop: int = RATE // 1000) -> np.ndarray:
    """RMS of windows of a millisecond, smoothed over eleven."""
    whole = samples[: len(samples) // hop * hop].reshape(-1, hop)
    return np.sqrt(np.convolve((whole**2).mean(axis=1), np.full(11, 1 / 11), "same") + 1e-12)


@dataclass
class Heard:
    """How two files sound, by windows of two seconds: ours against the original."""

    start_ms: np.ndarray  # of each window
    late_ms: np.ndarray  # by so much ours is later
    alike: np.ndarray  # the correlation of the loudness then
    louder_db: np.ndarray  # in place
    silent_ms: int  # by so much later ours falls silent at the end

    def without(self, notes: Iterable[Sounded]) -> "Heard":
        """The windows in which none of these notes sounds, or has just faded."""
        free = np.ones(len(self.start_ms), dtype=bool)
        for note in notes:
            fades_ms = 1000 * (min(note.silent, note.let_go + RINGS_SEC) + FADES_SEC)
            free &= (self.start_ms > fades_ms) | (self.start_ms + WINDOW_MS + 1000 * SLOW_SEC < 1000 * note.start)
        return Heard(self.start_ms[free], self.late_ms[free], self.alike[free], self.louder_db[free], self.silent_ms)


def hear_both(original: bytes, ours: bytes, soundfont: Path) -> Heard:
    """Have FluidSynth play two files, and compare what it makes of them."""
    first, second = (loudness(fluidsynth(midi, soundfont)) for midi in (original, ours))
    starts, late, alike, louder = [], [], [], []
    reach = round(1000 * SLOW_SEC)
    for start in range(reach, min(len(first), len(second)) - WINDOW_MS - reach, WINDOW_MS):
        window = first[start : start + WINDOW_MS]
        if window.max() < AUDIBLE * first.max():
            continue
        shifted = sliding_window_view(second[start - reach : start + WINDOW_MS + reach], WINDOW_MS)
        at = _correlations(window, shifted)
        starts.append(start)
        late.append(int(np.argmax(at)) - reach)
        alike.append(float(at.max()))
        louder.append(_level_db(second[start : start + WINDOW_MS]) - _level_db(window))
    ends = [int(np.flatnonzero(sound > AUDIBLE * first.max())[-1]) for sound in (first, second)]
    return Heard(np.array(starts), np.array(late), np.array(alike), np.array(louder), ends[1] - ends[0])


def _level_db(loud: np.ndarray) -> float:
    return float(10 * np.log10((loud**2).mean()))


def _correlations(window: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Pearson's coefficient of a window with each of others."""
    centered = window - window.mean()
    spread = others.std(axis=1) * window.std() * len(window)
    return others @ centered / np.maximum(spread, 1e-12)


def files_below(folders: Iterable[Path], n_files: int, seed: int) -> list[Path]:
    """So many files, drawn by chance."""
    found = sorted(path for folder in folders for path in folder.rglob("*.mid"))
    return sorted(random.Random(seed).sample(found, min(n_files, len(found))))


@dataclass
class Checked:
    """What was found of one file: counts, lines to be printed, and the sound where it was heard."""

    count: Counter
    lines: list[str]
    heard: Heard | None = None
    apart: Heard | None = None  # where no key that two voices share sounds


def check_file(path: Path, hear: bool, as_is: bool, name_all: bool) -> Checked:
    """Hold what Koe plays of a file against the file."""
    data = path.read_bytes()
    try:
        original = sounded(data)
    except (OSError, ValueError, EOFError, KeyError, IndexError) as error:
        return Checked(Counter({"refused by mido": 1}), [f"{path}: mido refuses it: {error}"])
    try:
        piece = read_midi(data, name=path.name)
        ours = midi_from_performance(read_performance(write_midi(piece)))
    except KoeError as error:
        return Checked(Counter({"refused by Koe": 1}), [f"{path}: {error}"])
    mark_shared(original)
    played = sounded(ours)
    lead = lead_of(original, played) if piece.beats_estimated else 0.0
    count = compare(original, played, lead)
    wrong = {name: n for name, n in count.items() if name.startswith("plain: ") and n}
    count["files"] = 1
    count["files with pedal"] = bool(piece.pedal)
    count["files that differ"] = bool(wrong)
    count["files with beats found"] = piece.beats_estimated
    lines = []
    if name_all and (wrong or count["struck besides"]):
        channels = sorted({note.channel for note in original})
        lines.append(f"{path}: {wrong}, besides {count['struck besides']}, channels {channels}, lead {lead:.3f}")
    if not hear:
        return Checked(count, lines)
    from koe.audio import default_soundfont

    heard = hear_both(as_pianos(data, as_is), ours, default_soundfont())
    said = "all of it too short or soft to compare"
    if len(late := heard.late_ms):
        said = f"later by {late.min():+.0f} to {late.max():+.0f} ms, loudness alike by {heard.alike.min():.3f}, median "
        said += (
            f"{np.median(heard.alike):.4f}, louder by {heard.louder_db.min():+.2f} to {heard.louder_db.max():+.2f} dB"
        )
    said += f", silent {heard.silent_ms:+} ms later"
    lines.append(f"{path.name}: {len(piece.tempos)} tempos, {piece.duration_sec:.0f} s; {said}")
    return Checked(count, lines, heard, heard.without(note for note in original if note.shared))


def _of_sounds(heard: list[Heard]) -> str:
    if not any(len(one.late_ms) for one in heard):
        return "nothing to compare"
    late = np.concatenate([one.late_ms for one in heard])
    alike = np.concatenate([one.alike for one in heard])
    louder = np.abs(np.concatenate([one.louder_db for one in heard]))
    silent = np.abs([one.silent_ms for one in heard])
    return (
        f"{len(late)} times two seconds; within 10 ms {np.mean(np.abs(late) <= 10):.2%}, "
        f"later by {late.min():+.0f} to {late.max():+.0f} ms; "
        f"loudness alike by {np.quantile(alike, 0.01):.3f} in 99 %, "
        f"median {np.median(alike):.4f}; louder or softer by {np.quantile(louder, 0.99):.2f} dB in 99 %, "
        f"median {np.median(louder):.3f}; silent within 10 ms in {np.mean(silent <= 10):.1%} of {len(heard)} files"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Hold what Koe plays of MIDI files against the files themselves.")
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--audio", type=int, default=0, help="of so many the sound too")
    parser.add_argument("--as-is", action="store_true", help="leave changes of tempo to FluidSynth, which adds them up")
    parser.add_argument("--jobs", type=int, default=1, help="files at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="name every file that differs")
    arguments = parser.parse_args()
    total: Counter = Counter()
    chosen = files_below(arguments.folder, arguments.files, arguments.seed)
    by_ear = set(random.Random(arguments.seed).sample(chosen, min(arguments.audio, len(chosen))))
    latest = 0
    heard: list[Heard] = []
    apart: list[Heard] = []
    with ProcessPoolExecutor(arguments.jobs) as pool:
        options = ([path in by_ear for path in chosen], repeat(arguments.as_is), repeat(arguments.list))
        for checked in pool.map(check_file, chosen, *options):
            for line in checked.lines:
                print(line, flush=True)
            latest = max(latest, checked.count["latest_us"])
            total.update(checked.count)
            heard += [checked.heard] if checked.heard else []
            apart += [checked.apart] if checked.apart else []
    total["latest_us"] = latest
    for name in sorted(total):
        print(f"{name:28} {total[name]:9,}")
    if heard:
        print("sounds:", _of_sounds(heard))
        print("without keys that voices share:", _of_sounds(apart))
    return 1 if total["files that differ"] or not total["files"] else 0


if __name__ == "__main__":
    sys.exit(main())
