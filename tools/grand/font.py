"""The soundfont: one preset, one instrument, for each key and band of velocities a zone for each channel."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from koe.audio import sf2
from tools.grand import response, shaping
from tools.grand.recordings import CHOSEN, HIGHEST, KEYS, LOWEST

NAME = "Salamander Grand, five layers"
RIGHTS = (
    "Salamander Grand Piano V3 by Alexander Holm, recordings of a Yamaha C5, under CC BY 3.0 "
    "(creativecommons.org/licenses/by/3.0). Changed for Koe: five of sixteen layers, cut, levelled, faded, "
    "encoded anew."
)
LAST_DAMPED = 89  # F6; the strings above have no dampers
RELEASE_NOISE_DB = -34.0  # below the loudest strike's peak
HALL = 220  # tenths of a percent that go to the reverb
STEREO = 400  # of 500, to either side
# FluidSynth counts an attenuation in the file as four tenths of what it says, TinySoundFont in full. TinySoundFont
# knows no modulators and answers velocity by 20 log10. Both give 40 log10 where a zone attenuates by 20 log10 and
# FluidSynth's modulator gives the remaining 32 of 40.
ATTENUATION_OF_FLUIDSYNTH = 0.4
VELOCITY_TO_ATTENUATION = (0x0502, sf2.ATTENUATION, round(960 * (1 - ATTENUATION_OF_FLUIDSYNTH / 2)), 0, 0)
RELEASE_TO_ATTENUATION = (0x0502, sf2.ATTENUATION, 480, 0, 0)
# What a filter takes away is given back, a little too little by FluidSynth and too much by TinySoundFont.
FILTER_COMPENSATION = 1.4
NO_VELOCITY_TO_FILTER = ((0x0102, sf2.FILTER_CUTOFF, 0, 0x0D02, 0), (0x0102, sf2.FILTER_CUTOFF, 0, 0, 0))


@dataclass
class Tables:
    """What is written so far."""

    generators: list[tuple[int, int]] = field(default_factory=list)
    modulators: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    zones: list[tuple[int, int]] = field(default_factory=list)
    headers: list[tuple] = field(default_factory=list)
    streams: list[bytes] = field(default_factory=list)

    def zone(self, generators: Sequence[tuple[int, int]], modulators: Sequence[tuple] = ()) -> None:
        """Add a zone of the instrument."""
        self.zones.append((len(self.generators), len(self.modulators)))
        self.generators += [(kind, amount & 0xFFFF) for kind, amount in generators]
        self.modulators += modulators

    def sample(
        self, name: str, key: int, kind: int, stream: bytes, loop: tuple[int, int] = (0, 0), link: int = 0
    ) -> int:
        """Add a sample; its number."""
        start = sum(map(len, self.streams))
        place = (start, start + len(stream), *loop)
        self.headers.append((name.encode(), *place, shaping.SAMPLE_RATE, key, 0, link, kind | sf2.VORBIS))
        self.streams.append(stream)
        return len(self.headers) - 1


def release_sec(key: int) -> float:
    """How long a string needs to fall by 100 dB once its key is let go."""
    if key > LAST_DAMPED:
        return 8.0
    return float(np.interp(key, (LOWEST, 60, LAST_DAMPED), (0.7, 0.4, 0.3)))


def timecents(seconds: float) -> int:
    """Seconds in the unit of envelopes."""
    return round(1200 * np.log2(seconds))


def reach(key: int) -> tuple[int, int]:
    """Keys that a recorded key plays: itself and its neighbours."""
    index = KEYS.index(key)
    low = LOWEST if index == 0 else (KEYS[index - 1] + key + 1) // 2
    high = HIGHEST if key == KEYS[-1] else (key + KEYS[index + 1] - 1) // 2
    return low, high


def build(
    strikes: Mapping[tuple[int, int], shaping.Strike],
    streams: Mapping[tuple[int, int], tuple[bytes, bytes]],
    releases: Mapping[int, bytes],
    path: Path,
) -> None:
    """Write the soundfont.

    Parameters
    ----------
    strikes : mapping from (index of the layer, key)
    streams : mapping from the same
        Left and right channel of each, encoded at the level that `levels` says.
    releases : mapping from key
    path : Path
    """
    tables = Tables()
    tables.zone([(sf2.REVERB_SEND, HALL)], [VELOCITY_TO_ATTENUATION, *NO_VELOCITY_TO_FILTER])
    for key in KEYS:
        samples = {}
        for index, layer in enumerate(CHOSEN):
            number = len(tables.headers)
            for side, kind in enumerate((sf2.LEFT, sf2.RIGHT)):
                name = f"{key} layer {layer.number} {'LR'[side]}"
                tables.sample(name, key, kind, streams[index, key][side], link=number + 1 - side)
            samples[index] = number
        for zone in zones(strikes, key):
            band, cutoff, attenuation = zone
            for side in (0, 1):
                filters = [(sf2.FILTER_CUTOFF, cutoff)] if cutoff < response.OPEN else []
                tables.zone(
                    [
                        (sf2.KEY_RANGE, sf2.both(*reach(key))),
                        (sf2.VELOCITY_RANGE, sf2.both(band.low, band.high)),
                        *filters,
                        (sf2.PAN, STEREO if side else -STEREO),
                        (sf2.VOLUME_RELEASE, timecents(release_sec(key))),
                        (sf2.ATTENUATION, attenuation),
                        (sf2.SAMPLE, samples[band.layer] + side),
                    ]
                )
    for key in KEYS:
        number = tables.sample(f"{key} release", key, sf2.MONO, releases[key], shaping.SILENT_LOOP)
        tables.zone(
            [
                (sf2.KEY_RANGE, sf2.both(*reach(key))),
                (sf2.VOLUME_RELEASE, timecents(8.0)),
                (sf2.LOOP_MODE, 3),
                (sf2.SCALE_TUNING, 0),
                (sf2.SAMPLE, number),
            ],
            [RELEASE_TO_ATTENUATION],
        )
    write(tables, path)


def levels(strikes: Mapping[tuple[int, int], shaping.Strike]) -> dict[tuple[int, int], float]:
    """Gains that make all layers of a key equally loud, and keys follow a smooth curve; the highest peak is 0.9."""
    loud = np.array([[response.loudness(strikes[n, key].power) for key in KEYS] for n in range(len(CHOSEN))])
    # The balance of the keyboard as recorded, less what single strikes happened to be.
    balance = np.polyval(np.polyfit(KEYS, loud[len(CHOSEN) // 2 :].mean(axis=0), 3), KEYS)
    gains = {
        (n, key): float(10 ** ((balance[place] - loud[n, place]) / 20))
        for n in range(len(CHOSEN))
        for place, key in enumerate(KEYS)
    }
    peak = max(strikes[which].peak * gain for which, gain in gains.items())
    return {which: gain * 0.9 / peak for which, gain in gains.items()}


def zones(strikes: Mapping[tuple[int, int], shaping.Strike], key: int) -> list[tuple[response.Band, int, int]]:
    """Bands of a key with the filter's cutoff in cents and the attenuation in tenths of a decibel."""
    bright = [response.brightness(strikes[n, key].power) for n in range(len(CHOSEN))]
    bright = list(np.minimum.accumulate(bright[::-1])[::-1])  # a softer layer is never taken to be brighter
    found = []
    for band in response.bands():
        power = strikes[band.layer, key].power
        if band.layer:
            wanted = bright[band.layer] * (bright[band.layer - 1] / bright[band.layer]) ** band.depth
        else:
            wanted = bright[0] * min(1.0, band.middle / CHOSEN[0].velocity) ** response.DARKENING
        cutoff = response.cutoff_for(power, wanted, key) if band.depth else response.OPEN
        lost = response.loudness(power) - response.loudness(power * response.lowpass(cutoff))
        attenuation = 200 * np.log10(127 / band.middle) - 10 * FILTER_COMPENSATION * lost
        found.append((band, cutoff, max(0, round(attenuation))))
    return found


