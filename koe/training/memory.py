"""Keeping memory that is about to be used again."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

# Of glibc's `mallopt`: what is left at the top before it goes back to the system, how much more than
# asked for is fetched, and from what size on a block is fetched and given back by itself.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3
_MIB = 2**20
_KEEPING = {_TRIM_THRESHOLD: 1024 * _MIB, _TOP_PAD: 64 * _MIB, _MMAP_THRESHOLD: 32 * _MIB}
# As glibc begins, but for the last one, which it would have raised by itself.
_USUAL = {_TRIM_THRESHOLD: 64 * _MIB, _TOP_PAD: _MIB // 8, _MMAP_THRESHOLD: 32 * _MIB}


@contextmanager
def kept_memory() -> Iterator[None]:
    """Let the process keep freed memory meanwhile, up to a gigabyte.

    Each update of a network makes and drops arrays of many megabytes; given
    back each time, they cost the system a page fault for every four kilobytes.
    Elsewhere than on glibc nothing is changed.
    """
    library = _glibc()
    if library is None:
        yield
        return
    for name, value in _KEEPING.items():
        library.mallopt(name, value)
    try:
        yield
    finally:
        for name, value in _USUAL.items():
            library.mallopt(name, value)
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
        return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
    except (OSError, TypeError):  # no such library, or Windows
        return None
