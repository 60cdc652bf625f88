"""The use cases with the shipped models."""

import numpy as np
import pytest

from koe.errors import InputError, ModelError, TextFormatError
from koe.models.registry import Registry, is_as_in_the_paper
from koe.models.sampling import Sampling
from koe.music.midi import read_midi
from koe.music.piece import Piece
from koe.studio import Studio
from tests.conftest import arpeggio


@pytest.fixture(scope="module")
def studio():
    return Studio()


@pytest.fixture(scope="module")
def minuet(studio):
    slug = next(entry.slug for entry in studio.demo_pieces() if "Minuet" in entry.title)
    return studio.demo_piece(slug)


def test_what_sounds_best_comes_first_and_the_papers_networks_stand_apart(studio):
    assert [card.name for card in studio.latent_models()] == ["ae4", "ae3", "ae1", "ae2", "pca"]
    # By one setting: what sounds best first, then the paper's and its baseline.
    assert [card.name for card in studio.latent_models() if is_as_in_the_paper(card)] == ["ae1", "ae2", "pca"]
    assert [card.name for card in studio.continuation_models()] == ["tr1", "lstm2", "lstm1"]
    assert studio.continuation_model().name == "tr1"


def test_a_chord_holds_the_keys_that_were_named(studio):
    assert [(note.pitch, note.n_steps) for note in studio.chord([21, 60, 108], 3).notes] == [(21, 3), (60, 3), (108, 3)]


@pytest.mark.parametrize("model", ["ae1", "ae2", "pca"])
def test_reconstruction_is_nearer_to_its_original_than_to_silence(studio, minuet, model):
    made = studio.reconstruct(studio.segment(minuet, 1), model)
    assert made.latents.shape == (16,)
    assert made.probabilities.shape == (64, 88)
    assert made.metrics(0.2)["mse"] < (studio.segment(minuet, 1) > 0).mean()
    np.testing.assert_array_equal(made.pianoroll(0.2), made.probabilities >= 0.2)


def test_segments_start_at_their_measures(studio, minuet):
    assert minuet.time_signatures[0].numerator == 3
    np.testing.assert_array_equal(studio.segment(minuet, 3), minuet.states[24:88])
    last = studio.segment(minuet, minuet.n_measures)
    assert not last[12:].any()
    with pytest.raises(InputError, match="measures 1 to"):
        studio.segment(minuet, minuet.n_measures + 1)


def test_latent_vectors_stay_on_the_sliders(studio):
    for card in studio.latent_models():
        low, high = card.latent_range
        for way in ("near", "uniform"):
            latents = studio.sample_latents(card.name, 3, way)
            assert latents.shape == (card.latent_dim,)
            assert low <= latents.min() <= latents.max() <= high
        assert low <= studio.mean_latents(card.name).min()
    with pytest.raises(InputError, match="near"):
        studio.sample_latents("ae1", 0, "far")


def test_blend_runs_from_one_piece_to_the_other(studio, minuet):
    first, second = studio.segment(minuet, 1), studio.segment(minuet, 9)
    latents, probabilities = studio.blend(first, second, "ae1", [0.0, 0.5, 1.0])
    np.testing.assert_allclose(latents[0], studio.encode(first, "ae1"), atol=1e-5)
    np.testing.assert_allclose(latents[2], studio.encode(second, "ae1"), atol=1e-5)
    np.testing.assert_allclose(latents[1], (latents[0] + latents[2]) / 2, atol=1e-6)
    np.testing.assert_allclose(probabilities[1], studio.decode(latents[1], "ae1"), atol=1e-5)


def test_morph_is_one_piece_of_all_its_steps(studio, minuet):
    piece = studio.morph(studio.segment(minuet, 1), studio.segment(minuet, 9), "ae1", 6)
    assert piece.n_steps == 6 * 64
    with pytest.raises(InputError, match="2 to 64"):
        studio.morph(studio.segment(minuet, 1), studio.segment(minuet, 9), "ae1", 1)


def test_continuation_keeps_what_was_there(studio, minuet):
    (piece,) = studio.continue_piece(minuet, 64, seed=1)
    assert piece.n_steps == minuet.n_steps + 64
    assert piece.notes[: len(minuet.notes)] == minuet.notes
    assert piece.qpm == minuet.qpm
    (alone,) = studio.continue_piece(minuet, 64, seed=1, include_prompt=False)
    np.testing.assert_array_equal(alone.pianoroll, piece.pianoroll[minuet.n_steps :])


