"""What was kept and sent before: it opens to the same bytes.

Links, projects and checksums of ``data`` were made by `data/made_before.py`, when pieces were in sixteenths, and by
`data/made_in_ticks.py`.
"""

import hashlib
import json
from base64 import urlsafe_b64decode
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.music.states import notes_from_states
from koe.projects.links import decode, encode
from koe.projects.opening import open_link
from koe.projects.reading import read_project
from koe.projects.writing import write_project
from koe.studio import Studio

DATA = Path(__file__).parent / "data"
LINKS = json.loads((DATA / "links-1.json").read_text()) + json.loads((DATA / "links-2.json").read_text())
IN_TICKS = ("triplets", "upbeat", "performance", "going on")
SEEDS = json.loads((DATA / "seeds-1.json").read_text())


@pytest.fixture(scope="module")
def shipped():
    """With the networks that ship."""
    return Studio()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def has_weights(studio: Studio, model: str, weights: str) -> bool:
    return not model or studio.registry.card(model).weights_sha256 == weights


@pytest.mark.parametrize("sent", LINKS, ids=[sent["name"] for sent in LINKS])
def test_a_link_brings_the_very_same_file(shipped, sent):
    assert urlsafe_b64decode(sent["link"] + "===")[0] == (2 if sent["name"] in IN_TICKS else 1)
    link = decode(sent["link"])
    assert link.checksum.hex() == sent["checksum"]
    assert link.frame.made_from == sent["made_from"]
    if not has_weights(shipped, sent["model"], sent["weights"]):
        if link.notes is None:
            pytest.skip("Without the weights of then it is another piece.")
        sent = sent | {"made_anew": False}
    opened = open_link(shipped, link)
    assert digest(shipped.midi(opened.piece)) == sent["midi"]
    assert (opened.same, opened.made_anew) == (True, sent["made_anew"])


@pytest.mark.parametrize("sent", LINKS, ids=[sent["name"] for sent in LINKS])
def test_a_link_of_such_a_piece_is_not_longer_today(sent):
    assert encode(decode(sent["link"])) == sent["link"]


@pytest.mark.parametrize("name", ["project-1-1", "project-1-2", "project-2-1"])
def test_a_project_opens_to_the_same_music(shipped, name):
    project = read_project((DATA / f"{name}.koe.json").read_bytes())
    wanted = json.loads((DATA / f"{name}.midi.json").read_text())
    assert [digest(shipped.midi(piece)) for piece in project.pieces] == wanted
    # And does so when it was saved anew.
    again = read_project(write_project(project))
    assert again == project
    assert [digest(shipped.midi(piece)) for piece in again.pieces] == wanted


def test_a_project_keeps_what_else_it_said():
    project = read_project((DATA / "project-1-2.koe.json").read_bytes())
    piece = project.piece
    assert (piece.title, piece.tempos) == ("A file that was read", (Tempo(0, 84.125),))
    assert piece.time_signatures == (TimeSignature(0, 6, 8), TimeSignature(720, 4, 4))
    assert piece.notes[1] == note_at_step(3, 51, 3, 41)
    assert (piece.n_steps, piece.off_grid, piece.n_other_instruments) == (400, 0.3, 4)
    assert piece.warnings == ("17 notes of drums were left out.",)
    assert project.takes[0].made_from == 102  # steps, as ever


def with_an_upbeat() -> Piece:
    """As `made_before` has it."""
    notes = (note_at_step(0, 67, 4, 55), *(note_at_step(4 + 4 * n, 60 + n, 3 + n % 2, 60 + n) for n in range(24)))
    metres = (TimeSignature(0, 1, 4), TimeSignature(24, 3, 4), TimeSignature(312, 5, 16))
    return Piece.on_steps(notes, 102, 71.4, metres, "With an upbeat")


@cache
def _made(studio: Studio) -> dict:
    """What makes each piece of the list, by its name."""
    demo = studio.demo_piece
    minuet, musette, elise = demo("petzold-minuet-g-major"), demo("bach-musette"), demo("beethoven-fur-elise")
    waltz, upbeat = demo("brahms-waltz-a-flat"), with_an_upbeat()
    first, second = studio.segment(musette, 1), studio.segment(minuet, 3)
    make = {f"compose {seed}": lambda seed=seed: studio.compose(seed) for seed in (0, 1)}
    make["compose 2 lstm1"] = lambda: studio.compose(2, "lstm1")
    for model in ("lstm1", "lstm2"):
        for number in range(2):
            make[f"continue waltz {model} {number}"] = lambda model=model, number=number: studio.continue_piece(
                waltz, 64, model, None, 11, 2
            )[number]
    for model in ("ae1", "ae2", "ae3", "pca"):
        make |= {
            f"blend {model}": lambda model=model: studio.blend_piece(first, second, model, 0.4, qpm=100.0),
            f"reconstruct {model}": lambda model=model: studio.reconstruct_piece(elise, model)[0],
            f"reconstruct measure {model}": lambda model=model: studio.reconstruct_piece(elise, model, measure=3)[0],
            f"sample {model}": lambda model=model: studio.piece_from_latents(studio.sample_latents(model, 4), model),
        }
    make |= {
        "retell": lambda: studio.retell(first, second, "ae3", [0.3, 0.6], 4),
        "crossfade": lambda: studio.crossfade(first, second, [0.2, 0.5], seed=3),
        "fill both lstm2": lambda: studio.fill_gap(waltz, 3, 2, "both", "lstm2", 6, 2)[1],
        "fill left lstm2": lambda: studio.fill_gap(waltz, 3, 2, "left", "lstm2", 6, 2)[1],
        "fill ae3": lambda: studio.fill_gap(elise, 4, 2, "both", "ae3", 6, 2)[1],
        "fill upbeat lstm2": lambda: studio.fill_gap(upbeat, 3, 2, "both", "lstm2", 6, 1)[0],
        "harmonise": lambda: studio.harmonise(minuet.slice_steps(0, 48).melody(), "lstm2", 2, 2)[0],
        "repair": lambda: studio.repair(musette, studio.reconstruct(first, "ae1").probabilities, "lstm2", 2)[0],
    }
    return make


def in_steps(notes: tuple[Note, ...]) -> str:
    rows = sorted([note.step, note.pitch, note.n_steps] for note in notes)
    return digest(json.dumps(rows).encode())


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_makes_what_it_made(shipped, name):
    """To the byte; where a piece is filled, what it had is kept note for note now, so there the states are compared."""
    then = SEEDS[name]
    if not has_weights(shipped, then["model"], then["weights"]):
        pytest.skip("Other weights make other music.")
    piece = _made(shipped)[name]()
    assert piece.n_steps == then["steps"]
    if name.startswith(("fill", "harmonise")):
        assert in_steps(notes_from_states(piece.states)) == then["notes"]
    else:
        assert in_steps(piece.notes) == then["notes"]
        assert digest(shipped.midi(piece)) == then["midi"]
    assert not np.any([note.shift or note.release for note in piece.notes])


def test_all_that_was_made_is_made_here(shipped):
    assert set(_made(shipped)) == set(SEEDS)
