import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from koe.corpus.segments import cut, evaluation_segments, transpose, window_starts
from koe.corpus.store import Corpus, pack, unpack


def test_packing_is_exact():
    roll = np.random.default_rng(0).random((50, 88)) < 0.3
    np.testing.assert_array_equal(unpack(pack(roll)), roll)


def test_windows_lie_inside_their_pieces(corpus_folder):
    corpus = Corpus(corpus_folder)
    entries = corpus.split("train")
    starts = window_starts(entries, 64, 64, offset=16)
    assert len(starts) == sum((entry.n_steps - 16) // 64 for entry in entries)
    for start in starts:
        owner = [entry for entry in entries if entry.start <= start < entry.start + entry.n_steps]
        assert start + 64 <= owner[0].start + owner[0].n_steps


def test_cut_gives_the_pieces_own_steps(corpus_folder):
    corpus = Corpus(corpus_folder)
    entry = corpus.entries[3]
    windows = cut(corpus.packed, np.array([entry.start + 7, entry.start + 40]), 64)
    np.testing.assert_array_equal(windows[0], corpus.pianoroll(entry)[7:71])
    np.testing.assert_array_equal(windows[1], corpus.pianoroll(entry)[40:104])


@given(seed=st.integers(0, 10_000), semitones=st.integers(-100, 100))
def test_transposing_moves_every_key_alike_and_loses_none(seed, semitones):
    window = np.random.default_rng(seed).random((1, 8, 88)) < 0.03
    moved = transpose(window, np.array([semitones]))
    before, after = np.argwhere(window[0]), np.argwhere(moved[0])
    assert len(before) == len(after)
    if len(before):
        shifts = after[:, 1] - before[:, 1]
        assert len(set(shifts)) == 1
        fits = before[:, 1].min() + semitones >= 0 and before[:, 1].max() + semitones <= 87
        assert shifts[0] == semitones or not fits


def test_evaluation_segments_name_their_pieces(corpus_folder):
    corpus = Corpus(corpus_folder)
    segments, pieces = evaluation_segments(corpus, "test")
    entries = corpus.split("test")
    assert len(segments) == sum(entry.n_steps // 64 for entry in entries)
    np.testing.assert_array_equal(segments[0], corpus.pianoroll(entries[pieces[0]])[:64])
    last = corpus.pianoroll(entries[pieces[-1]])
    np.testing.assert_array_equal(segments[-1], last[len(last) // 64 * 64 - 64 :][:64])
