"""Reading a project with suspicion.

Reading is bounded in bytes, depth and counts; every value is checked before it
is used, and nothing that a file says is run, or looked for on the disk. What is
wrong is named by its place, such as ``pieces[2].notes[14]``.
"""

import itertools
import json
import math
import re
import zlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any, NoReturn

from koe.errors import KoeError, ProjectError
from koe.models.sampling import MAX_SEED
from koe.music.grid import (
    FASTEST_QPM,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_FILE_BYTES,
    MAX_NOTES,
    MAX_STEPS,
    MAX_TICKS,
    MIN_QPM,
    PULSES_PER_TICK,
)
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Dropped, KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.signatures import MAX_METRE, is_metre
from koe.projects import schema
from koe.projects.migrating import MIGRATIONS
from koe.projects.schema import Line, Project, Take

MAX_VALUE_CHARS = 16_384  # a thousand numbers of a latent vector
MAX_PACKED_CHARS = 3_000_000  # what a browser keeps for a site
NO_PROJECT = "This is no project of Koe; choose a file that was saved with “Save project”, its name ends in .koe.json."
MAX_PULSES = MAX_TICKS * PULSES_PER_TICK
MAX_FIFTHS = 7
MAX_PEDAL = 127

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MISSING = object()


def unpack_project(text: str) -> Project:
    """Read what `koe.projects.writing.pack_project` wrote, from a browser that may send anything.

    Raises
    ------
    ProjectError
    """
    return read_project(_unpacked(text))


def unpack_line(text: str) -> Line:
    """Read what `koe.projects.writing.pack_line` wrote, likewise.

    A line is only kept from one loading of a page to the next, so that one of
    another version is not made into one of this.

    Raises
    ------
    ProjectError
    """
    written = _object(_unpacked(text), schema.LINE)
    if written.get("version") != schema.VERSION:
        raise ProjectError("What could be undone was written by another version of Koe.")
    place = _Place(written, "project")
    pieces = _read_pieces(place)
    moments = tuple(_read_rest(one, pieces) for one in place.at("moments").each(schema.MAX_MOMENTS))
    return Line(moments, place.at("at").whole(0, len(moments) - 1))


def _unpacked(text: str) -> bytes:
    if not isinstance(text, str) or len(text) > MAX_PACKED_CHARS:
        raise ProjectError("What the browser kept is too large to be opened.")
    try:
        opener = zlib.decompressobj()
        data = opener.decompress(b64decode(text, validate=True), MAX_FILE_BYTES)
    except (ValueError, zlib.error):
        raise ProjectError("What the browser kept is damaged.") from None
    if not opener.eof:
        raise ProjectError("What the browser kept is damaged.")
    return data


