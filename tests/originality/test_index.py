"""What an index keeps, what it gives back, and what it keeps to itself."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from koe.errors import CorpusError
from koe.originality.fingerprints import fingerprints, onsets_of
from koe.originality.index import KEYS, Index, Source, composer_name, fingerprint_pieces, write_index
from koe.originality.verdict import judge
from tests.originality.music import moved, music, onsets, piece


def written(folder, *rolls, **options) -> Index:
    starts = np.cumsum([0, *(len(roll) for roll in rolls)])
    sources = [
        Source("nobody", f"Piece {number}", f"{number}.mid", int(start), len(roll), 16)
        for number, (roll, start) in enumerate(zip(rolls, starts, strict=False))
    ]
    return write_index(folder, fingerprint_pieces(onsets(*rolls), **options), sources, "ab" * 32)


def test_every_fingerprint_is_found_where_it_lies(tmp_path):
    rolls = [music(1), music(2)]
    index = written(tmp_path, *rolls)
    asked = onsets_of(moved(rolls[1], 3))
    found = fingerprints(asked)
    hits = index.lookup(found.hashes)
    first = asked[found.notes[hits.asked, 0]]
    right = (hits.steps == first[:, 0] + 256) & (hits.keys == first[:, 1] - 3)
    assert set(hits.asked[right].tolist()) == set(range(len(found.hashes)))
    # 24 bits of a hash are kept, so a few hundred fingerprints hardly ever meet by accident.
    assert right.mean() > 0.95


def test_it_is_the_same_after_it_was_opened_anew(tmp_path):
    index = written(tmp_path, music(3))
    again = Index(tmp_path)
    hashes = fingerprints(onsets_of(music(3))).hashes
    np.testing.assert_array_equal(index.lookup(hashes).steps, again.lookup(hashes).steps)
    assert again.sources == index.sources
    assert isinstance(again.arrays.places, np.memmap)


def test_keys_cannot_be_read_from_it(tmp_path):
    roll = music(4, 4096)
    keys = np.asarray(written(tmp_path, roll).arrays.places) % KEYS
    # The 88 keys lie evenly over what could be a key, whatever was played.
    assert len(np.unique(keys)) == KEYS
    assert abs(keys.mean() - (KEYS - 1) / 2) < 2
    assert set(np.unique(onsets_of(roll)[:, 1])) < set(range(KEYS))


def test_what_is_everywhere_is_left_out(tmp_path):
    scale = np.zeros((200, 88), bool)
    scale[np.arange(200), 30 + np.arange(200) % 7] = True
    tune = music(5)
    index = written(tmp_path, np.concatenate([scale, tune]), most_places=20)
    assert not len(index.lookup(fingerprints(onsets_of(scale)).hashes).steps)
    assert len(index.lookup(fingerprints(onsets_of(tune)).hashes).steps)


def test_a_corpus_of_many_steps_gets_wide_places(tmp_path):
    far = onsets(music(6))[0] + np.array([2**26, 0])
    arrays = fingerprint_pieces([far])
    assert arrays.places.dtype == np.uint64
    index = write_index(tmp_path, arrays, [Source("", "Far", "far.mid", 2**26, 256, 16)], "ab" * 32)
    hits = index.lookup(fingerprints(far).hashes)
    assert hits.steps.min() >= 2**26


def test_a_step_belongs_to_the_piece_that_holds_it(tmp_path):
    index = written(tmp_path, music(1, 100), music(2, 50))
    assert [index.source_at(step).title for step in (-5, 0, 99, 100, 500)] == ["Piece 0"] * 3 + ["Piece 1"] * 2


@pytest.mark.parametrize("name", ["index.json", "tags.npy", "buckets.npy"])
def test_a_missing_or_damaged_index_is_refused_in_a_sentence(tmp_path, name):
    written(tmp_path / "good", music(1))
    shutil.copytree(tmp_path / "good", tmp_path / "bad")
    (tmp_path / "bad" / name).write_bytes(b"{}")
    with pytest.raises(CorpusError, match="koe originality build"):
        Index(tmp_path / "bad").lookup(np.array([1], np.uint64))
    with pytest.raises(CorpusError, match="no index"):
        Index(tmp_path / "nowhere")


def test_the_first_index_there_was_is_read(tmp_path):
    """Made by `data/made_first.py`, when pieces were in sixteenths; asked about one in its own time."""
    shutil.unpack_archive(Path(__file__).parent / "data" / "index-1.zip", tmp_path)
    index = Index(tmp_path)
    assert [(source.title, source.start) for source in index.sources] == [("Piece 0", 0), ("Piece 1", 256)]
    as_written = piece(moved(music(2), 3))
    as_played = replace(as_written, notes=tuple(replace(note, shift=7, release=-9) for note in as_written.notes))
    for asked in (as_written, as_played):
        near = judge(asked, index).nearest[0]
        assert (near.source.title, near.semitones) == ("Piece 1", 3)
        assert near.share > 0.9


def test_an_index_of_another_version_is_refused(tmp_path):
    written(tmp_path, music(1))
    about = json.loads((tmp_path / "index.json").read_text("utf-8"))
    (tmp_path / "index.json").write_text(json.dumps({**about, "format_version": 9}), "utf-8")
    with pytest.raises(CorpusError, match="format 9"):
        Index(tmp_path)


@pytest.mark.parametrize(
    ("slug", "name"),
    [("bach-js", "J. S. Bach"), ("chopin", "Chopin"), ("de-falla", "De Falla"), ("Erik Satie", "Erik Satie")],
)
def test_composers_for_people(slug, name):
    assert composer_name(slug) == name
