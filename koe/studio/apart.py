"""A use case in a process of its own, so that it can be ended at any moment, and holds nobody's lock.

Engraving a long score takes many seconds, within libraries that cannot be
interrupted and that let no other thread of Python run. The process does one
piece of work and costs half a second to start, so it is for large ones.
"""

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

from koe.children import ending_with_us
from koe.errors import Cancelled, KoeError, ScoreError
from koe.progress import ShouldStop

POLL_SEC = 0.1
MAX_SEC = 120.0
MAX_MEMORY = 4 * 2**30  # of addresses, half of which the libraries take at once

_ROOT = Path(__file__).resolve().parents[2]


def apart(name: str, args: tuple[Any, ...], kwargs: dict[str, Any], should_stop: ShouldStop | None = None) -> Any:
    """Call a method of a studio in another process.

    Parameters
    ----------
    name : str
    args, kwargs : tuple, dict
        What it is given; has to survive pickling, as what it gives has.
    should_stop : callable, optional
        Asked ten times a second; where it says yes, the process is ended. What it raises goes through.

    Raises
    ------
    Cancelled
        If ``should_stop`` said so.
    ScoreError
        If it takes longer than `MAX_SEC`, or ends without an answer.
    KoeError
        What the method raises.
    """
    paths = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    with (
        subprocess.Popen(
            [sys.executable, "-m", "koe.studio.apart"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": paths},
        ) as child,
        ending_with_us(child),
    ):
        answer = _answer(child, pickle.dumps((name, args, kwargs)), should_stop)
    try:
        good, made = pickle.loads(answer)
    except (EOFError, pickle.UnpicklingError):
        raise ScoreError("The score could not be drawn; choose a part of the piece.") from None
    if not good:
        raise made
    return made


def _answer(child: subprocess.Popen, question: bytes, should_stop: ShouldStop | None) -> bytes:
    waited_sec = 0.0
    rest: bytes | None = question
    while True:
        try:
            return child.communicate(rest, timeout=POLL_SEC)[0]
        except subprocess.TimeoutExpired:
            rest = None  # it goes on with what it was given
            waited_sec += POLL_SEC
        if should_stop is not None and should_stop():
            raise Cancelled("Stopped while it was made.")
        if waited_sec > MAX_SEC:
            raise ScoreError(f"This took longer than {MAX_SEC:.0f} seconds; choose a part of the piece.")


def main() -> None:
    """The other process: read what is to be done, do it, write what came of it."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, hard))
    name, args, kwargs = pickle.load(sys.stdin.buffer)
    from koe.studio.studio import Studio

    answer: tuple[bool, Any]
    try:
        answer = True, getattr(Studio(), name)(*args, **kwargs)
    except KoeError as error:
        answer = False, error
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
