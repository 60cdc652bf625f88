"""Humdrum, ABC and MEI, read by Verovio in a process of its own.

Verovio is a large program in C++ that gets what strangers wrote. Its process
may take so much memory and so much time; when it crashes, nothing else does.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from koe.errors import ScoreFileError
from koe.formats.dynamics import Loudness, Sign, sign_of
from koe.formats.played import Played, PlayedNote

MAX_TEXT_BYTES = 512 * 1024  # of a text that Verovio gets; it reads some 20 KB a second, and a sonata has 100 KB
MAX_SEC = 30.0
MAX_MEMORY = 1536 * 1024**2  # of addresses, half of which the libraries take at once
MAX_ANSWER = 64 * 1024**2

NAMES = {"humdrum": "Humdrum", "abc": "ABC", "mei": "MEI"}
_CHILD = Path(__file__).with_name("verovio_child.py")
_DRUMS = 9  # channel
_TEMPO_OF_ABC = re.compile(r"(?:(\d{1,2})/(\d{1,2})[ \t]*=)?[ \t]*(\d{1,3})[ \t]*(?:$|\"|%)")
_FIELD_OF_ABC = re.compile(r"[A-Za-z+]:|%")
_SLUR_OF_ABC = re.compile(r'("[^"]*")|\((?!\d)|\)')
_ENDING_OF_ABC = re.compile(r"(?:\[|\|)[ \t]?[12](?![\d/])")


def played_by_verovio(text: str, kind: str) -> tuple[Played, list[str]]:
    """Play a score in Humdrum, ABC or MEI.

    Parameters
    ----------
    text : str
    kind : str
        One of `NAMES`.

    Returns
    -------
    played : Played
    titles : list of str

    Raises
    ------
    ScoreFileError
        If it is too large, or Verovio cannot read it in time.
    """
    what = f"The score in {NAMES[kind]}"
    if kind == "mei":
        from koe.formats.container import parse_xml

        parse_xml(text)  # refuses entities and what is damaged
    data = (_without_slurs(text) if kind == "abc" else text).encode("utf-8", "replace")
    if len(data) > MAX_TEXT_BYTES:
        raise ScoreFileError(f"{what} is larger than {MAX_TEXT_BYTES // 1024} KiB, the most that Koe reads of it.")
    answer = _ask(data, kind, what)
    played = _played(answer)
    if kind == "abc":
        _tempo_of_abc(text, played)
        if _ENDING_OF_ABC.search(text):
            played.warnings.append("First and second endings of ABC are not known to the reader: both are played.")
    return played, [title for title in answer["titles"] if isinstance(title, str)]


def _ask(data: bytes, kind: str, what: str) -> dict[str, Any]:
    command = [sys.executable, "-I", str(_CHILD), kind, str(MAX_MEMORY), str(int(MAX_SEC))]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=MAX_SEC, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise ScoreFileError(f"{what} took longer than {MAX_SEC:.0f} seconds to read; open a part of it.") from None
    except OSError as error:
        raise ScoreFileError(f"{what} could not be read: {error.strerror or error}.") from error
    if done.returncode == 3:
        raise ScoreFileError(
            "Verovio, which reads Humdrum, ABC and MEI, is not installed; set Koe up again (make setup) or open the "
            "score as MusicXML."
        )
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 and len(done.stdout) <= MAX_ANSWER else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ScoreFileError(f"{what} could not be read; check it in a notation program and export it as MusicXML.")
    return answer


def _played(answer: dict[str, Any]) -> Played:
    played = Played(
        measures=[(start, (count, unit)) for start, count, unit in answer["measures"]],
        end=answer["end"],
        tempos=[(time, qpm) for time, qpm in answer["tempos"]],
        pedal=[(time, value) for time, value in answer["pedal"]],
        keys=[(time, fifths, "minor" if mode == "minor" else "major") for time, fifths, mode in answer["keys"]],
    )
    signs = [
        Sign(time, level, accent, staff=staff)
        for time, staff, word in answer["dynamics"]
        for level, accent in [sign_of(word)]
        if level or accent
    ]
    loudness: dict[int, Loudness] = {}
    for onset, end, pitch, channel, staff in answer["notes"]:
        if channel == _DRUMS:
            played.n_drums += 1
            continue
        if staff not in loudness:
            loudness[staff] = Loudness(signs, staff)
        played.notes.append(PlayedNote(onset, end, pitch, loudness[staff].velocity(onset), end))
    played.warnings = [str(warning) for warning in answer["warnings"]]
    return played


def _without_slurs(text: str) -> str:
    """ABC without the slurs, which sound like nothing and keep Verovio from seeing the tuplets inside."""
    return "\n".join(
        line if _FIELD_OF_ABC.match(line) else _SLUR_OF_ABC.sub(lambda found: found[1] or "", line)
        for line in text.splitlines()
    )


def _tempo_of_abc(text: str, played: Played) -> None:
    """The tempo of the head, such as ``Q:3/8=100``, which Verovio takes for quarters."""
    for line in text.splitlines():
        if line.startswith("K:"):
            return
        found = _TEMPO_OF_ABC.search(line) if line.startswith("Q:") else None
        if found:
            count, unit, per_minute = int(found[1] or 1), int(found[2] or 4), int(found[3])
            if count and unit and per_minute:
                played.tempos = [(0.0, per_minute * 4 * count / unit), *played.tempos[1:]]
            return
