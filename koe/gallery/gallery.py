"""What can be done in the gallery: keep a piece, find it, like it, see what it came from, hide it, take it away."""

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from sqlalchemy import Connection, Engine, delete, func, insert, literal, select, update

from koe.errors import GalleryError
from koe.gallery import tokens
from koe.gallery.database import inserting, open_database, reading, writing
from koe.gallery.lists import COLUMNS, DRAWN, Order, Page, Shown, read_page, shown
from koe.gallery.migrating import upgrade
from koe.gallery.music import MAX_BYTES
from koe.gallery.tables import EntryRow, LikeRow, SecretRow
from koe.gallery.titles import clean_exhibition, clean_title

__all__ = ["Family", "Gallery", "Kept", "Order", "Page", "Relative", "Shown"]

MAX_ANCESTORS, MAX_DESCENDANTS, MAX_GENERATIONS = 40, 60, 12
_SECRET = "visitors"


@dataclass(frozen=True)
class Kept:
    """What somebody gets who kept a piece: the entry, and the token that takes it away, which is told only now."""

    entry: Shown
    deletion: str


@dataclass(frozen=True)
class Relative:
    """An entry in a tree.

    Attributes
    ----------
    entry : Shown or None
        None where it is hidden.
    depth : int
        How many entries stand above it in the tree as it is shown.
    """

    entry: Shown | None
    depth: int


@dataclass(frozen=True)
class Family:
    """What an entry came from, and what came of it.

    Attributes
    ----------
    relatives : tuple of Relative
        From the oldest ancestor on; each entry is followed by all that came of it.
    is_whole : bool
        Whether all are there; at most so many are shown.
    """

    relatives: tuple[Relative, ...]
    is_whole: bool


