"""What is known of a corpus's files besides their notes: a ``manifest.csv`` above them.

Columns that are used, all optional but ``path``: ``split``, ``work_group``
(files of one composition share it, and so share their split), ``composer``,
``title``, ``licence``. Paths are relative to the manifest.
"""

import csv
import hashlib
import os
import re
from pathlib import Path

from koe.corpus.store import SPLITS
from koe.errors import CorpusError

# A corpus without a manifest is split by work, about nine to one to one half.
VALID_SHARE = 0.05
TEST_SHARE = 0.05

COLUMNS = ("split", "work_group", "composer", "title", "licence")

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


def work_of(row: dict[str, str], relative: Path) -> str:
    """Name the work a file belongs to.

    Without a ``work_group`` it is the file's path without digits at the end of
    its name, so that the movements ``sonata_1`` and ``sonata_2`` stay together.
    """
    if row.get("work_group"):
        return row["work_group"]
    stem = re.sub(r"[\W_]*\d*$", "", relative.stem.lower()) or relative.stem.lower()
    return (relative.parent / stem).as_posix()


def split_of(row: dict[str, str], work: str) -> str:
    """The manifest's split, or one drawn by the work's name: the same name, the same split."""
    if row.get("split") in SPLITS:
        return row["split"]
    draw = int.from_bytes(hashlib.sha256(work.encode("utf-8", "surrogateescape")).digest()[:8]) / 2**64
    if draw < TEST_SHARE:
        return "test"
    return "valid" if draw < TEST_SHARE + VALID_SHARE else "train"
