"""Processes that work for this one, and that end with it.

A system does not end them by itself: FluidSynth would go on rendering after the
server was told to stop.
"""

import atexit
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_children: set[subprocess.Popen] = set()
_lock = threading.Lock()


@contextmanager
def ending_with_us(child: subprocess.Popen) -> Iterator[None]:
    """End a child, which leads a process group of its own, with all of it after the ``with``, or with this process."""
    with _lock:
        _children.add(child)
    try:
        yield
    finally:
        with _lock:
            _children.discard(child)
        end(child)


def end(child: subprocess.Popen) -> None:
    """End a child and its group at once, unless it has ended."""
    if child.poll() is not None:
        return
    with suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.wait()


@atexit.register
def end_all() -> None:
    """End all that still work."""
    with _lock:
        left = list(_children)
    for child in left:
        end(child)
