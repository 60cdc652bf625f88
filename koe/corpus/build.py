"""Building a corpus from folders of MIDI files.

Files are read in parallel processes and written in the order of their names,
so that the same files give the same corpus, byte for byte. A file that cannot
be used is left out and the reason kept. What has been read is kept in the
folder ``.parts`` until the corpus is complete: a build that was interrupted
goes on where it stopped and gives the same corpus.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from koe.corpus.manifest import assign_works, find_manifest, read_manifest
from koe.corpus.parts import Parts, file_key
from koe.corpus.reading import Limits, Reading, read_files
from koe.corpus.store import Entry
from koe.corpus.writer import CorpusWriter
from koe.errors import CorpusError

SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
PARTS = ".parts"


def build_corpus(
    sources: Sequence[Path],
    folder: Path,
    limits: Limits | None = None,
    n_workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
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
    files: Sequence[tuple[str, str]],
    rows: dict[str, dict[str, str]],
    limits: Limits,
    parts: Parts,
    n_workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> None:
    """Hand all files to the writer in order, read now or by an earlier build."""
    keys = [file_key(path, limits) for _, path in files]
    kept = bytearray(parts.get(key) is not None for key in keys)
    missing = (path for (_, path), known in zip(files, kept, strict=True) if not known)
    readings = read_files(missing, limits, n_workers)
    assigned = assign_works({name: rows.get(os.path.realpath(path), {}) for name, path in files})
    seen: dict[str, str] = {}  # names by content
    try:
        for number, ((name, path), key) in enumerate(zip(files, keys, strict=True)):
            reading = parts.get(key) if kept[number] else None
            if reading is None:
                reading = next(readings)
                parts.put(key, reading)
            if reading.reason:
                writer.skip(name, reading.reason, reading.detail)
            elif reading.content in seen:
                writer.skip(name, "duplicate", f"the same notes as {seen[reading.content]}")
            else:
                seen[reading.content] = name
                row = rows.get(os.path.realpath(path), {})
                entry = _entry(name, row, *assigned[name], reading, writer.n_steps)
                writer.add(entry, *reading.unpacked())
            if progress:
                progress(number + 1, len(files))
    finally:
        readings.close()


def _entry(name: str, row: dict[str, str], work: str, split: str, reading: Reading, start: int) -> Entry:
    return Entry(
        path=name,
        split=split,
        work=work,
        composer=row.get("composer", ""),
        title=row.get("title") or reading.title,
        licence=row.get("licence", ""),
        start=start,
        n_steps=reading.n_steps,
        n_notes=reading.n_notes,
        measure_steps=reading.measure_steps,
        qpm=reading.qpm,
    )


def _files(sources: Sequence[Path]) -> list[tuple[str, str]]:
    """Every MIDI file below the sources once, as its name from its source on and its path, in order of names."""
    names: dict[str, str] = {}
    for source in sources:
        if not source.exists():
            raise CorpusError(f"There is no folder {source}.")
        base = source.resolve()
        walk = os.walk(base) if base.is_dir() else [(str(base.parent), [], [base.name])]
        for directory, _, filenames in walk:
            for filename in filenames:
                path = os.path.join(directory, filename)
                if filename.lower().endswith(SUFFIXES) and os.path.isfile(path) and path not in names:
                    names[path] = Path(path).relative_to(base.parent).as_posix()
    return sorted(((name, path) for path, name in names.items()), key=lambda file: file[0])
