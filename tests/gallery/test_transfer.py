"""A gallery taken along in a file, from one database to another; and files that somebody made to do harm."""

import base64
import hashlib
import io
import json
import zlib

import pytest

from koe.errors import GalleryError
from koe.gallery import Gallery, transfer
from koe.gallery.transfer import read_all, write_all
from tests.gallery.conftest import MAKING, keep


def written(gallery) -> bytes:
    file = io.BytesIO()
    write_all(gallery, file)
    return file.getvalue()


def signed(lines: list[object], n_entries: int | None = None) -> bytes:
    """A file with these lines and an end that belongs to them."""
    body = b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)
    n = sum(isinstance(line, dict) and "id" in line for line in lines) if n_entries is None else n_entries
    return body + json.dumps({"end": n, "sha256": hashlib.sha256(body).hexdigest()}).encode() + b"\n"


@pytest.fixture
def filled(gallery):
    root = keep(gallery, "Wurzel ♪", exhibition="Halle 1")
    child = keep(gallery, "Kind", parent=root.entry.id, model="x")
    gallery.hide(keep(gallery, "Out of sight").entry.id)
    visitor = gallery.new_visitor()
    for likes in (visitor, gallery.new_visitor()):
        gallery.like(root.entry.id, likes)
    return gallery, root, child


def test_everything_goes_along_and_comes_once(filled, sqlite_gallery, monkeypatch):
    monkeypatch.setattr(transfer, "MAX_LIKES", 1)  # so that they take two lines
    gallery, root, child = filled
    data = written(gallery)
    assert read_all(sqlite_gallery, io.BytesIO(data)) == (3, 0)
    assert read_all(sqlite_gallery, io.BytesIO(data)) == (0, 3)
    assert [one.title for one in sqlite_gallery.page("newest").entries] == ["Kind", "Wurzel ♪"]
    assert [one.title for one in sqlite_gallery.page("newest", hidden=True).entries] == ["Out of sight"]
    there = sqlite_gallery.entry(root.entry.id)
    assert (there.n_likes, there.exhibition, there.created) == (2, "Halle 1", root.entry.created)
    assert [one.depth for one in sqlite_gallery.family(child.entry.id).relatives] == [0, 1]
    assert sqlite_gallery.music(child.entry.id) == gallery.music(child.entry.id)
    assert written(sqlite_gallery).splitlines()[:-1] == data.replace(b'"model":"x"', b'"model":""').splitlines()[:-1]
    sqlite_gallery.remove(child.entry.id, child.deletion)


def test_it_comes_into_a_gallery_of_either_database(filled, url, tmp_path):
    gallery, root, _ = filled
    data = written(gallery)
    gallery.remove(root.entry.id, root.deletion)
    assert read_all(gallery, io.BytesIO(data)) == (1, 2)
    assert gallery.entry(root.entry.id).n_likes == 2


HEAD = {"koe": "gallery", "version": 1}


def entry(**other) -> dict:
    """A line as it should be, but for what is said."""
    whole = {
        "id": "abcdefghijkl", "title": "A", "created_us": 1, "parent": "", "hidden": False, "exhibition": "",
        "seconds": 1.0, "model": "", "deletion": "0" * 64,
        "making": base64.b64encode(MAKING).decode(), "midi": base64.b64encode(b"MThd").decode(),
    }  # fmt: skip
    from tests.gallery.conftest import MIDI

    return {**whole, "midi": base64.b64encode(MIDI).decode(), **other}


