"""Real segments beside written ones: what is put side by side, and what an error is."""

import numpy as np
import pytest

from koe.errors import InputError
from koe.experiments.realness.judge import ClassifierConfig, build_classifier
from koe.experiments.realness.sides import Sides, continued_sides, decoded_sides, error_of, joined, places_in
from koe.models.latent import LatentStatistics
from koe.models.sampling import Sampling
from koe.music.states import sounding
from tests.evaluation.corpora import Made, random_roll, write_corpus


class Numbering:
    """Writes at each step the key that the step has in its continuation, and notes what it heard."""

    name = "numbering"

    def __init__(self, hears_onsets=False):
        self.hears_onsets = hears_onsets
        self.heard = []

    def listen(self, prompt, n_variations, clock=None):
        assert n_variations == 1
        self.heard.append((prompt, clock))
        return 0

    def write(self, memory, uniforms, sampling):
        steps = memory + np.arange(len(uniforms))
        rolls = np.arange(88) == steps[:, None] % 88
        return (rolls * 2).astype(np.uint8)[:, None] if self.hears_onsets else rolls[:, None], memory + len(uniforms)


@pytest.fixture
def corpus(tmp_path):
    """Test pieces that give 1, 3 and 8 segments; one too short, and one that begins with silence."""
    rolls = [random_roll(n, n_steps) for n, n_steps in enumerate((96, 32 + 3 * 64 + 63, 32 + 11 * 64, 95, 400))]
    rolls[4][:32] = False
    pieces = [Made(roll, work=f"w{n}") for n, roll in enumerate(rolls)]
    return write_corpus(
        tmp_path / "c", [Made(random_roll(9, 300), "train"), *pieces, Made(random_roll(8, 300), "valid")]
    )


def test_both_sides_come_from_the_same_places(corpus):
    model = Numbering()
    sides = continued_sides(model, corpus, "test", 10, 0, Sampling())
    assert sides.works == ["w2"] * 8 + ["w1"] * 3 + ["w0"]
    piece = {entry.work: corpus.pianoroll(entry) for entry in corpus.split("test")}
    places = [("w2", n) for n in range(8)] + [("w1", n) for n in range(3)] + [("w0", 0)]
    for real, written, (work, number) in zip(sides.real, sides.written, places, strict=True):
        first = 32 + 64 * number  # after the opening, which no side has
        assert np.array_equal(real, piece[work][first : first + 64])
        assert np.flatnonzero(written[0]).tolist() == [64 * number % 88]
    assert sides.real.dtype == sides.written.dtype == bool
    for (prompt, clock), work in zip(model.heard, ("w2", "w1", "w0"), strict=True):
        assert np.array_equal(sounding(prompt), piece[work][:32])
        assert clock[:3].tolist() == [[0, 16], [1, 16], [2, 16]]
    assert sides.labels.tolist() == [0] * 12 + [1] * 12
    assert len(sides.segments) == 24


def test_models_that_hear_onsets_are_judged_in_states(corpus):
    sides = continued_sides(Numbering(hears_onsets=True), corpus, "test", 10, 0, Sampling())
    assert sides.real.dtype == sides.written.dtype == np.uint8
    assert set(np.unique(sides.real)) == {0, 1, 2}
    assert set(np.unique(sides.written)) == {0, 2}


def test_pieces_are_drawn_and_must_be_there(corpus):
    assert len(places_in(corpus, "test", 2, 0).works) == 2
    assert {places_in(corpus, "test", 2, seed).works[-1] for seed in range(20)} == {"w0", "w1"}
    with pytest.raises(InputError, match="valid split has fewer than two pieces of 96 steps"):
        places_in(corpus, "valid", 10, 0)


class Sliders:
    """Each of four numbers is how probably one key sounds."""

    hears_onsets = False
    latent_range = (0.0, 1.0)
    statistics = LatentStatistics(np.full(4, 0.5, np.float32), 0.2 * np.eye(4, dtype=np.float32))

    def decode(self, latents):
        probabilities = np.zeros((len(latents), 64, 88), np.float32)
        probabilities[:, :, :4] = latents[:, None, :]
        return probabilities


def test_what_is_decoded_differs_from_split_to_split(corpus, tmp_path):
    pieces = [Made(random_roll(n, 32 + 64 * 8), split, f"{split}{n}") for split in ("train", "test") for n in range(2)]
    corpus = write_corpus(tmp_path / "d", pieces)
    train, test = (decoded_sides(Sliders(), 0.5, corpus, split, 9, 0) for split in ("train", "test"))
    assert train.written.shape == train.real.shape == (16, 64, 88)
    assert not np.array_equal(train.written, test.written)


def test_errors_are_counted_on_both_sides():
    """Two works of one and three pairs: of the first both are wrong, of the second one real and two written ones."""
    segments = np.zeros((4, 64, 88), bool)
    sides = Sides(segments, segments, ["a", "b", "b", "b"])
    real, written = [0.7, 0.5, 0.1, 0.2], [0.3, 0.49, 0.4, 0.9]
    score = error_of(np.array(real + written), sides, 200)
    assert score["real_taken_for_written"] == 2 / 4
    assert score["written_taken_for_real"] == 3 / 4
    assert score["error"] == 5 / 8
    # The work of one pair twice, or that of three twice.
    assert score["interval"] == pytest.approx([3 / 6, 1])
    assert score["auc"] == np.mean([w > r for w in written for r in real])
    assert (score["n_segments"], score["n_works"]) == (8, 2)


def test_equal_values_tell_nothing():
    segments = np.zeros((3, 64, 88), bool)
    assert error_of(np.full(6, 0.2), Sides(segments, segments, ["a", "b", "c"]))["auc"] == 0.5
    assert error_of(np.full(6, 0.2), Sides(segments, segments, ["a", "b", "c"]))["error"] == 0.5


def test_longer_segments_are_cut_and_judged(tmp_path):
    rolls = [random_roll(n, n_steps) for n, n_steps in enumerate((32 + 255, 32 + 256, 32 + 3 * 256))]
    longer = write_corpus(tmp_path / "c", [Made(roll, work=f"w{n}") for n, roll in enumerate(rolls)])
    sides = continued_sides(Numbering(), longer, "test", 10, 0, Sampling(), segment_steps=256)
    assert sides.works == ["w2", "w2", "w1"]
    assert sides.real.shape == sides.written.shape == (3, 256, 88)
    assert np.array_equal(sides.real[1], longer.pianoroll(longer.entries[2])[32 + 256 : 32 + 512])
    network = build_classifier("roll", ClassifierConfig(filters=(2, 2), units=2), 256)
    assert network(sides.real[..., None].astype(np.float32)).shape == (3, 1)


def test_segments_of_a_piece_are_joined_to_the_same_longer_ones(tmp_path):
    """As if they had been cut so: rests fall away, and nothing goes on from one piece into the next of its work."""
    lengths = (32 + 255, 32 + 256, 32 + 3 * 64, 32 + 5 * 64, 32 + 512)
    rolls = [random_roll(n, n_steps) for n, n_steps in enumerate(lengths)]
    corpus = write_corpus(tmp_path / "c", [Made(roll, work="w") for roll in rolls])
    short, long = (
        continued_sides(Numbering(), corpus, "test", 10, 0, Sampling(), segment_steps=n_steps) for n_steps in (64, 256)
    )
    longer = joined(short, 4)
    assert longer.works == ["w"] * 4

    def sorted_segments(sides):
        return sorted(segment.tobytes() for segment in sides.real)

    assert sorted_segments(longer) == sorted_segments(long)
    with pytest.raises(InputError, match="9 segments"):
        joined(short, 9)
