"""What all visitors said in the listening quiz, as counts alone: nothing says who, when, or in which round."""

import json
import logging
import os
import threading
from pathlib import Path
from typing import Any

from koe.studio.listening import N_QUESTIONS, ORIGINS
from koe.web.serving.lasting import lasting

N_IN_ALL = sum(N_QUESTIONS.values())

_log = logging.getLogger(__name__)


class Answers:
    """Counts of answers and of scores, in memory and, where there is a file, on disk.

    Safe to share between threads.

    Parameters
    ----------
    path : Path, optional
        Where they are kept; without it they are gone with the process. A file
        that cannot be read or written costs the counts, not the quiz.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._heard = {origin: [0, 0] for origin in ORIGINS}
        self._scores = [0] * (N_IN_ALL + 1)
        if path is not None and path.exists():
            self._read(path)

    def add(self, answers: list[tuple[str, bool]]) -> None:
        """Count a round that was played to its end: each excerpt's origin, and whether it was taken for a person's."""
        right = sum((origin == ORIGINS[0]) == said_person for origin, said_person in answers)
        with self._lock:
            for origin, said_person in answers:
                self._heard[origin][0] += 1
                self._heard[origin][1] += said_person
            self._scores[right] += 1
            self._write()

    def counts(self) -> dict[str, tuple[int, int]]:
        """How often each origin was heard, and taken for a person's."""
        with self._lock:
            return {origin: (heard, believed) for origin, (heard, believed) in self._heard.items()}

    def scores(self) -> tuple[int, ...]:
        """How many rounds ended with 0, 1, 2 ... right."""
        with self._lock:
            return tuple(self._scores)

    def _read(self, path: Path) -> None:
        try:
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            heard = {origin: [int(kept["heard"][origin][place]) for place in (0, 1)] for origin in ORIGINS}
            scores = [int(kept["scores"][right]) for right in range(N_IN_ALL + 1)]
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            _log.exception("The answers of the listening quiz could not be read; they are counted anew")
            return
        self._heard, self._scores = heard, scores

    def _write(self) -> None:
        if self._path is None:
            return
        try:
            # Whole or not at all: a server may end at any time.
            temporary = self._path.with_suffix(".writing")
            temporary.write_text(json.dumps({"heard": self._heard, "scores": self._scores}), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:
            _log.exception("The answers of the listening quiz could not be kept")


@lasting
def answers() -> Answers:
    """Those of this server; ``KOE_ANSWERS`` names their file."""
    named = os.environ.get("KOE_ANSWERS", "").strip()
    return Answers(Path(named).expanduser() if named else None)
