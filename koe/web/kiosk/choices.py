"""What the operator of a kiosk chooses: loudness, languages, hours of rest, patience. A file keeps it, if named."""

import json
import logging
import os
import re
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from koe.errors import InputError

LANGUAGES = ("de", "en", "fr", "it")
MAX_FILE_BYTES = 10_000
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choices:
    """How a kiosk is to be.

    Attributes
    ----------
    loudness : int
        Of visitors' music, 0 to 100.
    quiet : int
        Of the music while nobody is there, in hundredths of that.
    languages : tuple of str
        Of `LANGUAGES`; the first one is spoken until somebody chooses.
    rest_from, rest_to : str
        Such as ``"22:00"`` and ``"08:00"``, between which the screen is dark
        and silent until it is touched; both empty for no rest.
    idle_sec : int
        Without a touch until it is asked whether anybody is still there.
    countdown_sec : int
        Until all is forgotten then.
    """

    loudness: int = 70
    quiet: int = 40
    languages: tuple[str, ...] = LANGUAGES
    rest_from: str = ""
    rest_to: str = ""
    idle_sec: int = 60
    countdown_sec: int = 20


def choices_from(sent: object) -> Choices:
    """Read choices from what JSON gave; what is not named is as usual.

    Raises
    ------
    InputError
        If anything cannot be.
    """
    if not isinstance(sent, dict):
        raise InputError("Choices for the kiosk are names with values.")
    usual = asdict(Choices())
    if unknown := set(sent) - set(usual):
        raise InputError(f"{min(unknown)!r} is no choice for the kiosk; there are {', '.join(usual)}.")
    chosen = usual | sent
    bounds = {"loudness": (0, 100), "quiet": (0, 100), "idle_sec": (10, 3600), "countdown_sec": (5, 600)}
    for name, (low, high) in bounds.items():
        value = chosen[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise InputError(f"{name} of the kiosk is a whole number from {low} to {high}, not {value!r}.")
    languages = chosen["languages"]
    if not isinstance(languages, list | tuple) or not languages or any(one not in LANGUAGES for one in languages):
        raise InputError(f"languages of the kiosk are some of {', '.join(LANGUAGES)}.")
    times = chosen["rest_from"], chosen["rest_to"]
    if times != ("", "") and not all(isinstance(one, str) and _TIME.fullmatch(one) for one in times):
        raise InputError("rest_from and rest_to of the kiosk are times such as 22:00, or both empty.")
    return Choices(**{**chosen, "languages": tuple(dict.fromkeys(languages))})


class Kept:
    """The choices in effect.

    Parameters
    ----------
    path : Path, optional
        Where they are kept; without one they last until the server ends.

    Raises
    ------
    InputError
        If the file is there and cannot be read.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.now = _read(path) if path and path.exists() else Choices()

    def change(self, choices: Choices) -> bool:
        """Put choices into effect; gives whether they will outlast the server, which a full disk may prevent."""
        with self._lock:
            self.now = choices
            if self._path is None:
                return False
            beside = self._path.with_name(f"{self._path.name}.new")
            try:
                beside.write_text(json.dumps(asdict(choices), indent=1), "utf-8")
                os.replace(beside, self._path)  # at once: whoever pulls the plug finds the old one or the new one
            except OSError:
                _log.exception("The kiosk's choices could not be kept")
                return False
            return True


def _read(path: Path) -> Choices:
    try:
        data = path.read_bytes()
        sent: Any = json.loads(data) if len(data) <= MAX_FILE_BYTES else None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read as choices for the kiosk ({error}); correct or remove it.") from error
    return choices_from(sent)
