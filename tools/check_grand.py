"""Measure the concert grand beside the small soundfont: docs/sound.md.

python tools/check_grand.py velocity      level and brightness over velocity, five keys, both synthesizers
python tools/check_grand.py tuning        all 88 keys against the samples that they play
python tools/check_grand.py clicks        beginnings, ends and loops of all samples; tailored against whole
python tools/check_grand.py cost PIECE    processor time and peak memory of a piece, beside TimGM6mb
python tools/check_grand.py loudness MIDI_FOLDER    EBU R128 over pieces (with pyloudnorm)
python tools/check_grand.py pictures FOLDER         spectrograms as PNG (with Pillow)
"""

import argparse
import io
import resource
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koe.audio import embedded, fluidsynth, grand, render
from koe.audio.events import CONTROL, NOTE_OFF, NOTE_ON, SAMPLE_RATE, SUSTAIN, Event, Performance, read_performance
from koe.audio.soundfonts import bundled_soundfont, grand_soundfont

KEYS = (28, 45, 60, 76, 96)
VELOCITIES = (10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100, 105, 110, 115, 120, 127)
HELD_SEC, EVERY_SEC = 1.0, 2.6
ENGINES = {"FluidSynth": fluidsynth, "TinySoundFont": embedded}


def the_grand() -> Path:
    font = grand_soundfont()
    if font is None:
        raise SystemExit("koe: error: the concert grand is missing; make it with tools/make_grand.py")
    return font


def performance(
    strikes: Sequence[tuple[int, int, float, float]], pedal: Sequence[tuple[float, int]] = ()
) -> Performance:
    """A performance of keys, velocities, onsets and ends in seconds."""
    events = [Event(sec, CONTROL, 0, SUSTAIN, value) for sec, value in pedal]
    for key, velocity, onset_sec, stop_sec in strikes:
        events += [Event(onset_sec, NOTE_ON, 0, key, velocity), Event(stop_sec, NOTE_OFF, 0, key, 0)]
    events.sort(key=lambda event: event.onset_sec)
    end_sec = max([stop for *_, stop in strikes] + [sec for sec, _ in pedal])
    return Performance(tuple(events), len(strikes), end_sec)


def one_by_one(strikes: Sequence[tuple[int, int]], font: Path, engine: str) -> list[np.ndarray]:
    """Sound of single strikes, each `HELD_SEC` from its onset."""
    played = performance([(key, v, n * EVERY_SEC, n * EVERY_SEC + HELD_SEC) for n, (key, v) in enumerate(strikes)])
    sound = ENGINES[engine].synthesize(played, font, 600.0)
    starts = [round(n * EVERY_SEC * SAMPLE_RATE) for n in range(len(strikes))]
    return [sound[start : start + round(HELD_SEC * SAMPLE_RATE)] for start in starts]


def level_db(sound: np.ndarray) -> float:
    return float(10 * np.log10(np.square(sound, dtype=np.float64).mean() + 1e-20))


def centroid_hz(sound: np.ndarray) -> float:
    """Spectral centroid of the amplitudes within 60 dB of the strongest."""
    power = (np.abs(np.fft.rfft(sound, axis=0)) ** 2).sum(axis=1)
    heard = np.where(power > 1e-6 * power.max(), np.sqrt(power), 0.0)
    return float((np.fft.rfftfreq(len(sound), 1 / SAMPLE_RATE) * heard).sum() / heard.sum())


def velocity(_: argparse.Namespace) -> None:
    strikes = [(key, v) for key in KEYS for v in VELOCITIES]
    places = {"grand, FluidSynth": (the_grand(), "FluidSynth"), "grand, TinySoundFont": (the_grand(), "TinySoundFont"),
              "TimGM6mb, FluidSynth": (bundled_soundfont(), "FluidSynth")}  # fmt: skip
    for what, (font, engine) in places.items():
        sounds = one_by_one(strikes, font, engine)
        for measure, unit in ((level_db, "dB"), (centroid_hz, "Hz")):
            values = np.array([measure(sound) for sound in sounds]).reshape(len(KEYS), -1)
            steps = np.diff(values, axis=1) if measure is level_db else 1200 * np.diff(np.log2(values), axis=1)
            in_units = "dB" if measure is level_db else "cents"
            span = f"{steps.min():.2f} to {steps.max():.2f} {in_units}"
            print(f"\n{what}, {unit}; a step of 5: {span}, {int((steps < 0).sum())} of {steps.size} fall")
            print("velocity " + " ".join(f"{v:>6}" for v in VELOCITIES))
            for key, row in zip(KEYS, values, strict=True):
                print(
                    f"key {key:>3}  " + " ".join(f"{value:6.1f}" if unit == "dB" else f"{value:6.0f}" for value in row)
                )


