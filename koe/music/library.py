"""The demo pieces that come with the app: ``assets/pieces/*.score``.

They are openings of works in the public domain, written in the notation of
`koe.music.score` and compared note by note with another edition of the same
music; ``assets/pieces/README.md`` gives the figures.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from koe.errors import InputError
from koe.music.piece import Piece
from koe.music.score import Score, read_score
from koe.settings import asset_folder

PIECES_DIR = asset_folder("pieces")


@dataclass(frozen=True)
class LibraryEntry:
    """What there is to know about a demo piece before it is opened.

    Attributes
    ----------
    slug : str
        Name of the piece's file without its ending; `load_piece` takes it.
    title, composer, opus, key : str
        For people; ``opus`` may be empty.
    years : str
        The composer's, such as ``"1685-1750"``.
    checked_against : str
        The edition that the score was compared with.
    differences : tuple of str
        What differs from that edition on purpose: "measures: what".
    n_measures : int
        A measure before the first full one counts.
    """

    slug: str
    title: str
    composer: str
    years: str
    opus: str
    key: str
    checked_against: str
    differences: tuple[str, ...]
    n_measures: int

    @property
    def label(self) -> str:
        """Composer and title in one line, such as ``"Erik Satie: Gymnopédie no. 1"``."""
        return f"{self.composer}: {self.title}"


def list_pieces() -> tuple[LibraryEntry, ...]:
    """All demo pieces, by the composers' year of birth; read once a process."""
    return _list_pieces(PIECES_DIR)


def load_piece(slug: str) -> Piece:
    """Read a demo piece.

    Raises
    ------
    InputError
        If there is no piece of that name.
    """
    return _scores(PIECES_DIR)[_known(slug)].piece


def load_score(slug: str) -> Score:
    """Read a demo piece with the header of its score; see `load_piece`."""
    return _scores(PIECES_DIR)[_known(slug)]


def _known(slug: str) -> str:
    scores = _scores(PIECES_DIR)
    if slug not in scores:
        raise InputError(f"There is no demo piece {slug!r}; there are {', '.join(sorted(scores))}.")
    return slug


@cache
def _scores(directory: Path) -> dict[str, Score]:
    scores = {}
    for path in sorted(directory.glob("*.score")):
        try:
            scores[path.stem] = read_score(path.read_text(encoding="utf-8"))
        except InputError as error:
            raise InputError(f"{path.name}: {error}") from error
    return scores


@cache
def _list_pieces(directory: Path) -> tuple[LibraryEntry, ...]:
    entries = [_entry(slug, score) for slug, score in _scores(directory).items()]
    return tuple(sorted(entries, key=lambda entry: (entry.years, entry.composer, entry.title)))


def _entry(slug: str, score: Score) -> LibraryEntry:
    fields = score.fields
    source = ", ".join(filter(None, (fields.get("checked-against"), fields.get("source"))))
    return LibraryEntry(
        slug=slug,
        title=fields["title"],
        composer=fields["composer"],
        years=fields.get("dates", ""),
        opus=fields.get("opus", ""),
        key=fields.get("key", ""),
        checked_against=source,
        differences=tuple(fields.get("difference", "").splitlines()),
        n_measures=score.piece.n_measures,
    )
