"""How long it takes to tell whether a piece is new, and how large the index is.

``python -m benchmarks.originality --corpus data/corpus`` looks up stretches of
the test split of different lengths in the shipped index, or in that of
``KOE_ORIGINALITY``.
"""

import argparse
import statistics
import time
from pathlib import Path

from koe.corpus.store import Corpus
from koe.music.piece import Piece
from koe.originality.chance import passages
from koe.originality.index import Index
from koe.originality.verdict import judge
from koe.studio.originality import SHIPPED, opened_index

LENGTHS = (64, 128, 256, 512, 1024)


def milliseconds(index: Index, piece: Piece) -> tuple[float, float]:
    """By the clock, and of the processor: a busy machine makes the two differ."""
    started, began = time.perf_counter(), time.process_time()
    judge(piece, index)
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the question whether a piece is new.")
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    parser.add_argument("--pieces", type=int, default=50, metavar="N", help="of each length (default: 50)")
    options = parser.parse_args()
    corpus = Corpus(options.corpus)
    pieces = {
        n_steps: [
            Piece.from_pianoroll(corpus.pianoroll(one.entry)[one.start : one.start + n_steps])
            for one in passages(corpus, "test", n_steps, options.pieces)
        ]
        for n_steps in LENGTHS
    }
    started = time.perf_counter()
    index = opened_index()
    first, _ = milliseconds(index, pieces[256][0])
    opened = 1000 * (time.perf_counter() - started)
    size = sum(file.stat().st_size for file in index.folder.iterdir())
    print(f"{index.folder if index.folder != SHIPPED else 'the shipped index'}: {size / 1e6:.1f} MB,", end=" ")
    print(f"{len(index.arrays.tags)} fingerprints of {len(index.sources)} pieces")
    print(f"the first answer, opening included: {opened:.0f} ms, of which the question {first:.0f} ms\n")
    print("| steps | pieces | median, ms | slowest, ms | processor, median | processor, most |")
    print("|---:|---:|---:|---:|---:|---:|")
    for n_steps, chosen in pieces.items():
        times = list(zip(*(milliseconds(index, piece) for piece in chosen), strict=True))
        cells = (f"{of(kind):.1f}" for kind in times for of in (statistics.median, max))
        print(f"| {n_steps} | {len(chosen)} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
