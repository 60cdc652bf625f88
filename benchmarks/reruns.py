"""How long a page takes to answer a slider: from the message of its move until the page is whole.

A visitor without a browser (`benchmarks.client`) moves one slider again and
again, each time to where it did not stand, so that nothing comes from a cache.
The limit is a page of one slider and nothing else, by the same server.
"""

import asyncio
import sys
import time

import numpy as np

from benchmarks.client import Client
from benchmarks.figures import Figure
from benchmarks.options import Options
from benchmarks.server import wait_ready
from tests.e2e.running import running_app

MOVES = 30
RERUN_MS = 60.0
ALONE = "benchmarks/one_slider.py"

# By what is moved: the page, the slider's key, and the values between which it moves.
SLIDERS: dict[str, tuple[str, str, float, float]] = {
    "Interpolate, between two pieces": ("interpolate", "blend", 0.1, 0.9),
    "Reconstruct, the threshold": ("reconstruct", "reconstruct-threshold-ae1", 0.2, 0.8),
    "Latent space, the threshold": ("latent_space", "latent-threshold-ae1", 0.2, 0.8),
    "Continue, the temperature": ("continue", "temperature", 0.5, 1.5),
}


async def moves(client: Client, key: str, low: float, high: float) -> list[float]:
    """Milliseconds of each move; the first ones, which do not count, let the page wake up."""
    times = []
    for value in np.linspace(low, high, MOVES + 3):
        started = time.perf_counter()
        await client.slide(key, float(value))
        await client.finished()
        times.append(1000 * (time.perf_counter() - started))
        await asyncio.sleep(0.1)
    return times[3:]


async def at_sliders(url: str) -> dict[str, list[float]]:
    """Every slider of `SLIDERS`."""
    client, found = Client(url), {}
    await client.come()
    for name, (page, key, low, high) in SLIDERS.items():
        await client.go(page)
        await client.finished()
        found[name] = await moves(client, key, low, high)
        print(f"{name}: {np.median(found[name]):.0f} ms", file=sys.stderr, flush=True)
    await client.leave()
    if client.complaints:
        raise RuntimeError(f"The page complained: {client.complaints}")
    return found


async def alone(url: str) -> list[float]:
    """The page of one slider."""
    client = Client(url)
    await client.come()
    times = await moves(client, "one", 0.1, 0.9)
    await client.leave()
    return times


def figures(_: Options) -> tuple[list[Figure], list[str]]:
    """Medians and 95th percentiles."""
    with running_app(script=ALONE) as url:
        least = asyncio.run(alone(url))
    with running_app() as url:
        wait_ready(url)
        found = asyncio.run(at_sliders(url))
    figures = []
    for name, times in found.items():
        for words, share, target in (("median", 50, RERUN_MS), ("95 %", 95, None)):
            limit = float(np.percentile(least, share))
            value = float(np.percentile(times, share))
            figures.append(
                Figure(f"{name}, {words}", value, "ms", limit="one slider alone", limit_value=limit, target=target)
            )
    remarks = (
        f"{MOVES} moves of each slider by a visitor without a browser, a tenth of a second apart; from the message of",
        "the move until the page is whole. Sounds are named then, and made when somebody listens. The sliders of the",
        "latent vector are not among them: they are decoded in the browser (`python -m benchmarks.latent_sliders`).",
        "Reconstruct shows the original and what every network made of it, each with its player and a dozen buttons,",
        "which Streamlit builds anew with each run.",
    )
    return figures, [" ".join(remarks)]
