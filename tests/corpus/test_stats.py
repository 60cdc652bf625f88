import re
import shutil

import numpy as np
import pytest

from koe.corpus.build import build_corpus
from koe.corpus.stats import corpus_stats, note_durations
from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.plots.corpus import corpus_figures, corpus_page


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Two pieces that can be counted by hand: 64 steps of 4/4 in train, 72 of 3/4 in test."""
    source = tmp_path_factory.mktemp("source")
    chord = [note_at_step(0, pitch, 8) for pitch in (60, 64, 67)]
    repeated = [note_at_step(8, 60, 4), note_at_step(12, 60, 4), note_at_step(63, 72, 1)]
    first = Piece.on_steps((*chord, *repeated), 64, 120.0)
    second = Piece.on_steps((note_at_step(0, 21, 70), note_at_step(70, 108, 2)), 72, 95.0, (TimeSignature(0, 3, 4),))
    (source / "a.mid").write_bytes(write_midi(first))
    (source / "b.mid").write_bytes(write_midi(second))
    (source / "short.mid").write_bytes(write_midi(Piece.on_steps((note_at_step(0, 60, 4),), 4)))
    rows = ["path,split,work_group,composer", "a.mid,train,one,Anna", "b.mid,test,two,"]
    (source / "manifest.csv").write_text("\n".join(rows))
    folder = tmp_path_factory.mktemp("corpus")
    build_corpus([source], folder, n_workers=1)
    return Corpus(folder)


def test_figures_counted_by_hand(small):
    stats = corpus_stats(small)
    train, test, total = stats["splits"]["train"], stats["splits"]["test"], stats["total"]
    assert (train["pieces"], train["works"], train["notes"], train["measures"]) == (1, 1, 6, 4)
    assert (test["notes"], test["measures"], test["measures_of_16_steps"]) == (2, 6, 4)
    cells = 3 * 8 + 8 + 1
    assert train["density"] == pytest.approx(cells / (64 * 88), abs=1e-4)
    assert train["polyphony"] == pytest.approx(cells / 17, abs=1e-4)
    assert train["silent_steps"] == pytest.approx(47 / 64, abs=1e-4)
    assert train["mean_duration"] == pytest.approx((3 * 8 + 4 + 4 + 1) / 6, abs=1e-4)
    assert total["density"] == pytest.approx((cells + 72) / (136 * 88), abs=1e-4)
    assert stats["splits"]["valid"]["pieces"] == stats["splits"]["valid"]["density"] == 0
    assert list(stats["composers"]) == ["Anna", "unknown"]
    assert stats["skipped"] == {"too short": 1}


def test_histograms_counted_by_hand(small):
    stats = corpus_stats(small)
    assert {pitch: count for pitch, count in stats["pitches"].items() if count} == {
        21: 1,
        60: 3,
        64: 1,
        67: 1,
        72: 1,
        108: 1,
    }
    # The note of 70 steps is in the last bar, which stands for all longer ones.
    assert {steps: count for steps, count in stats["durations"].items() if count} == {1: 1, 2: 1, 4: 2, 8: 3, 64: 1}
    assert {keys: count for keys, count in stats["keys_at_once"].items() if count} == {0: 47, 1: 9 + 72, 3: 8}
    assert stats["metres"] == {"3/4 or 6/8": 1, "4/4": 1}
    assert stats["tempi"] == {90: 1, 120: 1}
    assert sum(stats["lengths"].values()) == 2
    assert stats["length_quantiles"]["0"] == 4
    assert stats["length_quantiles"]["1"] == 4.5


def test_durations_agree_with_the_notes_of_a_piece():
    rng = np.random.default_rng(3)
    roll = rng.random((300, 88)) < 0.2
    onsets = roll & ~np.pad(roll, ((1, 0), (0, 0)))[:-1]
    piece = Piece.from_pianoroll(roll)
    expected = [note.n_steps for note in sorted(piece.notes, key=lambda note: (note.pitch, note.step))]
    assert note_durations(roll, onsets).tolist() == expected
    roll[:] = True
    struck = np.zeros_like(roll)
    struck[[0, 10], 5] = True
    assert note_durations(roll, struck).tolist() == [10, 290]


def test_splits_and_composers_add_up(corpus_folder):
    corpus = Corpus(corpus_folder)
    seen = []
    stats = corpus_stats(corpus, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (24, 24)
    for count in ("pieces", "notes", "steps", "measures"):
        assert sum(part[count] for part in stats["splits"].values()) == stats["total"][count]
        assert sum(part[count] for part in stats["composers"].values()) == stats["total"][count]
    assert stats["total"]["notes"] == sum(entry.n_notes for entry in corpus.entries)
    assert sum(stats["pitches"].values()) == stats["total"]["notes"] == sum(stats["durations"].values())


def test_rolls_that_do_not_fit_the_index(corpus_folder, tmp_path):
    shutil.copytree(corpus_folder, tmp_path / "damaged")
    np.save(tmp_path / "damaged" / "onsets.npy", np.zeros((10, 11), dtype=np.uint8))
    with pytest.raises(CorpusError, match="build the corpus again"):
        corpus_stats(Corpus(tmp_path / "damaged"))


def test_figures_show_the_counts(small):
    figures = corpus_figures(corpus_stats(small))
    classes = figures["Pitch classes"].data[0]
    assert dict(zip(classes.x, classes.y, strict=True))["C"] == 3 + 1 + 1
    assert sum(figures["Note lengths"].data[0].y) == 8
    train, _, test = figures["Splits"].data
    assert train.y[0] == test.y[0] == 0.5
    assert train.customdata[3] == 6


def test_the_page_needs_nothing_from_elsewhere_and_trusts_no_name(small):
    stats = corpus_stats(small)
    stats["composers"]["<script>alert(1)</script>"] = stats["composers"]["Anna"]
    page = corpus_page(stats, "Mine & <yours>")
    assert "Mine &amp; &lt;yours&gt;" in page
    assert "<script>alert(1)" not in page
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)
    assert page.count("Plotly.newPlot") >= 9
    assert page == corpus_page(stats, "Mine & <yours>")
