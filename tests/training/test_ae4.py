"""AE4's training: what it begins with, what it learns from, and what a run leaves."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models import architectures
from koe.music.states import SILENT, STRUCK

SIZES = {"stack": (24, 16), "units": (16, 12, 6, 32, 20, 8)}
LATENT_DIM, UNITS = 32, 8


@pytest.fixture(scope="module")
def begun():
    """Small networks, and weights of an AE3 and an LSTM2 of their sizes."""
    from koe.models.storage import arrays_of

    with pytest.MonkeyPatch.context() as patch:
        small = {"latent_dim": LATENT_DIM, "units": UNITS, "guide_sizes": SIZES}
        kind = architectures.ARCHITECTURES["ae4"]
        patch.setitem(architectures.ARCHITECTURES, "ae4", replace(kind, build=partial(kind.build, **small)))
        ae3 = architectures.build("ae3", latent_dim=LATENT_DIM, **SIZES)
        lstm2 = architectures.build("lstm2", units=UNITS)
        yield arrays_of(ae3), arrays_of(lstm2)


@pytest.fixture(scope="module")
def corpus(corpus_folder):
    return Corpus(corpus_folder)


@pytest.fixture(scope="module")
def recipe():
    from koe.training.ae4 import Recipe

    return Recipe(guide_epochs=1, guide_batch=2, cells_updates=3, cells_batch=2, settled_batches=1, settled_share=1.0)


def test_it_begins_as_ae3_and_lstm2(begun):
    from koe.models.storage import arrays_of
    from koe.training.ae4 import begin_from

    network = architectures.build("ae4")
    begin_from(network, *begun)
    arrays = arrays_of(network)
    for part, given in zip(("guide", "cells"), begun, strict=True):
        for path, array in given.items():
            name = path.partition("/")[2]
            np.testing.assert_array_equal(arrays[f"ae4/{part}/{name}"], array)


def test_noise_is_as_strong_as_it_is_told_and_spares_the_key(recipe):
    from koe.training.ae4 import SEGMENT_DIM, UNTOLD, blurred

    rng = np.random.default_rng(0)
    latents, spread = np.zeros((4000, 48), np.float32), np.full(48, 0.5, np.float32)
    looseness = np.tile(np.array([0.6, UNTOLD], np.float32), (4000, 1))
    found = blurred(latents, looseness, spread, recipe, rng)
    assert not found[:, 0].any()
    assert not found[:, SEGMENT_DIM:].any()
    assert found[:, 1:SEGMENT_DIM].std() == pytest.approx(0.3, rel=0.05)
    exact = blurred(latents, np.zeros((4000, 2), np.float32), spread, recipe, rng)
    assert exact[:, 1:].std() == pytest.approx(recipe.least * 0.5, rel=0.05)


def test_a_segment_comes_with_the_step_before_it_or_after_silence(begun, corpus):
    from koe.training.ae4 import Segments

    network = architectures.build("ae4")
    segments = Segments(network, corpus, "train")
    numbers = np.arange(len(segments.starts))
    states, clock = segments.continued(numbers, np.zeros(len(numbers), bool))
    np.testing.assert_array_equal(states[:, 1:] > 0, segments.states(segments.starts) > 0)
    firsts = np.isin(segments.starts, segments.firsts)
    assert not states[firsts, 0].any()
    assert ((clock[:, 1:, 0] - clock[:, :-1, 0]) % clock[:, 1:, 1] == 1).all()
    alone, _ = segments.continued(numbers, np.ones(len(numbers), bool))
    assert not alone[:, 0].any()
    assert set(np.unique(alone[:, 1])) <= {SILENT, STRUCK}


def test_a_run_leaves_both_parts_and_their_figures(begun, recipe, corpus, tmp_path):
    from koe.models.storage import load_arrays
    from koe.training.ae4 import CELLS, CONFIG, GUIDE, LOG, train_ae4

    with pytest.raises(InputError, match="no guide in"):
        train_ae4(corpus, tmp_path / "none", *begun, recipe, parts=("cells",))
    with pytest.raises(InputError, match="no part 'tail'"):
        train_ae4(corpus, tmp_path / "none", *begun, recipe, parts=("tail",))
    train_ae4(corpus, tmp_path, *begun, recipe, report=lambda line: None)
    rows = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [next(iter(row)) for row in rows] == ["guide", "cells", "settled"]
    assert all(np.isfinite(value) for row in rows for value in row.values())
    assert json.loads((tmp_path / CONFIG).read_text())["corpus_sha256"] == corpus.sha256
    guide, cells = (load_arrays(tmp_path / name)[0] for name in (GUIDE, CELLS))
    # The encoder is AE3's still; what hears the guide has learnt.
    np.testing.assert_allclose(guide["ae4/guide/E1/kernel"], begun[0]["ae3/E1/kernel"], atol=1e-3)
    assert cells["ae4/cells/guide_out"].any()


def test_a_logistic_regression_finds_what_made_the_tosses():
    from koe.training.ae4 import fitted_logistic

    rng = np.random.default_rng(0)
    heard = rng.normal(size=(20000, 3)).astype(np.float32)
    offset = np.full(20000, -1.0, np.float32)
    odds = heard @ np.array([2.0, -1.0, 0.0]) + 0.5 + offset
    hits = rng.random(20000) < 1 / (1 + np.exp(-odds))
    slopes, shift = fitted_logistic(heard, hits, offset, np.zeros(3, np.float32), 0.0)
    np.testing.assert_allclose(slopes, [2, -1, 0], atol=0.1)
    assert shift == pytest.approx(0.5, abs=0.1)
