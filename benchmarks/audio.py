"""Time from MIDI bytes to sound, for each engine and format.

The piece has 400 notes in 30 seconds. Times differ from machine to machine, so
each stands beside its ratio to plain midi2audio, which writes a WAV file with
the same soundfont in the same run and checks nothing. Where the machine has
other work to do, the processor's time tells more than the clock's. The suite
takes it as seconds of music a second.

    python -m benchmarks.audio [--repeats 5]
"""

import argparse
import io
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import midi2audio
import numpy as np
import pretty_midi

from benchmarks.figures import Figure
from benchmarks.machine import best_sec as best_of
from benchmarks.options import Options
from koe.audio import ENGINES, FORMATS, engines, render
from koe.audio.soundfonts import bundled_soundfont, default_soundfont

DURATION_SEC = 30.0


def midi_of_notes(n_notes: int = 400, duration_sec: float = DURATION_SEC, seed: int = 1) -> bytes:
    """Make a piece of random notes."""
    generator = np.random.default_rng(seed)
    piano = pretty_midi.Instrument(program=0)
    for onset in np.sort(generator.integers(0, int(duration_sec * 8) - 2, n_notes)) / 8:
        end = min(duration_sec, onset + generator.choice([0.25, 0.5, 1.0, 2.0]))
        velocity, pitch = int(generator.integers(40, 111)), int(generator.integers(36, 91))
        piano.notes.append(pretty_midi.Note(velocity, pitch, float(onset), float(end)))
    piano.notes.append(pretty_midi.Note(80, 60, duration_sec - 1, duration_sec))
    score = pretty_midi.PrettyMIDI()
    score.instruments.append(piano)
    target = io.BytesIO()
    score.write(target)
    return target.getvalue()


def best_sec(call: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Time a call: the best of some, in seconds of the clock and of the processor, child processes included."""
    call()
    clock, processor = [], []
    for _ in range(repeats):
        before, started = os.times(), time.perf_counter()
        call()
        after = os.times()
        clock.append(time.perf_counter() - started)
        processor.append(sum(after[:4]) - sum(before[:4]))
    return min(clock), min(processor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    midi = midi_of_notes()
    fonts = list(dict.fromkeys([bundled_soundfont(), default_soundfont()]))

    print(f"{'engine':<22}{'soundfont':<16}{'format':<8}{'clock':>8}{'ratio':>8}{'processor':>11}{'ratio':>8}{'KB':>8}")
    for font in fonts:
        plain = (float("nan"), float("nan"))
        if "fluidsynth" in engines():
            plain, size = plain_midi2audio(midi, font, repeats)
            print_row(("plain midi2audio", font.name, "wav"), plain, plain, size)
        for engine, sound_format in itertools.product(engines(), FORMATS):
            if engine == "additive" and font != fonts[0]:
                continue  # it has no soundfont
            call = partial(render, midi, sound_format, engine=engine, soundfont=font)
            audio = call()
            row = (audio.engine, audio.soundfont or "none", sound_format)
            print_row(row, best_sec(call, repeats), plain, len(audio.data))
    missing = [engine for engine in ENGINES if engine not in engines()]
    if missing:
        print(f"Not installed here: {', '.join(missing)}.")


def figures(_: Options) -> tuple[list[Figure], list[str]]:
    """Seconds of music a second of the processor, for each engine, as WAV and as the MP3 that pages play."""
    midi, font = midi_of_notes(), bundled_soundfont()
    plain = plain_midi2audio(midi, font, 3)[0][1] if "fluidsynth" in engines() else None
    found = []
    for engine in engines():
        for sound_format in ("wav", "mp3"):
            call = partial(render, midi, sound_format, engine=engine, soundfont=font)
            audio = call()
            processor_sec = best_sec(call, 3)[1]
            if sound_format == "wav":
                samples = np.frombuffer(audio.data, np.uint8)
            found.append(
                Figure(
                    f"{audio.engine}, {sound_format.upper()}",
                    DURATION_SEC / processor_sec,
                    "s of music/s",
                    "plain midi2audio, WAV" if plain else "",
                    DURATION_SEC / plain if plain else None,
                    "copying the samples",
                    DURATION_SEC / best_of(samples.copy, 20),
                    more_is_better=True,
                )
            )
    remarks = (
        f"A piece of {DURATION_SEC:.0f} s and 400 notes with {font.name}; the processor's time. Nothing",
        "that sounds comes near the memory's limit: synthesis is arithmetic, tens of voices at 44100 samples a second.",
    )
    return found, [" ".join(remarks)]


def print_row(names: tuple[str, str, str], times: tuple[float, float], plain: tuple[float, float], size: int) -> None:
    ratios = [time_sec / plain_sec for time_sec, plain_sec in zip(times, plain, strict=True)]
    print(
        f"{names[0]:<22}{names[1]:<16}{names[2]:<8}"
        f"{times[0]:8.3f}{ratios[0]:8.2f}{times[1]:11.3f}{ratios[1]:8.2f}{size // 1000:8}",
        flush=True,
    )


def plain_midi2audio(midi: bytes, soundfont: Path, repeats: int) -> tuple[tuple[float, float], int]:
    """Time midi2audio as it is, its talk kept off the console; also the size of its file in bytes."""
    with tempfile.TemporaryDirectory() as folder, _quiet_console():
        midi_file, audio_file = Path(folder, "piece.mid"), Path(folder, "piece.wav")
        midi_file.write_bytes(midi)
        synthesizer = midi2audio.FluidSynth(str(soundfont))
        times = best_sec(partial(synthesizer.midi_to_audio, str(midi_file), str(audio_file)), repeats)
        return times, audio_file.stat().st_size


@contextmanager
def _quiet_console() -> Iterator[None]:
    """Send what child processes write to nowhere."""
    sys.stdout.flush()
    console = [os.dup(1), os.dup(2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(console[0], 1)
        os.dup2(console[1], 2)
        for descriptor in (*console, nowhere):
            os.close(descriptor)


if __name__ == "__main__":
    main()
