"""What a network that composes does for visitors: whole pieces, and pieces gone on with, filled and harmonised."""

from dataclasses import replace

import numpy as np
import pytest

from koe.errors import InputError, ModelError
from koe.generation.wishes import Wishes
from koe.models.registry import Registry
from koe.models.sampling import Sampling
from koe.models.tr1_interface import Temperatures
from koe.music.grid import PULSES_PER_TICK
from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo, TimeSignature
from koe.projects.links import decode, shortened
from koe.projects.opening import make_link, open_link
from koe.projects.recipes import Wished, recipe_of
from koe.studio import Studio


def waltz(n_measures=8):
    """Three beats a measure, a tune in triplets above, in other dynamics than Koe's own."""
    notes = []
    for measure in range(n_measures):
        start = 72 * measure
        notes += [Note(start, 43 + measure % 4, 24, 50), Note(start + 24, 59, 20, 50), Note(start + 48, 62, 20, 50)]
        notes += [Note(start + 8 * n, 71 + (n * 2 + measure) % 9, 8, 61) for n in range(9)]
    return Piece(tuple(sorted(notes)), 72 * n_measures, (Tempo(0, 120.0),), (TimeSignature(0, 3, 4),), title="Waltz")


def before(piece, tick):
    return [note for note in piece.notes if note.onset < tick]


def test_the_composers_are_told(composing):
    (card,) = composing.composers()
    assert card.name == "tr1"
    assert list(card.composers) == ["bach-js", "chopin"]
    assert composing.continuation_model().name == composing.fillers()[0].name == "tr1"
    with pytest.raises(ModelError, match="step by step"):
        composing.compose(1)


def test_a_folder_without_composers_says_so(tmp_path):
    from tests.models.toys import toy_registry

    studio = Studio(toy_registry(tmp_path, lstm2={"units": 8}))
    assert studio.composers() == ()
    with pytest.raises(ModelError, match="No model here composes"):
        studio.compose_piece(Wishes(), 1)
    with pytest.raises(InputError, match="LSTM2 cannot compose a piece; no model here does"):
        studio.compose_piece(Wishes(), 1, "lstm2")


def test_a_piece_is_composed_and_its_link_makes_it_again(composing):
    wishes = Wishes(4, "D minor", "3/4", "slow", form="A A", composer="chopin", temperatures=Temperatures(top_p=0.97))
    piece = composing.compose_piece(wishes, 5)
    assert recipe_of(piece) == Wished("tr1", 5, wishes)
    assert piece.time_signatures == (TimeSignature(0, 3, 4),)
    link = make_link(composing, piece)
    assert decode(link).recipe == Wished("tr1", 5, wishes)
    opened = open_link(composing, shortened(link))
    assert (opened.made_anew, opened.same) == (True, True)
    assert composing.midi(opened.piece) == composing.midi(piece)


def test_a_prompt_is_gone_on_with_to_an_end(composing):
    prompt = waltz()
    one, two = composing.continue_piece(prompt, 48, seed=3, n_variations=2)
    for piece in (one, two):
        assert before(piece, prompt.n_ticks) == list(prompt.notes)
        assert piece.n_steps == prompt.n_steps + 48
        assert len(piece.notes) > len(prompt.notes)
        assert {note.velocity for note in piece.notes[len(prompt.notes) :]} == {58}
        assert piece.time_signatures == prompt.time_signatures
        assert piece.title == "Waltz, continued by TR1"
    assert one.notes != two.notes
    (alone,) = composing.continue_piece(prompt, 48, seed=3, include_prompt=False)
    moved = [note.moved(prompt.n_ticks) for note in alone.notes]
    assert moved == list(one.notes[len(prompt.notes) :]), "another variation beside it changes nothing"


def test_a_continuation_is_shown_as_it_grows(composing):
    seen, done = [], []
    chord = composing.chord([60, 64, 67])
    composing.continue_piece(
        chord, 64, seed=1, n_variations=2, on_written=seen.append, progress=lambda *pair: done.append(pair)
    )
    assert seen[0].shape[1:] == (2, 88)
    assert seen[0].dtype == np.uint8
    assert done[-1] == (2 * 384, 2 * 384)
    assert composing.continue_piece(None, 16, seed=1)[0].n_steps == 16


def test_sampling_that_it_does_not_know_is_refused(composing):
    with pytest.raises(InputError, match="TR1 draws by coin toss"):
        composing.continue_piece(None, 16, "tr1", sampling=Sampling("threshold"))
    with pytest.raises(ModelError, match="step by step"):
        composing.continue_piece(None, 16, sampling=Sampling(density=1.0))
    sure = Sampling(temperature=0)
    first, second = (composing.continue_piece(None, 16, sampling=sure, seed=seed)[0] for seed in (1, 2))
    assert first.notes == second.notes


