"""Opening the gallery's database: a file of SQLite's, or a PostgreSQL server.

SQLite writes ahead (WAL), so that readers never wait, and each commit waits for
the disk (synchronous FULL): what has been acknowledged is there after a crash.
A transaction that will write says so when it begins; one that only later turns
to writing could not wait for another writer.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from koe.errors import InputError, StoreError

BUSY_MS = 15_000  # for which a writer waits for another one
POOL_SEC = 15.0
CONNECT_SEC = 10  # for which a server that does not answer is waited for
_WRITES = "koe_writes"
SQLITE, POSTGRES = "sqlite", "postgresql"
UNREACHABLE = "The gallery cannot be reached just now; try again in a moment."


def open_database(url: str) -> Engine:
    """An engine for a database; nothing is created in it.

    Parameters
    ----------
    url : str
        ``sqlite:////path/to/file`` or ``postgresql://user:password@host/name``.

    Raises
    ------
    InputError
        If the address is of no database that Koe knows, or its driver is missing.
    StoreError
        If the folder of the file cannot be made.
    """
    try:
        parts = make_url(url)
    except ArgumentError:
        raise _unknown() from None
    kind = parts.get_backend_name()
    if kind == POSTGRES:
        try:
            return create_engine(
                parts.set(drivername="postgresql+psycopg"),
                pool_pre_ping=True,
                pool_timeout=POOL_SEC,
                pool_size=8,
                connect_args={"connect_timeout": CONNECT_SEC},
            )
        except ModuleNotFoundError:
            raise InputError(
                "A gallery in PostgreSQL takes psycopg; install it: pip install -r requirements-postgres.txt"
            ) from None
    if kind != SQLITE or not parts.database or parts.database == ":memory:":
        raise _unknown()
    file = Path(parts.database).expanduser().absolute()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Deletion tokens are hashed, but what is hidden is nobody else's business on this machine.
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"The gallery's file {file} cannot be made ({error.strerror}).") from error
    engine = create_engine(parts.set(drivername="sqlite", database=str(file)), pool_timeout=POOL_SEC)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _unknown() -> InputError:
    return InputError(
        "KOE_DATABASE_URL names no database that Koe knows; set it to one such as "
        "postgresql://user:password@host/koe or sqlite:////var/lib/koe/gallery.db, or not at all."
    )


def _set_up_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, not where Python guesses
    for setting in (
        f"busy_timeout = {BUSY_MS}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "trusted_schema = OFF",
    ):
        _patiently(connection, f"PRAGMA {setting}")


def _patiently(connection: Any, statement: str) -> None:
    """Changing to WAL is refused at once while another connection does the same."""
    end = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute(statement).close()
            return
        except connection.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads.

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    with _told(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes; when the ``with`` has ended without an error, all of it is on the disk.

    Raises
    ------
    StoreError
        If the database cannot be reached, or the disk is full.
    """
    with _told(), engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
        yield connection


def inserting(connection: Connection, table: Any) -> Any:
    """An insertion that has ``on_conflict_do_nothing``, in the words of this database."""
    return (postgres_insert if connection.dialect.name == POSTGRES else sqlite_insert)(table)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise StoreError(UNREACHABLE) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{UNREACHABLE} ({type(error).__name__})") from error
