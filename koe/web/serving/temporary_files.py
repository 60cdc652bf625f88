"""A temporary folder for each process, gone with it: at its end, or at the next start if it ended badly.

A lock on a file in the folder says that its process lives. The system lets go
of it however the process ends, so that nothing is asked of process numbers,
which are used again, and differ between containers that share a folder.
"""

import fcntl
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_PREFIX = "run-"
_LOCK = "alive"

_log = logging.getLogger(__name__)


@contextmanager
def process_folder(parent: Path | None = None) -> Iterator[Path]:
    """Let all temporary files of this process lie in a folder of its own inside the ``with``.

    Folders that dead processes left are removed first. Where no folder can be
    made, on a full disk say, files go where they went before, and the log says so.

    Parameters
    ----------
    parent : Path, optional
        Where the folders of all processes lie; ``koe-`` and the user's number
        among the system's temporary files unless given.
    """
    before = tempfile.tempdir
    lock: IO[bytes] | None = None
    try:
        folder, lock = _open(parent or Path(tempfile.gettempdir(), f"koe-{os.getuid()}"))
    except OSError as error:
        _log.warning("No folder for temporary files of its own could be made: %s", error.strerror)
        yield Path(tempfile.gettempdir())
        return
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _open(parent: Path) -> tuple[Path, IO[bytes]]:
    """Make a folder and hold its lock, after those of the dead are gone."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    seen = parent.lstat()
    # Among everybody's temporary files somebody else could have made it, to look at what is put there.
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.getuid():
        raise PermissionError(1, f"{parent} belongs to somebody else")
    # One process at a time makes and removes folders; none is so taken for dead before it holds its lock.
    with (parent / "lock").open("wb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        for folder in parent.glob(f"{_PREFIX}*"):
            if _is_dead(folder):
                shutil.rmtree(folder, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        lock = (folder / _LOCK).open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def _is_dead(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False  # held, or not ours to judge
    return True
