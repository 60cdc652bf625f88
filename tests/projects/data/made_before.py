"""Makes the links, projects and checksums of this folder: run by the last Koe whose pieces were in sixteenths.

git worktree add before 7b64d78 && cd before
python ../tests/projects/data/made_before.py ../tests/projects/data
"""

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from koe.generation.sampling import Sampling

from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.projects.links import checksum_of, shortened
from koe.projects.opening import make_link, open_link
from koe.projects.recipes import Blended, End
from koe.projects.recipes import Path as Way
from koe.projects.schema import Project, Take, weights_of, with_take
from koe.projects.writing import write_project
from koe.studio import Studio

FOLDER = Path(sys.argv[1])
studio = Studio()
sha = {card.name: card.weights_sha256 for card in studio.registry.cards()}


def digest(piece: Piece) -> str:
    return hashlib.sha256(studio.midi(piece)).hexdigest()


def written(piece: Piece) -> str:
    """Of where its notes are in the roll."""
    return hashlib.sha256(json.dumps(sorted([n.onset, n.pitch, n.duration] for n in piece.notes)).encode()).hexdigest()


demo = studio.demo_piece
minuet, musette, elise = demo("petzold-minuet-g-major"), demo("bach-musette"), demo("beethoven-fur-elise")
waltz = demo("brahms-waltz-a-flat")
chord = studio.chord([60, 64, 67], 8, 96.3)
first, second = studio.segment(musette, 1), studio.segment(minuet, 3)
upbeat = Piece(
    (Note(0, 67, 4, 55), *(Note(4 + 4 * n, 60 + n, 3 + n % 2, 60 + n) for n in range(24))),
    102,
    71.4,
    (TimeSignature(0, 1, 4), TimeSignature(4, 3, 4), TimeSignature(52, 5, 16)),
    "With an upbeat",
)
ends = End("bach-musette"), End("petzold-minuet-g-major", 3)
latents = np.round(studio.sample_latents("ae1", 5), 2)

pieces = {
    "composed by lstm2": (studio.compose(41), None),
    "composed by lstm1": (studio.compose(7, "lstm1"), None),
    "chord, lstm2, second of three": (
        studio.continue_piece(chord, 96, "lstm2", Sampling("toss", 0.9, top_p=0.95), 5, 3)[1],
        None,
    ),
    "phrase in 3/4, lstm1, threshold": (
        studio.continue_piece(minuet.slice(0, 24), 80, "lstm1", Sampling("threshold", threshold=0.2), 7, guard=False)[
            0
        ],
        None,
    ),
    "upbeat and dynamics, lstm2": (studio.continue_piece(upbeat, 64, "lstm2", None, 9)[0], None),
    "silence, lstm2": (studio.continue_piece(None, 80, "lstm2", None, 8)[0], None),
    "numbers, ae1": (
        studio.piece_from_latents(latents, "ae1", 0.3, 92.5, "From sixteen", minuet.time_signatures),
        None,
    ),
    "numbers, ae3": (studio.piece_from_latents(studio.sample_latents("ae3", 6), "ae3"), None),
    "numbers, pca": (studio.piece_from_latents(studio.encode(first, "pca"), "pca"), None),
    "blended, ae3": (
        studio.blend_piece(first, second, "ae3", 0.37, 0.5, 110.37, "Half way", musette.time_signatures),
        Blended("ae3", *ends, 0.37, 0.5),
    ),
    "path, ae2, circle": (
        studio.morph(first, second, "ae2", 5, 0.3, 101.0, "The way", way="circle"),
        Way("ae2", *ends, 5, 0.3, "circle"),
    ),
    "given, with dynamics": (upbeat, None),
    "given, a demo": (demo("satie-gymnopedie-1"), None),
    "given, cut": (studio.compose(3, "lstm1").slice(10, 77), None),
}
links = []
for name, (piece, recipe) in pieces.items():
    text = make_link(studio, piece, None, recipe)
    for kind, link in {"": text, ", without notes": shortened(text)}.items():
        if kind and link == text:
            continue
        opened = open_link(studio, link)
        assert opened.same, name
        links.append(
            {
                "name": name + kind,
                "link": link,
                "midi": digest(piece),
                "made_anew": opened.made_anew,
                "model": opened.link.recipe.model,
                "checksum": checksum_of(studio.midi(piece)).hex(),
                "weights": sha.get(opened.link.recipe.model, ""),
                "made_from": opened.link.frame.made_from,
            }
        )
