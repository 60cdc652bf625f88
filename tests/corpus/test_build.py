import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from koe.corpus import reading
from koe.corpus.build import Limits, build_corpus
from koe.corpus.manifest import assign_works, work_of
from koe.corpus.reading import read_file
from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.music.midi import read_midi

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.parametrize(
    "table", [b"path,split\n\xff\xfe,train\n", b"path,split\n\0.mid,train\n", b"path\n" + b"x" * 200_000]
)
def test_a_manifest_that_is_no_table_is_said(midi_folder, tmp_path, table):
    source = tmp_path / "midi"
    shutil.copytree(midi_folder, source)
    (source / "manifest.csv").write_bytes(table)
    with pytest.raises(CorpusError, match=r"manifest\.csv is no table"):
        build_corpus([source], tmp_path / "corpus", n_workers=1)


def test_opening_what_is_no_corpus(tmp_path):
    with pytest.raises(CorpusError, match="koe corpus build"):
        Corpus(tmp_path)


def test_works_stay_together_without_a_manifest(tmp_path):
    movements = [tmp_path / "mozart" / f"kv331_{number}.mid" for number in (1, 2, 3)]
    works = {work_of({}, path) for path in movements}
    assert len(works) == 1
    assert work_of({}, tmp_path / "mozart" / "kv545.mid") not in works
    assigned = assign_works({f"{number} sonata {'abcdefgh'[number % 8]}.mid": {} for number in range(2000)})
    draws = [split for _, split in assigned.values()]
    assert 0.03 < draws.count("test") / 2000 < 0.07
    assert 0.03 < draws.count("valid") / 2000 < 0.07


@pytest.mark.parametrize("names", [["a", "b", "c"], ["song1", "song2", "song3", "song4"], list("abcdefghijklmnopq")])
def test_a_small_collection_gets_all_three_splits(names):
    assigned = assign_works({f"mine/{name}.mid": {} for name in names})
    assert {split for _, split in assigned.values()} == {"train", "valid", "test"}
    assert [split for _, split in assigned.values()].count("train") == len(names) - 2
    assert assigned == assign_works({f"mine/{name}.mid": {} for name in names})


def test_a_manifests_splits_are_kept_and_completed():
    rows = {"a.mid": {"split": "train"}, "b.mid": {"split": "test"}, "c.mid": {}, "d.mid": {}, "e.mid": {}}
    splits = {name: split for name, (_, split) in assign_works(rows).items()}
    assert splits["a.mid"] == "train"
    assert splits["b.mid"] == "test"
    assert "valid" in splits.values()


class Interrupted(Exception):
    pass


def interrupted_build(midi_folder, folder, after, limits=None):
    def stop(done, total):
        if done == after:
            raise Interrupted

    with pytest.raises(Interrupted):
        build_corpus([midi_folder], folder, limits, n_workers=1, progress=stop)


@pytest.fixture
def files_read(monkeypatch):
    """Names of the files that are read from now on."""
    names = []

    def counted(path, limits):
        names.append(path.rsplit("/", 1)[1])
        return read_file(path, limits)

    monkeypatch.setattr(reading, "read_file", counted)
    return names


def same_corpus(folder, other):
    names = {path.name for path in folder.iterdir()}
    return names == {path.name for path in other.iterdir()} and all(
        (folder / name).read_bytes() == (other / name).read_bytes() for name in names
    )


def test_an_interrupted_build_goes_on_to_the_same_corpus(midi_folder, corpus_folder, tmp_path, files_read):
    interrupted_build(midi_folder, tmp_path, after=10)
    assert len(files_read) == 10
    with pytest.raises(CorpusError, match="no corpus"):
        Corpus(tmp_path)
    interrupted_build(midi_folder, tmp_path, after=15)
    build_corpus([midi_folder], tmp_path, n_workers=1)
    assert len(files_read) == len(set(files_read)) == 24
    assert same_corpus(tmp_path, corpus_folder)


