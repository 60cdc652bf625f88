"""Taking a whole gallery along: a line of JSON an entry, between a head and an end that says whether all has come.

Nothing in such a file is trusted. Each line is bounded before it is read, each
value checked, each piece opened; either everything is taken in or nothing.
Likes stand in lines of their own below their entry; their number is counted, never read.
"""

import hashlib
import json
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any

from sqlalchemy import Connection, insert, select

from koe.errors import GalleryError
from koe.gallery.database import inserting, reading, writing
from koe.gallery.gallery import Gallery, count_likes
from koe.gallery.lists import DRAWN
from koe.gallery.music import MAX_BYTES, check_midi, unpacked
from koe.gallery.tables import HASH_BYTES, EntryRow, LikeRow
from koe.gallery.titles import clean_exhibition, clean_title
from koe.gallery.tokens import ID

KIND, VERSION = "gallery", 1
MAX_LINE_BYTES = 3 * MAX_BYTES  # making and MIDI in letters
MAX_LIKES = 5000  # in one line
MAX_LINES = 2_000_000
MAX_CREATED_US = 2**52
_HEX = re.compile(r"[0-9a-f]{64}")
_BATCH = 200


def write_all(gallery: Gallery, file: IO[bytes]) -> int:
    """Write every entry, hidden ones too; gives how many. What is written is one moment of the gallery.

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    summing = hashlib.sha256()

    def write(value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        summing.update(line)
        file.write(line)

    n = 0
    write({"koe": KIND, "version": VERSION})
    with reading(gallery.engine) as connection:
        if gallery.engine.dialect.name != "sqlite":  # whose transactions all see one moment
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        ids: dict[int, str] = {}
        last = 0
        while True:
            table = EntryRow.__table__
            chosen = select(table).where(EntryRow.number > last).order_by(EntryRow.number).limit(_BATCH)
            rows = list(connection.execute(chosen))
            if not rows:
                break
            for row in rows:
                ids[row.number] = row.id
                write(_written(row, ids.get(row.parent, "")))
                if row.n_likes:
                    for marks in _likes(connection, row.number):
                        write({"of": row.id, "likes": marks})
            n, last = n + len(rows), rows[-1].number
    file.write(json.dumps({"end": n, "sha256": summing.hexdigest()}).encode() + b"\n")
    return n


def _likes(connection: Connection, number: int) -> Iterator[list[str]]:
    chosen = select(LikeRow.visitor).where(LikeRow.entry == number).order_by(LikeRow.visitor)
    for part in connection.execute(chosen).scalars().partitions(MAX_LIKES):
        yield [bytes(visitor).hex() for visitor in part]


def _written(row: Any, parent: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "created_us": row.created_us,
        "parent": parent,
        "hidden": row.hidden,
        "exhibition": row.exhibition,
        "seconds": row.seconds,
        "model": row.model,
        "deletion": bytes(row.deletion).hex(),
        "making": b64encode(row.making).decode(),
        "midi": b64encode(row.midi).decode(),
    }


def read_all(gallery: Gallery, file: IO[bytes]) -> tuple[int, int]:
    """Take in what `write_all` wrote; gives how many entries came, and how many were there already.

    Raises
    ------
    GalleryError
        One sentence with the line's number, if the file is no export, is damaged or breaks off; then nothing of it is
        taken in.
    StoreError
        If the database cannot be reached.
    """
    n_new = n_known = 0
    own: tuple[str, int | None] = "", None  # the entry that came last, and its number if it is new
    with writing(gallery.engine) as connection:
        for place, value in _lines(file):
            if "likes" in value:
                if value["of"] != own[0]:
                    raise GalleryError(
                        f"Line {place} holds likes of another entry than stands before it.", "import", place
                    )
                if own[1] is not None:
                    _take_likes(connection, own[1], value["likes"], gallery.now_us())
                continue
            parent = value.pop("parent")
            if _number(connection, value["id"]) is not None:
                own = value["id"], None
                n_known += 1
                continue
            number = _number(connection, parent) if parent else None
            if parent and number is None:
                raise GalleryError(f"Line {place} names an entry that does not stand before it.", "import", place)
            row = {**value, "parent": number, "n_likes": 0, "shuffle": secrets.randbelow(DRAWN)}
            connection.execute(insert(EntryRow).values(row))
            own = value["id"], _number(connection, value["id"])
            n_new += 1
    return n_new, n_known


def _take_likes(connection: Connection, entry: int, marks: list[bytes], now_us: int) -> None:
    like = inserting(connection, LikeRow).values(
        [{"entry": entry, "visitor": mark, "created_us": now_us} for mark in marks]
    )
    connection.execute(like.on_conflict_do_nothing())
    count_likes(connection, entry)


def _number(connection: Connection, id: str) -> int | None:
    return connection.execute(select(EntryRow.number).where(EntryRow.id == id)).scalar_one_or_none()


def _lines(file: IO[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line numbers and checked entries; an end that is missing or another is an error after the last one."""
    summing = hashlib.sha256()
    head = _object(file.readline(MAX_LINE_BYTES), 1, summing)
    if head.get("koe") != KIND or type(head.get("version")) is not int:
        raise GalleryError("The file is no export of a gallery.", "import", 1)
    if head["version"] > VERSION:
        raise GalleryError("The file was written by a newer version of Koe; this one cannot read it.", "import", 1)
    n_entries = 0
    for place in range(2, MAX_LINES + 2):
        so_far = summing.hexdigest()
        value = _object(file.readline(MAX_LINE_BYTES), place, summing)
        if "end" in value:
            if value != {"end": n_entries, "sha256": so_far} or file.read(1):
                raise GalleryError("The file is damaged: its end is not that of what stands before.", "import", place)
            return
        try:
            entry = _some_likes(value) if "likes" in value else _entry(value)
        except GalleryError as error:
            raise GalleryError(f"Line {place} of the file cannot be taken in. {error}", "import", place) from error
        n_entries += "likes" not in entry
        yield place, entry
    raise GalleryError(f"The file has more than {MAX_LINES:,} lines.", "import", MAX_LINES)


