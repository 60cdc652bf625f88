"""What the fields of ABC say: keys, metres, lengths, tempos."""

import re
from fractions import Fraction
from typing import NamedTuple

from koe.formats.dynamics import ACCENT, STRONG_ACCENT
from koe.music.signatures import Mode, is_metre

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MOST_PARTS = 128  # of a length; the sum of many odd ones would have a denominator without end
MOST_PLAYED_PARTS = 1000
SIGNS = {"^^": 2, "^": 1, "=": 0, "_": -1, "__": -2}

# Fifths of a mode's signature above the one of the major key on its tonic.
_MODES = {"maj": 0, "ion": 0, "mix": -1, "dor": -2, "m": -3, "min": -3, "aeo": -3, "phr": -4, "loc": -5, "lyd": 1}
_MINOR = ("m", "min", "aeo", "dor", "phr", "loc")
_TONIC = re.compile(r"([A-G])([#b]?)\s*([A-Za-z]*)")
_ORDER = "FCGDAEB"  # of sharps; that of flats is the other way round
_SIGNED = re.compile(r"(?<![\w=])(\^\^|\^|__|_|=)([A-Ga-g])(?![\w=])")
_NAMED = re.compile(r"\b(?:clef|octave|transpose|name|nm|middle|stafflines|cue|style|shift)=\S*")
_METRE = re.compile(r"\(?\s*(\d{1,2}(?:\s*\+\s*\d{1,2})*)\s*\)?\s*/\s*(\d{1,2})")
_TEMPO = re.compile(r"(?:((?:\d{1,2}/\d{1,2}[ \t]*)+)=)?[ \t]*(\d{1,3}(?:\.\d{1,3})?)[ \t]*$")
_PART = re.compile(r"\(|(?P<close>\))(?P<again>\d{0,2})|(?P<name>[A-Za-z])(?P<times>\d{0,2})")
_LENGTH = re.compile(r"(\d{0,5})(/*)(\d{0,5})")

ACCENTS = {">": ACCENT, "accent": ACCENT, "emphasis": ACCENT, "^": STRONG_ACCENT, "marcato": STRONG_ACCENT}
ORNAMENTS = frozenset(
    (
        *("trill", "trill(", "mordent", "lowermordent", "uppermordent", "pralltriller", "roll", "slide"),
        *("turn", "turnx", "invertedturn", "invertedturnx", "/", "//", "///"),
    )
)
LETTERS = {"T": "trill", "~": "roll", "M": "lowermordent", "P": "uppermordent", ".": "staccato", "L": "accent"} | {
    "S": "segno", "O": "coda", "H": "fermata", "u": "upbow", "v": "downbow", "J": "slide", "R": "", "K": "", "k": ""
}  # fmt: skip


class KeyField(NamedTuple):
    """A key: its signature, as far as there is one, and by how much each letter is altered."""

    fifths: int
    mode: Mode
    alters: dict[str, int]


def key_of(text: str) -> KeyField | None:
    """Such as ``"G"``, ``"Bb minor"``, ``"D mix"``, ``"HP"`` or ``"D =c"``; None where it names no key."""
    text = _NAMED.sub("", text).strip()
    fifths, mode = 0, "major"
    explicit = False
    if text.lower().startswith("hp"):
        fifths = 2
    elif (found := _TONIC.match(text)) is not None:
        name = found[3].lower()
        kind = name if name == "m" else name[:3]
        explicit = kind == "exp"
        fifths = _ORDER.index(found[1]) - 1 + {"#": 7, "b": -7, "": 0}[found[2]]
        fifths += _MODES.get(kind, 0)
        mode = "minor" if kind in _MINOR else "major"
    elif text and not text.lower().startswith("none") and not _SIGNED.search(text):
        return None
    if abs(fifths) > 7:
        fifths -= 12 if fifths > 0 else -12
    alters = {} if explicit else signature(fifths)
    alters |= {letter.upper(): SIGNS[sign] for sign, letter in _SIGNED.findall(text)}
    alters = {letter: alter for letter, alter in alters.items() if alter}
    # A signature of signs of its own is the one with as many sharps or flats, if that is the same.
    n_signs = sum(alters.values())
    if abs(n_signs) <= 7 and signature(n_signs) == alters:
        fifths = n_signs
    return KeyField(fifths, "minor" if mode == "minor" else "major", alters)


def signature(fifths: int) -> dict[str, int]:
    """The letters that a signature alters."""
    if fifths >= 0:
        return dict.fromkeys(_ORDER[:fifths], 1)
    return dict.fromkeys(_ORDER[fifths:], -1)


def metre_of_field(text: str) -> tuple[int, int] | None:
    """Such as ``"6/8"``, ``"C|"`` or ``"2+3/8"``; None for a free one."""
    text = text.strip()
    if text.startswith("C"):
        return (2, 2) if text.startswith("C|") else (4, 4)
    found = _METRE.search(text)
    if found is None:
        return None
    metre = sum(int(count) for count in found[1].split("+")), int(found[2])
    return metre if is_metre(*metre) else None


def unit_of(text: str) -> Fraction | None:
    """The length of a plain letter, such as ``"1/8"``, of a whole note."""
    found = re.match(r"\s*(\d{1,3})(?:\s*/\s*(\d{1,3}))?", text)
    if found is None or not int(found[1]) or not int(found[2] or 1):
        return None
    return Fraction(int(found[1]), min(int(found[2] or 1), MOST_PARTS))


def qpm_of(text: str, unit: Fraction) -> float:
    """Quarters a minute of such as ``"1/4=100"`` or ``'"Adagio" 3/8=60'``; 0 where it names none."""
    found = _TEMPO.search(re.sub(r'"[^"]*"', "", text).strip())
    if found is None:
        return 0.0
    beat = Fraction(0)
    for part in (found[1] or "").split():
        beat += unit_of(part) or 0
    return float(found[2]) * 4 * float(beat or unit)


def factor_of(text: str) -> Fraction:
    """What stands behind a letter, such as ``"3/2"``, ``"/"`` or ``"2"``."""
    found = _LENGTH.match(text)
    if found is None:
        return Fraction(1)
    above, slashes, below = int(found[1] or 1), len(found[2]), int(found[3] or 0)
    if not slashes:
        return Fraction(above)
    return Fraction(above, min(below or 2 ** min(slashes, 7), MOST_PARTS))


def order_of_parts(text: str) -> list[str]:
    """The parts of a tune as they are played.

    Examples
    --------
    >>> "".join(order_of_parts("A2(BC)2.A"))
    'AABCBCA'
    """
    levels: list[list[str]] = [[]]
    for found in _PART.finditer(text):
        if found["name"]:
            levels[-1] += [found["name"]] * int(found["times"] or 1)
        elif not found["close"]:
            levels.append([])
        elif len(levels) > 1:
            inside = levels.pop()
            levels[-1] += (inside * int(found["again"] or 1))[:MOST_PLAYED_PARTS]
    return [name for level in levels for name in level][:MOST_PLAYED_PARTS]


def octave_of(text: str) -> int:
    """By how many octaves a clef or ``octave=`` moves what is written."""
    moved = re.search(r"\boctave=(-?\d)", text)
    clef = re.search(r"(?:treble|bass|alto|tenor|[GFC]\d?)([+-]8)\b", text)
    return (int(moved[1]) if moved else 0) + ({"+8": 1, "-8": -1}[clef[1]] if clef else 0)


def transposed_by(text: str) -> int:
    """Semitones of ``transpose=``."""
    found = re.search(r"\btranspose=(-?\d{1,2})", text)
    return int(found[1]) if found else 0