@pytest.mark.parametrize("damage", [lambda data: data[:-7], lambda data: data[:2000] + b"?" + data[2001:]])
def test_damaged_parts_are_read_again(midi_folder, corpus_folder, tmp_path, files_read, damage):
    interrupted_build(midi_folder, tmp_path, after=10)
    parts = tmp_path / ".parts" / "readings"
    parts.write_bytes(damage(parts.read_bytes()))
    build_corpus([midi_folder], tmp_path, n_workers=1)
    assert len(files_read) == 25
    assert same_corpus(tmp_path, corpus_folder)


def test_files_and_limits_that_changed_meanwhile_are_read_again(midi_folder, tmp_path, files_read):
    source = tmp_path / "source"
    shutil.copytree(midi_folder, source)
    interrupted_build(source, tmp_path / "a", after=10)
    changed = source / files_by_name(source)[3]
    changed.write_bytes(b"MThd no longer music")
    summary = build_corpus([source], tmp_path / "a", n_workers=1)
    assert files_read.count(changed.name) == 2
    assert summary["skipped"] == {"corrupt": 1}

    interrupted_build(source, tmp_path / "b", after=10)
    summary = build_corpus([source], tmp_path / "b", Limits(min_steps=200), n_workers=1)
    assert "too short" in summary["skipped"]
    assert same_corpus_as_new([source], tmp_path / "b", tmp_path / "c", Limits(min_steps=200))


def files_by_name(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.mid"))


def same_corpus_as_new(sources, folder, new, limits):
    build_corpus(sources, new, limits, n_workers=1)
    return same_corpus(folder, new)


def test_a_killed_build_goes_on_to_the_same_corpus(midi_folder, corpus_folder, tmp_path):
    """Two interpreters as a user has them, the first killed without warning in the middle."""
    program = (
        "import os, sys, signal; from pathlib import Path; from koe.corpus.build import build_corpus\n"
        "if __name__ == '__main__':\n"
        "    die = lambda done, total: done == 20 and os.kill(os.getpid(), signal.SIGKILL)\n"
        "    build_corpus([Path(sys.argv[1])], Path(sys.argv[2]), n_workers=2, progress=die)\n"
    )
    script = tmp_path / "killed.py"
    script.write_text(program)
    folder = tmp_path / "corpus"
    done = subprocess.run(
        [sys.executable, str(script), str(midi_folder), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL
    assert (folder / ".parts").is_dir()
    build_corpus([midi_folder], folder, n_workers=1)
    assert same_corpus(folder, corpus_folder)


def test_an_interrupted_build_leaves_the_earlier_corpus(midi_folder, corpus_folder, tmp_path):
    build_corpus([midi_folder], tmp_path, Limits(min_steps=200), n_workers=1)
    sha256 = Corpus(tmp_path).sha256
    interrupted_build(midi_folder, tmp_path, after=10)
    assert Corpus(tmp_path).sha256 == sha256
    build_corpus([midi_folder], tmp_path, n_workers=1)
    assert same_corpus(tmp_path, corpus_folder)


def test_transposed_copies_are_left_out_when_asked(midi_folder, tmp_path):
    summary = build_corpus([midi_folder], tmp_path, Limits(drop_transposed=True), n_workers=1)
    # All pieces are alike but for their key, and of two lengths.
    assert summary["pieces"] == 2
    assert summary["skipped"] == {"duplicate": 22}


def test_only_unusable_files_are_said_and_leave_nothing(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.mid").write_bytes(b"MThd nothing of the kind")
    with pytest.raises(CorpusError, match="None of 1 MIDI files could be used: 1 corrupt"):
        build_corpus([source], tmp_path / "corpus", n_workers=1)
    assert not list((tmp_path / "corpus").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_file_names_that_are_no_text(midi_folder, tmp_path):
    source = os.fsencode(tmp_path / "source")
    os.mkdir(source)
    shutil.copy(midi_folder / "train" / "piece0.mid", source + b"/caf\xe9.mid")
    with open(source + b"/broken\xff.mid", "wb") as file:
        file.write(b"MThd")
    summary = build_corpus([tmp_path / "source"], tmp_path / "corpus", n_workers=1)
    assert (summary["pieces"], summary["skipped"]) == (1, {"corrupt": 1})
    (entry,) = Corpus(tmp_path / "corpus").entries
    assert os.fsencode(entry.path) == b"source/caf\xe9.mid"
