"""The concert grand: unpacked once, and of it only what a piece needs.

It ships as SF3, whose Ogg streams FluidSynth and TinySoundFont would decode
whole each time they load it: half an hour of sound. Here each stream is
decoded once, into a folder of caches, and each piece gets a soundfont with
only the samples that it strikes, as long as it holds them. That is loaded in
a few hundredths of a second, whatever the size of the whole.

`python -m koe.audio.grand` unpacks all of it beforehand; what is not there
when a piece needs it is decoded then.
"""

import hashlib
import io
import itertools
import logging
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from koe.audio import sf2
from koe.audio.events import (
    ALL_NOTES_OFF,
    CONTROL,
    DRUM_CHANNEL,
    NOTE_OFF,
    NOTE_ON,
    PEDAL_DOWN,
    RESET_CONTROLLERS,
    SUSTAIN,
    TAIL_SEC,
    Performance,
)
from koe.audio.soundfonts import grand_soundfont
from koe.errors import AudioError, KoeError
from koe.settings import cache_folder

# FluidSynth's reverb for this piano alone, whose samples hold next to no room: a small hall.
HALL = {"room-size": 0.62, "damp": 0.35, "width": 0.9, "level": 0.55}
MARGIN_SEC = 0.1  # of each sample beyond what is heard of it
SILENCE = 48  # frames that stand for a sample nobody hears
# Strikes a second, on average, from which on dampers fall unheard: their noise lies under the notes that follow, and
# each costs a voice as long as the note.
BUSY = 6.0
_NO_KEY = 127  # a range of keys from 127 to 0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Grand:
    """A packed piano with one preset.

    Attributes
    ----------
    font : sf2.SoundFont
    folder : Path
        Where its unpacked samples lie.
    zones : np.ndarray, shape=(n, 6)
        Lowest and highest key, lowest and highest velocity, sample, loop mode.
    release_sec : np.ndarray, shape=(n,)
        How long each zone sounds on when the dampers fall.
    key_ranges : np.ndarray, shape=(n,)
        Which row of its generators says a zone's keys.
    """

    font: sf2.SoundFont
    folder: Path
    zones: np.ndarray
    release_sec: np.ndarray
    key_ranges: np.ndarray


def is_grand(soundfont: Path) -> bool:
    """Tell whether this is the piano that ships with Koe."""
    grand = grand_soundfont()
    return grand is not None and soundfont.resolve() == grand.resolve()


@lru_cache(maxsize=2)
def load(soundfont: Path) -> Grand:
    """Read its tables.

    Raises
    ------
    AudioError
        If the file breaks off.
    """
    font = sf2.read(soundfont)
    identity = hashlib.sha256(b"".join(font.tables[name].tobytes() for name in sf2.TABLES)).hexdigest()[:16]
    zones, release_sec, key_ranges = [], [], []
    bags, generators = font.tables[b"ibag"]["generator"], font.tables[b"igen"]
    for start, stop in itertools.pairwise(bags):
        zone = dict(generators[start:stop].tolist())
        if sf2.SAMPLE in zone:
            keys, velocities = (zone.get(kind, 127 << 8) for kind in (sf2.KEY_RANGE, sf2.VELOCITY_RANGE))
            ranges = (keys & 255, keys >> 8, velocities & 255, velocities >> 8)
            zones.append((*ranges, zone[sf2.SAMPLE], zone.get(sf2.LOOP_MODE, 0)))
            cents = zone.get(sf2.VOLUME_RELEASE, 0)
            kinds = generators[start:stop]["kind"].tolist()
            key_ranges.append(start + kinds.index(sf2.KEY_RANGE) if sf2.KEY_RANGE in kinds else -1)
            release_sec.append(2 ** ((cents - (cents >> 15 << 16)) / 1200))
    return Grand(
        font, cache_folder() / "soundfonts" / identity, np.array(zones), np.array(release_sec), np.array(key_ranges)
    )


