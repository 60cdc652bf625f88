"""The report as files: JSON, a page, and what is found beside a model's card."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from koe.errors import ModelError
from koe.evaluation.evaluate import evaluate
from koe.evaluation.metrics import MEASURES
from koe.evaluation.report import add_generation, flat, json_of, rounded
from koe.models.cards import LATENT, ModelCard, save_card
from koe.models.pca import PCA
from koe.models.registry import Registry
from koe.models.storage import save_weights
from koe.plots.evaluation_page import evaluation_page
from koe.studio import Studio
from tests.evaluation.corpora import Made, random_roll, write_corpus

INJECTION = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A folder with one model that needs no network: components at random."""
    folder = tmp_path_factory.mktemp("models")
    components = np.linalg.qr(np.random.default_rng(0).standard_normal((5632, 4)))[0].T
    arrays = PCA(np.full(5632, 0.05), components, np.ones(4)).arrays()
    sha256 = save_weights(arrays, folder / "pca.npz")
    save_card(ModelCard("pca", "PCA", LATENT, "", "", 1, "pca.npz", sha256, threshold=0.06), folder / "pca.json")
    return folder


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    composers = ["Anna", "Bela", INJECTION, "Clara"]
    test = [Made(random_roll(n, 130 + 70 * n), "test", f"w{n}", name) for n, name in enumerate(composers)]
    others = [Made(random_roll(7, 300), "train"), Made(random_roll(8, 300), "valid")]
    return write_corpus(tmp_path_factory.mktemp("report") / "corpus", [*others, *test])


@pytest.fixture(scope="module")
def report(models, corpus):
    made = evaluate("pca", Registry(models), corpus, n_resamples=50)
    add_generation(made, Registry(models), corpus, n_latents=5)
    return rounded(made)


def test_the_report_is_json_and_the_same_each_time(report, models, corpus):
    text = json_of(report)
    assert json.loads(text) == report  # which JSON cannot say of NaN
    again = evaluate("pca", Registry(models), corpus, n_resamples=50)
    add_generation(again, Registry(models), corpus, n_latents=5)
    assert json_of(rounded(again)) == text
    assert report["baselines"]["pca"]["mse"] == report["mse"]
    assert report["main_baseline"] == "mean"  # PCA is not held against itself
    assert set(flat(report)) == {*MEASURES, "threshold"}
    assert report["generation"]["n_pieces"] == 5
    assert any("1e-7" in note for note in report["notes"])


def test_rounding_keeps_six_digits_of_every_number():
    assert rounded({"a": [0.123456789, 12, None, True], "b": {"c": (1e-9 / 3,)}}) == {
        "a": [0.123457, 12, None, True],
        "b": {"c": [3.33333e-10]},
    }


class Links(HTMLParser):
    """Collects what a page loads, and the text that it shows."""

    def __init__(self):
        super().__init__()
        self.loaded, self.text, self._within = [], [], ""

    def handle_starttag(self, tag, attributes):
        self._within = tag
        self.loaded += [(tag, name, value) for name, value in attributes if name in ("src", "href", "srcset", "data")]

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, data):
        if self._within == "style":
            self.loaded += re.findall(r"url\(|@import", data)
        elif self._within != "script":
            self.text.append(data)


def test_the_page_tells_all_and_loads_nothing(report):
    page = evaluation_page(report)
    links = Links()
    links.feed(page)
    assert links.loaded == []
    text = " ".join("".join(links.text).split())
    assert f"{report['mse']:.5f}" in text
    assert "{:.5f} – {:.5f}".format(*report["intervals"]["mse"]) in text
    assert "all zeros" in text
    assert "Markov" not in text  # no baseline of a model that reconstructs
    assert "1e-7" in text
    scores = report["note_scores"]
    assert f"{scores['n_real']:,} notes were played, {scores['n_made']:,} came back" in text
    assert f"{scores['onset']['f1']:.3f}" in text
    for row in report["composers"]:
        assert row["composer"] in text
    # Measures, composers, each descriptor and each histogram have a picture of their own.
    generation = report["generation"]
    assert page.count("Plotly.newPlot(") == 3 + len(generation["descriptors"]) + len(generation["histograms"])
    for name in generation["descriptors"]:
        assert name.replace("_", " ") in text
    assert INJECTION not in page
    assert page == evaluation_page(report)


