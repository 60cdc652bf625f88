"""Numbers and texts out of MusicXML, which may be anything."""

import re
from math import isfinite
from xml.etree.ElementTree import Element

from koe.music.signatures import MAX_METRE, is_metre

FULL_SOUND = 90.0  # the velocity that MusicXML counts its percents from


def turns(text: str) -> frozenset[int]:
    """Such as ``"1, 2"`` or ``"1-3"``."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d{1,3})(?:\s*-\s*(\d{1,3}))?", text):
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found - {0})


def metre_of(element: Element | None) -> tuple[int, int] | None:
    """A metre; of several side by side, such as 3/8 + 2/8, the sum."""
    if element is None:
        return None
    pairs: list[tuple[int, int]] = []
    for beats, unit in zip(element.iterfind("beats"), element.iterfind("beat-type"), strict=False):
        numerator = sum(int(count) for count in re.findall(r"\d{1,3}", beats.text or ""))
        denominator = int(min(max(number(unit.text, 0.0), 0.0), MAX_METRE))
        if is_metre(numerator, denominator):
            pairs.append((numerator, denominator))
    if not pairs:
        return None
    smallest = max(denominator for _, denominator in pairs)
    total = sum(numerator * smallest // denominator for numerator, denominator in pairs)
    return (total, smallest) if is_metre(total, smallest) else pairs[0]


def velocity_of(percents: float) -> int:
    """Velocity of so many percents of the usual loudness."""
    return int(min(max(round(percents * FULL_SOUND / 100), 1), 127))


def number(text: str | None, default: float) -> float:
    """A number, or the default where it is none that can be; of at most nine digits before the point."""
    try:
        value = float(text) if text is not None else default
    except ValueError:
        return default
    return value if isfinite(value) and abs(value) < 1e9 else default


def text_at(element: Element, path: str) -> str:
    """Text of an inner element in one line; empty without it."""
    return " ".join((element.findtext(path) or "").split())