def write(tables: Tables, path: Path) -> None:
    """Write what `Tables` holds, with the one preset that plays it."""
    generators, modulators = len(tables.generators), len(tables.modulators)
    hydra = {
        b"phdr": sf2.table(b"phdr", [(b"Grand Piano", 0, 0, 0, 0, 0, 0), (b"EOP", 0, 0, 1, 0, 0, 0)]),
        b"pbag": sf2.table(b"pbag", [(0, 0), (1, 0)]),
        b"pmod": sf2.table(b"pmod", [(0, 0, 0, 0, 0)]),
        b"pgen": sf2.table(b"pgen", [(sf2.INSTRUMENT, 0), (0, 0)]),
        b"inst": sf2.table(b"inst", [(b"Grand Piano", 0), (b"EOI", len(tables.zones))]),
        b"ibag": sf2.table(b"ibag", [*tables.zones, (generators, modulators)]),
        b"imod": sf2.table(b"imod", [*tables.modulators, (0, 0, 0, 0, 0)]),
        b"igen": sf2.table(b"igen", [*tables.generators, (0, 0)]),
        b"shdr": sf2.table(b"shdr", [*tables.headers, (b"EOS", *[0] * 9)]),
    }
    info = {
        b"ifil": struct.pack("<HH", 3, 1),
        b"isng": b"EMU8000",
        b"INAM": NAME.encode(),
        b"ICOP": RIGHTS.encode(),
        b"IENG": b"Alexander Holm",
        b"ISFT": b"tools/make_grand.py of Koe",
    }
    with path.open("wb") as file:
        sf2.write(file, info, hydra, tables.streams, sum(map(len, tables.streams)))
