"""The gallery's lists, a page at a time: each page begins after the last entry of the one before (keyset).

So a late page costs what the first one costs, and an entry that comes
meanwhile moves nothing twice into sight.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, tuple_

from koe.errors import GalleryError
from koe.gallery.tables import LISTS, EntryRow

Order = Literal["newest", "liked", "chance", "exhibition"]
MAX_PAGE = 100
DRAWN = 2**31 - 1  # shuffles are below
_CURSOR = re.compile(r"-?[0-9]{1,17}(\.-?[0-9]{1,17}){1,2}")

# What is told of an entry; its music is read when somebody wants that one.
COLUMNS = (
    EntryRow.number,
    EntryRow.id,
    EntryRow.title,
    EntryRow.created_us,
    EntryRow.parent,
    EntryRow.n_likes,
    EntryRow.hidden,
    EntryRow.exhibition,
    EntryRow.seconds,
    EntryRow.model,
    EntryRow.shuffle,
)


@dataclass(frozen=True)
class Shown:
    """An entry as lists show it.

    Attributes
    ----------
    id : str
    title : str
        As it was written: letters for people, not markup.
    created : datetime
        In UTC.
    has_parent : bool
        Whether it was made of another entry.
    n_likes : int
    hidden : bool
    exhibition : str
        Empty where it is from none.
    seconds : float
        How long it sounds.
    model : str
        The network that made it; empty where none did, or it is not known.
    """

    id: str
    title: str
    created: datetime
    has_parent: bool
    n_likes: int
    hidden: bool
    exhibition: str
    seconds: float
    model: str


@dataclass(frozen=True)
class Page:
    """Some entries of a list, and where the next ones begin; empty at the end."""

    entries: tuple[Shown, ...]
    after: str


def shown(row: Row[Any]) -> Shown:
    """An entry of a row of `COLUMNS`."""
    return Shown(
        row.id,
        row.title,
        datetime.fromtimestamp(row.created_us / 1e6, UTC),
        row.parent is not None,
        row.n_likes,
        row.hidden,
        row.exhibition,
        row.seconds,
        row.model,
    )


def read_page(
    connection: Connection, order: Order, after: str = "", size: int = 24, exhibition: str = "", hidden: bool = False
) -> Page:
    """A page of a list.

    Parameters
    ----------
    connection : Connection
    order : str
        A name of `koe.gallery.tables.LISTS`.
    after : str
        What the page before said; empty for the first one.
    size : int
        At most `MAX_PAGE`.
    exhibition : str
        Whose entries are wanted, for the list of that name.
    hidden : bool
        Whether only those that are hidden are wanted, instead of all others.

    Raises
    ------
    GalleryError
        If ``after`` was said by no page.
    """
    size = max(1, min(size, MAX_PAGE))
    place = _place(order, after)
    if order == "chance":
        return _by_chance(connection, place or _place(order, beginning_by_chance()), size, hidden)
    rows = list(connection.execute(query(order, place, size + 1, exhibition, hidden)))
    more = len(rows) > size
    rows = rows[:size]
    key = LISTS[order][-2]
    return Page(tuple(map(shown, rows)), f"{getattr(rows[-1], key)}.{rows[-1].number}" if more else "")


def query(order: Order, place: tuple[int, ...], n: int, exhibition: str = "", hidden: bool = False) -> Any:
    """The rows of a list after a place; with the index of this list, which is in its order."""
    columns = [getattr(EntryRow, name) for name in LISTS[order][-2:]]
    chosen = select(*COLUMNS).where(EntryRow.hidden == hidden)
    if order == "exhibition":
        chosen = chosen.where(EntryRow.exhibition == exhibition)
    if order == "chance":
        chosen = chosen.order_by(*columns)
        return (chosen.where(tuple_(*columns) > tuple_(*place)) if place else chosen).limit(n)
    chosen = chosen.order_by(*(column.desc() for column in columns))
    return (chosen.where(tuple_(*columns) < tuple_(*place)) if place else chosen).limit(n)


def _by_chance(connection: Connection, place: tuple[int, ...], size: int, hidden: bool) -> Page:
    """From a number drawn at random on to the end, and from the beginning up to it."""
    start, *last = place
    rows: list[Row[Any]] = []
    if last[0] >= start:
        rows += connection.execute(query("chance", tuple(last), size + 1, hidden=hidden))
        last = [-1, 0]
    if len(rows) <= size:
        rest = query("chance", tuple(last), size + 1 - len(rows), hidden=hidden)
        rows += connection.execute(rest.where(EntryRow.shuffle < start))
    more = len(rows) > size
    rows = rows[:size]
    return Page(tuple(map(shown, rows)), f"{start}.{rows[-1].shuffle}.{rows[-1].number}" if more else "")


def beginning_by_chance() -> str:
    """Where a list by chance may begin, as a page says it: anywhere; whoever keeps it comes back to the same list."""
    start = secrets.randbelow(DRAWN)
    return f"{start}.{start}.0"


def _place(order: Order, after: str) -> tuple[int, ...]:
    if not after:
        return ()
    parts = tuple(map(int, after.split("."))) if len(after) < 60 and _CURSOR.fullmatch(after) else ()
    if len(parts) != (3 if order == "chance" else 2):
        raise GalleryError("This list does not go on there; begin it anew.", "cursor")
    return parts
