"""What is known of a corpus's files besides their notes: a ``manifest.csv`` above them.

Columns that are used, all optional but ``path``: ``split``, ``work_group``
(files of one composition share it, and so share their split), ``composer``,
``title``, ``licence``, ``source`` (the collection that it comes from). Paths are relative to the manifest.
"""

import csv
import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from koe.corpus.store import SPLITS
from koe.errors import CorpusError

# A corpus without a manifest is split by work: 90, 5 and 5 per cent of the works.
VALID_SHARE = 0.05
TEST_SHARE = 0.05

COLUMNS = ("split", "work_group", "composer", "title", "licence", "source")

_SEARCH_LEVELS = 4


def find_manifest(source: Path) -> Path | None:
    """The nearest ``manifest.csv`` in ``source`` or above it."""
    folder = source.resolve()
    for candidate in (folder, *folder.parents)[:_SEARCH_LEVELS]:
        if (candidate / "manifest.csv").is_file():
            return candidate / "manifest.csv"
    return None


def read_manifest(path: Path) -> dict[str, dict[str, str]]:
    """Rows by the absolute path of their file, with the columns that are used.

    Raises
    ------
    CorpusError
        If the file is no table.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {
                os.path.realpath(path.parent / row["path"]): {name: row[name] for name in COLUMNS if row.get(name)}
                for row in csv.DictReader(file)
                if row.get("path")
            }
    except (ValueError, csv.Error) as error:
        raise CorpusError(
            f"{path} is no table (CSV in UTF-8) of a corpus: {error}; repair it or move it away."
        ) from error


def work_of(row: Mapping[str, str], relative: Path) -> str:
    """Name the work a file belongs to.

    Without a ``work_group`` it is the file's path without digits at the end of
    its name, so that the movements ``sonata_1`` and ``sonata_2`` stay together.
    """
    if row.get("work_group"):
        return row["work_group"]
    stem = re.sub(r"[\W_]*\d*$", "", relative.stem.lower()) or relative.stem.lower()
    return (relative.parent / stem).as_posix()


def assign_works(rows: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Name each file's work and its split.

    Parameters
    ----------
    rows : mapping
        The manifest's row, maybe empty, by the file's name in the corpus.

    Returns
    -------
    assigned : dict
        Work and split by name. The manifest's split holds where it gives one;
        otherwise it is drawn by the work's name: the same name, the same
        split. Where that leaves valid or test empty, the work that came
        closest is moved there, so that a small collection can be trained on.
    """
    works = {name: work_of(row, Path(name)) for name, row in rows.items()}
    free = {works[name] for name, row in rows.items() if row.get("split") not in SPLITS}
    if len(free) < len(SPLITS):
        # Names that differ by a number only: a folder of "song1", "song2", and no work of many movements.
        works |= {name: name for name, work in works.items() if work in free and not rows[name].get("work_group")}
        free = {works[name] for name, row in rows.items() if row.get("split") not in SPLITS}
    drawn = {work: _drawn_split(_draw(work)) for work in free}
    given = {row["split"] for row in rows.values() if row.get("split") in SPLITS}
    for split in ("valid", "test"):
        if split not in given and split not in drawn.values():
            in_train = sorted((work for work in free if drawn[work] == "train"), key=_draw)
            if len(in_train) > 1:
                drawn[in_train[0]] = split
    return {
        name: (work, rows[name]["split"] if rows[name].get("split") in SPLITS else drawn[work])
        for name, work in works.items()
    }


def _draw(work: str) -> float:
    """A number from 0 to 1 that belongs to a name."""
    return int.from_bytes(hashlib.sha256(work.encode("utf-8", "surrogateescape")).digest()[:8]) / 2**64


def _drawn_split(draw: float) -> str:
    if draw < TEST_SHARE:
        return "test"
    return "valid" if draw < TEST_SHARE + VALID_SHARE else "train"
