"""Writing a file that somebody named, or saying in one sentence why it cannot be written."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from koe.errors import InputError


def write_bytes(path: Path, make: Callable[[], bytes]) -> Path:
    """Write what ``make`` gives; it is called only where a file can be.

    Raises
    ------
    InputError
        If the folder is missing, the name is a folder's, or the system refuses.
    """
    folder = path.parent
    try:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.stat(path)  # `Path.is_dir` would take a NUL for no folder
        if path.is_dir():
            raise InputError(f"{path} is a folder; name a file in it.")
        if not folder.is_dir():
            what = "is no folder" if folder.exists() else "does not exist"
            raise InputError(f"{path} cannot be written: {folder} {what}. Make that folder first, or name another.")
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    data = make()
    try:
        path.write_bytes(data)
    except (OSError, ValueError) as error:
        raise _refused(path, error) from error
    return path


def _refused(path: Path, error: OSError | ValueError) -> InputError:
    # ValueError: a NUL in the name.
    reason = (error.strerror if isinstance(error, OSError) else "") or str(error)
    return InputError(f"{str(path)!r} cannot be written ({reason}); choose another name or folder.")
