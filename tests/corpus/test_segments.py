import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from koe.corpus.segments import cut, evaluation_segments, transpose, window_starts
from koe.corpus.store import Corpus, Entry, pack, unpack


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


def piece_at(start, n_steps, measure_steps):
    return Entry("a.mid", "train", "a", "", "", "", start, n_steps, 1, measure_steps, 120.0)


def test_windows_begin_at_any_sixteenth(corpus_folder):
    entries = Corpus(corpus_folder).split("train")
    every = window_starts(entries, 64, 1)
    assert len(every) == sum(entry.n_steps - 63 for entry in entries)
    by_offset = np.concatenate([window_starts(entries, 64, 64, offset) for offset in range(64)])
    np.testing.assert_array_equal(np.sort(by_offset), every)


def test_windows_begin_with_measures_of_the_pieces_own_metre():
    waltz, march = piece_at(0, 200, 12), piece_at(200, 160, 16)
    # Five measures of 12 lie within 64 steps, four of 16.
    assert window_starts([waltz, march], 64, 64, at_measures=True).tolist() == [0, 60, 120, 200, 264]
    assert window_starts([waltz], 64, 64, offset=40, at_measures=True).tolist() == [36, 96]
    assert window_starts([waltz], 64, 1, at_measures=True).tolist() == list(range(0, 137, 12))
    odd = piece_at(0, 200, 80)  # longer than a window
    assert window_starts([odd], 64, 64, offset=63, at_measures=True).tolist() == [0, 80]


@given(metre=st.integers(1, 96), n_steps=st.integers(0, 600), hop=st.integers(1, 200), offset=st.integers(0, 200))
def test_windows_at_measures_lie_on_bar_lines_inside_their_piece(metre, n_steps, hop, offset):
    starts = window_starts([piece_at(1000, n_steps, metre)], 64, hop, offset, at_measures=True) - 1000
    assert not (starts % metre).any()
    assert (np.diff(starts) <= max(hop, metre)).all()
    assert ((starts >= 0) & (starts + 64 <= n_steps)).all()
    if n_steps >= 64 + offset:
        assert len(starts)
        assert starts[0] <= offset


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
