"""The versions of the gallery's tables, and the way from one to another, up and down (`koe/gallery/versions`)."""

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from koe.errors import StoreError
from koe.gallery.database import POSTGRES, reading, writing
from koe.gallery.tables import Base

HEAD, NOTHING = "head", "base"
_HERE = Path(__file__).parent
_LOCK = 0x6B6F65  # of PostgreSQL: one server changes the tables, another one waits


def upgrade(engine: Engine) -> None:
    """Bring the tables to this Koe's version; nothing is done where they have it.

    Raises
    ------
    StoreError
        If the database cannot be reached, or is of a newer Koe.
    """
    script = _script()
    with reading(engine) as connection:
        now = _version(connection)
    if now == script.get_current_head():
        return
    if now is not None and now not in {one.revision for one in script.walk_revisions()}:
        raise StoreError("The gallery's database was made by a newer version of Koe; this one cannot open it.")
    _migrate(engine, HEAD)


def downgrade(engine: Engine, to: str = NOTHING) -> None:
    """Take the tables back to an earlier version; with ``"base"`` all that is in them is gone.

    Raises
    ------
    StoreError
        If the database cannot be reached.
    """
    _migrate(engine, to, down=True)


def differences(engine: Engine) -> list[Any]:
    """What tables in the database are unlike those that the code knows; empty where the versions are complete."""
    with reading(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def _script() -> ScriptDirectory:
    return ScriptDirectory(str(_HERE), version_locations=[str(_HERE / "versions")])


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(engine: Engine, to: str, *, down: bool = False) -> None:
    script = _script()

    def steps(now: Any, _: Any) -> Any:
        return script._downgrade_revs(to, now) if down else script._upgrade_revs(to, now)

    with writing(engine) as connection:
        if engine.dialect.name == POSTGRES:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        with EnvironmentContext(Config(), script, fn=steps) as environment:
            environment.configure(connection=connection, target_metadata=Base.metadata)
            environment.run_migrations()
