"""Write the excerpts of the listening quiz: ``assets/quiz/excerpts.json``, from the demo pieces and three networks.

``python -m tools.make_quiz`` takes a minute. All excerpts are made alike, so that nothing but the notes tells them
apart: the same length, one loudness, no title, not the first measure, and, by the networks, whatever came first.
"""

import argparse
import json
from typing import Any

from koe.generation.wishes import Wishes
from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece
from koe.studio import Studio
from koe.studio.listening import EXCERPTS, PERSON

N_STEPS = 128
START_STEP = 64  # of what networks wrote: later than the chord they were given
EACH = 8  # of a network
FEWEST_NOTES = 16


def excerpt(piece: Piece, start: int, origin: str, source: str, seed: int | None) -> dict[str, Any]:
    """The notes of an excerpt from a tick on, with all that is to be known of it."""
    cut = piece.slice(start, start + N_STEPS * TICKS_PER_STEP)
    signature = cut.time_signatures[0]
    return {
        "origin": origin,
        "source": source,
        "seed": seed,
        "qpm": round(cut.qpm, 1),
        "metre": [signature.numerator, signature.denominator],
        "upbeat": cut.upbeat,
        "notes": [[note.onset, note.pitch, note.duration] for note in cut.notes],
    }


def by_people(studio: Studio) -> list[dict[str, Any]]:
    """One of each demo piece that is long enough, from its middle on."""
    found = []
    for entry in studio.demo_pieces():
        piece = studio.demo_piece(entry.slug)
        last = piece.n_ticks - N_STEPS * TICKS_PER_STEP
        starts = [onset for onset in piece.measure_onsets[1:] if onset <= last]
        if starts:
            start = starts[len(starts) // 2]
            found.append(excerpt(piece, start, PERSON, f"{entry.composer}: {entry.title}", None))
    return found


def by_network(studio: Studio, model: str) -> list[dict[str, Any]]:
    """What came first, seed by seed."""
    found: list[dict[str, Any]] = []
    seed = 0
    while len(found) < EACH:
        seed += 1
        if model == "tr1":
            piece = studio.compose_piece(Wishes(measures=16), seed, model)
        else:
            piece = studio.compose(seed, model)
        start = next((onset for onset in piece.measure_onsets if onset >= START_STEP * TICKS_PER_STEP), 0)
        if piece.n_ticks - start < N_STEPS * TICKS_PER_STEP:
            start = max(piece.n_ticks - N_STEPS * TICKS_PER_STEP, 0)
        made = excerpt(piece, start, model, studio.registry.card(model).title, seed)
        if len(made["notes"]) >= FEWEST_NOTES:
            found.append(made)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    studio = Studio()
    found = by_people(studio)
    for model in ("lstm1", "lstm2", "tr1"):
        found += by_network(studio, model)
        print(model, len(found), flush=True)
    EXCERPTS.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in found)
    EXCERPTS.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
