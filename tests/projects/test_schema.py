"""Takes find their places in a tree; models and weights are known."""

from dataclasses import replace

import numpy as np
import pytest

from koe.music.grid import MAX_STEPS
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.projects.history import MOST, History
from koe.projects.schema import MAX_TAKE_STEPS, MAX_TAKES, Project, Take, is_take, strangers, with_take

ARPEGGIO = tuple(note_at_step(step, 48 + step * 7 % 40, 4) for step in range(0, 128, 4))


def continued(first: Piece, seed: int, n_steps: int = 64) -> Piece:
    """``first`` and something new after it."""
    pitches = np.random.default_rng(seed).integers(30, 90, n_steps // 4).tolist()
    new = tuple(note_at_step(first.n_steps + 4 * place, pitch, 4) for place, pitch in enumerate(pitches))
    return Piece.on_steps((*first.notes, *new), first.n_steps + n_steps).by("lstm1", seed)


def test_a_take_goes_on_from_the_bar_at_which_it_branched():
    chord = Piece.on_steps((note_at_step(0, 60, 8), note_at_step(0, 64, 8)), 8)
    first, second = continued(chord, 1, 120), continued(chord, 2, 120)
    takes = with_take(with_take((), first, 8), second, 8)
    # Both begin with the chord; none goes on from the other.
    assert [(take.id, take.parent, take.bar) for take in takes] == [("t1", None, None), ("t2", None, None)]

    # Three measures of the second are kept, and it goes on from the fourth.
    branch = continued(second.slice_steps(0, 48), 3)
    takes = with_take(takes, branch, 48)
    assert (takes[2].parent, takes[2].bar) == ("t2", 4)
    # From the end of that one.
    takes = with_take(takes, continued(branch, 4), branch.n_steps)
    assert (takes[3].parent, takes[3].bar) == ("t3", 8)
    # From measures 3 to 6 of the second, which the page calls a segment.
    takes = with_take(takes, continued(second.slice_steps(32, 96), 5), 64)
    assert (takes[4].parent, takes[4].bar) == ("t2", 7)
    # From something else.
    takes = with_take(takes, continued(Piece.on_steps(ARPEGGIO, 128), 6), 128)
    assert (takes[5].parent, takes[5].bar) == (None, None)


@pytest.mark.parametrize("metre", [(9, 32), (3, 4), (5, 16), (7, 32)])
def test_a_take_in_triplets_and_odd_measures_branches_where_it_did(studio, metre):
    """Measures that end between steps: what was heard was filled up with silence to the next one."""
    rng = np.random.default_rng(3)
    signature = TimeSignature(0, *metre)
    notes = tuple(Note(8 * n, int(rng.integers(40, 90)), 8, 60, n % 3) for n in range(60))
    first = Piece(notes, 480, (Tempo(0, 90.0), Tempo(3000, 80.0)), (signature,))
    takes = ()
    whole = studio.continue_piece(first, 64, "lstm1", None, 1)[0]
    takes = with_take(takes, whole, whole.n_steps - 64)
    assert takes[0].parent is None
    for bar in (whole.n_measures, whole.n_measures - 1):
        prompt = whole.slice(0, whole.measure_onsets[bar - 1])
        made = studio.continue_piece(prompt, 32, "lstm1", None, bar)[0]
        takes = with_take(takes, made, made.n_steps - 32)
        assert (takes[-1].parent, takes[-1].bar) == ("t1", bar)
    # From its end.
    made = studio.continue_piece(whole, 32, "lstm1", None, 9)[0]
    takes = with_take(takes, made, made.n_steps - 32)
    assert (takes[-1].parent, takes[-1].bar) == ("t1", whole.n_measures + 1)


def test_a_take_is_kept_once():
    take = continued(Piece.on_steps(ARPEGGIO, 128), 1)
    takes = with_take((), take, 128)
    assert with_take(takes, continued(Piece.on_steps(ARPEGGIO, 128), 1), 128) is takes


def test_the_oldest_takes_go_and_leave_no_orphan():
    first = continued(Piece.on_steps(ARPEGGIO, 128), 1)
    takes = with_take(with_take((), first, 128), continued(first, 2), first.n_steps)
    assert takes[1].parent == "t1"
    for number in range(3, MAX_TAKES + 2):
        takes = with_take(takes, Piece.on_steps((note_at_step(number, 60, 1),), 400).by("lstm1", number), 0)
    assert len(takes) == MAX_TAKES
    assert (takes[0].id, takes[0].parent) == ("t2", None)
    assert len({take.id for take in takes}) == MAX_TAKES


def test_what_chance_made_is_a_take(studio):
    assert is_take(studio.compose(3))
    assert is_take(studio.continue_piece(None, 16, seed=3)[0])
    assert not is_take(studio.demo_piece("bach-musette"))
    assert not is_take(studio.compose(3).slice_steps(0, 64).by("lstm1", None))
    assert is_take(studio.demo_piece("bach-musette").by("lstm2", 3, filling=0))
    assert not is_take(studio.demo_piece("bach-musette").by("lstm2", None, filling=0))


def test_takes_of_long_pieces_leave_room_for_the_rest():
    notes = tuple(note_at_step(step, pitch, 1) for step in range(1000) for pitch in range(40, 80))
    takes = ()
    for number in range(6):
        takes = with_take(takes, Piece.on_steps(notes, 1000).by("lstm2", number, filling=0), 0)
    assert [take.id for take in takes] == ["t3", "t4", "t5", "t6"]


def test_models_whose_weights_are_others_here_are_named(studio):
    piece = studio.compose(3)
    here = studio.registry.card("lstm1").weights_sha256
    known = Project(piece, latents={"pca": (0.0,)}, weights={"lstm1": here, "pca": "0" * 64})
    assert known.models == ("lstm1", "pca")
    assert strangers(known, studio.registry) == ("pca",)
    assert strangers(
        Project(takes=(Take("t1", piece),), weights={"lstm1": here, "gpt": "1" * 64}), studio.registry
    ) == ("gpt",)


def test_undo_and_redo():
    line = History(0).step(1).step(2)
    assert line.undone().present == 1
    assert line.undone().undone().undone().present == 0
    assert line.undone().redone() == line
    assert line.redone() is line
    # What is done after an undo takes the place of what had been taken back.
    other = line.undone().step(9)
    assert (other.past, other.present, other.future) == ((0, 1), 9, ())
    # Seeing more of the present is no step.
    assert line.undone().amended(7) == History(7, (0,), (2,))


def test_the_past_is_bounded():
    line = History(0)
    for number in range(1, 3 * MOST):
        line = line.step(number)
    assert len(line.past) == MOST
    assert line.past[-1] == 3 * MOST - 2


def test_many_long_takes_in_the_shortest_of_measures_are_looked_through_at_once():
    """Where each measure was compared with what follows it, this took a minute."""
    n = MAX_STEPS - 1
    silent = replace(
        Piece.on_steps((note_at_step(0, 60, 1), note_at_step(n - 1, 61, 1)), n),
        time_signatures=(TimeSignature(0, 1, 16),),
    )
    takes = tuple(Take(f"t{number}", silent.by("lstm2", number)) for number in range(8))
    heard = silent.slice_steps(0, n // 2).by("lstm2", 99)
    *_, last = with_take(takes, heard, n // 4)
    assert (last.parent, last.bar) == ("t7", n // 4 + 1)


def test_takes_have_a_length_in_all():
    n = MAX_STEPS - 1
    takes: tuple[Take, ...] = ()
    for seed in range(18):
        takes = with_take(takes, Piece.on_steps((note_at_step(0, 60, 1),), n).by("lstm2", seed), 0)
    assert len(takes) == MAX_TAKE_STEPS // n
