"""What returns and how pieces end can be read in a table."""

from koe.plots.composing_page import composing_page
from koe.plots.form_tables import form_parts

FIGURE = {"value": 0.25, "interval": [0.2, 0.3]}
BESIDE = {"written": FIGURE, "real": {"value": 0.5, "interval": None}, "ratio": None}
FORM = {"repetition": {"exact 3-8": BESIDE}, "endings": {"tonic_chord": BESIDE}}


def test_figures_have_their_intervals_and_words():
    tables = "".join(form_parts(FORM))
    assert "exactly, 3 to 8" in tables
    assert "25.0%<br><small>20.0% – 30.0%</small>" in tables
    assert "50.0%" in tables
    assert "end with the tonic’s chord" in tables
    assert form_parts(None) == []


def test_real_endings_stand_alone():
    tables = form_parts({"real_endings": {"tonic_chord": FIGURE}})
    assert "written" not in tables[1]
    assert form_parts({"real_endings": None}) == ["<h3>What returns, and where it goes</h3>"]


def test_the_page_of_a_network_that_composes():
    nats = {"pieces": 152, "steps": 1000, "nats_a_step": 2.345, "when": 0.3, "which": 1.5, "long": 0.545}
    report = {
        "title": "TR1",
        "split": "test",
        "corpus_sha256": "ab" * 32,
        "weights_sha256": "cd" * 32,
        "parts": {"": nats},
        "generation": None,
        "composed": {
            "n_pieces": 100,
            "n_real": 76,
            "n_measures": 64,
            "ended": {"value": 0.97, "interval": [0.91, 0.99], "n": 100},
            "length": 1.02,
            "form": FORM,
            "overlaps": {"self_similarity": 0.8, "bursts": None, "mean": 0.85},
        },
    }
    page = composing_page(report)
    for words in ("2.345", "97.0%", "76 real ones", "self similarity", "0.85", "exactly, 3 to 8"):
        assert words in page
    assert "Whole pieces" not in composing_page(report | {"composed": None})
