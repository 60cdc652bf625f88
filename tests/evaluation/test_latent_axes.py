"""Axes of a model's latent space, measured on a corpus of arpeggios whose register is all that differs."""

import json

import numpy as np
import pytest

from koe.corpus.store import Corpus
from koe.evaluation.latent_axes import full_name, measure_axes, table_of
from koe.generation.axes_file import load_axes
from koe.models.cards import ModelCard
from koe.models.registry import Registry
from koe.music.states import sounding
from tests.fakes import stands_for


class Register:
    """A latent model of two numbers: how high a segment's middle lies, and a number that does nothing."""

    latent_dim = 2

    def encode(self, segments):
        keys = sounding(segments).sum(axis=1).astype(float)
        middle = (keys @ np.arange(88.0)) / np.maximum(keys.sum(axis=1), 1)
        return np.stack([-middle / 88, np.random.default_rng(0).random(len(middle))], axis=1).astype(np.float32)

    def decode(self, latents):
        """A cluster of keys around the middle, held for a measure at a time."""
        away = np.abs(np.arange(88) + 88 * latents[:, :1])
        probabilities = np.where(away < 4, 0.9, 0.1)[:, None, :].repeat(64, axis=1)
        probabilities[:, ::16] = 0.0
        return probabilities.astype(np.float32)


@pytest.fixture(scope="module")
def found(corpus_folder):
    card = ModelCard("x", "X", "latent", "", "", 1, "x.npz", "f" * 64, threshold=0.5, latent_dim=2)
    return measure_axes(Register(), card, Corpus(corpus_folder))


def test_the_axis_that_is_heard_is_named_and_points_upwards(found):
    assert found.measures.names == ("mean_pitch",)  # the number that does nothing is no axis
    column = found.measures.descriptors.index("mean_pitch")
    assert found.measures.correlations[0, column] > 0.9
    assert found.measures.changes[0, column] > 0.5
    assert found.axes.directions[0, 0] < 0  # the model counts downwards
    assert found.axes.directions[0, 1] == 0


def test_the_map_says_where_each_segment_comes_from(found, corpus_folder):
    corpus, places = Corpus(corpus_folder), found.places
    entries = {entry.title: entry for entry in corpus.split("train")}
    assert set(places.titles) == set(entries)
    assert set(places.composers) == {"Nobody"}
    for latents, piece, measure in zip(places.latents, places.pieces, places.measures, strict=True):
        start = (measure - 1) * 16
        segment = corpus.pianoroll(entries[places.titles[piece]])[start : start + 64]
        assert latents[0] == pytest.approx(Register().encode(segment[None])[0, 0], abs=1e-3)


def test_the_table_is_json(found):
    (row,) = json.loads(json.dumps(table_of(found)))
    assert (row["axis"], row["name"]) == (1, "mean_pitch")
    assert row["effect"] > 0


@pytest.mark.parametrize(
    ("slug", "name"),
    [("bach-js", "J. S. Bach"), ("chopin", "Chopin"), ("scarlatti-d", "D. Scarlatti"), ("saint-saens", "Saint-Saens")],
)
def test_composers_as_people_write_them(slug, name):
    assert full_name(slug) == name


def test_the_command_writes_what_the_app_reads(corpus_folder, tmp_path, monkeypatch, capsys):
    from koe import cli
    from koe.cli import axes as command

    card = ModelCard("x", "X", "latent", "", "", 1, "x.npz", "f" * 64, latent_dim=2)

    @stands_for(Registry)
    class Registered:
        def card(self, name):
            return card

        def latent(self, name):
            return Register()

    monkeypatch.setattr(command, "new_studio", lambda: type("Studio", (), {"registry": Registered()}))
    assert cli.main(["axes", "x", "--corpus", str(corpus_folder), "-o", str(tmp_path / "out")]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["axes"][0]["name"] == "mean_pitch"
    assert load_axes(tmp_path / "out" / "x.axes.npz").measures.names == ("mean_pitch",)