class Gallery:
    """A gallery in a database whose tables are of this version.

    Parameters
    ----------
    engine : Engine
        See `koe.gallery.database.open_database`.
    now_us : callable, optional
        Gives microseconds since 1970.
    """

    def __init__(self, engine: Engine, now_us: Callable[[], int] = lambda: time.time_ns() // 1000) -> None:
        self.engine = engine
        self.now_us = now_us

    @classmethod
    def open(cls, url: str) -> "Gallery":
        """Open a gallery, with its tables made or brought up to date.

        Raises
        ------
        InputError
            If ``url`` names no database that Koe knows.
        StoreError
            If it cannot be reached, or is of a newer Koe.
        """
        engine = open_database(url)
        try:
            upgrade(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    # -- keeping -------------------------------------------------------------

    def keep(
        self,
        title: str,
        making: bytes,
        midi: bytes,
        *,
        seconds: float,
        model: str = "",
        parent: str = "",
        exhibition: str = "",
    ) -> Kept:
        """Keep a piece; once this has returned it is on the disk.

        Parameters
        ----------
        title : str
            As somebody typed it; see `koe.gallery.titles.clean_title`.
        making : bytes
            From `koe.gallery.music.packed`.
        midi : bytes
        seconds : float
        model : str
        parent : str
            Id of the entry of which it was made; empty for none. One that has gone meanwhile counts as none.
        exhibition : str
            Where it was made.

        Raises
        ------
        GalleryError
            If the title or the piece is not taken.
        StoreError
            If the database cannot be reached.
        """
        title, exhibition = clean_title(title), clean_exhibition(exhibition)
        if max(len(making), len(midi)) > MAX_BYTES:
            raise GalleryError("The piece has too many notes for the gallery; keep a part of it.", "large")
        deletion = tokens.new_deletion()
        row = {
            "id": tokens.new_id(),
            "title": title,
            "created_us": self.now_us(),
            "n_likes": 0,
            "hidden": False,
            "shuffle": secrets.randbelow(DRAWN),
            "exhibition": exhibition,
            "seconds": seconds,
            "model": model[:80],
            "deletion": tokens.hash_of(deletion),
            "making": making,
            "midi": midi,
        }
        with writing(self.engine) as connection:
            row["parent"] = _number(connection, parent) if parent else None
            connection.execute(insert(EntryRow).values(row))
            kept = _row(connection, str(row["id"]))
        assert kept is not None
        return Kept(shown(kept), deletion)

    def remove(self, id: str, deletion: str) -> None:
        """Take an entry away for good; what came of it then comes of what that came from.

        Raises
        ------
        GalleryError
            If there is no such entry, or the token is not its own; which of the two is not said.
        """
        with writing(self.engine) as connection:
            chosen = select(EntryRow.number, EntryRow.parent).where(EntryRow.id == id)
            row = connection.execute(chosen.where(EntryRow.deletion == tokens.hash_of(deletion))).one_or_none()
            if row is None:
                raise GalleryError("This link takes nothing away: the piece has gone, or the link is another.", "gone")
            connection.execute(update(EntryRow).where(EntryRow.parent == row.number).values(parent=row.parent))
            connection.execute(delete(EntryRow).where(EntryRow.number == row.number))

    def hide(self, id: str, hidden: bool = True) -> None:
        """Take an entry out of everybody's sight, or show it again.

        Raises
        ------
        GalleryError
            If there is no such entry.
        """
        with writing(self.engine) as connection:
            done = connection.execute(update(EntryRow).where(EntryRow.id == id).values(hidden=hidden))
            if not done.rowcount:
                raise _missing()

    # -- finding -------------------------------------------------------------

    def page(self, order: Order, after: str = "", size: int = 24, exhibition: str = "", hidden: bool = False) -> Page:
        """A page of a list; see `koe.gallery.lists.read_page`."""
        with reading(self.engine) as connection:
            return read_page(connection, order, after, size, exhibition, hidden)

    def entry(self, id: str, *, hidden: bool = False) -> Shown:
        """One entry.

        Parameters
        ----------
        id : str
        hidden : bool
            Whether it may be one that is hidden.

        Raises
        ------
        GalleryError
            If there is none.
        """
        with reading(self.engine) as connection:
            row = _row(connection, id)
        if row is None or (row.hidden and not hidden):
            raise _missing()
        return shown(row)

    def music(self, id: str) -> tuple[bytes, bytes]:
        """What reproduces an entry that is not hidden, and its MIDI file.

        Raises
        ------
        GalleryError
            If there is none.
        """
        with reading(self.engine) as connection:
            chosen = select(EntryRow.making, EntryRow.midi).where(EntryRow.id == id, EntryRow.hidden.is_(False))
            row = connection.execute(chosen).one_or_none()
        if row is None:
            raise _missing()
        return row.making, row.midi

    def family(self, id: str) -> Family:
        """What an entry came from and what came of it, as a tree.

        Raises
        ------
        GalleryError
            If there is no such entry.
        """
        with reading(self.engine) as connection:
            own = _row(connection, id)
            if own is None:
                raise _missing()
            above = list(connection.execute(_ancestors(own.number)))
            below = _descendants(connection, own.number)
        is_whole = len(above) <= MAX_ANCESTORS and len(below) <= MAX_DESCENDANTS
        line = sorted(above[:MAX_ANCESTORS], key=lambda row: row.number)
        children: dict[int, list[Any]] = {}
        for row in below[:MAX_DESCENDANTS]:
            children.setdefault(row.parent, []).append(row)
        found: list[Relative] = []
        waiting = [(own, len(line))]
        while waiting:
            row, depth = waiting.pop()
            found.append(_relative(row, depth))
            # What was taken last comes first.
            waiting += [(child, depth + 1) for child in sorted(children.get(row.number, []), key=_by_number)[::-1]]
        return Family((*(_relative(row, depth) for depth, row in enumerate(line)), *found), is_whole)

    # -- liking --------------------------------------------------------------

    def new_visitor(self) -> str:
        """A token for a visitor who has none yet."""
        return tokens.new_visitor(self._visitors_secret)

    def knows(self, visitor: str) -> bool:
        """Whether this gallery gave that token."""
        return tokens.is_visitor(self._visitors_secret, visitor)

    def like(self, id: str, visitor: str, likes: bool = True) -> int:
        """Like an entry, or no longer; a second time changes nothing. Gives how many like it now.

        Raises
        ------
        GalleryError
            If there is no such entry, or the visitor's token is not of this gallery.
        """
        if not self.knows(visitor):
            raise GalleryError("Open the gallery once before you like a piece.", "visitor")
        mark = tokens.liking(visitor, id)
        with writing(self.engine) as connection:
            # Of two who like it at once, the second one waits here, and then counts both.
            row = connection.execute(select(*COLUMNS).where(EntryRow.id == id).with_for_update()).one_or_none()
            if row is None or row.hidden:
                raise _missing()
            if likes:
                like = inserting(connection, LikeRow).values(entry=row.number, visitor=mark, created_us=self.now_us())
                connection.execute(like.on_conflict_do_nothing())
            else:
                own = (LikeRow.entry == row.number, LikeRow.visitor == mark)
                connection.execute(delete(LikeRow).where(*own))
            return count_likes(connection, row.number)

    def liked(self, visitor: str, ids: Iterable[str]) -> set[str]:
        """Which of these entries a visitor likes."""
        marks = {tokens.liking(visitor, id): id for id in ids}
        if not marks or not self.knows(visitor):
            return set()
        with reading(self.engine) as connection:
            chosen = select(LikeRow.visitor).join(EntryRow, EntryRow.number == LikeRow.entry)
            found = connection.execute(
                chosen.where(EntryRow.id.in_(list(marks.values())), LikeRow.visitor.in_(list(marks)))
            )
            return {marks[bytes(row.visitor)] for row in found}

    @cached_property
    def _visitors_secret(self) -> bytes:
        """The same for all servers of this gallery; whoever needs it first draws it."""
        chosen = select(SecretRow.value).where(SecretRow.name == _SECRET)
        with reading(self.engine) as connection:
            found = connection.execute(chosen).scalar_one_or_none()
        if found is None:
            drawn = {"name": _SECRET, "value": secrets.token_bytes(tokens.SECRET_BYTES)}
            with writing(self.engine) as connection:
                connection.execute(inserting(connection, SecretRow).values(drawn).on_conflict_do_nothing())
                found = connection.execute(chosen).scalar_one()
        return bytes(found)


def _missing() -> GalleryError:
    return GalleryError("There is no such piece in the gallery; it may have been taken away.", "missing")


def _row(connection: Connection, id: str) -> Any:
    return connection.execute(select(*COLUMNS).where(EntryRow.id == id)).one_or_none()


def _number(connection: Connection, id: str) -> int | None:
    return connection.execute(select(EntryRow.number).where(EntryRow.id == id)).scalar_one_or_none()


def _by_number(row: Any) -> int:
    return row.number


def _relative(row: Any, depth: int) -> Relative:
    return Relative(None if row.hidden else shown(row), depth)


def _ancestors(number: int) -> Any:
    """Rows of `COLUMNS` above an entry, the nearest first: one more than are shown, if there are as many."""
    line = (
        select(EntryRow.parent.label("up"), literal(1).label("far"))
        .where(EntryRow.number == number)
        .cte(recursive=True)
    )
    further = select(EntryRow.parent, line.c.far + 1).join(line, EntryRow.number == line.c.up)
    line = line.union_all(further.where(line.c.far <= MAX_ANCESTORS))
    return select(*COLUMNS).join(line, EntryRow.number == line.c.up).order_by(line.c.far)


def _descendants(connection: Connection, number: int) -> list[Any]:
    """The same of what came of it, nearest first; a query a generation, so that thousands cost no more than these."""
    found: list[Any] = []
    generation = [number]
    for _ in range(MAX_GENERATIONS):
        left = MAX_DESCENDANTS + 1 - len(found)
        chosen = select(*COLUMNS).where(EntryRow.parent.in_(generation)).order_by(EntryRow.parent, EntryRow.number)
        rows = list(connection.execute(chosen.limit(left)))
        found += rows
        generation = [row.number for row in rows]
        if not rows or len(rows) == left:
            break
    return found


def count_likes(connection: Connection, number: int) -> int:
    """Count the likes of an entry anew, and write down how many there are."""
    n_likes = select(func.count()).select_from(LikeRow).where(LikeRow.entry == number).scalar_subquery()
    counted = update(EntryRow).where(EntryRow.number == number).values(n_likes=n_likes)
    return connection.execute(counted.returning(EntryRow.n_likes)).scalar_one()