(FOLDER / "links-1.json").write_text(json.dumps(links, indent=1, ensure_ascii=False) + "\n")

# -- projects
base = pieces["composed by lstm2"][0]
branch = studio.continue_piece(base.slice(0, 48), 64, "lstm2", None, 3)[0]
takes = with_take(with_take((), base, 4), branch, 48)
one = Project(base, 5, {"ae1": tuple(float(v) for v in latents)}, takes, ("t2",), {"from": upbeat}, {"home_seed": 41})
one = replace(one, weights=weights_of(one.models, studio.registry))
read = Piece(
    tuple(Note(3 * n, 50 + n % 30, 2 + n % 5, 40 + n % 60) for n in range(120)),
    400,
    84.125,
    (TimeSignature(0, 6, 8), TimeSignature(120, 4, 4)),
    "A file that was read",
    n_tempo_changes=17,
    off_grid=0.3,
    n_other_instruments=4,
    warnings=("17 notes of drums were left out.",),
)
two = Project(
    read, 3, {}, (Take("t1", pieces["upbeat and dynamics, lstm2"][0], upbeat.n_steps),), ("t1",), {"to": elise}
)
for number, project in enumerate((one, two), start=1):
    (FOLDER / f"project-1-{number}.koe.json").write_bytes(write_project(project))
    (FOLDER / f"project-1-{number}.midi.json").write_text(
        json.dumps([digest(piece) for piece in project.pieces], indent=1) + "\n"
    )

# -- what seeds make
made = {}


def keep(name: str, model: str, piece: Piece) -> None:
    made[name] = {
        "model": model,
        "weights": sha[model],
        "midi": digest(piece),
        "notes": written(piece),
        "steps": piece.n_steps,
    }


for seed in (0, 1):
    keep(f"compose {seed}", "lstm2", studio.compose(seed))
keep("compose 2 lstm1", "lstm1", studio.compose(2, "lstm1"))
for model in ("lstm1", "lstm2"):
    for number, piece in enumerate(studio.continue_piece(waltz, 64, model, None, 11, 2)):
        keep(f"continue waltz {model} {number}", model, piece)
for model in ("ae1", "ae2", "ae3", "pca"):
    keep(f"blend {model}", model, studio.blend_piece(first, second, model, 0.4, None, 100.0))
    keep(f"reconstruct {model}", model, studio.reconstruct_piece(elise, model)[0])
    keep(f"reconstruct measure {model}", model, studio.reconstruct_piece(elise, model, measure=3)[0])
    keep(f"sample {model}", model, studio.piece_from_latents(studio.sample_latents(model, 4), model))
keep("retell", "lstm2", studio.retell(first, second, "ae3", [0.3, 0.6], 4))
keep("crossfade", "pca", studio.crossfade(first, second, [0.2, 0.5], seed=3))
for hand in ("both", "left"):
    keep(f"fill {hand} lstm2", "lstm2", studio.fill_gap(waltz, 3, 2, hand, "lstm2", 6, 2)[1])
keep("fill ae3", "ae3", studio.fill_gap(elise, 4, 2, "both", "ae3", 6, 2)[1])
keep("fill upbeat lstm2", "lstm2", studio.fill_gap(upbeat, 3, 2, "both", "lstm2", 6, 1)[0])
keep("harmonise", "lstm2", studio.harmonise(minuet.slice(0, 48).melody(), "lstm2", 2, 2)[0])
heard = studio.reconstruct(first, "ae1")
keep("repair", "lstm2", studio.repair(musette, heard.probabilities, "lstm2", 2)[0])
(FOLDER / "seeds-1.json").write_text(json.dumps(made, indent=1) + "\n")