def _object(line: bytes, place: int, summing: Any) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        what = "is too long" if len(line) >= MAX_LINE_BYTES else "is missing or breaks off"
        raise GalleryError(f"Line {place} of the file {what}.", "import", place)
    summing.update(line)
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise GalleryError(f"Line {place} of the file is not what an export of a gallery holds.", "import", place)
    return value


def _of(value: dict[str, Any], name: str, kind: type, fits: Callable[[Any], Any]) -> Any:
    found = value.get(name)
    if type(found) is not kind or not fits(found):
        raise GalleryError(f"Its {name} is missing or wrong.", "import")
    return found


def _some_likes(value: dict[str, Any]) -> dict[str, Any]:
    marks = _of(value, "likes", list, lambda marks: 0 < len(marks) <= MAX_LIKES)
    if not all(isinstance(mark, str) and _HEX.fullmatch(mark) for mark in marks):
        raise GalleryError("Its likes are damaged.", "import")
    return {"of": _of(value, "of", str, ID.fullmatch), "likes": [bytes.fromhex(mark) for mark in marks]}


def _entry(value: dict[str, Any]) -> dict[str, Any]:
    """An entry with every value checked; what is not known is left out."""
    of = partial(_of, value)

    def data(name: str) -> bytes:
        try:
            found = b64decode(of(name, str, lambda text: text.isascii()), validate=True)
        except ValueError:
            raise GalleryError(f"Its {name} is damaged.", "import") from None
        if len(found) > MAX_BYTES:
            raise GalleryError(f"Its {name} is too large.", "import")
        return found

    id = of("id", str, ID.fullmatch)
    parent = of("parent", str, lambda text: not text or ID.fullmatch(text))
    title = of("title", str, lambda text: clean_title(text) == text)
    exhibition = of("exhibition", str, lambda text: clean_exhibition(text) == text)
    making, midi = data("making"), data("midi")
    piece, _ = unpacked(making)
    check_midi(midi)
    deletion = bytes.fromhex(of("deletion", str, _HEX.fullmatch))
    assert len(deletion) == HASH_BYTES
    return {
        "id": id,
        "parent": parent,
        "title": title,
        "created_us": of("created_us", int, lambda number: 0 <= number <= MAX_CREATED_US),
        "hidden": of("hidden", bool, lambda _: True),
        "exhibition": exhibition,
        "seconds": piece.duration_sec,
        "model": piece.made_by.model[:80] if piece.made_by else "",
        "deletion": deletion,
        "making": making,
        "midi": midi,
    }