def tuning(_: argparse.Namespace) -> None:
    piano = grand.load(the_grand())
    keys, struck = list(range(21, 109)), 100
    grand.HALL = {"level": 0.0}  # FluidSynth's reverb wavers in pitch, and outlasts the highest strings
    for engine in ENGINES:
        off = []
        for key, sound in zip(keys, one_by_one([(key, struck) for key in keys], the_grand(), engine), strict=True):
            low, high, soft, loud, number, _ = piano.zones.T
            zone = np.flatnonzero((low <= key) & (key <= high) & (soft <= struck) & (struck <= loud))[0]
            root = int(piano.font.samples["root_key"][number[zone]])
            # Both channels together, as in what is played: then the strings beat in the same way.
            channels = [grand.decode(piano, int(number[zone]) + side) for side in (0, 1)]
            n_frames = round(HELD_SEC * SAMPLE_RATE * 2 ** ((key - root) / 12))
            whole = (channels[0][:n_frames].astype(np.float64) + channels[1][:n_frames]) / 32768
            expected = strongest_hz(whole, 0.0) * 2 ** ((key - root) / 12)
            off.append(1200 * np.log2(strongest_hz(sound.sum(axis=1), expected) / expected))
        worst = keys[int(np.abs(off).argmax())]
        most, mean = np.abs(off).max(), np.abs(off).mean()
        print(f"{engine}: at most {most:.2f} cents off, {mean:.2f} on average, of 88 keys (worst: {worst})", flush=True)


def strongest_hz(sound: np.ndarray, near_hz: float) -> float:
    """The strongest frequency (within a semitone of ``near_hz``, if given), between bins by a parabola."""
    n = 1 << 18
    window = np.hanning(len(sound))
    spectrum = np.abs(np.fft.rfft(sound * window, n))
    if near_hz:
        frequencies = np.fft.rfftfreq(n, 1 / SAMPLE_RATE)
        spectrum[(frequencies < near_hz / 1.06) | (frequencies > near_hz * 1.06)] = 0
    top = int(spectrum.argmax())
    left, middle, right = np.log(spectrum[top - 1 : top + 2] + 1e-12)
    return float((top + 0.5 * (left - right) / (left - 2 * middle + right)) * SAMPLE_RATE / n)


def clicks(_: argparse.Namespace) -> None:
    piano = grand.load(the_grand())
    shdr = piano.font.samples
    first, last, loops, seconds = 0, 0, 0, 0.0
    for number, header in enumerate(shdr):
        samples = grand.pcm(piano, number, 1 << 31).astype(int)
        first, last = max(first, abs(samples[0])), max(last, np.abs(samples[-64:]).max())
        seconds += len(samples) / SAMPLE_RATE
        if header["loop_stop"] > header["loop_start"]:
            loops = max(loops, np.abs(samples[header["loop_start"] : header["loop_stop"] + 1]).max())
    print(f"{len(shdr)} samples, {seconds:.0f} s; of 32767, the first frame is at most {first}")
    print(f"the last 64 at most {last}, those in loops at most {loops}")
    # A sample that is cut short must have fallen silent before: the whole of it sounds the same.
    rng = np.random.default_rng(0)
    strikes = [
        (int(rng.integers(21, 109)), int(rng.integers(1, 128)), n * 0.11, n * 0.11 + rng.uniform(0.05, 2))
        for n in range(120)
    ]
    played = performance(strikes, [(1.0, 127), (3.0, 0), (5.0, 127), (9.0, 0)])
    needed = grand.needed_frames
    for engine in ENGINES:
        tailored = ENGINES[engine].synthesize(played, the_grand(), 600.0)
        grand.needed_frames = lambda grand, performance: dict.fromkeys(range(len(grand.font.samples)), 1 << 31)
        try:
            whole = ENGINES[engine].synthesize(played, the_grand(), 600.0)
        finally:
            grand.needed_frames = needed
        off = np.abs(tailored - whole).max() / np.abs(whole).max()
        off_db = 20 * np.log10(off + 1e-12)
        print(f"{engine}: tailored against whole, {len(strikes)} notes with pedal: {off_db:.0f} dB of the peak")