BOMB = base64.b64encode(zlib.compress(b"0" * 60_000_000, 9)).decode()
DEEP = b'{"id":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "breaks off"),
        (b"\x00" * 100, "breaks off"),
        (b"PK\x03\x04 zip\n", "not what an export"),
        (b'{"koe":"project","version":1}\n', "no export"),
        (b'{"koe":"gallery","version":99}\n', "newer version"),
        (b'{"koe":"gallery","version":true}\n', "no export"),
        (b"x" * (transfer.MAX_LINE_BYTES + 10), "too long"),
        (json.dumps(HEAD).encode() + b"\n", "breaks off"),
        (signed([HEAD, DEEP], 1), "not what an export"),
        (signed([HEAD, [1]]), "not what an export"),
        (signed([HEAD, entry()], 2), "its end is not that"),
        (signed([HEAD, entry()]) + b"more", "its end is not that"),
        (signed([HEAD, entry()]).replace(b'"A"', b'"B"'), "its end is not that"),
        (signed([HEAD, entry(id="../../etc/passwd")]), "Its id is missing or wrong"),
        (signed([HEAD, entry(id=1)]), "Its id is missing or wrong"),
        (signed([HEAD, entry(title="<script>x</script>")]), "markup"),
        (signed([HEAD, entry(title="  spaces")]), "Its title"),
        (signed([HEAD, entry(title="\ud800")]), "cannot be seen"),
        (signed([HEAD, entry(exhibition="evil.com")]), "address"),
        (signed([HEAD, entry(created_us=2**63)]), "Its created_us"),
        (signed([HEAD, entry(created_us=True)]), "Its created_us"),
        (signed([HEAD, entry(hidden=0)]), "Its hidden"),
        (signed([HEAD, entry(deletion="zz")]), "Its deletion"),
        (signed([HEAD, entry(making="!!")]), "Its making is damaged"),
        (signed([HEAD, entry(making=BOMB)]), "piece of the gallery is damaged"),
        (signed([HEAD, entry(making=base64.b64encode(b"x" * 300_000).decode())]), "too large"),
        (signed([HEAD, entry(midi=base64.b64encode(b"MThd").decode())]), "MIDI file of the gallery is damaged"),
        (signed([HEAD, entry(parent="zzzzzzzzzzzz")]), "does not stand before it"),
        (signed([HEAD, {"of": "abcdefghijkl", "likes": ["0" * 64]}]), "likes of another entry"),
        (signed([HEAD, entry(), {"of": "abcdefghijkl", "likes": ["nonsense"]}]), "likes are damaged"),
        (signed([HEAD, entry(), {"of": "abcdefghijkl", "likes": ["0" * 64] * 6000}]), "Its likes"),
        (signed([HEAD, entry(), {"of": "abcdefghijkl", "likes": 10**6}]), "Its likes"),
        (signed([HEAD, entry(parent="abcdefghijkl")]), "does not stand before it"),
    ],
)
def test_a_hostile_file_gets_one_sentence_and_leaves_nothing(sqlite_gallery, data, sentence):
    there = keep(sqlite_gallery, "There").entry
    with pytest.raises(GalleryError, match=sentence) as refused:
        read_all(sqlite_gallery, io.BytesIO(data))
    assert "\n" not in str(refused.value)
    assert sqlite_gallery.page("newest").entries == (there,)


def test_likes_of_a_file_are_counted_not_believed(sqlite_gallery):
    likes = {"of": "abcdefghijkl", "likes": ["0" * 64, "0" * 64, "1" * 64]}
    assert read_all(sqlite_gallery, io.BytesIO(signed([HEAD, entry(n_likes=10**6, number=7), likes]))) == (1, 0)
    assert sqlite_gallery.entry("abcdefghijkl").n_likes == 2


def test_the_command_line_exports_imports_lists_and_hides(sqlite_gallery, tmp_path, monkeypatch, capsys):
    from koe.cli import main

    keep(sqlite_gallery, "There")
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "own.db"))
    file = str(tmp_path / "all.jsonl")
    assert main(["gallery", "export", file]) == 0
    assert json.loads(capsys.readouterr().out)["entries"] == 1
    id = sqlite_gallery.page("newest").entries[0].id
    assert main(["gallery", "hide", id]) == 0
    assert main(["gallery", "list", "--hidden"]) == 0
    assert f'"id": "{id}"' in capsys.readouterr().out
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "other" / "new.db"))
    assert main(["gallery", "import", file]) == 0
    assert json.loads(capsys.readouterr().out) == {"new": 1, "known": 0}
    monkeypatch.setenv("KOE_GALLERY", "off")
    assert main(["gallery", "list"]) == 2
    assert "KOE_GALLERY is off" in capsys.readouterr().err
    other = Gallery.open(f"sqlite:///{tmp_path / 'other' / 'new.db'}")
    assert [one.title for one in other.page("newest").entries] == ["There"]
    other.close()