def read_project(data: bytes) -> Project:
    """Read a project file.

    Raises
    ------
    ProjectError
        One sentence that says what is wrong, and where.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ProjectError(f"The project is larger than {MAX_FILE_BYTES // 1024**2} MiB, the most that Koe reads.")
    written = _object(data, schema.KIND)
    return _project(_Place(_migrated(written), "project"))


def _object(data: bytes, kind: str) -> dict[str, Any]:
    """JSON that says to be of this kind."""
    try:
        written = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):  # no UTF-8, no JSON, a number of a million digits, or nested without end
        raise ProjectError(NO_PROJECT) from None
    if not isinstance(written, dict) or written.get("koe") != kind:
        raise ProjectError(NO_PROJECT)
    return written


def _migrated(written: dict[str, Any]) -> dict[str, Any]:
    version = written.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise ProjectError("The project does not say of which version it is; it is damaged.")
    if version > schema.VERSION:
        raise ProjectError(
            f"The project was saved by a newer version of Koe (format {version}; this one reads up to "
            f"{schema.VERSION}). Open it there."
        )
    while version < schema.VERSION:
        if version not in MIGRATIONS:
            raise ProjectError(f"The project is of format {version}, which was never in use; it is damaged.")
        written, version = MIGRATIONS[version](written), version + 1
    return written


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


class _Place:
    """A value of a file, and where it stands."""

    def __init__(self, value: Any, path: str) -> None:
        self.value = value
        self.path = path

    def wrong(self, expected: str) -> NoReturn:
        raise ProjectError(f"The project is damaged: {self.path} is not {expected}.")

    def at(self, name: str, default: Any = _MISSING) -> "_Place":
        if not isinstance(self.value, dict):
            self.wrong("an object")
        if name not in self.value and default is _MISSING:
            raise ProjectError(f"The project is damaged: {self.path} has no {name}.")
        path = name if self.path == "project" else f"{self.path}.{name}"
        return _Place(self.value.get(name, default), path)

    def each(self, most: int) -> list["_Place"]:
        if not isinstance(self.value, list) or len(self.value) > most:
            self.wrong(f"a list of at most {most:,}")
        return [_Place(value, f"{self.path}[{number}]") for number, value in enumerate(self.value)]

    def items(self, most: int) -> list[tuple[str, "_Place"]]:
        if not isinstance(self.value, dict) or len(self.value) > most:
            self.wrong(f"an object of at most {most} names")
        for name in self.value:
            if not _NAME.fullmatch(name):
                self.wrong("an object with plain names")
        return [(name, _Place(value, f"{self.path}.{name}")) for name, value in self.value.items()]

    def whole(self, least: int, most: int) -> int:
        if type(self.value) is not int or not least <= self.value <= most:
            self.wrong(f"a whole number from {least} to {most}")
        return self.value

    def number(self, least: float, most: float) -> float:
        plain = type(self.value) in (int, float) and abs(self.value) < 1e300
        if not plain or not math.isfinite(self.value) or not least <= self.value <= most:
            self.wrong(f"a number from {least:g} to {most:g}")
        return float(self.value)

    def text(self, most: int = schema.MAX_TITLE_CHARS) -> str:
        if not isinstance(self.value, str) or len(self.value) > most:
            self.wrong(f"a text of at most {most} letters")
        return schema.plain(self.value)

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.wrong("true or false")
        return self.value

    def maybe(self, read: Callable[["_Place"], Any]) -> Any:
        return None if self.value is None else read(self)


def _project(place: _Place) -> Project:
    return _read_rest(place, _read_pieces(place))


def _read_pieces(place: _Place) -> list[Piece]:
    pieces = [_read_piece(one) for one in place.at("pieces").each(schema.MAX_PIECES)]
    if sum(len(piece.notes) for piece in pieces) > schema.MAX_ALL_NOTES:
        raise ProjectError(f"The project holds more than {schema.MAX_ALL_NOTES:,} notes, the most that Koe reads.")

    if sum(piece.n_steps for piece in pieces) > schema.MAX_ALL_STEPS:
        raise ProjectError(
            f"The project holds more than {schema.MAX_ALL_STEPS:,} sixteenths of music, the most that Koe reads."
        )
    if sum(schema.n_changes(piece) for piece in pieces) > schema.MAX_ALL_CHANGES:
        raise ProjectError(
            f"The project holds more than {schema.MAX_ALL_CHANGES:,} changes of tempo, metre, key and pedal, "
            "the most that Koe reads."
        )
    return pieces


def _read_rest(place: _Place, pieces: list[Piece]) -> Project:
    """Everything but the pieces, which are named by their numbers."""

    def piece_at(one: _Place) -> Piece:
        return pieces[one.whole(0, len(pieces) - 1)]

    takes = _read_takes(place.at("takes", []), piece_at)
    ids = {take.id for take in takes}
    shown = tuple(one.text(schema.MAX_NAME_CHARS) for one in place.at("shown", []).each(schema.MAX_TAKES))
    return Project(
        place.at("piece").maybe(piece_at),
        place.at("measure", 1).whole(1, MAX_STEPS),
        {
            name: tuple(
                value.number(-schema.LATENT_BOUND, schema.LATENT_BOUND) for value in vector.each(schema.MAX_LATENTS)
            )
            for name, vector in place.at("latents", {}).items(schema.MAX_MODELS)
        },
        takes,
        tuple(name for name in shown if name in ids),
        {name: piece_at(one) for name, one in place.at("others", {}).items(schema.MAX_SETTINGS)},
        {name: _setting(one) for name, one in place.at("settings", {}).items(schema.MAX_SETTINGS)},
        {name: _hash(one) for name, one in place.at("weights", {}).items(schema.MAX_MODELS)},
    )


def _setting(place: _Place) -> int | float | bool | str:
    if isinstance(place.value, bool | str):
        return place.flag() if isinstance(place.value, bool) else place.text()
    return place.whole(-(2**53), 2**53) if isinstance(place.value, int) else place.number(-1e15, 1e15)


def _hash(place: _Place) -> str:
    text = place.text()
    if not _HASH.fullmatch(text):
        place.wrong("a SHA-256 in hexadecimal digits")
    return text


def _read_takes(place: _Place, piece_at: Callable[[_Place], Piece]) -> tuple[Take, ...]:
    takes: list[Take] = []
    earlier: set[str] = set()
    for one in place.each(schema.MAX_TAKES):
        name = one.at("id").text(schema.MAX_NAME_CHARS)
        if not _NAME.fullmatch(name) or name in earlier:
            one.at("id").wrong("a plain name that no other take has")
        parent = one.at("parent", None).maybe(lambda at: at.text(schema.MAX_NAME_CHARS))
        if parent is not None and parent not in earlier:
            one.at("parent").wrong("the id of an earlier take")
        piece = piece_at(one.at("piece"))
        made_from = one.at("made_from", 0).whole(0, piece.n_steps)
        bar = one.at("bar", None).maybe(lambda at: at.whole(1, MAX_STEPS + 1))
        takes.append(Take(name, piece, made_from, parent, bar))
        earlier.add(name)
    return tuple(takes)


def _read_piece(place: _Place) -> Piece:
    n_ticks = place.at("ticks").whole(0, MAX_TICKS)
    metres = _changes(place.at("metres"), _read_metre, "the first at tick 0")
    tempos = _changes(place.at("tempos"), _read_tempo, "the first at pulse 0")
    read = place.at("read", {})
    dropped = [one.whole(0, 10**9) for one in read.at("dropped", [0, 0, 0]).each(3)]
    try:
        return Piece(
            tuple(_read_note(one, n_ticks) for one in place.at("notes").each(MAX_NOTES)),
            n_ticks,
            tempos,
            metres,
            place.at("upbeat", 0).whole(0, MAX_TICKS),
            _changes(place.at("keys", []), _read_key),
            _changes(place.at("pedal", []), _read_pedal),
            place.at("title", "").text(),
            dropped=Dropped(*dropped),
            off_grid=read.at("off_grid", 0.0).number(0, 1),
            beats_estimated=read.at("beats_estimated", False).flag(),
            n_other_instruments=read.at("other_instruments", 0).whole(0, 10**9),
            warnings=tuple(one.text(1000) for one in read.at("warnings", []).each(schema.MAX_WARNINGS)),
            made_by=place.at("made_by", None).maybe(_read_making),
        )
    except ProjectError:
        raise
    except KoeError as error:
        raise ProjectError(f"The project is damaged: {place.path}: {error}") from error


def _read_note(place: _Place, n_ticks: int) -> Note:
    # Hand over hand: there may be a hundred thousand of them.
    value = place.value
    if type(value) is not list or len(value) not in (4, 6) or any(type(number) is not int for number in value):
        place.wrong("a note: onset, pitch, duration, velocity, and perhaps shift and release")
    onset, pitch, duration, velocity = value[:4]
    within = (
        0 <= onset < MAX_TICKS
        and LOWEST_PITCH <= pitch <= HIGHEST_PITCH
        and 1 <= duration <= n_ticks - onset
        and 1 <= velocity <= 127
        and all(-MAX_PULSES <= moved <= MAX_PULSES for moved in value[4:])
    )
    if not within:
        place.wrong("a note within the piece and on the piano")
    return Note(*value)


def _changes(place: _Place, read: Callable[[_Place], Any], first: str = "") -> Any:
    """What changes, each later than the one before; where ``first`` says so, from the beginning on."""
    found = tuple(read(one) for one in place.each(schema.MAX_CHANGES))
    late = bool(first and found and found[0].onset)
    if late or any(later.onset <= earlier.onset for earlier, later in itertools.pairwise(found)):
        place.wrong(f"in order, {first}" if first else "in order")
    return found


def _columns(place: _Place, *names: str) -> list[_Place]:
    values = place.each(len(names))
    if len(values) != len(names):
        place.wrong(f"a list of {', '.join(names)}")
    return values


def _read_tempo(place: _Place) -> Tempo:
    onset, qpm = _columns(place, "onset", "quarter notes a minute")
    return Tempo(onset.whole(0, MAX_PULSES), qpm.number(MIN_QPM, FASTEST_QPM))


def _read_key(place: _Place) -> KeySignature:
    onset, fifths, mode = _columns(place, "onset", "fifths", "mode")
    if mode.value not in ("major", "minor"):
        mode.wrong("major or minor")
    return KeySignature(onset.whole(0, MAX_TICKS), fifths.whole(-MAX_FIFTHS, MAX_FIFTHS), mode.value)


def _read_pedal(place: _Place) -> Pedal:
    onset, value = _columns(place, "onset", "value")
    return Pedal(onset.whole(0, MAX_PULSES), value.whole(0, MAX_PEDAL))


def _read_metre(place: _Place) -> TimeSignature:
    numbers = place.each(3)
    if len(numbers) != 3:
        place.wrong("a metre: onset, numerator, denominator")
    onset = numbers[0].whole(0, MAX_TICKS)
    numerator, denominator = (number.whole(1, MAX_METRE) for number in numbers[1:])
    if not is_metre(numerator, denominator):
        place.wrong("a metre that music is written in")
    return TimeSignature(onset, numerator, denominator)


def _read_making(place: _Place) -> Making:
    pairs = [pair.each(2) for pair in place.at("settings", []).each(schema.MAX_SETTINGS)]
    settings = []
    for pair in pairs:
        if len(pair) != 2:
            place.at("settings").wrong("a list of pairs")
        settings.append((pair[0].text(), pair[1].text(MAX_VALUE_CHARS)))
    seed = place.at("seed", None).maybe(lambda at: at.whole(0, MAX_SEED))
    return Making(place.at("model").text(schema.MAX_NAME_CHARS), seed, tuple(settings))
