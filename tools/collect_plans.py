"""Collect plans and manners of a corpus's training pieces, for `koe.generation.plans`.

    python tools/collect_plans.py CORPUS OUT.npz [--pieces 400] [--part NAME] [--seed 0]

Pieces are drawn at random among those of 8 to 256 measures.
"""

import argparse
from pathlib import Path

import numpy as np

from koe.corpus.store import Corpus
from koe.generation.going_on import told_of_piece
from koe.generation.plans import Manner, Plans
from koe.music.events import short_measures, tidy_notes
from koe.music.grid import TICKS_PER_MEASURE
from koe.music.repetition import SAME, VARIED, plan_of

LEAST, MOST = 8, 255
MAJORS = 12  # classes of keys, from 1; minors follow


def collect(corpus: Corpus, n_pieces: int, seed: int) -> Plans:
    """Plans and manners of so many pieces of ``train``."""
    entries = list(corpus.split("train"))
    plans, manners = [], []
    for number in np.random.default_rng(seed).permutation(len(entries)):
        piece = corpus.piece(entries[number])
        starts = short_measures(list(piece.measure_onsets) or [0], piece.n_ticks)
        if piece.notes and LEAST <= len(starts) - 1 <= MOST:
            rows = tidy_notes(np.array([(note.onset, note.duration, note.pitch) for note in piece.notes]))
            plans.append(plan_of(rows[:, 0], rows[:, 2], starts))
            told = told_of_piece(piece, rows, len(starts) - 1, TICKS_PER_MEASURE)
            classes = (told.conditions[name] for name in ("tempo", "density", "register"))
            manners.append(Manner(entries[number].composer, told.key > MAJORS, *classes))
        if len(plans) == n_pieces:
            break
    return Plans.of(plans, manners)


def main() -> None:
    """Collect and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--pieces", type=int, default=400)
    parser.add_argument("--part")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    corpus = Corpus(options.corpus)
    plans = collect(corpus.of(options.part) if options.part else corpus, options.pieces, options.seed)
    plans.save(options.output)
    early = np.concatenate([plans[number].kind[:32] for number in range(len(plans))])
    share = np.isin(early, (VARIED, SAME)).mean()
    print(f"{len(plans)} plans, {int(plans.first[-1])} measures, {options.output.stat().st_size} bytes; ", end="")
    print(f"of their first 32 measures {100 * share:.1f} % bring back an earlier one.")


if __name__ == "__main__":
    main()
