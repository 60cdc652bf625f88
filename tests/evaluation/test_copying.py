"""The fast search against one that tries everything, and passages put there on purpose."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.evaluation.copying import Copying, Passage, copying


def onsets_of(roll):
    """For each step the set of keys that begin to sound."""
    keys = [set(np.flatnonzero(row).tolist()) for row in roll]
    return [now - before for before, now in zip([set(), *keys], keys, strict=False)]


def shared_from(ours, start, theirs, there):
    """Last step of the passage that begins at ``start`` and at ``there``, and by how much it is moved; or None."""
    if not (ours[start] and theirs[there]):
        return None
    semitones = min(ours[start]) - min(theirs[there])
    last, length = start, 0
    while start + length < len(ours) and there + length < len(theirs):
        if ours[start + length] != {key + semitones for key in theirs[there + length]}:
            break
        if ours[start + length]:
            last = start + length
        length += 1
    return (last, semitones) if length else None


def by_hand(roll, train, min_notes, min_pitches, ngram_steps):
    """What `copying` gives but for the places in the training pieces."""
    ours, trained = onsets_of(roll), list(map(onsets_of, train))

    def enough(first, last):
        struck = ours[first : last + 1]
        n_notes, n_pitches, n_steps = sum(map(len, struck)), len(set().union(*struck)), sum(map(bool, struck))
        return n_notes >= min_notes and n_pitches >= min_pitches and n_steps >= 2

    passages, n_ngrams, n_shared = [], 0, 0
    for start in range(len(ours)):
        if not ours[start]:
            continue
        matches = [shared_from(ours, start, other, there) for other in trained for there in range(len(other))]
        last = max((match[0] for match in matches if match), default=None)
        if last is not None and last > start and enough(start, last):
            passages.append((last - start + 1, sum(map(len, ours[start : last + 1])), start))
        if start + ngram_steps <= len(ours) and enough(start, start + ngram_steps - 1):
            within = max(step for step in range(start, start + ngram_steps) if ours[step])
            n_ngrams += 1
            n_shared += last is not None and last >= within
    longest = max(passages, key=lambda p: (p[0], p[1], -p[2]), default=None)
    fullest = max(passages, key=lambda p: (p[1], -p[0], -p[2]), default=None)
    return longest, fullest, n_ngrams, n_shared


def assert_genuine(passage, roll, train):
    """The passage is in both, moved by what it says."""
    ours, theirs = onsets_of(roll), onsets_of(train[passage.source])
    struck = ours[passage.step : passage.step + passage.n_steps]
    there = theirs[passage.source_step : passage.source_step + passage.n_steps]
    assert struck == [{key + passage.semitones for key in keys} for keys in there]
    assert struck[0]
    assert struck[-1]
    assert sum(map(len, struck)) == passage.n_notes


def size(passage):
    return passage and (passage.n_steps, passage.n_notes, passage.step)


def music(rng, n_steps, n_keys=3, rate=0.35):
    """Random music of few keys, so that passages are shared by chance."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    low = int(rng.integers(0, 80))
    roll[:, low : low + n_keys] = rng.random((n_steps, n_keys)) < rate
    return roll


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 3), st.sampled_from([1, 4, 9]))
@settings(max_examples=25)
def test_fast_is_as_good_as_trying_everything(seed, min_notes, min_pitches, ngram_steps):
    rng = np.random.default_rng(seed)
    train = [music(rng, int(rng.integers(0, 25))) for _ in range(4)]
    pieces = [music(rng, int(rng.integers(0, 25))) for _ in range(3)]
    # Half of one piece comes from a training piece, in another key.
    pieces[0][: min(len(pieces[0]), len(train[0])) // 2] = np.roll(train[0], 2, axis=1)[
        : min(len(pieces[0]), len(train[0])) // 2
    ]
    options = {"min_notes": min_notes, "min_pitches": min_pitches, "ngram_steps": ngram_steps}
    results = copying(pieces, iter(train), **options)
    for roll, result in zip(pieces, results, strict=True):
        found = (size(result.longest), size(result.fullest), result.n_ngrams, result.n_shared_ngrams)
        assert found == by_hand(roll, train, **options)
        for passage in filter(None, (result.longest, result.fullest)):
            assert_genuine(passage, roll, train)
    in_blocks = copying(pieces, iter(train), **options, block_events=5)
    assert [(size(r.longest), size(r.fullest), r.n_shared_ngrams) for r in in_blocks] == [
        (size(r.longest), size(r.fullest), r.n_shared_ngrams) for r in results
    ]


