"""What this machine is, and what its memory and its arithmetic can do at most."""

import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


def description() -> str:
    """Processor, cores, threads that libraries were told to take, and Python."""
    limited = [f"{name}={os.environ[name]}" for name in _THREADS if name in os.environ]
    parts = [f"{os.cpu_count()} cores of {_processor()}", f"Python {platform.python_version()}"]
    return ", ".join(parts + ([" ".join(limited)] if limited else []))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def best_sec(work: Callable[[], object], repeats: int) -> float:
    """Seconds that work takes when nothing disturbs it: the least of some."""
    return min(_times_sec(work, repeats))


def median_sec(work: Callable[[], object], repeats: int) -> float:
    """Seconds that work usually takes."""
    return float(np.median(_times_sec(work, repeats)))


def _times_sec(work: Callable[[], object], repeats: int) -> list[float]:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return times


def n_threads() -> int:
    """How many threads TensorFlow may take for one product."""
    return int(os.environ.get("TF_NUM_INTRAOP_THREADS", 0)) or os.cpu_count() or 1


def bandwidth(n_bytes: int, repeats: int = 40) -> float:
    """Bytes a second at which so many bytes are read, again and again, by `n_threads`, each its own part.

    Weights that are used at every step stay in the caches if they fit; so a
    working set as large as theirs is read here, by scalar products of arrays
    with themselves, which read every number once and add as fast as the
    processor's widest instructions can.
    """
    count = n_threads()
    parts = [np.ones(max(n_bytes // 4 // count, 1024), np.float32) for _ in range(count)]
    rounds = 20  # for each time that threads are told to begin

    def read(part: np.ndarray) -> None:
        for _ in range(rounds):
            np.dot(part, part)

    with ThreadPoolExecutor(count) as pool:
        seconds = best_sec(lambda: list(pool.map(read, parts)), repeats) / rounds
    return sum(part.nbytes for part in parts) / seconds


def product_rate(side: int = 2048, repeats: int = 5) -> float:
    """Operations a second in a product of two large float32 matrices."""
    matrix = np.random.default_rng(0).standard_normal((side, side), dtype=np.float32)
    return 2 * side**3 / best_sec(lambda: matrix @ matrix, repeats)
