"""What the concert grand costs: processor time of short and long pieces beside TimGM6mb, in turns in the same run.

    python -m benchmarks.grand

Koe's process and FluidSynth's are counted together, the least of some tries,
since other work on the machine makes times longer but not shorter.
"""

import resource
import sys
from pathlib import Path

from benchmarks.audio import midi_of_notes
from benchmarks.figures import Figure, table
from benchmarks.first_sound import lasting
from benchmarks.options import Options
from koe.audio import engines, fluidsynth
from koe.audio.events import read_performance
from koe.audio.soundfonts import bundled_soundfont, grand_soundfont
from koe.music.midi import write_midi

TRIES = 3
SHORT_SEC, LONG_MIN = 6.0, 3.0
MOST_SEC = 600.0
RATIO = 1 / 1.2  # as fast within a fifth


def pieces() -> dict[str, bytes]:
    """By name, MIDI of a short sonata's opening, of many notes at random, and of the opening again and again."""
    return {
        f"{SHORT_SEC:g} s of a sonata": write_midi(lasting(SHORT_SEC / 60)),
        "400 notes in 30 s": midi_of_notes(),
        f"{LONG_MIN:g} minutes of a sonata": write_midi(lasting(LONG_MIN)),
    }


def processor_sec(midi: bytes, fonts: tuple[Path, ...], tries: int = TRIES) -> list[float]:
    """Seconds of processor time with each font, child processes included; the least of some, in turns."""
    performance = read_performance(midi)
    least = [float("inf")] * len(fonts)
    for _ in range(tries):
        for index, font in enumerate(fonts):
            before = _used()
            fluidsynth.synthesize(performance, font, MOST_SEC)
            least[index] = min(least[index], _used() - before)
    return least


def _used() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Each piece with both soundfonts; nothing where one of them or FluidSynth is missing."""
    fonts = grand_soundfont(), bundled_soundfont()
    if None in fonts or "fluidsynth" not in engines():
        return [], ["FluidSynth or the concert grand is missing here."]
    found = []
    for name, midi in pieces().items():
        grand, small = processor_sec(midi, fonts)  # type: ignore[arg-type]
        found.append(Figure(f"{name}, the grand", grand, "s of processor time", "TimGM6mb", small, ratio_target=RATIO))
    return found, [f"The least of {TRIES} tries in turns, Koe's process and FluidSynth's together."]


if __name__ == "__main__":
    made, remarks = figures(Options())
    sys.stdout.write("\n".join([table(made), *remarks]) + "\n")
