"""Entries: kept, found, liked, hidden, taken away, and what they came from; on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from koe.errors import GalleryError, InputError, StoreError
from koe.gallery import Gallery, tokens
from koe.gallery import gallery as gallery_module
from koe.gallery.database import open_database, reading
from koe.gallery.lists import DRAWN
from koe.gallery.music import packed, unpacked
from koe.gallery.tables import EntryRow, LikeRow
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Piece
from tests.gallery.conftest import MAKING, MIDI, PIECE, keep


def titles(page) -> list[str]:
    return [one.title for one in page.entries]


def family(gallery, id) -> list[tuple[str | None, int]]:
    return [(one.entry.title if one.entry else None, one.depth) for one in gallery.family(id).relatives]


def test_what_was_kept_is_found_with_its_music(gallery):
    kept = keep(gallery, "  Für   Élise ", exhibition="Night of science", model="tr1")
    assert gallery.entry(kept.entry.id) == kept.entry
    assert (kept.entry.title, kept.entry.exhibition, kept.entry.model) == ("Für Élise", "Night of science", "tr1")
    assert gallery.music(kept.entry.id) == (MAKING, MIDI)
    assert titles(gallery.page("newest")) == ["Für Élise"]


def test_a_piece_comes_back_exactly_with_what_made_it():
    made = replace(PIECE, made_by=Making("tr1", 7, (("measures", "8"),)))
    assert unpacked(packed(made, 12)) == (made, 12)
    assert unpacked(packed(made, 12))[0].made_by == made.made_by
    assert unpacked(packed(PIECE, None)) == (PIECE, None)


@pytest.mark.parametrize(
    ("piece", "reason"),
    [(Piece((), 96), "silent"), (Piece((Note(0, 60, 24),), 24 * 4 * 2000), "lasting")],
)
def test_what_is_silent_or_endless_is_not_kept(piece, reason):
    with pytest.raises(GalleryError) as refused:
        packed(piece, None)
    assert refused.value.reason == reason


@pytest.mark.parametrize("order", ["newest", "liked", "chance", "exhibition"])
def test_every_list_gives_each_entry_once_page_by_page(gallery, order):
    kept = [keep(gallery, f"Piece {number}", exhibition="Hall") for number in range(11)]
    keep(gallery, "Elsewhere")
    gallery.hide(keep(gallery, "Out of sight", exhibition="Hall").entry.id)
    for one in kept[3:5]:
        gallery.like(one.entry.id, gallery.new_visitor())
    found, after = [], ""
    for _ in range(4):
        page = gallery.page(order, after, 4, exhibition="Hall")
        found += page.entries
        after = page.after
        if not after:
            break
    wanted = {f"Piece {number}" for number in range(11)} | (set() if order == "exhibition" else {"Elsewhere"})
    assert not after
    assert len(found) == len(wanted)
    assert {one.title for one in found} == wanted
    if order == "newest":
        assert [one.created for one in found] == sorted((one.created for one in found), reverse=True)
    if order == "liked":
        assert [one.title for one in found[:3]] == ["Piece 4", "Piece 3", "Elsewhere"]


def test_what_comes_meanwhile_moves_nothing_twice_into_sight(gallery):
    for number in range(4):
        keep(gallery, f"Piece {number}")
    first = gallery.page("newest", size=2)
    keep(gallery, "Late")
    assert titles(first) + titles(gallery.page("newest", first.after, 2)) == [
        "Piece 3",
        "Piece 2",
        "Piece 1",
        "Piece 0",
    ]


def test_chance_begins_anywhere(gallery, monkeypatch):
    shuffles = iter([10, 20, 30])
    monkeypatch.setattr(gallery_module.secrets, "randbelow", lambda most: next(shuffles))
    for number in range(3):
        keep(gallery, f"Piece {number}")
    for start, wanted in ((0, [0, 1, 2]), (20, [1, 2, 0]), (21, [2, 0, 1]), (DRAWN - 1, [0, 1, 2])):
        monkeypatch.setattr("koe.gallery.lists.secrets.randbelow", lambda most, start=start: start)
        first = gallery.page("chance", size=2)
        rest = gallery.page("chance", first.after, 2)
        assert titles(first) + titles(rest) == [f"Piece {number}" for number in wanted]
        assert not rest.after


@pytest.mark.parametrize("after", ["1", "1.2.3.4", "a.b", "1.2; DROP TABLE entries", "9" * 30 + ".1", "１.２", "1.2\n"])
def test_a_list_goes_on_only_where_one_ended(gallery, after):
    keep(gallery)
    with pytest.raises(GalleryError, match="does not go on there"):
        gallery.page("newest", after)


# -- likes ---------------------------------------------------------------------


def test_a_visitor_likes_a_piece_once_and_may_take_it_back(gallery):
    id, other = keep(gallery).entry.id, keep(gallery).entry.id
    visitor, second = gallery.new_visitor(), gallery.new_visitor()
    assert [gallery.like(id, visitor) for _ in range(3)] == [1, 1, 1]
    assert gallery.like(id, second) == 2
    assert gallery.liked(visitor, [id, other]) == {id}
    assert [gallery.like(id, visitor, likes=False) for _ in range(2)] == [1, 1]
    assert gallery.liked(visitor, [id, other]) == set()
    assert gallery.entry(id).n_likes == 1


def test_tokens_that_nobody_gave_count_for_nothing(gallery, tmp_path):
    id = keep(gallery).entry.id
    name, _, signature = gallery.new_visitor().partition(".")
    other_name = tokens.new_visitor(b"x" * 32)
    for made_up in ("", "A" * 16 + "." + "A" * 20, f"{'B' * 16}.{signature}", f"{name}.", other_name, "é" * 37):
        with pytest.raises(GalleryError):
            gallery.like(id, made_up)
        assert gallery.liked(made_up, [id]) == set()
    assert gallery.entry(id).n_likes == 0


def test_a_second_server_of_the_same_gallery_knows_the_tokens_of_the_first(gallery, url):
    visitor = gallery.new_visitor()
    second = Gallery.open(url)
    assert second.knows(visitor)
    second.close()


def test_likes_that_come_at_once_are_all_counted(gallery):
    id = keep(gallery).entry.id
    visitors = [gallery.new_visitor() for _ in range(12)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda visitor: gallery.like(id, visitor), visitors * 2))
    assert gallery.entry(id).n_likes == 12


def test_the_database_does_not_tell_what_one_visitor_likes(gallery):
    visitor = gallery.new_visitor()
    for _ in range(2):
        gallery.like(keep(gallery).entry.id, visitor)
    with reading(gallery.engine) as connection:
        marks = [bytes(mark) for mark in connection.execute(select(LikeRow.visitor)).scalars()]
    assert len(set(marks)) == 2
    assert not any(visitor.encode() in mark for mark in marks)


# -- ancestry ------------------------------------------------------------------


def test_a_family_is_a_tree(gallery):
    root = keep(gallery, "Root").entry.id
    left, right = (keep(gallery, title, parent=root).entry.id for title in ("Left", "Right"))
    keep(gallery, "Leaf 1", parent=left)
    leaf = keep(gallery, "Leaf 2", parent=left).entry.id
    keep(gallery, "Beside", parent=right)
    assert family(gallery, root) == [
        ("Root", 0), ("Left", 1), ("Leaf 1", 2), ("Leaf 2", 2), ("Right", 1), ("Beside", 2),
    ]  # fmt: skip
    assert family(gallery, leaf) == [("Root", 0), ("Left", 1), ("Leaf 2", 2)]
    assert gallery.family(root).is_whole
    gallery.hide(left)
    assert family(gallery, leaf) == [("Root", 0), (None, 1), ("Leaf 2", 2)]


def test_a_large_family_is_cut(gallery, monkeypatch):
    monkeypatch.setattr(gallery_module, "MAX_DESCENDANTS", 5)
    monkeypatch.setattr(gallery_module, "MAX_ANCESTORS", 3)
    root = last = keep(gallery, "0").entry.id
    for number in range(1, 8):
        last = keep(gallery, str(number), parent=last).entry.id
    assert not gallery.family(root).is_whole
    assert family(gallery, root) == [(str(number), number) for number in range(6)]
    assert not gallery.family(last).is_whole
    assert family(gallery, last) == [("4", 0), ("5", 1), ("6", 2), ("7", 3)]


def test_a_parent_that_has_gone_counts_as_none(gallery):
    parent = keep(gallery)
    gallery.remove(parent.entry.id, parent.deletion)
    assert not keep(gallery, parent=parent.entry.id).entry.has_parent


# -- taking away and hiding ------------------------------------------------------


def test_a_deletion_token_takes_its_own_entry_away_and_no_other(gallery):
    kept, other = keep(gallery, "Mine"), keep(gallery, "Other")
    gallery.like(kept.entry.id, gallery.new_visitor())
    stored = tokens.hash_of(kept.deletion)
    for attack in (
        other.deletion,
        "",
        "%",
        stored.hex(),
        stored.decode("latin-1"),
        kept.deletion.swapcase(),
        "' OR 1=1",
    ):
        with pytest.raises(GalleryError) as wrong:
            gallery.remove(kept.entry.id, attack)
    with pytest.raises(GalleryError) as missing:
        gallery.remove("x" * 12, kept.deletion)
    assert str(wrong.value) == str(missing.value)  # nobody finds out which ids there are
    gallery.remove(kept.entry.id, kept.deletion)
    assert titles(gallery.page("newest")) == ["Other"]
    with reading(gallery.engine) as connection:
        assert connection.execute(select(LikeRow)).all() == []
    with pytest.raises(GalleryError):
        gallery.remove(kept.entry.id, kept.deletion)


def test_no_deletion_token_is_in_the_database(gallery):
    kept = keep(gallery)
    with reading(gallery.engine) as connection:
        row = connection.execute(select(*EntryRow.__table__.columns)).one()
    assert not any(kept.deletion in str(value) for value in row)


def test_what_came_of_an_entry_stays_in_the_tree_when_that_goes(gallery):
    root = keep(gallery, "Root")
    middle = keep(gallery, "Middle", parent=root.entry.id)
    leaf = keep(gallery, "Leaf", parent=middle.entry.id).entry.id
    gallery.remove(middle.entry.id, middle.deletion)
    assert family(gallery, leaf) == [("Root", 0), ("Leaf", 1)]
    gallery.remove(root.entry.id, root.deletion)
    assert family(gallery, leaf) == [("Leaf", 0)]
    assert not gallery.entry(leaf).has_parent


def test_what_is_hidden_is_nowhere_until_it_is_shown_again(gallery):
    id = keep(gallery, "Rude").entry.id
    gallery.hide(id)
    for order in ("newest", "liked", "chance", "exhibition"):
        assert titles(gallery.page(order)) == []
    for ask in (gallery.entry, gallery.music, lambda id: gallery.like(id, gallery.new_visitor())):
        with pytest.raises(GalleryError, match="no such piece"):
            ask(id)
    assert titles(gallery.page("newest", hidden=True)) == ["Rude"]
    gallery.hide(id, hidden=False)
    assert titles(gallery.page("newest")) == ["Rude"]
    with pytest.raises(GalleryError):
        gallery.hide("x" * 12)


# -- the database ----------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "nonsense", "http://x/"])
def test_other_databases_are_refused_in_one_sentence(url):
    with pytest.raises(InputError, match="KOE_DATABASE_URL names no database"):
        open_database(url)


def test_a_server_that_is_away_is_said_in_one_sentence_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="cannot be reached") as error:
        Gallery.open(f"postgresql://koe:secret@/postgres?host={tmp_path}")
    assert "secret" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made"):
        Gallery.open(f"sqlite:///{tmp_path / 'file' / 'gallery.db'}")


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "gallery.db").write_bytes(b"no database " * 1000)
    with pytest.raises(StoreError, match="cannot be reached"):
        Gallery.open(f"sqlite:///{tmp_path / 'gallery.db'}")


def test_sqlite_waits_for_the_disk_and_keeps_its_promises(sqlite_gallery):
    with reading(sqlite_gallery.engine) as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 15_000}


def test_readers_do_not_wait_for_a_writer(sqlite_gallery):
    keep(sqlite_gallery, "There")
    from koe.gallery.database import writing

    with writing(sqlite_gallery.engine) as connection:
        connection.execute(EntryRow.__table__.update().values(title="Later"))
        seen: list[str] = []
        reader = threading.Thread(target=lambda: seen.extend(titles(sqlite_gallery.page("newest"))))
        reader.start()
        reader.join(60)
        assert seen == ["There"]


def test_others_on_the_machine_do_not_read_the_file(sqlite_gallery):
    import stat
    from pathlib import Path

    file = Path(sqlite_gallery.engine.url.database)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
