"""Building a corpus from folders of MIDI files.

Files are read in parallel processes and written in the order of their names,
so that the same files give the same corpus, byte for byte. A file that cannot
be used is left out and the reason kept.
"""

import hashlib
import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from koe.corpus.manifest import find_manifest, read_manifest, split_of, work_of
from koe.corpus.store import PACKED_KEYS, SPLITS, Entry, pack, write_index
from koe.errors import CorpusError, KoeError
from koe.music.grid import SEGMENT_STEPS
from koe.music.midi import read_midi

SUFFIXES = (".mid", ".midi", ".kar", ".rmi")
MAX_DROPPED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file must satisfy to be taken.

    Attributes
    ----------
    min_steps : int
        Shorter pieces hold no segment.
    max_tempo_changes : int or None
        The paper left out pieces with much tempo change. Koe lays its grid on
        the beats, where a change of tempo does no harm, so there is no limit
        unless one is given.
    """

    min_steps: int = SEGMENT_STEPS
    max_tempo_changes: int | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of one file: its packed rolls, or the reason why not."""

    reason: str = ""
    detail: str = ""
    pianoroll: bytes = b""
    onsets: bytes = b""
    n_steps: int = 0
    n_notes: int = 0
    measure_steps: int = 0
    qpm: float = 0.0
    title: str = ""


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
    files = list(_files(sources))
    if not files:
        raise CorpusError(f"There is no MIDI file below {', '.join(map(str, sources))}.")
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[Path, dict[str, str]] = {}
    for manifest in {found for source in sources if (found := find_manifest(source))}:
        rows |= read_manifest(manifest)

    entries: list[Entry] = []
    skipped: list[dict[str, str]] = []
    seen: dict[bytes, str] = {}
    digest = hashlib.sha256()
    start = 0
    raw = {name: folder / f"{name}.raw" for name in ("pianoroll", "onsets")}
    with raw["pianoroll"].open("wb") as rolls, raw["onsets"].open("wb") as onsets:
        reads = _read_all([path for path, _ in files], limits, n_workers)
        for done, ((path, relative), read) in enumerate(zip(files, reads, strict=True), 1):
            name = relative.as_posix()
            content = hashlib.sha256(read.onsets).digest()
            if not read.reason and content in seen:
                read = _Read("duplicate", f"the same notes as {seen[content]}")
            if read.reason:
                skipped.append({"path": name, "reason": read.reason, "detail": read.detail})
            else:
                seen[content] = name
                row = rows.get(path.resolve(), {})
                work = work_of(row, relative)
                entries.append(
                    Entry(
                        path=name,
                        split=split_of(row, work),
                        work=work,
                        composer=row.get("composer", ""),
                        title=row.get("title") or read.title,
                        licence=row.get("licence", ""),
                        start=start,
                        n_steps=read.n_steps,
                        n_notes=read.n_notes,
                        measure_steps=read.measure_steps,
                        qpm=read.qpm,
                    )
                )
                rolls.write(read.pianoroll)
                onsets.write(read.onsets)
                digest.update(read.pianoroll + read.onsets)
                start += read.n_steps
            if progress:
                progress(done, len(files))
    if not entries:
        reasons = Counter(entry["reason"] for entry in skipped)
        raise CorpusError(f"None of {len(files)} MIDI files could be used: {_counts(reasons)}.")
    for name, path in raw.items():
        _npy_from_raw(path, folder / f"{name}.npy", start)
    (folder / "skipped.json").write_text(json.dumps(skipped, indent=0, ensure_ascii=False) + "\n", "utf-8")
    write_index(folder, entries, digest.hexdigest())
    return _summary(entries, skipped, digest.hexdigest())


def _files(sources: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Every MIDI file below the sources once, with its path relative to its source's parent, in order."""
    found: dict[Path, Path] = {}
    for source in sources:
        if not source.exists():
            raise CorpusError(f"There is no folder {source}.")
        base = source.resolve()
        for path in [base] if base.is_file() else base.rglob("*"):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                found.setdefault(path, path.relative_to(base.parent))
    return iter(sorted(found.items(), key=lambda item: item[1].as_posix()))


def _read_all(paths: Sequence[Path], limits: Limits, n_workers: int | None) -> Iterator[_Read]:
    n_workers = n_workers or os.cpu_count() or 1
    jobs = [(path, limits) for path in paths]
    if n_workers == 1:
        yield from map(_read, jobs)
        return
    try:
        # Spawned, not forked: the parent may hold threads of a network library.
        pool = multiprocessing.get_context("spawn").Pool(n_workers)
    except OSError:  # no shared memory for the processes to meet in, as in some containers
        yield from map(_read, jobs)
        return
    with pool:
        yield from pool.imap(_read, jobs, chunksize=8)


def _read(job: tuple[Path, Limits]) -> _Read:
    """Read one file, in a worker process."""
    path, limits = job
    try:
        piece = read_midi(path)
    except KoeError as error:
        return _Read("corrupt", str(error))
    except Exception as error:  # a corpus of strangers' files must not stop at one of them
        return _Read("corrupt", f"{type(error).__name__}: {error}")
    if piece.n_steps < limits.min_steps:
        return _Read("too short", f"{piece.n_steps} steps")
    if not piece.notes or piece.dropped.total > MAX_DROPPED_SHARE * (len(piece.notes) + piece.dropped.total):
        return _Read("not keyboard", f"{piece.dropped.total} notes are drums or outside the piano")
    if limits.max_tempo_changes is not None and piece.n_tempo_changes > limits.max_tempo_changes:
        return _Read("tempo changes", f"{piece.n_tempo_changes} tempo changes")
    return _Read(
        pianoroll=pack(piece.pianoroll).tobytes(),
        onsets=pack(piece.onsets).tobytes(),
        n_steps=piece.n_steps,
        n_notes=len(piece.notes),
        measure_steps=piece.time_signatures[0].measure_steps,
        qpm=round(piece.qpm, 3),
        title=piece.title,
    )


def _npy_from_raw(raw: Path, target: Path, n_steps: int) -> None:
    """Put a header before raw bytes, as ``numpy.save`` would have, without holding them in memory."""
    temporary = target.with_suffix(".npy.tmp")
    header = {"descr": "|u1", "fortran_order": False, "shape": (n_steps, PACKED_KEYS)}
    with temporary.open("wb") as file, raw.open("rb") as data:
        np.lib.format.write_array_header_1_0(file, header)
        while chunk := data.read(1 << 20):
            file.write(chunk)
    temporary.replace(target)
    raw.unlink()


def _summary(entries: Sequence[Entry], skipped: Sequence[dict[str, str]], sha256: str) -> dict:
    def of(part: Sequence[Entry]) -> dict[str, int]:
        return {
            "pieces": len(part),
            "notes": sum(entry.n_notes for entry in part),
            "measures": round(sum(entry.n_steps for entry in part) / 16),
        }

    return {
        **of(entries),
        "splits": {split: of([entry for entry in entries if entry.split == split]) for split in SPLITS},
        "skipped": dict(sorted(Counter(entry["reason"] for entry in skipped).items())),
        "sha256": sha256,
    }


def _counts(reasons: Counter) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
