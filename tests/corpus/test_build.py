import json
import shutil

import numpy as np
import pytest

from koe.corpus.build import Limits, build_corpus
from koe.corpus.manifest import split_of, work_of
from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.music.midi import read_midi


def test_corpus_holds_the_rolls_of_its_files(midi_folder, corpus_folder):
    corpus = Corpus(corpus_folder)
    assert len(corpus.entries) == 24
    for entry in corpus.entries[::5]:
        piece = read_midi(midi_folder.parent / entry.path)
        np.testing.assert_array_equal(corpus.pianoroll(entry), piece.pianoroll)
        assert entry.n_notes == len(piece.notes)


def test_manifest_gives_the_split(corpus_folder):
    corpus = Corpus(corpus_folder)
    for split, count in (("train", 12), ("valid", 6), ("test", 6)):
        assert {entry.path.split("/")[1] for entry in corpus.split(split)} == {split}
        assert len(corpus.split(split)) == count


def test_parallel_build_is_identical_to_a_serial_one(midi_folder, corpus_folder, tmp_path):
    build_corpus([midi_folder], tmp_path, n_workers=2)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"pianoroll.npy", "onsets.npy", "index.json", "skipped.json"}
    for name in names:
        assert (tmp_path / name).read_bytes() == (corpus_folder / name).read_bytes()


def test_what_is_left_out_is_recorded_with_its_reason(midi_folder, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    good = midi_folder / "train" / "piece0.mid"
    shutil.copy(good, source / "a.mid")
    # The same notes under another title: other bytes, same content.
    renamed = good.read_bytes().replace(b"Piece 0", b"Piece X")
    assert renamed != good.read_bytes()
    (source / "b.mid").write_bytes(renamed)
    (source / "broken.mid").write_bytes(b"MThd nothing of the kind")
    (source / "readme.txt").write_text("no music")
    summary = build_corpus([source], tmp_path / "corpus", n_workers=1)
    assert summary["pieces"] == 1
    assert summary["skipped"] == {"corrupt": 1, "duplicate": 1}
    skipped = {row["path"]: row for row in json.loads((tmp_path / "corpus" / "skipped.json").read_text())}
    assert skipped["source/b.mid"]["detail"] == "the same notes as source/a.mid"
    assert skipped["source/broken.mid"]["reason"] == "corrupt"


def test_limits_leave_out_short_pieces(midi_folder, tmp_path):
    summary = build_corpus([midi_folder], tmp_path, Limits(min_steps=200), n_workers=1)
    assert summary["skipped"] == {"too short": 12}
    assert summary["pieces"] == 12


def test_nothing_to_build_is_said(tmp_path):
    with pytest.raises(CorpusError, match="no MIDI file"):
        build_corpus([tmp_path], tmp_path / "corpus")
    with pytest.raises(CorpusError, match="There is no folder"):
        build_corpus([tmp_path / "missing"], tmp_path / "corpus")


def test_opening_what_is_no_corpus(tmp_path):
    with pytest.raises(CorpusError, match="koe corpus build"):
        Corpus(tmp_path)


def test_works_stay_together_without_a_manifest(tmp_path):
    movements = [tmp_path / "mozart" / f"kv331_{number}.mid" for number in (1, 2, 3)]
    works = {work_of({}, path) for path in movements}
    assert len(works) == 1
    assert work_of({}, tmp_path / "mozart" / "kv545.mid") not in works
    draws = [split_of({}, f"work {number}") for number in range(2000)]
    assert 0.03 < draws.count("test") / 2000 < 0.07
    assert 0.03 < draws.count("valid") / 2000 < 0.07