def tailored(soundfont: Path, performance: Performance) -> memoryview:
    """Make a soundfont (SF2) with what a performance needs; everything else in it is silent.

    Raises
    ------
    AudioError
        If the piano's file cannot be read.
    """
    grand = load(soundfont)
    n_needed = needed_frames(grand, performance)
    headers = grand.font.tables[b"shdr"].copy()
    parts = [np.zeros(SILENCE + sf2.PADDING, "<i2")]
    position = len(parts[0])
    padding = np.zeros(sf2.PADDING, "<i2")
    for number, header in enumerate(headers[:-1]):
        header["kind"] = int(header["kind"]) & ~sf2.VORBIS
        if not (n := n_needed.get(number, 0)):
            header["start"], header["stop"] = header["loop_start"], header["loop_stop"] = 0, SILENCE
            continue
        samples = pcm(grand, number, n)
        looped = header["loop_stop"] > header["loop_start"]
        loop = (header["loop_start"], header["loop_stop"]) if looped else (0, len(samples))
        header["start"], header["stop"] = position, position + len(samples)
        header["loop_start"], header["loop_stop"] = position + loop[0], position + loop[1]
        parts += [samples, padding]
        position += len(samples) + len(padding)
    info = {**grand.font.info, b"ifil": b"\2\0\4\0"}
    tables = {**grand.font.tables, b"shdr": headers}
    if is_busy(performance):
        tables[b"igen"] = tables[b"igen"].copy()
        dampers = grand.key_ranges[(grand.zones[:, 5] != 0) & (grand.key_ranges >= 0)]
        tables[b"igen"]["amount"][dampers] = _NO_KEY
    target = io.BytesIO()
    sf2.write(target, info, tables, (part.data.cast("B") for part in parts), 2 * position)
    return target.getbuffer()


def is_busy(performance: Performance) -> bool:
    """Whether so much is struck that nobody hears the dampers."""
    return performance.n_notes > BUSY * max(performance.end_sec, 1.0)


def needed_frames(grand: Grand, performance: Performance) -> dict[int, int]:
    """How many frames of which samples a performance hears."""
    longest: dict[tuple[int, int], float] = {}
    left: dict[tuple[int, int], float] = {}  # until the sound ends
    for key, velocity, onset_sec, stop_sec in struck(performance):
        which = (key, velocity)
        longest[which] = max(longest.get(which, 0.0), stop_sec - onset_sec)
        left[which] = max(left.get(which, 0.0), performance.end_sec + TAIL_SEC - onset_sec)
    n_needed: dict[int, int] = {}
    busy = is_busy(performance)
    low_key, high_key, low_velocity, high_velocity, sample, loop = grand.zones.T
    shdr = grand.font.samples
    for (key, velocity), held_sec in longest.items():
        played = (low_key <= key) & (key <= high_key) & (low_velocity <= velocity) & (velocity <= high_velocity)
        for zone in np.flatnonzero(played):
            number = int(sample[zone])
            if loop[zone]:
                if busy:
                    continue
                n_needed[number] = sys.maxsize
                continue
            seconds = min(held_sec + grand.release_sec[zone], left[key, velocity]) + MARGIN_SEC
            speed = 2 ** ((key - int(shdr["root_key"][number])) / 12) * int(shdr["sample_rate"][number])
            n_needed[number] = max(n_needed.get(number, 0), math.ceil(seconds * speed))
    return n_needed


