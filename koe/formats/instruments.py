"""Which part of a score is for a keyboard."""

import re
from xml.etree.ElementTree import Element

from koe.music.quantize import KEYBOARD_PROGRAMS

_KEYBOARDS = re.compile(
    r"piano|pno|klavier|flügel|keyboard|harpsichord|cembalo|clavec|clavic|clavin|celesta|organ|orgel|orgue|harmonium|musicxml"
    r"|\b(right|left|upper|lower|rh|lh)\b|^(part|staff|track|instrument|untitled)[ _]*\d*$",
    re.IGNORECASE,
)


def is_keyboard(part: Element | None, *, alone: bool) -> bool:
    """Whether a part is for piano, organ or the like, by its sound, program or name.

    Parameters
    ----------
    part : Element or None
        Its ``score-part``.
    alone : bool
        Whether it is the only one; then a name that is no known instrument's
        does not count.
    """
    if part is None:
        return True
    sound = part.findtext(".//instrument-sound") or ""
    if sound.strip():
        return sound.strip().startswith("keyboard")
    program = (part.findtext(".//midi-program") or "").strip()
    if program.isdigit() and len(program) < 4:
        return int(program) - 1 in KEYBOARD_PROGRAMS
    names = [part.findtext("part-name") or "", part.findtext(".//instrument-name") or ""]
    named = [name.strip() for name in names if name.strip()]
    return alone or not named or any(_KEYBOARDS.search(name) for name in named)
