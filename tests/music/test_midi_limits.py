"""Files that are none, or claim more than a small machine has: a clear answer, soon, in little memory."""

import gzip
import io
import json
import subprocess
import sys
import tarfile
import zipfile

import pytest

from koe.errors import MidiError
from koe.music.grid import MAX_FILE_BYTES, MAX_NOTES, MAX_STEPS, MAX_TICKS
from koe.music.midi import read_midi
from tests.music.midi_bytes import TUNE, header, meta, midi_file, note, note_on, track, wait

SECONDS, MEGABYTES = 2.0, 500

REFUSED = {
    "empty": (b"", "The file is empty"),
    "text": (b"Dear Sir or Madam,\r\n" * 9, "no MIDI file .* looks like a text"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(99), "no MIDI file .* looks like a PNG image"),
    "ZIP": (b"PK\x03\x04" + bytes(99), "ZIP archive; unpack it first"),
    "MusicXML": (b"<?xml version='1.0'?>", "looks like an XML or HTML text"),
    "WAV": (b"RIFF\x24\0\0\0WAVEfmt ", "WAV sound"),
    "noise": (bytes(range(256)), "does not begin with MThd"),
    "header only": (header(), "no track"),
    "cut off in the header": (header()[:9], "no track"),
    "gzip of a text": (gzip.compress(b"hello"), "looks like a text"),
    "damaged gzip": (b"\x1f\x8b\x08\x00" + bytes(50), "damaged"),
    "too large": (header() + bytes(MAX_FILE_BYTES), "larger than 8 MiB"),
    "gzip bomb": (gzip.compress(bytes(100_000_000)), "larger than 8 MiB"),
    "one huge delta": (midi_file(track(note(60, before=0x0FFFFFFF))), "Every note .* lies beyond"),
}


@pytest.mark.parametrize(("data", "match"), REFUSED.values(), ids=REFUSED)
def test_refused_with_a_sentence(data, match):
    with pytest.raises(MidiError, match=match):
        read_midi(data)


def many(event, size):
    return midi_file(track(event * (size // len(event))))


CROPPED = {
    # The last number: most notes that may be kept.
    "4 KB claiming hours": (midi_file(track(*[note(60, 0x200000, 0x200000)] * 370)), 1),
    "one huge delta in the middle": (midi_file(track(TUNE, note(60, before=0x0FFFFFFF))), 4),
    "one note for days": (midi_file(track(note(60, 0x0FFFFFFF))), 1),
    "5 MB of note-ons": (many(note_on(60) + note_on(61, 1), 5_000_000), MAX_NOTES),
    "5 MB of notes": (many(note(60, 1), 5_000_000), MAX_NOTES),
    "5 MB of loose time": (many(note(60, 201, 187) + note(63, 171, 399), 5_000_000), MAX_NOTES),
    "250 KB of notes, for pretty_midi": (many(note(60, 120), 250_000), MAX_NOTES),
    "5 MB of tempos": (many(meta(0x51, b"\x07\x11\x20", 1) + meta(0x51, b"\x09\x11\x20", 1), 5_000_000), 0),
    "5 MB of metres": (many(meta(0x58, b"\x03\x02", 1) + meta(0x58, b"\x04\x02", 200), 5_000_000), 0),
    "5 MB of names": (many(meta(3, b""), 5_000_000), 0),
    "5 MB of tracks": (header(65535, 1) + track(note_on(60)) * 300_000, MAX_NOTES),
    "5 MB of empty chunks": (midi_file(track(TUNE)) + b"JUNK\0\0\0\0" * 600_000, 4),
    "a system message as long as a file may claim": (midi_file(track(TUNE, wait(0) + b"\xf0\xff\xff\xff\x7f")), 4),
}

READ_IN_A_FRESH_PROCESS = """
import json, resource, sys, time
from pathlib import Path
from koe.music.midi import read_midi

def peak_megabytes():
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says on Linux is no less than the peak of the process that started this one
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return peak / 1024 if sys.platform == "darwin" else peak

piece = read_midi(Path(sys.argv[1]))
roll = piece.pianoroll
print(json.dumps({
    "notes": len(piece.notes), "steps": len(roll), "warnings": piece.warnings, "seconds": time.process_time(),
    "megabytes": peak_megabytes(),
}))
"""


@pytest.mark.parametrize(("data", "most_notes"), CROPPED.values(), ids=CROPPED)
def test_cropped_within_time_and_memory(data, most_notes, tmp_path):
    path = tmp_path / "hostile.mid"
    path.write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-c", READ_IN_A_FRESH_PROCESS, str(path)], capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["notes"] <= most_notes
    assert result["steps"] <= MAX_STEPS
    # Processor time from the start of the interpreter: the machine may have other work.
    assert result["seconds"] < SECONDS
    assert result["megabytes"] < MEGABYTES


def test_what_is_cropped_is_counted_and_said():
    piece = read_midi(CROPPED["4 KB claiming hours"][0])
    assert piece.dropped.beyond_limit == 369
    assert any("369 notes beyond that were left out" in warning for warning in piece.warnings)


def test_a_note_that_outlasts_the_limit_is_cut():
    (only,) = read_midi(CROPPED["one note for days"][0]).notes
    assert (only.onset, only.duration) == (0, MAX_TICKS)


def test_the_first_notes_are_kept_where_there_are_too_many():
    data = midi_file(*(track(*[note(40 + k, 120)] * 8_500) for k in range(8)))
    piece = read_midi(data)
    assert len(piece.notes) == MAX_NOTES
    assert piece.dropped.beyond_limit == 8_000
    assert piece.n_steps == MAX_NOTES // 8


def _stored(*files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, file in enumerate(files):
            archive.writestr(f"{number}.mid", file)
    return buffer.getvalue()


def _tarred(*files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for number, file in enumerate(files):
            entry = tarfile.TarInfo(f"{number}.mid")
            entry.size = len(file)
            archive.addfile(entry, io.BytesIO(file))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        (_stored, "ZIP archive; unpack it first"),
        (_tarred, "There are 2 MIDI files in this one"),
        (lambda *files: b"".join(files), "There are 2 MIDI files in this one"),
        (lambda *files: gzip.compress(b"".join(files)), "There are 2 MIDI files in this one"),
    ],
    ids=["ZIP", "tar", "one after the other", "gzip"],
)
def test_several_files_are_not_stacked_into_one_piece(packed, sentence):
    one, other = (midi_file(track(note(60 + number))) for number in range(2))
    with pytest.raises(MidiError, match=sentence):
        read_midi(packed(one, other), name="both.mid")


def test_a_text_that_names_the_header_is_no_second_file():
    text = b"MThd\0\0\0\x06 is how such files begin"
    piece = read_midi(midi_file(track(meta(1, text), note(60))))
    assert len(piece.notes) == 1