def struck(performance: Performance) -> Iterator[tuple[int, int, float, float]]:
    """Key, velocity, onset and the moment when its damper falls, of each strike."""
    keys_down: dict[tuple[int, int], list[tuple[int, float]]] = {}
    by_pedal: dict[int, list[tuple[int, int, float]]] = {}
    pedal: dict[int, bool] = {}
    for event in performance.events:
        channel, key = event.channel, event.data1
        if event.kind == NOTE_ON and channel != DRUM_CHANNEL:
            keys_down.setdefault((channel, key), []).append((event.data2, event.onset_sec))
        elif event.kind == NOTE_OFF:
            for velocity, onset_sec in keys_down.pop((channel, key), ()):
                if pedal.get(channel):
                    by_pedal.setdefault(channel, []).append((key, velocity, onset_sec))
                else:
                    yield key, velocity, onset_sec, event.onset_sec
        elif event.kind == CONTROL and event.data1 in (SUSTAIN, RESET_CONTROLLERS):
            pedal[channel] = event.data1 == SUSTAIN and event.data2 >= PEDAL_DOWN
            if not pedal[channel]:
                yield from ((*strike, event.onset_sec) for strike in by_pedal.pop(channel, ()))
        elif event.kind == CONTROL and event.data1 == ALL_NOTES_OFF:
            for which in [which for which in keys_down if which[0] == channel]:
                held = [(which[1], velocity, onset_sec) for velocity, onset_sec in keys_down.pop(which)]
                if pedal.get(channel):
                    by_pedal.setdefault(channel, []).extend(held)
                else:
                    yield from ((*strike, event.onset_sec) for strike in held)
    end_sec = performance.end_sec + TAIL_SEC
    for (_, key), strikes in keys_down.items():
        yield from ((key, velocity, onset_sec, end_sec) for velocity, onset_sec in strikes)
    for held in by_pedal.values():
        yield from ((*strike, end_sec) for strike in held)


def pcm(grand: Grand, number: int, n_frames: int) -> np.ndarray:
    """Give the beginning of a sample, from the cache or else decoded into it: int16, shape ``(frames,)``."""
    path = grand.folder / f"{number}.pcm"
    try:
        return np.fromfile(path, "<i2", min(n_frames, 1 << 31))
    except OSError:
        samples = decode(grand, number)
        _keep(path, samples)
        return samples[:n_frames]


def decode(grand: Grand, number: int) -> np.ndarray:
    """Decode a sample whole.

    Raises
    ------
    AudioError
        If its stream is damaged, or soundfile is missing.
    """
    header = grand.font.samples[number]
    try:
        import soundfile

        with grand.font.path.open("rb") as file:
            file.seek(grand.font.samples_at + int(header["start"]))
            stream = file.read(int(header["stop"]) - int(header["start"]))
        samples, _ = soundfile.read(io.BytesIO(stream), dtype="int16")
    except (ImportError, OSError, RuntimeError) as error:
        raise AudioError(f"The soundfont {grand.font.path} is damaged ({error}); install it again.") from error
    return samples.astype("<i2", copy=False)


def unpack(soundfont: Path, n_threads: int = 2) -> int:
    """Decode all samples that are not in the cache yet, and drop what other versions left there; how many there are.

    Raises
    ------
    AudioError
        If the piano's file is damaged.
    """
    grand = load(soundfont)
    for other in grand.folder.parent.glob("*") if grand.folder.parent.is_dir() else ():
        if other != grand.folder:
            shutil.rmtree(other, ignore_errors=True)
    numbers = [n for n in range(len(grand.font.samples)) if not (grand.folder / f"{n}.pcm").is_file()]
    with ThreadPoolExecutor(n_threads) as pool:
        list(pool.map(lambda number: pcm(grand, number, 0), numbers))
    return len(grand.font.samples)


def _keep(path: Path, samples: np.ndarray) -> None:
    """Write a sample so that others see it whole or not at all; where that cannot be, it is decoded again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            try:
                file.write(samples.tobytes())
                file.close()
                os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)
                raise
    except OSError as error:
        _log.debug("The unpacked sample %s could not be kept: %s", path, error)


def main() -> int:
    """Unpack the piano that ships with Koe."""
    grand = grand_soundfont()
    if grand is None:
        print("koe: there is no concert grand to unpack; TimGM6mb plays", file=sys.stderr)
        return 1
    try:
        unpack(grand)
    except KoeError as error:
        print(f"koe: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
