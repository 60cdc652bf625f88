"""What the benchmarks ask the app's server for: is it ready, what do its metrics say."""

import time
import urllib.request

from koe.web.serving.settings import DEFAULT_AHEAD

LOOK_SEC = 5.0
STOCK_SEC = 300.0


def wait_ready(url: str, patience_sec: float = 90.0) -> None:
    """Wait until the server's networks are awake."""
    end = time.monotonic() + patience_sec
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"The networks were not awake after {patience_sec:.0f} seconds.")


def metric(url: str, name: str) -> float:
    """One of the server's metrics."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def memory_mb(url: str) -> float:
    """What the server has of the machine's memory, from its own metrics."""
    return metric(url, "process_resident_memory_bytes") / 1024**2


def wait_stocked(url: str) -> None:
    """Wait until as many pieces are made ahead as an exhibition finds in the morning."""
    end = time.monotonic() + STOCK_SEC
    while metric(url, "koe_pieces_ahead") < DEFAULT_AHEAD:
        if time.monotonic() > end:
            raise TimeoutError(f"After {STOCK_SEC:.0f} s not {DEFAULT_AHEAD} pieces were made ahead.")
        time.sleep(LOOK_SEC)
