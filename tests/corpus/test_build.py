import json
import os
import shutil
import signal
import subprocess
import sys
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from koe.corpus import build, reading
from koe.corpus.build import Limits, build_corpus
from koe.corpus.manifest import assign_works, work_of
from koe.corpus.reading import Reading, read_file
from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from tests.music.midi_bytes import meta, midi_file, note, tempo, track

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


def test_rolls_are_bit_packed_and_memory_mapped(corpus_folder):
    corpus = Corpus(corpus_folder)
    n_steps = sum(entry.n_steps for entry in corpus.entries)
    for name, packed in (("pianoroll.npy", corpus.packed), ("onsets.npy", corpus.packed_onsets)):
        assert isinstance(packed, np.memmap)
        assert not packed.flags.writeable
        assert packed.shape == (n_steps, 11)
        assert (corpus_folder / name).stat().st_size == packed.offset + 11 * n_steps


# Files that are left out, by reason; a reader of music could use none of them for piano.
TUNE = [note(60 + number % 5, 240) for number in range(40)]
LEFT_OUT = {
    "empty": (b"", "corrupt"),
    "text": (b"Dear Sir or Madam,\r\n" * 9, "corrupt"),
    "header": (midi_file(), "corrupt"),
    "short": (midi_file(track(*TUNE[:5])), "too short"),
    "silent": (midi_file(track(meta(1, b"koe:end", 480 * 64))), "too short"),
    "drums": (midi_file(track(*(note(36, 240, channel=9) for _ in range(40)))), "not keyboard"),
    "whistle": (midi_file(track(*TUNE, *(note(112, 240) for _ in range(5)))), "not keyboard"),
    "violin": (midi_file(track(b"\0\xc0\x28", *TUNE)), "not keyboard"),
    "long": (midi_file(track(*TUNE, *(note(60, 240, before=0x200000) for _ in range(20)))), "too long"),
    "rubato": (midi_file(track(*(tempo(400_000 + number) + TUNE[number] for number in range(40)))), "tempo changes"),
    "loose": (midi_file(track(*(note(60 + n % 5, 100, before=n * 37 % 200) for n in range(200)))), "off the grid"),
    "late": (midi_file(track(*TUNE, meta(3, b"the same notes"))), "duplicate"),
}


def test_every_file_that_is_left_out_has_its_reason(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "first.mid").write_bytes(midi_file(track(*TUNE)))
    for name, (data, _) in LEFT_OUT.items():
        (source / f"{name}.mid").write_bytes(data)
    (source / "folder.mid").mkdir()
    (source / "nowhere.mid").symlink_to(source / "missing")
    summary = build_corpus([source], tmp_path / "corpus", Limits(max_tempo_changes=10), n_workers=2)
    skipped = {row["path"]: row for row in json.loads((tmp_path / "corpus" / "skipped.json").read_text())}
    assert {path: row["reason"] for path, row in skipped.items()} == {
        f"source/{name}.mid": reason for name, (_, reason) in LEFT_OUT.items()
    }
    assert all(row["detail"] for row in skipped.values())
    assert summary["pieces"] == 1
    assert sum(summary["skipped"].values()) == len(LEFT_OUT)