def test_the_longest_copied_passage_is_named(report):
    passage = {"piece": 3, "step": 16, "n_steps": 40, "n_notes": 52, "source_step": 7, "semitones": -2}
    source = {"source_path": "a.mid", "source_composer": INJECTION, "source_title": ""}
    copying = report["generation"]["copying"]
    copying = {**copying, "generated": {**copying["generated"], "longest": {**passage, **source}}}
    page = evaluation_page({**report, "generation": {**report["generation"], "copying": copying}})
    assert "40 steps with 52 notes, begins at step 16 of piece 3" in page
    assert "a.mid, from step 7, transposed by -2" in page
    assert INJECTION not in page


def test_the_page_tells_of_notes_struck_again(report):
    sides = {
        side: {"share": share, "interval": [share - 0.01, share + 0.01], "n_notes": 100}
        for side, share in (("generated", 0.123), ("real", 0.08))
    }
    page = evaluation_page({**report, "generation": {**report["generation"], "restruck_notes": sides}})
    assert "struck while their key sounded" in page
    assert "12.3%" in page
    assert "7.0% – 9.0%" in page
    assert "struck while" not in evaluation_page(report)


def test_the_page_without_generation(models, corpus):
    report = evaluate("pca", Registry(models), corpus, n_resamples=50)
    page = evaluation_page(report)
    assert "writes on its own" not in page
    assert page.count("Plotly.newPlot(") == 3


def test_the_page_tells_of_states_and_of_the_first_numbers(report):
    states = {"value": 3.21987, "interval": [3.1, 3.3456]}
    first = {"n": 16, **report["baselines"]["mean"], "f1": 0.45678}
    links = Links()
    links.feed(evaluation_page({**report, "states_nll": states, "first_numbers": first}))
    text = " ".join("".join(links.text).split())
    assert "3.220 (3.100 to 3.346) nats a step, an upper bound" in text
    assert "its first 16 numbers alone" in text
    assert "0.457" in text
    assert "its first 16" not in evaluation_page(report)


def test_the_page_tells_what_the_encoder_alone_reaches(report):
    links = Links()
    links.feed(evaluation_page({**report, "encoder_alone": {**report["baselines"]["mean"], "f1": 0.34567}}))
    text = " ".join("".join(links.text).split())
    assert "its numbers as the encoder says" in text
    assert "0.346" in text
    assert "as the encoder says" not in evaluation_page(report)


def test_what_cannot_be_measured_leaves_the_figures_standing(models, corpus):
    report = evaluate("pca", Registry(models), corpus, n_resamples=50)
    add_generation(report, Registry(models), corpus, n_latents=0)
    assert report["generation"] is None
    assert "0 latent vectors" in report["notes"][-1]
    assert "was not measured" in evaluation_page(report)


def test_the_registry_finds_the_report_and_takes_it_for_no_card(models, report):
    path = models / "pca.evaluation.json"
    registry = Registry(models)
    assert registry.evaluation("pca") is None
    path.write_text(json_of(report), "utf-8")
    try:
        assert [card.name for card in Registry(models).cards()] == ["pca"]
        assert registry.evaluation("pca") == report
        assert Studio(registry).evaluation("pca") == report
        path.write_text(json_of({**report, "weights_sha256": "0" * 64}), "utf-8")
        assert registry.evaluation("pca") is None  # it tells of weights that are there no more
        for damaged in ("{", "[]", "{}"):
            path.write_text(damaged, "utf-8")
            with pytest.raises(ModelError, match="is damaged"):
                registry.evaluation("pca")
    finally:
        path.unlink()
