"""Building a corpus from folders of MIDI files.

Files are read in parallel processes and written in the order of their names,
so that the same files give the same corpus, byte for byte. A file that cannot
be used is left out and the reason kept. What has been read is kept in the
folder ``.parts`` until the corpus is complete: a build that was interrupted
goes on where it stopped and gives the same corpus.
"""

import os
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from koe.corpus.manifest import assign_works, find_manifest, read_manifest
from koe.corpus.parts import KEY_BYTES, Parts, file_key
from koe.corpus.reading import Limits, Reading, read_files
from koe.corpus.store import Entry
from koe.corpus.writer import CorpusWriter
from koe.errors import CorpusError
from koe.progress import Progress

SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
PARTS = ".parts"

Row = Mapping[str, str]  # of a manifest
NO_ROW: Row = {}


class File(NamedTuple):
    """A MIDI file: its name in the corpus, the folder that this begins in, and how much of it names its source."""

    name: str
    parent: str
    part: str

    @property
    def path(self) -> str:
        """Where it lies."""
        return os.path.join(self.parent, self.name)


def build_corpus(
    sources: Sequence[Path],
    folder: Path,
    limits: Limits | None = None,
    n_workers: int | None = None,
    progress: Progress | None = None,
) -> dict:
    """Read all MIDI files below ``sources`` into a corpus in ``folder``.

    Parameters
    ----------
    sources : sequence of Path
        Folders. A ``manifest.csv`` in one or above it gives splits and names.
    folder : Path
        Made where it is missing; an earlier corpus in it is replaced when the
        new one is complete.
    limits : Limits, optional
    n_workers : int, optional
        Processes; by default one a core.
    progress : callable, optional
        Called with files done and files in all.

    Returns
    -------
    summary : dict
        ``pieces``, ``notes``, ``measures`` for each split, ``skipped`` by
        reason, and ``sha256`` of the rolls.

    Raises
    ------
    CorpusError
        If a source is missing or no file can be used.
    """
    limits = limits or Limits()
    files = _files(sources)
    if not files:
        raise CorpusError(f"There is no MIDI file below {', '.join(map(str, sources))}.")
    rows: dict[str, dict[str, str]] = {}
    for manifest in sorted({found for source in sources if (found := find_manifest(source))}):
        rows |= read_manifest(manifest)
    unfinished = folder / PARTS
    unfinished.mkdir(parents=True, exist_ok=True)

    with Parts(unfinished / "readings") as parts:
        writer = CorpusWriter(unfinished)
        try:
            _write(writer, files, rows, limits, parts, n_workers, progress)
            summary = writer.finish(folder) if writer.n_pieces else None
        finally:
            writer.close()
    shutil.rmtree(unfinished)
    if summary is None:
        counts = ", ".join(f"{count} {reason}" for reason, count in writer.skipped.items())
        raise CorpusError(f"None of {len(files)} MIDI files could be used: {counts}.")
    return summary


def _write(
    writer: CorpusWriter,
    files: Sequence[File],
    rows: Mapping[str, Row],
    limits: Limits,
    parts: Parts,
    n_workers: int | None,
    progress: Progress | None,
) -> None:
    """Hand all files to the writer in order, read now or by an earlier build.

    What is kept for each of a hundred thousand files is kept short.
    """
    keys = b"".join(file_key(file.path, limits) for file in files)

    def key_of(number: int) -> bytes:
        return keys[number * KEY_BYTES : (number + 1) * KEY_BYTES]

    kept = bytearray(parts.get(key_of(number)) is not None for number in range(len(files)))
    missing = (file.path for file, known in zip(files, kept, strict=True) if not known)
    readings = read_files(missing, limits, n_workers)
    assigned = assign_works({file.name: _row(file, rows) for file in files})
    seen: dict[bytes, str] = {}  # names by content
    try:
        for number, file in enumerate(files):
            reading = parts.get(key_of(number)) if kept[number] else None
            if reading is None:
                reading = next(readings)
                parts.put(key_of(number), reading)
            content = bytes.fromhex(reading.content)
            if reading.reason:
                writer.skip(file.name, reading.reason, reading.detail)
            elif content in seen:
                writer.skip(file.name, "duplicate", f"the same notes as {seen[content]}")
            else:
                seen[content] = file.name
                entry = _entry(file, _row(file, rows), *assigned[file.name], reading, writer)
                writer.add(entry, *reading.unpacked())
            if progress:
                progress(number + 1, len(files))
    finally:
        readings.close()


def _row(file: File, rows: Mapping[str, Row]) -> Row:
    # Without a manifest nobody need ask the disk where links lead.
    return rows.get(os.path.realpath(file.path), NO_ROW) if rows else NO_ROW


def _entry(file: File, row: Row, work: str, split: str, reading: Reading, writer: CorpusWriter) -> Entry:
    return Entry(
        path=file.name,
        split=split,
        work=work,
        composer=row.get("composer", ""),
        title=row.get("title") or reading.title,
        licence=row.get("licence", ""),
        start=writer.n_steps,
        n_steps=reading.n_steps,
        n_notes=reading.n_notes,
        measure_steps=reading.measure_steps,
        qpm=reading.qpm,
        source=row.get("source", ""),
        part=file.part,
        n_ticks=reading.n_ticks,
        upbeat=reading.upbeat,
        first_note=writer.n_notes,
        first_row=writer.n_rows,
        n_rows=reading.n_rows,
    )


def _files(sources: Sequence[Path]) -> list[File]:
    """Every MIDI file below the sources once, in order of names, which go from its source on."""
    bases: dict[Path, str] = {}  # sources once, and where the names of their files begin
    for source in sources:
        if not source.exists():
            raise CorpusError(f"There is no folder {source}.")
        base = source.resolve()
        bases[base] = str(base.parent)
    # Of sources that are called alike, more of the path tells their files apart.
    alike = Counter(base.name for base in bases)
    for base in bases:
        if alike[base.name] > 1:
            bases[base] = os.path.commonpath([other.parent for other in bases if other.name == base.name])
    files: list[File] = []
    found: set[str] = set()  # paths, where one source may lie in another
    for base, parent in bases.items():
        part = base.relative_to(parent).as_posix()
        walk = os.walk(base) if base.is_dir() else [(str(base.parent), [], [base.name])]
        for directory, _, filenames in walk:
            for filename in filenames:
                path = os.path.join(directory, filename)
                if filename.lower().endswith(SUFFIXES) and os.path.isfile(path) and path not in found:
                    files.append(File(Path(path).relative_to(parent).as_posix(), parent, part))
                    if len(bases) > 1:
                        found.add(path)
    return sorted(files)