def test_music_for_other_instruments_is_taken_when_asked(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name, program in (("organ", 19), ("violin", 40)):
        channel = bytes([0, 0xC0, program])
        (source / f"{name}.mid").write_bytes(midi_file(track(channel, note(50 + program), *TUNE)))
    # A file in which one voice of eleven is for a violin.
    mixed = track(*TUNE), track(b"\0\xc1\x28", *(note(70, 480, channel=1) for _ in range(4)))
    (source / "mixed.mid").write_bytes(midi_file(*mixed))
    build_corpus([source], tmp_path / "piano", n_workers=1)
    assert [entry.path for entry in Corpus(tmp_path / "piano").entries] == ["source/mixed.mid", "source/organ.mid"]
    assert build_corpus([source], tmp_path / "all", Limits(any_instrument=True), n_workers=1)["pieces"] == 3


def test_files_that_cannot_be_read_or_vanish_are_left_out(midi_folder, tmp_path):
    source = tmp_path / "midi"
    shutil.copytree(midi_folder, source)

    def remove(done, total):
        if done == 1:
            (source / "valid" / "piece2.mid").unlink()

    summary = build_corpus([source], tmp_path / "corpus", n_workers=1, progress=remove)
    assert (summary["pieces"], summary["skipped"]) == (23, {"corrupt": 1})


@pytest.mark.parametrize("n_workers", [1, 2, 3])
def test_builds_are_identical_whatever_the_number_of_processes(midi_folder, tmp_path, n_workers):
    """Nor do the order in which files were written, their dates or their place make a difference."""
    paths = sorted(path for path in midi_folder.rglob("*") if path.is_file())
    for number, some in enumerate((paths, paths[::-1])):
        source = tmp_path / f"place{number}" / "midi"
        for path in some:
            copy = source / path.relative_to(midi_folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
        for name in ("drums", "text", "short"):
            (source / f"{name}.mid").write_bytes(LEFT_OUT[name][0])
        (source / "valid" / "again.mid").write_bytes((midi_folder / "train" / "piece0.mid").read_bytes())
        build_corpus([source], tmp_path / f"corpus{number}", n_workers=1 if number else n_workers)
    names = {path.name for path in (tmp_path / "corpus0").iterdir()}
    assert names == {"pianoroll.npy", "onsets.npy", "notes.npy", "frame.npy", "index.json", "skipped.json"}
    assert same_corpus(tmp_path / "corpus0", tmp_path / "corpus1")
    assert len(json.loads((tmp_path / "corpus0" / "skipped.json").read_text())) == 4


def test_sources_that_are_called_alike_keep_their_files_and_splits_apart(midi_folder, tmp_path):
    for collection, split in (("bach", "train"), ("liszt", "test")):
        folder = tmp_path / collection / "midi"
        folder.mkdir(parents=True)
        name = f"{'train' if split == 'train' else 'valid'}/piece{0 if split == 'train' else 2}.mid"
        shutil.copy(midi_folder / name, folder / "a.mid")
        (folder / "manifest.csv").write_text(f"path,split\na.mid,{split}\n")
    build_corpus([tmp_path / "bach" / "midi", tmp_path / "liszt" / "midi"], tmp_path / "corpus", n_workers=1)
    splits = {entry.path: entry.split for entry in Corpus(tmp_path / "corpus").entries}
    assert splits == {"bach/midi/a.mid": "train", "liszt/midi/a.mid": "test"}


def test_a_source_within_another_counts_once(midi_folder, tmp_path):
    sources = [midi_folder / "valid", midi_folder, midi_folder / "train" / "piece0.mid"]
    summary = build_corpus(sources, tmp_path, n_workers=1)
    assert (summary["pieces"], summary["skipped"]) == (24, {})
    paths = [entry.path for entry in Corpus(tmp_path).entries]
    assert "valid/piece2.mid" in paths
    assert f"{midi_folder.name}/train/piece0.mid" in paths


def test_memory_does_not_grow_with_the_rolls(tmp_path, monkeypatch):
    """A hundred thousand pieces must fit: for each of them little more is kept than its name."""
    rolls = zlib.compress(np.random.default_rng(0).bytes(2 * 11 * 1000 + 500 * 6 * 4 + 2 * 4 * 4), 1)

    def readings(paths, limits, n_workers):
        for number, _ in enumerate(paths):
            yield Reading("", "", f"{number:032x}", 1000, 500, 16, 120.0, "a title", rolls, 6000, 0, 2)

    monkeypatch.setattr(build, "read_files", readings)
    peaks = []
    # Twice, for the table of strings that the interpreter keeps may happen to grow meanwhile, by megabytes at once.
    for name, n_files in (("few", 200), ("many", 1200), ("again", 1200)):
        source = tmp_path / name
        source.mkdir()
        for number in range(n_files):
            (source / f"piece_{number}_of_many.mid").touch()
        tracemalloc.start()
        build_corpus([source], tmp_path / f"corpus-{name}", n_workers=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert min(peaks[1:]) - peaks[0] < 1000 * len(rolls) / 5


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


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_a_build_that_was_ended_goes_on_to_the_same_corpus(midi_folder, corpus_folder, tmp_path, ending):
    """Two interpreters as a user has them, the first ended in the middle."""
    program = (
        "import os, sys, signal; from pathlib import Path; from koe.corpus.build import build_corpus\n"
        "if __name__ == '__main__':\n"
        # Programs that run in the background are deaf to Ctrl-C, and so is what they start.
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "    die = lambda done, total: done == 20 and os.kill(os.getpid(), int(sys.argv[3]))\n"
        "    build_corpus([Path(sys.argv[1])], Path(sys.argv[2]), n_workers=2, progress=die)\n"
    )
    script = tmp_path / "killed.py"
    script.write_text(program)
    folder = tmp_path / "corpus"
    done = subprocess.run(
        [sys.executable, str(script), str(midi_folder), str(folder), str(int(ending))],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == -ending
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


def test_a_corpus_gives_pieces_back_in_their_own_time(tmp_path):
    """Triplets, loudness, tempo, pedal, metre and key are there for networks to learn."""
    notes = tuple(Note(8 * n, 60 + n % 12, 8 if n % 3 else 6, 40 + n, n % 3, -(n % 5)) for n in range(64))
    piece = Piece(
        notes,
        600,
        (Tempo(0, 90.0), Tempo(3845, 72.5)),
        (TimeSignature(0, 3, 4), TimeSignature(312, 2, 4)),
        24,
        (KeySignature(0, -6, "minor"), KeySignature(312, 5)),
        (Pedal(13, 100), Pedal(400, 0)),
        "Own time",
    )
    source = tmp_path / "source"
    source.mkdir()
    (source / "manifest.csv").write_text("path,source,split\na.mid,here,train\nb.mid,there,valid\n")
    (source / "a.mid").write_bytes(write_midi(piece))
    (source / "b.mid").write_bytes(midi_file(track(*TUNE)))
    build_corpus([source], tmp_path / "corpus", n_workers=1)
    corpus = Corpus(tmp_path / "corpus")
    (entry,) = corpus.split("train", {"here"})
    assert corpus.piece(entry) == piece
    assert entry.n_steps == piece.n_steps
    np.testing.assert_array_equal(corpus.pianoroll(entry), piece.pianoroll)
    with pytest.raises(CorpusError, match="no piece in its train split"):
        corpus.split("train", {"there"})


def test_parts_of_a_corpus_are_measured_one_by_one(midi_folder, tmp_path):
    """More than half of one collection may be accompaniment: a figure over all of it would say little."""
    for number, name in enumerate(("solo", "songs")):
        folder = tmp_path / name / "midi"
        folder.mkdir(parents=True)
        shutil.copy(midi_folder / "train" / f"piece{number}.mid", folder / "a.mid")
        (folder / "manifest.csv").write_text(f"path,split,source\na.mid,test,{'lieder' if number else 'etudes'}\n")
    build_corpus([tmp_path / "solo" / "midi", tmp_path / "songs" / "midi"], tmp_path / "corpus", n_workers=1)
    corpus = Corpus(tmp_path / "corpus")
    with pytest.raises(
        CorpusError, match=r"measured one by one; choose one of .* etudes, lieder, solo/midi, songs/midi"
    ):
        corpus.of()
    for name in ("songs/midi", "lieder"):
        assert [entry.path for entry in corpus.of(name).split("test")] == ["songs/midi/a.mid"]
    with pytest.raises(CorpusError, match="no 'waltzes'"):
        corpus.of("waltzes")
    build_corpus([tmp_path / "solo" / "midi"], tmp_path / "alone", n_workers=1)
    assert Corpus(tmp_path / "alone").of().split("test")
