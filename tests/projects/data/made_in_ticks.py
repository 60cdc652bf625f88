"""Makes the links and the project of version 2 of this folder: run by the last Koe that wrote such projects.

git worktree add before 4f4c347^ && cd before
python ../tests/projects/data/made_in_ticks.py ../tests/projects/data
"""

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

from koe.music.notes import Note
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.projects.links import checksum_of
from koe.projects.opening import make_link, open_link
from koe.projects.schema import Project, Take, weights_of
from koe.projects.writing import write_project
from koe.studio import Studio

FOLDER = Path(sys.argv[1])
studio = Studio()

triplets = Piece(
    tuple(
        sorted([*(Note(8 * n, (56, 61, 64)[n % 3], 8, 50 + n) for n in range(24)), Note(0, 37, 96), Note(96, 35, 96)])
    ),
    192,
    (Tempo(0, 54.0), Tempo(1920, 43.7)),
    (TimeSignature(0, 2, 2),),
    keys=(KeySignature(0, 4, "minor"),),
    pedal=(Pedal(0, 127), Pedal(1900, 0)),
    title="Triplets",
)
upbeat = Piece(
    (Note(0, 67, 12, 55), Note(12, 69, 3, 56), *(Note(15 + 24 * n, 60 + n % 7, 20, 60 + n) for n in range(12))),
    15 + 12 * 24,
    (Tempo(0, 88.0),),
    (TimeSignature(0, 3, 4), TimeSignature(159, 4, 4)),
    15,
    (KeySignature(0, -2), KeySignature(159, 3)),
    title="Upbeat",
)
performance = Piece(
    tuple(Note(12 * n, 48 + 5 * n % 31, 11, 40 + 3 * n, 4 + n % 3, n % 5 - 7) for n in range(20)),
    240,
    tuple(Tempo(480 * beat, 90.0 + beat % 4) for beat in range(10)),
    pedal=tuple(Pedal(240 * n + 7, 127 * (n % 2)) for n in range(1, 19)),
    title="Performance",
    beats_estimated=True,
    warnings=("17 notes of drums were left out.",),
)
going_on = studio.continue_piece(triplets, 32, "lstm2", None, 3)[0]
pieces = {"triplets": triplets, "upbeat": upbeat, "performance": performance, "going on": going_on}


def digest(piece: Piece) -> str:
    return hashlib.sha256(studio.midi(piece)).hexdigest()


links = []
for name, piece in pieces.items():
    link = make_link(studio, piece, None, None)
    opened = open_link(studio, link)
    assert opened.same, name
    model = opened.link.recipe.model
    weights = studio.registry.card(model).weights_sha256 if model else ""
    links.append(
        {
            "name": name,
            "link": link,
            "midi": digest(piece),
            "made_anew": opened.made_anew,
            "model": model,
            "checksum": checksum_of(studio.midi(piece)).hex(),
            "weights": weights,
            "made_from": opened.link.frame.made_from,
        }
    )
(FOLDER / "links-2.json").write_text(json.dumps(links, indent=1, ensure_ascii=False) + "\n")

project = Project(
    performance, 2, {"ae1": (0.5, -0.25)}, (Take("t1", going_on, 32),), ("t1",), {"from": upbeat}, {"home_seed": 41}
)
project = replace(project, weights=weights_of(project.models, studio.registry))
(FOLDER / "project-2-1.koe.json").write_bytes(write_project(project))
(FOLDER / "project-2-1.midi.json").write_text(json.dumps([digest(piece) for piece in project.pieces], indent=1) + "\n")