def test_variations_differ(studio):
    takes = studio.continue_piece(studio.chord((48, 55, 64)), 64, seed=2, n_variations=4)
    assert len({take.notes for take in takes}) == 4


def test_composing_is_music_and_the_same_for_a_seed(studio):
    piece = studio.compose(11)
    assert piece == studio.compose(11)
    assert piece.notes != studio.compose(12).notes
    assert len(piece.notes) > 20
    assert 15 < piece.duration_sec < 90


def test_midi_of_any_result_reads_back(studio):
    piece = studio.piece_from_latents(studio.sample_latents("ae1", 5), "ae1", 0.3)
    np.testing.assert_array_equal(read_midi(studio.midi(piece)).pianoroll, piece.pianoroll)


def test_text_files_are_read_as_text(studio):
    piece = Piece.from_pianoroll(arpeggio(30, 64))
    again = studio.open_piece(studio.text(piece).encode(), "theme.txt")
    np.testing.assert_array_equal(again.pianoroll, piece.pianoroll)
    assert again.title == "theme"
    with pytest.raises(TextFormatError, match="no text"):
        studio.open_piece(b"\xff\xfe\x00", "theme.txt")


def test_a_file_is_read_only_as_far_as_is_accepted(studio, tmp_path):
    path = tmp_path / "endless.txt"
    with path.open("wb") as file:
        file.truncate(1 << 40)  # a hole of a terabyte, which takes no disk
    with pytest.raises(InputError, match="larger than 8 MiB"):
        studio.open_file(path)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda studio: studio.continue_piece(None, 0), "1 to 2048"),
        (lambda studio: studio.continue_piece(None, 16, n_variations=0), "1 to 16"),
        (lambda studio: studio.continue_piece(None, 16, seed=-1), "seed"),
        (lambda studio: studio.continue_piece(None, 16, "ae1"), "cannot continue"),
        (lambda studio: studio.decode(np.zeros(16), "lstm1"), "no latent space"),
        (lambda studio: studio.compose(-3), "seed"),
        (lambda studio: studio.compose(1, "lstm9"), "no model 'lstm9'; choose one of"),
        (lambda studio: studio.compose(1, "ae1"), "cannot continue a piece"),
        (lambda studio: studio.writer("lstm9"), "lstm9 cannot be led"),
        (lambda studio: studio.chord([20]), "pitches 21 to 108, but 20 came"),
        (lambda studio: studio.chord([60, 109]), "pitches 21 to 108, but 109 came"),
        (lambda studio: studio.chord([-40]), "but -40 came"),
        (lambda studio: studio.chord([60.5]), r"but 60\.5 came"),
        (lambda studio: studio.chord([60], 0), "1 to 32768 steps, not 0"),
        (lambda studio: studio.chord([60], -1), "1 to 32768 steps, not -1"),
    ],
)
def test_senseless_wishes_are_refused(studio, call, complaint):
    with pytest.raises(InputError, match=complaint):
        call(studio)


def test_models_are_loaded_once_by_many_threads(studio):
    from concurrent.futures import ThreadPoolExecutor

    registry = Registry(studio.registry.folder)
    with ThreadPoolExecutor(8) as pool:
        models = list(pool.map(lambda _: registry.latent("ae1"), range(8)))
    assert len(set(map(id, models))) == 1


def test_threads_get_the_same_answers(studio, minuet):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        takes = list(pool.map(lambda seed: studio.continue_piece(None, 64, seed=seed)[0].notes, [0, 1, 0, 1]))
    assert takes[0] == takes[2] != takes[1] == takes[3]


def test_an_empty_folder_has_no_models(tmp_path):
    with pytest.raises(ModelError, match="no model in"):
        Registry(tmp_path)


def test_continuing_with_a_threshold_and_heat(studio, minuet):
    quiet = studio.continue_piece(minuet, 32, sampling=Sampling("threshold", threshold=1.0), include_prompt=False)[0]
    assert not quiet.notes
    hot = studio.continue_piece(minuet, 32, "lstm2", Sampling(temperature=10), include_prompt=False)[0]
    assert len(hot.notes) > 300  # near even chances for every key
