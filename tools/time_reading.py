"""Measure what reading MIDI files costs: processor time, and the largest size of the process.

    python tools/time_reading.py FOLDER [FOLDER ...] [--files 200] [--seed 1] [--corpus] [--version FOLDER]

Reads files that are drawn by chance, as the app does, or with ``--corpus`` as `koe corpus build` does. ``--version``
names a working tree of another version (``git worktree add``), whose Koe reads instead. Run the two in turn, several
times, and take the best of each: other work on the machine only ever adds.
"""

import argparse
import json
import random
import resource
import sys
import time
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="+")
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", action="store_true", help="read as for a corpus")
    parser.add_argument("--version", type=Path, default=Path(__file__).resolve().parents[1])
    arguments = parser.parse_args()
    sys.path.insert(0, str(arguments.version))
    from koe.errors import KoeError
    from koe.music.midi import read_midi

    found = sorted(path for folder in arguments.folder for path in folder.rglob("*.mid"))
    chosen = sorted(random.Random(arguments.seed).sample(found, min(arguments.files, len(found))))
    files = [(path.name, path.read_bytes()) for path in chosen]
    n_notes = n_refused = 0
    start = time.process_time()
    for name, data in files:
        try:
            n_notes += len(read_midi(data, name=name, quick=arguments.corpus).notes)
        except KoeError:
            n_refused += 1
    sec = time.process_time() - start
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {"sec": round(sec, 2), "MB": round(kib / 1024, 1), "notes": n_notes, "refused": n_refused}
    print(json.dumps({"files": len(files), **told}))


if __name__ == "__main__":
    main()