def test_all_notes_outside_a_gap_stay(composing):
    piece = waltz()
    first, last = 2 * 72, 4 * 72
    for hand in ("both", "left", "right"):
        one, two = composing.fill_gap(piece, 3, 2, hand, seed=2, n_fillings=2)
        for found in (one, two):
            outside = [note for note in found.notes if not first <= note.onset < last]
            assert outside == [note for note in piece.notes if not first <= note.onset < last]
            assert found.n_ticks == piece.n_ticks
            inside = [note for note in found.notes if first <= note.onset < last]
            assert all(note.end <= last for note in inside)
            if hand == "left":
                tune = [note for note in piece.notes if first <= note.onset < last and note.pitch >= 71]
                assert set(tune) <= set(inside)
                made = [note for note in inside if note not in piece.notes]
                assert made
                for note in made:
                    assert note.pitch < min(one.pitch for one in tune if one.onset <= note.onset < one.end)
        assert one.notes != two.notes
    (again,) = composing.fill_gap(piece, 3, 2, "right", seed=2, n_fillings=1)
    assert again.notes == one.notes


def test_a_tune_is_harmonised_from_below(composing):
    tune = replace(waltz(4), notes=tuple(note for note in waltz(4).notes if note.pitch > 70))
    (found,) = composing.harmonise(tune, seed=4, n_fillings=1)
    below = [note for note in found.notes if note not in tune.notes]
    assert set(tune.notes) <= set(found.notes)
    assert below
    for note in below:
        at_once = [one.pitch for one in tune.notes if one.onset <= note.onset < one.end]
        assert note.pitch < min(at_once, default=128)
    assert found.n_ticks == tune.n_ticks
    with pytest.raises(InputError, match="1 to 8 fillings"):
        composing.harmonise(tune, n_fillings=9)


def test_long_pieces_are_heard_from_a_measure_on(composing):
    """However long a piece is, its end is gone on with."""
    long = waltz(40)
    piece = replace(long, notes=tuple(sorted((*long.notes, Note(0, 21, 40 * 72, 64)))))
    (found,) = composing.continue_piece(piece, 16, seed=1)
    assert before(found, piece.n_ticks) == list(piece.notes)


def test_registries_load_a_composer_once(composing_folder):
    registry = Registry(composing_folder)
    assert registry.composer("tr1") is registry.composer("tr1")
    with pytest.raises(InputError, match="TR1 has no latent space"):
        registry.latent("tr1")
    with pytest.raises(InputError, match="TR1 cannot continue a piece step by step"):
        registry.continuer("tr1")


def test_an_answer_brings_back_what_was_played_and_its_link_and_project_make_it_again(composing):
    prompt = waltz(2)
    one, two = composing.continue_piece(prompt, 96, seed=3, n_variations=2, answer=True)
    (alone,) = composing.continue_piece(prompt, 96, seed=3, answer=True)
    (plain,) = composing.continue_piece(prompt, 96, seed=3)
    assert before(one, prompt.n_ticks) == list(prompt.notes)
    assert one.notes == alone.notes, "another variation beside it changes nothing"
    assert one.notes != two.notes
    assert one.notes != plain.notes
    assert ("answer", "True") in alone.made_by.settings
    assert "answer" not in dict(plain.made_by.settings)
    recipe = recipe_of(alone)
    assert recipe.answer
    assert not recipe_of(plain).answer
    link = make_link(composing, alone)
    assert decode(link).recipe.answer
    opened = open_link(composing, shortened(link))
    assert (opened.made_anew, opened.same) == (True, True)
    assert composing.midi(opened.piece) == composing.midi(alone)
    assert not decode(make_link(composing, plain)).recipe.answer
    assert 0 <= composing.motif_likeness(alone, prompt.n_steps) <= 1


def test_there_must_be_something_to_answer(composing):
    with pytest.raises(InputError, match="play something first"):
        composing.continue_piece(None, 16, answer=True)


def test_what_is_filled_harmonised_or_gone_on_from_keeps_its_tempos_pedal_and_dynamics(composing):
    tempos = (Tempo(0, 120.0), Tempo(3 * 72 * PULSES_PER_TICK, 84.0))
    pedal = (Pedal(0, 127), Pedal(72 * PULSES_PER_TICK, 0))
    piece = replace(waltz(), tempos=tempos, pedal=pedal)
    (filled,) = composing.fill_gap(piece, 3, 2, seed=2, n_fillings=1)
    (harmonised,) = composing.harmonise(piece.melody(), seed=2, n_fillings=1)
    (longer,) = composing.continue_piece(piece, 24, seed=2)
    for made in (filled, harmonised, longer):
        assert (made.tempos, made.pedal) == (tempos, pedal)
    assert set(piece.melody().notes) <= set(harmonised.notes)
    assert set(before(piece, 2 * 72)) <= set(filled.notes)
    assert set(piece.notes) <= set(longer.notes)
