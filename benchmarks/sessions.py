"""Memory over thousands of short sessions: each opens Home, composes a piece, fetches its sound and goes.

The first sessions fill the caches, which are bounded; what counts is the
growth from then on. Streamlit keeps a session for two minutes after its
visitor has left, 128 of them at most, so the last look is after that time.
"""

import asyncio
import sys
import time

from benchmarks.client import Client
from benchmarks.figures import Figure
from benchmarks.options import Options
from benchmarks.server import memory_mb, metric, wait_ready
from tests.e2e.running import running_app

FIRST = 300  # sessions that fill caches
AT_ONCE = 4
# One session in so many composes a piece, the others look at the page; more of the first, so that caches are full.
COMPOSING, COMPOSING_LATER = 5, 40
GROWTH = 10.0  # per cent
KEPT_SEC = 130.0


async def visit(url: str, composes: bool) -> None:
    """One short session."""
    client = Client(url)
    await client.come()
    if composes:
        await client.press("compose")
        sound = await client.until(lambda: client.sound("home"))
        await client.fetch(sound["src"])
    await client.finished()
    await client.leave()


async def visits(url: str, numbers: range) -> int:
    """Some sessions, a few at once; gives how many failed."""
    coming, failed = iter(numbers), 0

    async def place() -> None:
        nonlocal failed
        for number in coming:
            try:
                await visit(url, number % (COMPOSING if number < FIRST else COMPOSING_LATER) == 0)
            except Exception as error:
                failed += 1
                print(f"session {number}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)

    await asyncio.gather(*(place() for _ in range(AT_ONCE)))
    return failed


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Megabytes of the server after the first sessions and after all."""
    first = min(FIRST, options.sessions // 2)
    with running_app() as url:
        wait_ready(url)
        began = memory_mb(url)
        failed = asyncio.run(visits(url, range(first)))
        warm = memory_mb(url)
        started, most = time.monotonic(), warm
        for start in range(first, options.sessions, 100):
            failed += asyncio.run(visits(url, range(start, min(start + 100, options.sessions))))
            now = memory_mb(url)
            most = max(most, now)
            print(f"{start + 100} sessions: {now:.0f} MB", file=sys.stderr, flush=True)
        seconds = time.monotonic() - started
        time.sleep(KEPT_SEC)
        last, left = memory_mb(url), metric(url, "koe_sessions")
    n_later = options.sessions - first
    figures = [
        Figure("growth of memory", 100 * (last / warm - 1), "%", target=GROWTH),
        Figure(f"memory after {options.sessions} sessions, all gone", last, "MB", f"after {first} sessions", warm),
        Figure("most memory on the way", most, "MB", "with the networks awake, before any visitor", began),
        Figure("sessions that failed", failed, "", target=0),
        Figure("sessions that the server still counts", left, "", target=0),
    ]
    remarks = (
        f"{options.sessions} sessions, {AT_ONCE} at once, {n_later / seconds:.1f} a second. Each opens Home; of the",
        f"first {first}, which fill the caches, one in {COMPOSING} composes a piece and fetches its sound, later",
        f"one in {COMPOSING_LATER}.",
    )
    return figures, [" ".join(remarks)]
