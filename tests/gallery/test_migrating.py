"""The tables are made, changed and taken away by versions; on both databases."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect, text

from koe.errors import StoreError
from koe.gallery import Gallery, migrating
from koe.gallery.database import open_database, writing
from tests.gallery.conftest import keep


def tables(engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_up_and_down_and_up_again(url):
    engine = open_database(url)
    assert tables(engine) == set()
    for _ in range(2):
        migrating.upgrade(engine)
        migrating.upgrade(engine)  # changes nothing
        assert tables(engine) == {"alembic_version", "entries", "likes", "secrets"}
        assert migrating.differences(engine) == []
        gallery = Gallery(engine)
        keep(gallery, "There")
        migrating.downgrade(engine)
        assert tables(engine) == {"alembic_version"}
    engine.dispose()


def test_a_change_that_no_version_makes_is_seen(gallery):
    with writing(gallery.engine) as connection:
        connection.execute(text("ALTER TABLE likes DROP COLUMN created_us"))
        connection.execute(text("DROP INDEX ix_entries_by_liked"))
    assert len(migrating.differences(gallery.engine)) == 2


def test_servers_that_start_at_once_make_the_tables_once(url):
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: Gallery.open(url), range(4)))
    for number, gallery in enumerate(opened):
        keep(gallery, f"Piece {number}")
    assert len(opened[0].page("newest").entries) == 4
    for gallery in opened:
        gallery.close()


def test_a_change_that_fails_leaves_nothing_half_done(url, monkeypatch):
    from koe.gallery.versions import first

    engine = open_database(url)
    script = migrating._script()
    module = script.get_revision("0001").module

    def fails() -> None:
        first.upgrade()
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(module, "upgrade", fails)
    monkeypatch.setattr(migrating, "_script", lambda: script)
    with pytest.raises(sqlite3.OperationalError):
        migrating.upgrade(engine)
    assert tables(engine) == set()
    engine.dispose()


def test_a_database_of_a_newer_koe_is_left_alone(gallery, url):
    keep(gallery, "There")
    with writing(gallery.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version of Koe"):
        Gallery.open(url)
