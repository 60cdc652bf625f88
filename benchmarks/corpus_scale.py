"""Time and memory of building corpora of 1'000, 10'000 and 100'000 MIDI files.

The files are excerpts of up to 64 measures from a folder of MIDI files,
transposed, each with notes of its own. A folder for each size is made, built
by ``koe corpus build`` in a process of its own, and removed. Where the machine
has other work to do, the processor's time tells more than the clock's. Memory
is read from /proc, so this needs Linux.

    python -m benchmarks.corpus_scale MIDI_FOLDER [--sizes 1000 10000 100000] [-o OUT]

writes OUT.json and OUT.svg, and prints a table.
"""

import argparse
import hashlib
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np

from koe.errors import KoeError
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, PULSES_PER_QUARTER, PULSES_PER_STEP, STEPS_PER_MEASURE
from koe.music.midi import read_midi
from koe.music.piece import Piece

EXCERPT_STEPS = 64 * STEPS_PER_MEASURE
LATER_STEPS = 4 * STEPS_PER_MEASURE  # when all keys are used up, excerpts begin so much later
MIN_STEPS, MIN_NOTES = 8 * STEPS_PER_MEASURE, 32
SHIFTS = sorted(
    range(LOWEST_PITCH - HIGHEST_PITCH, HIGHEST_PITCH - LOWEST_PITCH + 1), key=lambda shift: (abs(shift), -shift)
)
LOOK_SEC = 0.1

Pieces = tuple[tuple[str, Piece], ...]  # with the names of their files


@dataclass
class Excerpt:
    """A MIDI file, the places of the pitches in it, and what tells its notes from another's."""

    name: str
    data: np.ndarray
    pitch_places: np.ndarray
    lowest: int
    highest: int
    shape: bytes  # the same for excerpts that differ in key alone

    def transposed(self, semitones: int) -> bytes:
        """The file in another key."""
        data = self.data.copy()
        data[self.pitch_places] += np.uint8(semitones % 256)
        return data.tobytes()


