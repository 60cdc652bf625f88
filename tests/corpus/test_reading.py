import multiprocessing
import os
import signal

import numpy as np
import pytest

from koe.corpus import reading
from koe.corpus.reading import Limits, fingerprint, read_file, read_files
from koe.corpus.scores import piece_from_rows
from koe.music.midi import read_midi, write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from tests.conftest import arpeggio
from tests.music.midi_bytes import midi_file, note_off, note_on, track


def played(onsets):
    """A file with a short note at every onset, in ticks of 480 a quarter, without any change of tempo."""
    events, now = [], 0
    for number, onset in enumerate(onsets):
        pitch = 60 + number % 12
        events += [note_on(pitch, int(onset) - now), note_off(pitch, 10)]
        now = int(onset) + 10
    return midi_file(track(*events))


def test_off_the_grid_is_what_lies_between_its_places(tmp_path):
    rng = np.random.default_rng(5)
    sixteenths = np.arange(200) * 120
    triplets = np.arange(200) * 80
    anywhere = np.cumsum(rng.integers(60, 200, 1000))
    shares = {}
    for name, onsets in {"sixteenths": sixteenths, "triplets": triplets, "anywhere": anywhere}.items():
        (tmp_path / f"{name}.mid").write_bytes(played(onsets))
        shares[name] = read_midi(tmp_path / f"{name}.mid").off_grid
    assert shares["sixteenths"] == shares["triplets"] == 0
    assert 0.4 < shares["anywhere"] < 0.6
    assert read_midi(tmp_path / "anywhere.mid").beats_estimated
    taken = {name: read_file(str(tmp_path / f"{name}.mid"), Limits()).reason for name in shares}
    assert taken == {"sixteenths": "", "triplets": "", "anywhere": "off the grid"}
    assert read_file(str(tmp_path / "anywhere.mid"), Limits(max_off_grid=0.9)).reason == "off the grid"
    assert read_file(str(tmp_path / "anywhere.mid"), Limits(max_off_grid=1)).reason == ""


def test_off_the_grid_begins_an_eighth_of_a_step_away(tmp_path):
    onsets = np.arange(100) * 120 + np.tile([0, 20, 14, 0], 25)  # 15 ticks are an eighth of a step
    (tmp_path / "a.mid").write_bytes(played(onsets))
    assert read_midi(tmp_path / "a.mid").off_grid == pytest.approx(0.25)
    assert read_file(str(tmp_path / "a.mid"), Limits()).reason == ""
    assert read_file(str(tmp_path / "a.mid"), Limits(max_off_grid=0.2)).reason == "off the grid"


def test_silence_around_a_piece_is_no_difference():
    piece = Piece.from_pianoroll(arpeggio(25))
    roll = np.zeros((400, 88), dtype=bool)
    roll[48:208] = piece.pianoroll
    assert fingerprint(Piece.from_pianoroll(roll)) == fingerprint(piece)
    roll[100] = False
    roll[101, 40] = True
    assert fingerprint(Piece.from_pianoroll(roll)) != fingerprint(piece)


def test_another_key_is_a_duplicate_only_when_asked():
    low, high = Piece.from_pianoroll(arpeggio(25)), Piece.from_pianoroll(arpeggio(30))
    assert fingerprint(low) != fingerprint(high)
    assert fingerprint(low, in_any_key=True) == fingerprint(high, in_any_key=True)
    one_key_moved = (*high.notes[:-1], note_at_step(high.notes[-1].step, high.notes[-1].pitch + 1, 1))
    assert fingerprint(Piece.on_steps(one_key_moved, 160), in_any_key=True) != fingerprint(high, in_any_key=True)


def read_or_die(paths, limits):
    """Stand-in for the readers' work: some files take their process with them."""
    if any("deadly" in path for path in paths):
        os.kill(os.getpid(), signal.SIGKILL)
    return [read_file(path, limits) for path in paths]


def processes_can_meet():
    """Whether there is shared memory for them; without it files are read in this process."""
    try:
        multiprocessing.get_context("spawn").Lock()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not processes_can_meet(), reason="no shared memory here, so nothing is read in other processes")
def test_a_file_that_kills_its_process_costs_only_itself(midi_folder, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "_read_chunk", read_or_die)
    monkeypatch.setattr(reading, "CHUNK_FILES", 2)
    good = midi_folder / "train" / "piece0.mid"
    names = [f"{'deadly' if number == 5 else 'good'}{number}.mid" for number in range(9)]
    for name in names:
        (tmp_path / name).write_bytes(good.read_bytes())
    readings = list(read_files([str(tmp_path / name) for name in names], Limits(), n_workers=2))
    assert [found.reason for found in readings] == ["corrupt" if "deadly" in name else "" for name in names]
    assert "brought down" in readings[5].detail


def test_files_are_read_only_a_little_ahead(midi_folder):
    """Otherwise a hundred thousand rolls would wait in memory behind one slow file."""
    good = str(midi_folder / "train" / "piece0.mid")
    taken = 0

    def paths():
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield good

    readings = read_files(paths(), Limits(), n_workers=2)
    for _ in range(3):
        next(readings)
    readings.close()
    assert taken <= 2 * reading.CHUNKS_AHEAD * reading.CHUNK_FILES


def test_machines_without_shared_memory_read_in_one_process(midi_folder, monkeypatch):
    def refuse(*_):
        raise OSError("no semaphores here")

    monkeypatch.setattr(reading, "_pool", refuse)
    good = midi_folder / "train" / "piece0.mid"
    (found,) = read_files([str(good)], Limits(), n_workers=4)
    piece = read_midi(good)
    assert found.n_notes == len(piece.notes)
    roll, onsets, notes, frame = found.unpacked()
    np.testing.assert_array_equal(np.unpackbits(np.frombuffer(roll, np.uint8)), piece.pianoroll.ravel())
    np.testing.assert_array_equal(np.unpackbits(np.frombuffer(onsets, np.uint8)), piece.onsets.ravel())
    rows = (np.frombuffer(part, "<i4").reshape(-1, columns) for part, columns in ((notes, 6), (frame, 4)))
    assert piece_from_rows(*rows, found.n_ticks, found.upbeat, found.title) == piece


def test_trailing_silence_is_a_duplicate_in_a_file_too(tmp_path):
    roll = arpeggio(25)
    for name, n_silent in (("a", 0), ("b", 64)):
        longer = np.concatenate([roll, np.zeros((n_silent, 88), dtype=bool)])
        (tmp_path / f"{name}.mid").write_bytes(write_midi(Piece.from_pianoroll(longer)))
    first, second = (read_file(str(tmp_path / f"{name}.mid"), Limits()) for name in "ab")
    assert second.n_steps == first.n_steps + 64
    assert second.content == first.content
