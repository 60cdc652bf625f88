"""The gallery's tables.

Every list is one index read in its order: `LISTS` names the columns, after
``hidden``, which is the same for all rows of a list. Times are whole
microseconds since 1970, which both databases keep exactly and compare quickly.
What is large stands last in a row, so that reading a list does not touch it.
"""

from sqlalchemy import BigInteger, Boolean, Float, ForeignKey, Index, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_CHARS = 16
MAX_TITLE_CHARS = 80
MAX_EXHIBITION_CHARS = 40
HASH_BYTES = 32
# SQLite gives a row its number by itself only in a column of this very type.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

# By which columns each list is sorted, the last one telling rows apart.
LISTS = {
    "newest": ("created_us", "number"),
    "liked": ("n_likes", "number"),
    "chance": ("shuffle", "number"),
    "exhibition": ("exhibition", "created_us", "number"),
}


class Base(DeclarativeBase):
    """Of all tables; constraints have names, so that a migration can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class EntryRow(Base):
    """A piece that somebody keeps here.

    Attributes
    ----------
    number : int
        In the order in which they came; a parent's is smaller than its children's.
    id : str
        In addresses; says nothing.
    created_us : int
    parent : int or None
        Of which it was made.
    n_likes : int
        How many rows of `LikeRow` it has, counted along so that they can be sorted by.
    shuffle : int
        Drawn at random, below 2**31: the order of the list by chance.
    deletion : bytes
        SHA-256 of the token that takes it away.
    making : bytes
        What reproduces it; see `koe.gallery.music`.
    """

    __tablename__ = "entries"
    __table_args__ = (
        *(Index(f"ix_entries_by_{name}", "hidden", *columns) for name, columns in LISTS.items()),
        # Numbers are never given twice, even after the last row has gone.
        {"sqlite_autoincrement": True},
    )

    number: Mapped[int] = mapped_column(_NUMBER, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(ID_CHARS), unique=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE_CHARS))
    created_us: Mapped[int] = mapped_column(BigInteger)
    parent: Mapped[int | None] = mapped_column(_NUMBER, ForeignKey("entries.number", ondelete="SET NULL"), index=True)
    n_likes: Mapped[int] = mapped_column(Integer, default=0)
    hidden: Mapped[bool] = mapped_column(Boolean, default=False)
    shuffle: Mapped[int] = mapped_column(Integer)
    exhibition: Mapped[str] = mapped_column(String(MAX_EXHIBITION_CHARS), default="")
    seconds: Mapped[float] = mapped_column(Float)
    model: Mapped[str] = mapped_column(String(80), default="")
    deletion: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES))
    making: Mapped[bytes] = mapped_column(LargeBinary)
    midi: Mapped[bytes] = mapped_column(LargeBinary)


class LikeRow(Base):
    """That somebody likes a piece; ``visitor`` is a hash that is another one for each piece."""

    __tablename__ = "likes"

    entry: Mapped[int] = mapped_column(_NUMBER, ForeignKey("entries.number", ondelete="CASCADE"), primary_key=True)
    visitor: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), primary_key=True)
    created_us: Mapped[int] = mapped_column(BigInteger)


class SecretRow(Base):
    """What the servers of one gallery must agree on: the key by which they know the tokens that they gave."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
