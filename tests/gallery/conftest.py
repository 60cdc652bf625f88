"""Every test of a gallery runs on SQLite, and on PostgreSQL where its server is installed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from koe.gallery import Gallery
from koe.gallery.database import open_database
from koe.gallery.music import packed
from koe.music.library import load_piece
from koe.music.midi import write_midi
from tools.throwaway_postgres import MISSING, postgres, programs


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    if programs() is None:
        pytest.skip(MISSING)
    with postgres() as server:
        yield server.url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gallery.db'}"
    address = request.getfixturevalue("postgres_url")
    engine = open_database(address)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return address


@pytest.fixture
def gallery(url) -> Iterator[Gallery]:
    opened = Gallery.open(url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_gallery(tmp_path) -> Iterator[Gallery]:
    """For what does not depend on the database."""
    opened = Gallery.open(f"sqlite:///{tmp_path / 'own.db'}")
    yield opened
    opened.close()


PIECE = load_piece("bach-musette")
MAKING, MIDI = packed(PIECE, None), write_midi(PIECE)


def keep(gallery: Gallery, title: str = "A piece", **more):
    """An entry and its deletion token."""
    return gallery.keep(title, MAKING, MIDI, seconds=PIECE.duration_sec, **more)