def cost(arguments: argparse.Namespace) -> None:
    played = read_performance(arguments.piece.read_bytes())
    print(f"{played.n_notes} notes, {len(grand.tailored(the_grand(), played)) / 1e6:.1f} MB tailored")
    fonts = (the_grand(), bundled_soundfont())
    times: dict[Path, list[float]] = {font: [] for font in fonts}
    for _ in range(3):  # in turns, since the machine may have other work
        for font in fonts:
            before = _used()
            sound = fluidsynth.synthesize(played, font, 600.0)
            times[font].append(_used() - before)
    for font in fonts:
        best, seconds = min(times[font]), len(sound) / SAMPLE_RATE
        print(f"{font.name}: {best:.2f} s of processor time, {seconds / best:.0f} times real time")
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"peak memory {peaks[0]:.0f} MB here, {peaks[1]:.0f} MB in FluidSynth")


def _used() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def loudness(arguments: argparse.Namespace) -> None:
    import pyloudnorm
    import soundfile

    meter = pyloudnorm.Meter(SAMPLE_RATE)
    found = []
    for path in sorted(arguments.folder.rglob("*.mid"))[:: arguments.every]:
        sound, _ = soundfile.read(io.BytesIO(render(path.read_bytes(), "wav", soundfont=the_grand()).data))
        found.append((meter.integrated_loudness(sound), 20 * np.log10(np.abs(sound).max())))
        print(f"{path.name}: {found[-1][0]:.1f} LUFS, peak {found[-1][1]:.1f} dBFS", flush=True)
    lufs = np.array(found)[:, 0]
    print(f"{len(lufs)} pieces: {lufs.mean():.1f} LUFS on average, standard deviation {lufs.std():.2f}, "
          f"{lufs.min():.1f} to {lufs.max():.1f}; highest peak {max(peak for _, peak in found):.1f} dBFS")  # fmt: skip


def pictures(arguments: argparse.Namespace) -> None:
    from PIL import Image

    arguments.folder.mkdir(parents=True, exist_ok=True)
    scale = [
        (36, 30, 0.0),
        (48, 60, 0.4),
        (60, 90, 0.8),
        (72, 110, 1.2),
        (84, 125, 1.6),
        (60, 20, 2.4),
        (64, 40, 2.4),
        (67, 100, 3.2),
    ]
    played = performance([(key, v, 1.2 * at, 1.2 * at + 1.0) for key, v, at in scale])
    for font, engine in (
        (the_grand(), "FluidSynth"),
        (the_grand(), "TinySoundFont"),
        (bundled_soundfont(), "FluidSynth"),
    ):
        sound = ENGINES[engine].synthesize(played, font, 600.0).mean(axis=1)
        n, hop = 2048, 220
        frames = np.lib.stride_tricks.sliding_window_view(sound, n)[::hop] * np.hanning(n)
        power = 20 * np.log10(np.abs(np.fft.rfft(frames, axis=1)) + 1e-9)
        rows = np.unique(np.geomspace(2, n // 2, 420).astype(int))
        picture = np.clip((power[:, rows] - power.max() + 90) / 90, 0, 1).T[::-1]
        name = f"{font.stem}-{engine}.png".lower()
        Image.fromarray((255 * picture).astype(np.uint8)).resize((1200, 600)).save(arguments.folder / name)
        print(arguments.folder / name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for do in (velocity, tuning, clicks):
        commands.add_parser(do.__name__).set_defaults(do=do)
    command = commands.add_parser("cost")
    command.add_argument("piece", type=Path)
    command.set_defaults(do=cost)
    command = commands.add_parser("loudness")
    command.add_argument("folder", type=Path)
    command.add_argument("--every", type=int, default=1, help="take each nth file")
    command.set_defaults(do=loudness)
    command = commands.add_parser("pictures")
    command.add_argument("folder", type=Path)
    command.set_defaults(do=pictures)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