@dataclass
class Figures:
    """What building a corpus of so many files took."""

    files: int
    pieces: int
    measures: int
    wall_sec: float
    processor_sec: float
    main_mb: float
    worker_mb: float
    source_mb: float
    corpus_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="a folder of MIDI files, a few hundred at least")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("-o", "--output", type=Path, default=Path("corpus_scale"), help="without ending")
    options = parser.parse_args()

    pieces = read_pieces(options.source)
    rows = []
    for size in options.sizes:
        with tempfile.TemporaryDirectory(prefix="corpus_scale") as folder:
            started = time.perf_counter()
            make_files(pieces, size, Path(folder, "midi"))
            print(f"{size} files made in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
            rows.append(build(Path(folder, "midi"), Path(folder, "corpus"), options.workers))
            print(table(rows[-1:]), file=sys.stderr, flush=True)
        report = {"processors": os.cpu_count(), "workers": options.workers, "python": platform.python_version()}
        report |= {"rows": [asdict(row) for row in rows]}
        options.output.with_suffix(".json").write_text(json.dumps(report, indent=2) + "\n")
        options.output.with_suffix(".svg").write_text(picture(rows), "utf-8")
    print(table(rows))


def read_pieces(folder: Path) -> Pieces:
    """All pieces below a folder, in an order that mixes composers and is always the same."""
    paths = sorted(folder.rglob("*.mid"))
    random.Random(0).shuffle(paths)
    pieces = []
    for path in paths:
        try:
            pieces.append((path.stem, read_midi(path, quick=True)))
        except KoeError:
            continue
    return tuple(pieces)


def make_files(pieces: Pieces, n_files: int, folder: Path) -> None:
    """Write so many files, all with different notes."""
    n_made = 0
    for name, data in islice(files(pieces), n_files):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        n_made += 1
    if n_made < n_files:
        raise SystemExit(f"Only {n_made} different files can be made of these pieces; give a larger folder.")


def files(pieces: Pieces) -> Iterator[tuple[str, bytes]]:
    """Names and contents of files: every excerpt in its key, then in all others, then excerpts that begin later."""
    seen: set[tuple[bytes, int]] = set()
    for first in range(0, EXCERPT_STEPS, LATER_STEPS):
        excerpts = excerpts_from(pieces, first)
        for shift in SHIFTS:
            for cut in excerpts:
                content = (cut.shape, cut.lowest + shift)
                fits = cut.lowest + shift >= LOWEST_PITCH and cut.highest + shift <= HIGHEST_PITCH
                if fits and content not in seen:
                    seen.add(content)
                    yield f"{cut.name}_{shift:+d}.mid", cut.transposed(shift)


@cache
def excerpts_from(pieces: Pieces, first: int) -> list[Excerpt]:
    """All pieces cut into excerpts, the first of each from a step on."""
    return [
        cut
        for number, (stem, piece) in enumerate(pieces)
        for start in range(first, piece.n_steps - MIN_STEPS + 1, EXCERPT_STEPS)
        if (cut := excerpt(piece, start, f"{number:04d}/{stem}-{start}"))
    ]


def excerpt(piece: Piece, start: int, name: str) -> Excerpt | None:
    """Up to `EXCERPT_STEPS` of a piece as a MIDI file; None if there is little in it."""
    notes = [note for note in piece.notes if start <= note.step < start + EXCERPT_STEPS]
    if len(notes) < MIN_NOTES or notes[-1].step - notes[0].step < MIN_STEPS:
        return None
    first = notes[0].step
    events = [(note.step - first, 1, note.pitch, note.velocity) for note in notes]
    events += [(min(note.end_step, start + EXCERPT_STEPS) - first, 0, note.pitch, 0) for note in notes]
    body = bytearray(b"\0\xff\x51\x03" + round(6e7 / piece.qpm).to_bytes(3))
    places: list[int] = []
    now = 0
    for step, struck, pitch, velocity in sorted(events):
        body += wait((step - now) * PULSES_PER_STEP) + bytes((0x90 if struck else 0x80, pitch, velocity))
        places.append(len(body) - 2)
        now = step
    body += b"\0\xff\x2f\0"
    header = b"MThd" + (6).to_bytes(4) + bytes((0, 0, 0, 1)) + PULSES_PER_QUARTER.to_bytes(2)
    header += b"MTrk" + len(body).to_bytes(4)
    pitches = [note.pitch for note in notes]
    lowest = min(pitches)
    strikes = sorted({(note.step - first, note.pitch - lowest) for note in notes})
    return Excerpt(
        name,
        np.frombuffer(header + body, dtype=np.uint8),
        np.array(places) + len(header),
        lowest,
        max(pitches),
        hashlib.sha256(np.array(strikes).tobytes()).digest(),
    )


def wait(ticks: int) -> bytes:
    """A delta time as a variable length quantity."""
    digits = [ticks & 0x7F]
    while ticks := ticks >> 7:
        digits.append(ticks & 0x7F | 0x80)
    return bytes(reversed(digits))


def build(source: Path, target: Path, workers: int) -> Figures:
    """Build a corpus in a process of its own and watch what it takes."""
    command = [
        sys.executable,
        "-m",
        "koe",
        "corpus",
        "build",
        str(source),
        "-o",
        str(target),
        "--workers",
        str(workers),
    ]
    with tempfile.TemporaryFile() as answer:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=answer)
        main_kb = worker_kb = status = 0
        while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
            main_kb = max(main_kb, peak_kb(process.pid))
            worker_kb = max(worker_kb, *map(peak_kb, children(process.pid)), 0)
            time.sleep(LOOK_SEC)
        wall_sec = time.perf_counter() - started
        _, status, used = ended
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}.")
        answer.seek(0)
        summary = json.load(answer)
    return Figures(
        files=sum(1 for _ in source.rglob("*.mid")),
        pieces=summary["pieces"],
        measures=summary["measures"],
        wall_sec=round(wall_sec, 1),
        processor_sec=round(used.ru_utime + used.ru_stime, 1),
        main_mb=round(main_kb / 1024, 1),
        worker_mb=round(worker_kb / 1024, 1),
        source_mb=megabytes(source),
        corpus_mb=megabytes(target),
    )


