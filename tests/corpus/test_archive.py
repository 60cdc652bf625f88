import io
import struct
import zipfile

import pytest

from koe.corpus import archive
from koe.corpus.archive import midi_members
from koe.errors import InputError


def zipped(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def test_only_midi_files_come_out():
    data = zipped(
        {
            "a/b.MID": b"one",
            "c.midi": b"two",
            "d.txt": b"no",
            "__MACOSX/a/._b.mid": b"no",
            "in.zip": b"no",
            "e.mid/": b"",
        }
    )
    assert list(midi_members(data, 100)) == [("a/b.MID", b"one", ""), ("c.midi", b"two", "")]


def test_a_bomb_is_unpacked_no_further_than_the_limit(monkeypatch):
    data = zipped({f"{number}.mid": bytes(5_000_000) for number in range(3)})
    assert len(data) < 20_000
    assert [found[1:] for found in midi_members(data, 1000)] == [(b"", "too large")] * 3
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 2500)
    with pytest.raises(InputError, match="unpacks to more"):
        list(midi_members(data, 1000))


def test_a_size_that_the_archive_merely_claims_is_not_believed():
    data = bytearray(zipped({"a.mid": bytes(5_000_000)}))
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<L", 10)
    ((_, content, reason),) = midi_members(bytes(data), 1000)
    assert content == b""
    assert reason in ("too large", "damaged")


def test_members_that_cannot_be_unpacked():
    data = bytearray(zipped({"a.mid": b"some music" * 50, "b.mid": b"more music"}, zipfile.ZIP_STORED))
    data[60] ^= 255  # inside the first file
    assert list(midi_members(bytes(data), 1000)) == [("a.mid", b"", "damaged"), ("b.mid", b"more music", "")]
    data = zipped({"a.mid": b"some music"}, zipfile.ZIP_LZMA)
    assert list(midi_members(data, 1000)) == [("a.mid", b"", "damaged")]


def test_tables_of_contents_larger_than_any_of_music(monkeypatch):
    data = zipped({f"{number}.mid": b"x" for number in range(50)})
    monkeypatch.setattr(archive, "MAX_MEMBERS", 49)
    with pytest.raises(InputError, match="more than 49"):
        list(midi_members(data, 1000))
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 500)
    with pytest.raises(InputError, match="table of contents"):
        list(midi_members(data, 1000))


def test_a_64_bit_table_of_contents_is_not_asked_for():
    data = zipped({"a.mid": b"x"})
    end = len(data) - 22
    locator = b"PK\x06\x07" + bytes(16)
    with pytest.raises(InputError, match="table of contents"):
        list(midi_members(data[:end] + locator + data[end:], 1000))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 and so on", b"PK\x05\x06", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive(data):
    with pytest.raises(InputError, match="archive"):
        list(midi_members(data, 1000))
