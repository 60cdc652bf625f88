"""Kill what writes into the gallery, again and again, and look whether anything that was acknowledged is lost.

    .venv/bin/python -m tools.kill_writers sqlite --rounds 1000
    .venv/bin/python -m tools.kill_writers postgres --rounds 100

With SQLite the writing process gets SIGKILL; with PostgreSQL the whole server
does, with all its processes, and is started again. The writer keeps entries,
likes, hides and takes away, and says so after each; the moment of the kill is
drawn at random. Afterwards the database is opened anew, and must hold all that
was said, whole.
"""

import argparse
import hashlib
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from sqlalchemy import select

from koe.errors import GalleryError, StoreError
from koe.gallery.database import reading
from koe.gallery.gallery import Gallery
from koe.gallery.tables import EntryRow
from tools.throwaway_postgres import postgres

MOST_SEC = 0.25  # that a writer lives
WRITERS = 2


@dataclass
class Said:
    """What writers said they had done, of all rounds together."""

    kept: dict[str, str] = field(default_factory=dict)  # id and hash of the MIDI
    liked: dict[str, int] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    removing: set[str] = field(default_factory=set)  # and may have been done when the end came
    removed: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        """Note one line of a writer."""
        word, id, *more = line.split()
        if word == "kept":
            self.kept[id] = more[0]
        elif word == "liked":
            self.liked[id] = self.liked.get(id, 0) + 1
        elif word == "removing":
            self.removing.add(id)
        elif word == "hidden":
            self.hidden.add(id)
        else:
            self.removed.add(id)


def write_on(url: str, say: Callable[[str], object], seed: int) -> None:
    """Write into the gallery until the end comes, and say what is done once it is."""
    gallery = Gallery.open(url)
    drawn = random.Random(seed)
    parent = ""
    while True:
        midi = drawn.randbytes(drawn.randrange(200, 20_000))
        kept = gallery.keep("Killed", drawn.randbytes(400), midi, seconds=1.0, parent=parent)
        say(f"kept {kept.entry.id} {hashlib.sha256(midi).hexdigest()}")
        parent = kept.entry.id if drawn.random() < 0.5 else ""
        what = drawn.random()
        if what < 0.3:
            gallery.like(kept.entry.id, gallery.new_visitor())
            say(f"liked {kept.entry.id}")
        elif what < 0.4:
            gallery.hide(kept.entry.id)
            say(f"hidden {kept.entry.id}")
        elif what < 0.5:
            say(f"removing {kept.entry.id}")
            gallery.remove(kept.entry.id, kept.deletion)
            say(f"removed {kept.entry.id}")
            parent = ""


def faults(url: str, said: Said) -> list[str]:
    """Everything that is not as it was said, a line each."""
    gallery = Gallery.open(url)
    wrong = []
    try:
        with reading(gallery.engine) as connection:
            if gallery.engine.dialect.name == "sqlite":
                for check in ("integrity_check", "foreign_key_check"):
                    found = connection.exec_driver_sql(f"PRAGMA {check}").all()
                    wrong += [f"{check}: {row}" for row in found if row != ("ok",)]
            chosen = select(EntryRow.id, EntryRow.midi, EntryRow.n_likes, EntryRow.hidden)
            rows = {row.id: row for row in connection.execute(chosen)}
        for id, sum in said.kept.items():
            row = rows.get(id)
            if row is None:
                if id not in said.removing:
                    wrong.append(f"{id} is lost")
            elif hashlib.sha256(row.midi).hexdigest() != sum:
                wrong.append(f"{id} is damaged")
        wrong += [f"{id} is back" for id in said.removed if id in rows]
        wrong += [f"a like of {id} is lost" for id, n in said.liked.items() if id in rows and rows[id].n_likes < n]
        wrong += [f"{id} is in sight again" for id in said.hidden if id in rows and not rows[id].hidden]
    finally:
        gallery.close()
    return wrong


def _write_in_child(url: str, end: int, seed: int) -> NoReturn:
    try:
        write_on(url, lambda line: os.write(end, f"{line}\n".encode()), seed)
    except (StoreError, GalleryError, OSError):  # the server has gone
        pass
    finally:
        os._exit(0)


def one_round(url: str, kill: Callable[[list[int]], None], said: Said, drawn: random.Random) -> int:
    """Let writers write, kill, and note what they said; gives how many lines that were."""
    ends, children = [], []
    for _ in range(WRITERS):
        seed = drawn.getrandbits(60)
        read_end, write_end = os.pipe()
        child = os.fork()
        if not child:
            os.close(read_end)
            _write_in_child(url, write_end, seed)
        os.close(write_end)
        ends.append(read_end)
        children.append(child)
    first = os.read(ends[0], 1 << 16)  # the first of them is at work
    time.sleep(drawn.uniform(0, MOST_SEC))
    kill(children)
    n_lines = 0
    for place, (end, child) in enumerate(zip(ends, children, strict=True)):
        data = first if place == 0 else b""
        while part := os.read(end, 1 << 16):
            data += part
        os.close(end)
        os.waitpid(child, 0)
        for line in data.decode().splitlines():
            said.take(line)
            n_lines += 1
    return n_lines


def kill_all(children: list[int]) -> None:
    """End the writers at once."""
    for child in children:
        os.kill(child, signal.SIGKILL)


def rounds_of_sqlite(n_rounds: int, seed: int, tell: Callable[[str], object] = print) -> tuple[int, list[str]]:
    """So many rounds on a new file; gives what was acknowledged, and all faults."""
    said, drawn, n_lines = Said(), random.Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'gallery.db'}"
        Gallery.open(url).close()
        for number in range(1, n_rounds + 1):
            n_lines += one_round(url, kill_all, said, drawn)
            if number % 50 == 0 or number == n_rounds:  # all that was ever said is looked at each time
                wrong = faults(url, said)
                tell(f"{number} kills, {n_lines} acknowledged, {len(wrong)} faults")
                if wrong:
                    return n_lines, wrong
    return n_lines, []


def rounds_of_postgres(n_rounds: int, seed: int, tell: Callable[[str], object] = print) -> tuple[int, list[str]]:
    """The same with a PostgreSQL server, which is what gets killed."""
    said, drawn, n_lines = Said(), random.Random(seed), 0
    with postgres() as server:
        Gallery.open(server.url).close()
        for number in range(1, n_rounds + 1):
            n_lines += one_round(server.url, lambda _: server.kill(), said, drawn)
            server.start()
            wrong = faults(server.url, said)
            if number % 10 == 0 or number == n_rounds or wrong:
                tell(f"{number} kills, {n_lines} acknowledged, {len(wrong)} faults")
            if wrong:
                return n_lines, wrong
    return n_lines, []


def main() -> int:
    """Run as many rounds as are wanted; 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database", choices=("sqlite", "postgres"))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run = rounds_of_sqlite if options.database == "sqlite" else rounds_of_postgres
    _, wrong = run(options.rounds, options.seed, lambda line: print(line, flush=True))
    for line in wrong[:20]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
