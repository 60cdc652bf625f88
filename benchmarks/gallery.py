"""Milliseconds for a page of the gallery's lists among 100,000 entries: the first one, and one from the middle.

The comparison is the same page found by counting (OFFSET), which reads all
that stands before it. The limit is one entry by its number.
"""

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from sqlalchemy import insert, select

from benchmarks.figures import Figure
from benchmarks.machine import median_sec
from benchmarks.options import Options
from koe.gallery import Gallery
from koe.gallery.database import reading, writing
from koe.gallery.lists import query
from koe.gallery.music import packed
from koe.gallery.tables import LISTS, EntryRow
from koe.music.library import load_piece
from koe.music.midi import write_midi
from tools.throwaway_postgres import postgres, programs

N_ENTRIES = 100_000
PAGE = 24
REPEATS = 15
TARGET_MS = 100.0
N_EXHIBITIONS = 5


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """For each database the slowest list of all, beginning and middle."""
    found: list[Figure] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"SQLite": f"sqlite:///{folder / 'gallery.db'}"}
        if programs() is not None:
            urls["PostgreSQL"] = stack.enter_context(postgres()).url
        for name, url in urls.items():
            with Gallery.open(url) as gallery:
                fill(gallery)
                found += [figure(gallery, name, order) for order in LISTS]
                found.append(_tree(gallery, name))
    remark = f"{N_ENTRIES:,} entries of 2 KB, {PAGE} a page, the middle of each list; PostgreSQL where it is installed."
    return found, [remark]


def fill(gallery: Gallery, n_entries: int = N_ENTRIES) -> None:
    """Entries with likes as they are given: many with none, some with hundreds; each tenth made of the one before."""
    piece = load_piece("bach-musette")
    making, midi = packed(piece, None), write_midi(piece)
    drawn = np.random.default_rng(1)
    likes = np.minimum(drawn.pareto(1.2, n_entries), 5000).astype(int).tolist()
    shuffles = drawn.integers(0, 2**31 - 1, n_entries).tolist()
    with writing(gallery.engine) as connection:
        for first in range(0, n_entries, 5000):
            rows = [
                {
                    "number": number + 1,
                    "id": f"{number:012d}",
                    "title": f"Piece {number}",
                    "created_us": 1_700_000_000_000_000 + 1_000_000 * number,
                    "parent": number if number % 10 == 9 else None,
                    "n_likes": likes[number],
                    "hidden": number % 100 == 3,
                    "shuffle": shuffles[number],
                    "exhibition": f"Hall {number % N_EXHIBITIONS}",
                    "seconds": 20.0,
                    "model": "",
                    "deletion": hashlib.sha256(str(number).encode()).digest(),
                    "making": making,
                    "midi": midi,
                }
                for number in range(first, min(first + 5000, n_entries))
            ]
            connection.execute(insert(EntryRow), rows)
    with gallery.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def figure(gallery: Gallery, name: str, order: str) -> Figure:
    """The slower of a list's first page and one from its middle."""
    n_rows = N_ENTRIES // N_EXHIBITIONS if order == "exhibition" else N_ENTRIES
    counted = query(order, (), PAGE + 1, "Hall 1").offset(n_rows // 2)  # type: ignore[arg-type]
    with reading(gallery.engine) as connection:
        row = connection.execute(counted.limit(1)).one()
        entry = select(EntryRow.title).where(EntryRow.number == row.number)
    key = getattr(row, LISTS[order][-2])
    middle = f"{max(key - 1, 0)}.{key}.{row.number}" if order == "chance" else f"{key}.{row.number}"

    def page(after: str) -> Callable[[], object]:
        return lambda: gallery.page(order, after, PAGE, exhibition="Hall 1")  # type: ignore[arg-type]

    def run(statement: object) -> Callable[[], object]:
        def work() -> None:
            with reading(gallery.engine) as connection:
                connection.execute(statement).all()  # type: ignore[call-overload]

        return work

    slowest = max(median_sec(page(""), REPEATS), median_sec(page(middle), REPEATS))
    return Figure(
        f"{name}, {order}",
        1000 * slowest,
        "ms",
        "by counting",
        1000 * median_sec(run(counted), REPEATS),
        "one entry by number",
        1000 * median_sec(run(entry), REPEATS),
        target=TARGET_MS,
    )


def _tree(gallery: Gallery, name: str) -> Figure:
    value = 1000 * median_sec(lambda: gallery.family(f"{N_ENTRIES // 2 + 9:012d}"), REPEATS)
    return Figure(f"{name}, ancestry", value, "ms", target=TARGET_MS)
