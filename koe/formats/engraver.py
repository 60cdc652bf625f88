"""Humdrum and MEI, read by Verovio in a process of its own.

Verovio is a large program in C++ that gets what strangers wrote. Its process
may take so much memory and so much time; when it crashes, nothing else does.
"""

import json
import os
import subprocess
import sys
from bisect import bisect_right
from itertools import groupby
from pathlib import Path
from typing import Any

from koe.errors import ScoreFileError
from koe.formats.dynamics import sign_of
from koe.formats.played import Played
from koe.formats.repeats import MAX_PLAYED, Signs, jump_of, play_order
from koe.formats.sheet import Bar, Mark, Sheet, SheetNote
from koe.formats.unrolling import NEAR, play
from koe.formats.values import turns

MAX_TEXT_BYTES = 512 * 1024  # of a text that Verovio gets; it reads some 20 KB a second, and a sonata has 100 KB
MAX_SEC = 30.0
MAX_MEMORY = 1536 * 1024**2  # of addresses, half of which the libraries take at once
MAX_ANSWER = 64 * 1024**2

NAMES = {"humdrum": "Humdrum", "mei": "MEI"}
_CHILD = Path(__file__).with_name("verovio_child.py")
_DRUMS = 9  # channel
_FLAGS = ("forward", "backward")


def played_by_verovio(text: str, kind: str) -> tuple[Played, list[str]]:
    """Play a score in Humdrum or MEI.

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
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_TEXT_BYTES:
        raise ScoreFileError(f"{what} is larger than {MAX_TEXT_BYTES // 1024} KiB, the most that Koe reads of it.")
    answer = _ask(data, kind, what)
    sheet = _sheet(answer)
    played = play(sheet, _order(answer["order"], [bar.signs for bar in sheet.bars]))
    return played, sheet.titles


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
            "Verovio, which reads Humdrum and MEI, is not installed; set Koe up again (make setup) or open the "
            "score as MusicXML."
        )
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 and len(done.stdout) <= MAX_ANSWER else None
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise ScoreFileError(f"{what} could not be read; check it in a notation program and export it as MusicXML.")
    return answer


def _sheet(answer: dict[str, Any]) -> Sheet:
    """The score as it is written: each note in the measures that it sounds in, tied from one to the next."""
    sheet = Sheet(titles=[title for title in answer["titles"] if isinstance(title, str)])
    starts = [float(start) for start, *_ in answer["measures"]]
    ends = [*starts[1:], max(float(answer["end"]), *starts[-1:])] if starts else []
    opened = False
    before: frozenset[int] = frozenset()
    for start, end, (_, count, unit, signs) in zip(starts, ends, answer["measures"], strict=True):
        told = {name: bool(signs.get(name)) for name in _FLAGS}
        told["forward"] = told["forward"] or opened
        ending = turns(signs["ending"])
        # Numbers that say nothing are played in any turn, as if there were none.
        sheet.bars.append(Bar(Signs(ending=ending, **told), length=end - start, metre=(count, unit)))
        for words, function, place in signs["words"]:
            jump = jump_of(words) or jump_of(function)  # "To Coda" is told by its words alone
            if jump:
                sheet.bars[-1].signs.put(jump, begins=place == 0, ends=place == 2)
        opened = bool(signs["opens"])
        if ending and ending != before and 1 not in ending:
            sheet.bars[-1].continues = True
        before = ending
    if not starts:
        return sheet

    def at(time: float) -> tuple[Bar, float]:
        place = max(bisect_right(starts, time + NEAR) - 1, 0)
        return sheet.bars[place], max(time - starts[place], 0.0)

    for time, qpm in answer["tempos"]:
        bar, onset = at(time)
        bar.tempos.append((onset, qpm))
    key = None
    for time, fifths, mode in answer["keys"]:
        if (fifths, mode) != key:
            bar, onset = at(time)
            bar.keys.append((onset, fifths, "minor" if mode == "minor" else "major"))
        key = (fifths, mode)
    for time, value in answer["pedal"]:
        bar, onset = at(time)
        bar.pedal.append((onset, 0, "down" if value >= 64 else "up"))
    for time, staff, word in answer["dynamics"]:
        level, accent = sign_of(word)
        if level or accent:
            bar, onset = at(time)
            bar.marks.append(Mark(0, staff, onset, level, accent))
    for onset, end, pitch, channel, staff in answer["notes"]:
        first = max(bisect_right(starts, onset + NEAR) - 1, 0)
        if channel == _DRUMS:
            sheet.drums.append((first, 1))
            continue
        place = first
        while place == first or (place < len(starts) and starts[place] < end - NEAR):
            begins = max(onset, starts[place])
            last = place + 1 == len(starts)
            until = end if last else min(end, ends[place])
            sheet.bars[place].notes.append(
                SheetNote(
                    *(0, staff, "", begins - starts[place], until - begins, pitch),
                    tied=not last and end > ends[place] + NEAR,
                    # What is held into a first ending is held into the second one too.
                    continued=place > first or (sheet.bars[place].continues and begins - starts[place] < NEAR),
                )
            )
            place += 1
    return sheet


def _order(told: list[tuple[int, bool]], signs: list[Signs]) -> list[int]:
    """The order of all measures: as an expansion tells it, by the repeats where none does."""
    order: list[int] = []
    for fixed, steps in groupby(told, key=lambda step: bool(step[1])):
        places = [place for place, _ in steps]
        order += places if fixed else [places[place] for place in play_order([signs[place] for place in places])]
    return order[:MAX_PLAYED]