def peak_kb(process: int) -> int:
    """Most memory that a process has had so far; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def children(process: int) -> list[int]:
    """Processes that a process has started, by any of its threads."""
    found: list[int] = []
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += map(int, listed.read_text().split())
        except OSError:
            continue
    return found


def megabytes(folder: Path) -> float:
    return round(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1024**2, 1)


def table(rows: Sequence[Figures]) -> str:
    """A table in Markdown."""
    lines = [
        "| files | pieces | measures | files on disk | corpus on disk | time | processor | files a processor second "
        "| memory, main | memory, worker |",
        "|---:" * 10 + "|",
    ]
    lines += [
        f"| {row.files} | {row.pieces} | {row.measures} | {row.source_mb:.0f} MB | {row.corpus_mb:.0f} MB "
        f"| {row.wall_sec:.0f} s | {row.processor_sec:.0f} s | {row.files / row.processor_sec:.0f} "
        f"| {row.main_mb:.0f} MB | {row.worker_mb:.0f} MB |"
        for row in rows
    ]
    return "\n".join(lines)


def picture(rows: Sequence[Figures]) -> str:
    """The curves as SVG: processor time and memory over the number of files, all axes logarithmic but memory's."""
    time_points = [(row.files, row.processor_sec) for row in rows]
    most_mb = max(max(row.main_mb, row.worker_mb) for row in rows)
    panels = [
        panel(40, "processor time, s", [("all processes", "#2b3a55", time_points)], logarithmic=True),
        panel(
            380,
            "most memory, MB",
            [
                ("main process", "#2b3a55", [(row.files, row.main_mb) for row in rows]),
                ("largest worker", "#c2492f", [(row.files, row.worker_mb) for row in rows]),
            ],
            highest=most_mb * 1.3,
        ),
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 260" font-family="sans-serif" font-size="12" '
        'fill="#5d564d">\n<rect width="700" height="260" fill="#fbf7f0"/>\n' + "\n".join(panels) + "\n</svg>\n"
    )


def panel(
    left: int,
    title: str,
    curves: Sequence[tuple[str, str, Sequence[tuple[int, float]]]],
    logarithmic: bool = False,
    highest: float = 0.0,
) -> str:
    """One picture of 280 by 170, with a line, its points and their values for each curve."""
    counts = sorted({count for _, _, points in curves for count, _ in points})
    values = [value for _, _, points in curves for _, value in points]
    low, high = (np.log10(min(values) / 2), np.log10(max(values) * 3)) if logarithmic else (0.0, highest)
    span = np.log10(counts[-1] / counts[0]) or 1.0

    def place(count: int, value: float) -> tuple[float, float]:
        across = np.log10(count / counts[0]) / span
        up = ((np.log10(value) if logarithmic else value) - low) / (high - low)
        return round(left + 25 + 230 * across, 1), round(215 - 170 * up, 1)

    parts = [f'<text x="{left}" y="24" font-weight="bold">{title}</text>']
    parts.append(f'<path d="M{left} 45V215H{left + 280}" fill="none" stroke="#808076" stroke-opacity="0.5"/>')
    for count in counts:
        parts.append(f'<text x="{place(count, values[0])[0]}" y="233" text-anchor="middle">{count}</text>')
    parts.append(f'<text x="{left + 140}" y="250" text-anchor="middle">MIDI files</text>')
    for number, (name, colour, points) in enumerate(curves):
        places = [place(*point) for point in points]
        parts.append(f'<polyline points="{" ".join(f"{x},{y}" for x, y in places)}" fill="none" stroke="{colour}"/>')
        for (x, y), (count, value) in zip(places, points, strict=True):
            highest_here = max(point[1] for _, _, others in curves for point in others if point[0] == count)
            above = -8 if value == highest_here else 18
            parts.append(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>')
            parts.append(f'<text x="{x}" y="{y + above}" text-anchor="middle" fill="{colour}">{value:.0f}</text>')
        parts.append(f'<text x="{left + 10}" y="{56 + 16 * number}" fill="{colour}">{name}</text>')
    return "\n".join(parts)


if __name__ == "__main__":
    main()
