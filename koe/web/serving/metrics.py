"""Counters and times in Prometheus' format: how much, how fast, how often in vain, and nothing of what.

Labels are names of pages, of kinds of work and of errors, all of them ours;
nothing that a visitor types, uploads or is called can become one.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from streamlit.runtime import Runtime

from koe.version import __version__
from koe.web.serving.queue import shared_limiter

REGISTRY = CollectorRegistry()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_COUNTED = "_koe_counted"

PAGE_SECONDS = Histogram(
    "koe_page_seconds", "Runs of pages, and how long they took.", ["page"], registry=REGISTRY, buckets=_SECONDS
)
WORK = Counter(
    "koe_work",
    "Work by kind and by how it ended: done, refused (what was asked for cannot be), busy, stopped or failed.",
    ["kind", "outcome"],
    registry=REGISTRY,
)
WORK_SECONDS = Histogram(
    "koe_work_seconds",
    "Time that work took, without waiting for its turn.",
    ["kind"],
    registry=REGISTRY,
    buckets=_SECONDS,
)
QUEUE_SECONDS = Histogram(
    "koe_queue_seconds", "Time that heavy work waited for its turn.", registry=REGISTRY, buckets=_SECONDS
)
SOUNDS = Counter("koe_sounds", "Sounds made, by what played them.", ["engine"], registry=REGISTRY)
FAULTS = Counter("koe_faults", "Errors that a visitor was told of, by kind.", ["kind"], registry=REGISTRY)
TURNED_AWAY = Counter(
    "koe_turned_away",
    "Connections and requests that were refused, by what was wrong: message, full, pace or upload.",
    ["why"],
    registry=REGISTRY,
)
READY = Gauge("koe_ready", "Whether /readyz says yes.", registry=REGISTRY)
AHEAD = Gauge("koe_pieces_ahead", "Pieces for the first page that are made and not yet taken.", registry=REGISTRY)
_VERSION = Gauge("koe_info", "The version that runs.", ["version"], registry=REGISTRY)


class _Now:
    """What is asked for at the moment of the question: queue and sessions."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        limiter = shared_limiter()
        yield GaugeMetricFamily("koe_queue_length", "Work that waits for its turn.", limiter.n_waiting)
        yield GaugeMetricFamily("koe_work_running", "Heavy work that is being done.", limiter.n_running)
        yield GaugeMetricFamily("koe_work_places", "How much heavy work may be done at once.", limiter.n_places)
        yield GaugeMetricFamily("koe_sessions", "Pages that are open in browsers.", _n_sessions())


# Memory, processor time, open files; on Linux, empty elsewhere.
ProcessCollector(registry=REGISTRY)
REGISTRY.register(_Now())  # type: ignore[arg-type]
_VERSION.labels(__version__).set(1)


@contextmanager
def page_run(page: str) -> Iterator[None]:
    """Time one run of a page, however it ends."""
    started = time.monotonic()
    try:
        yield
    finally:
        PAGE_SECONDS.labels(page or "home").observe(time.monotonic() - started)


def count_fault(error: BaseException) -> None:
    """Count an error by the name of its class, once, wherever it is met on its way."""
    if not getattr(error, _COUNTED, False):
        setattr(error, _COUNTED, True)
        FAULTS.labels(type(error).__name__).inc()


def _n_sessions() -> float:
    if not Runtime.exists():
        return 0.0
    stats = Runtime.instance().stats_mgr.get_stats(family_names=["active_sessions"])
    return sum(stat.value for stat in stats.get("active_sessions", ()))  # type: ignore[attr-defined]