# No stretch of it comes back in another key.
MELODY = (0, 4, 7, 5, 2, 9, 11, 12, 6, 1, 3, 8, 10, 13, 18, 14, 17, 16, 19, 15)


def melody(n_notes, root=40, gap=2):
    """The beginning of the melody, one note every ``gap`` steps."""
    roll = np.zeros((n_notes * gap, 88), dtype=bool)
    roll[np.arange(n_notes) * gap, root + np.array(MELODY[:n_notes])] = True
    return roll


@pytest.fixture
def other_music():
    return music(np.random.default_rng(5), 200, n_keys=30, rate=0.1)


def test_a_planted_passage_is_found_with_its_place_and_key(other_music):
    train = [other_music, np.concatenate([np.zeros((7, 88), bool), melody(12, root=30)])]
    piece = np.concatenate([np.zeros((20, 88), bool), melody(10, root=35), np.zeros((5, 88), bool)])
    expected = Passage(step=20, n_steps=19, n_notes=10, source=1, source_step=7, semitones=5)
    (result,) = copying([piece], train)
    assert result.longest == result.fullest == expected
    # The 16 steps from its first, second and third note on hold eight notes; from the fourth on only seven.
    assert (result.n_ngrams, result.n_shared_ngrams) == (3, 3)


def test_how_long_notes_are_held_does_not_matter(other_music):
    train = [other_music, melody(10)]
    held = melody(10)
    held[1:] |= held[:-1]  # every note twice as long
    assert copying([held], train)[0].longest.n_notes == 10


def test_a_changed_note_ends_the_passage(other_music):
    piece = melody(20)
    piece[22] = False
    piece[22, 80] = True  # the twelfth note
    (result,) = copying([piece], [other_music, melody(20)])
    assert (result.longest.step, result.longest.n_notes) == (0, 11)


def test_an_added_note_ends_the_passage_as_well(other_music):
    piece = melody(20)
    piece[21, 3] = True
    (result,) = copying([piece], [other_music, melody(20)])
    assert (result.longest.step, result.longest.n_notes) == (0, 11)


def test_another_rhythm_is_no_copy(other_music):
    assert copying([melody(12, gap=3)], [other_music, melody(12)])[0].longest is None


@pytest.mark.parametrize("n_notes", [7, 8])
def test_few_notes_are_no_copy(n_notes):
    (result,) = copying([melody(n_notes)], [melody(n_notes + 7)])
    assert (result.longest is not None) == (n_notes == 8)


def trill(n_steps=64, keys=(40, 42)):
    roll = np.zeros((n_steps, 88), dtype=bool)
    roll[np.arange(n_steps), [keys[step % len(keys)] for step in range(n_steps)]] = True
    return roll


def test_silence_held_chords_and_trills_are_no_copies():
    chord = np.zeros((64, 88), dtype=bool)
    chord[:, [30, 40, 44, 47, 52, 56, 59, 64, 68]] = True
    trivial = [np.zeros((64, 88), dtype=bool), chord, trill()]
    assert copying(trivial, trivial) == [Copying(None, None, 0, 0)] * 3
    # With a third and a fourth key it is a passage.
    (result,) = copying([trill(keys=(40, 42, 45, 47))], [trill(keys=(40, 42, 45, 47))])
    assert result.longest.n_steps == 64


def test_a_passage_does_not_run_from_one_training_piece_into_the_next():
    tune = melody(20)
    (result,) = copying([tune], [tune[:20], tune[20:]])
    assert result.longest.n_notes == 10


def test_a_piece_of_the_training_split_is_found_whole(other_music):
    (result,) = copying([other_music], [other_music[:100], other_music])
    struck = np.flatnonzero(other_music.any(axis=1))
    assert result.longest.n_steps == struck[-1] - struck[0] + 1
    assert (result.longest.source, result.longest.semitones) == (1, 0)
    assert result.n_ngrams == result.n_shared_ngrams > 0


def test_nothing_to_compare_with():
    assert copying([], [melody(9)]) == []
    assert copying([melody(9)], []) == [Copying(None, None, 2, 0)]
