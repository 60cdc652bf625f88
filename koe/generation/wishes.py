"""What a piece is to be, as people say it and as a network that composes is told it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from koe.errors import InputError
from koe.generation.forms import plan_from_form
from koe.models.tr1_interface import MEASURES, Temperatures, Told, class_of
from koe.music.events import MAX_PLACES
from koe.music.piece import KeySignature, TimeSignature
from koe.music.repetition import MAX_LAG
from koe.music.signatures import Mode

TEMPO_CLASSES = {"slow": 1, "medium": 2, "fast": 3}
TEMPO_QPM = {"slow": 63.0, "medium": 92.0, "fast": 132.0}
LEVELS = {"low": 1, "medium": 2, "high": 3}
DEFAULT_MEASURES = 32
# To a key that is wished, and to one that is drawn: see `koe.models.tr1_interface.Told`.
LEANING, DRAWN_LEANING = 0.5, 0.25
WISHED = "composed as wished"  # how a piece says that it was made so
_DRAWN = "temperature of"
_TONICS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "H": 11}
_KEY = re.compile(r"\s*([A-Ha-h])\s*(#|♯|s|sharp|b|♭|flat)?\s*(major|minor|maj|min|dur|moll)?\s*", re.IGNORECASE)
_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}
_METRE = re.compile(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*")


@dataclass(frozen=True)
class Wishes:
    """What a piece is to be; None is no wish.

    Attributes
    ----------
    measures : int
    key : str, optional
        Such as ``"A minor"``.
    metre : str
        Such as ``"3/4"``.
    tempo, density, register : str, optional
        ``"slow"``, ``"medium"``, ``"fast"``; ``"low"``, ``"medium"``, ``"high"``.
    composer : str, optional
    form : str, optional
        Such as ``"A A' B A"``.
    sixteenths : bool
        Whether all lies on the sixteenth grid.
    planned : bool
        Whether, where no form is wished, one like those of real pieces is drawn.
    temperatures : Temperatures, optional
        How freely is drawn; as the network's card says unless they are given.
    """

    measures: int = DEFAULT_MEASURES
    key: str | None = None
    metre: str = "4/4"
    tempo: str | None = None
    density: str | None = None
    register: str | None = None
    composer: str | None = None
    form: str | None = None
    sixteenths: bool = False
    planned: bool = True
    temperatures: Temperatures | None = None

    def as_settings(self) -> tuple[tuple[str, str], ...]:
        """Names and values of all that is wished, for `koe.music.making.Making`; `from_settings` reads them."""
        said = [(field.name, getattr(self, field.name)) for field in fields(self) if field.name != "temperatures"]
        drawn = asdict(self.temperatures) if self.temperatures else {}
        pairs = [*said, *((f"{_DRAWN} {name}", f"{value:g}") for name, value in drawn.items())]
        return (("way", WISHED), *((name, str(value)) for name, value in pairs if value is not None))

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> "Wishes":
        """Those that `as_settings` wrote.

        Raises
        ------
        KeyError, ValueError
            If they are not complete.
        """
        drawn = {name.removeprefix(f"{_DRAWN} "): float(value) for name, value in settings.items() if _DRAWN in name}
        texts = ("key", "tempo", "density", "register", "composer", "form")
        return cls(
            int(settings["measures"]),
            metre=settings["metre"],
            sixteenths=settings["sixteenths"] == "True",
            planned=settings["planned"] == "True",
            temperatures=Temperatures(**drawn) if drawn else None,
            **{name: settings.get(name) for name in texts},
        )


def key_class(name: str) -> int:
    """The class of a key: 1 to 12 major from C on, 13 to 24 minor.

    Raises
    ------
    InputError
        If it is no key.

    Examples
    --------
    >>> key_class("C major"), key_class("a minor"), key_class("Bb")
    (1, 22, 11)
    """
    found = _KEY.fullmatch(name)
    if not found:
        raise InputError(f"{name!r} is no key; write a tonic and a mode: A minor, E flat major.")
    tonic, accidental, mode = found.groups()
    sharp = {"#": 1, "♯": 1, "s": 1, "sharp": 1, "b": -1, "♭": -1, "flat": -1}[accidental.lower()] if accidental else 0
    minor = (mode or "major").lower() in ("minor", "min", "moll")
    return (_TONICS[tonic.upper()] + sharp) % 12 + 1 + 12 * minor


def key_name(number: int) -> str:
    """The name of a key's class, in as few sharps or flats as it has.

    Examples
    --------
    >>> key_name(1), key_name(22), key_name(11), key_name(19)
    ('C major', 'A minor', 'Bb major', 'F# minor')
    """
    mode = "minor" if number > 12 else "major"
    return f"{_NAMES[mode][(number - 1) % 12]} {mode}"


def key_signature(name: str) -> KeySignature:
    """A key as files and scores have it.

    Examples
    --------
    >>> key_signature("A minor"), key_signature("Eb")
    (KeySignature(onset=0, fifths=0, mode='minor'), KeySignature(onset=0, fifths=-3, mode='major'))
    """
    number = key_class(name) - 1
    mode: Mode = "minor" if number >= 12 else "major"
    return KeySignature(0, 0, mode).transposed(number % 12 - (9 if number >= 12 else 0))


def time_signature(metre: str) -> TimeSignature:
    """A metre such as ``"3/4"``.

    Raises
    ------
    InputError
        If it is none, or its measure is longer than TR1 knows.
    """
    found = _METRE.fullmatch(metre)
    numerator, denominator = map(int, found.groups()) if found else (0, 0)
    if numerator < 1 or denominator not in (1, 2, 4, 8, 16, 32):
        raise InputError(f"{metre!r} is no metre; write beats and their note value: 3/4, 6/8.")
    signature = TimeSignature(0, numerator, denominator)
    if signature.measure_ticks > MAX_PLACES:
        raise InputError(f"A measure of {metre} is longer than one of 12/8, the longest that is written.")
    return signature


def told_of(wishes: Wishes, composers: Mapping[str, int]) -> Told:
    """Wishes as a network is told them.

    Raises
    ------
    InputError
        If a wish is none that it knows; the sentence says which there are.
    """
    if not 1 <= wishes.measures <= MAX_LAG:
        raise InputError(f"A piece has 1 to {MAX_LAG} measures, not {wishes.measures}.")
    classes = {
        "tempo": _class("tempo", wishes.tempo, TEMPO_CLASSES),
        "density": _class("density", wishes.density, LEVELS),
        "register": _class("register", wishes.register, LEVELS),
        "composer": _class("composer", wishes.composer, composers),
        "length": int(class_of(wishes.measures, MEASURES)),
    }
    return Told(
        conditions=classes,
        key=key_class(wishes.key) if wishes.key else 0,
        leaning=LEANING if wishes.key else DRAWN_LEANING,
        n_measures=wishes.measures,
        measure_ticks=time_signature(wishes.metre).measure_ticks,
        sixteenths=wishes.sixteenths,
        plan=plan_from_form(wishes.form, wishes.measures) if wishes.form else None,
    )


def _class(name: str, value: str | None, known: Mapping[str, int]) -> int:
    if value is None:
        return 0
    if value not in known:
        raise InputError(f"{value!r} is no {name} that is known; choose one of {', '.join(known)}.")
    return known[value]
