"""What a project holds: the pieces, the chosen segment, the latent vectors, the takes and their tree, the settings.

As a file it is JSON, ``"koe": "project"`` with a version, see
`koe.projects.reading`. All of it is plain values; opening one runs nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from koe.music.grid import MAX_STEPS
from koe.music.piece import Piece
from koe.projects.branching import branches_at
from koe.projects.recipes import Wished, recipe_of

if TYPE_CHECKING:
    from koe.models.registry import Registry

KIND, LINE = "project", "line"
ENDING = ".koe.json"
VERSION = 3

MAX_TAKES = 128
MAX_PIECES = 192
MAX_ALL_NOTES = 240_000
MAX_TAKE_NOTES = 160_000  # of all takes together, so that there is room for the other pieces
MAX_ALL_STEPS = 24 * MAX_STEPS  # sixteenths, silent ones as well
MAX_TAKE_STEPS = 16 * MAX_STEPS
MAX_CHANGES = 120_000  # of tempo, metre, key or pedal in one piece
MAX_ALL_CHANGES = 480_000
MAX_TAKE_CHANGES = 320_000
MAX_MOMENTS = 41  # of a line
MAX_TITLE_CHARS = 400
MAX_WARNINGS = 20
MAX_NAME_CHARS = 80
MAX_SETTINGS = 64
MAX_LATENTS = 1024
MAX_MODELS = 64
LATENT_BOUND = 1e4


@dataclass(frozen=True)
class Take:
    """One thing that chance made, and what it branched from.

    How it was made, its seed, settings and notes are the piece's own
    (``piece.made_by``, ``piece.notes``).

    Attributes
    ----------
    id : str
        Unlike those of all other takes of the project.
    piece : Piece
    made_from : int
        Step from which on it is its own; before that it is what was heard.
    parent : str or None
        Id of the take that it goes on from; None where it began anew.
    bar : int or None
        Measure of the parent, from 1, at which it branches off.
    """

    id: str
    piece: Piece
    made_from: int = 0
    parent: str | None = None
    bar: int | None = None


@dataclass(frozen=True)
class Project:
    """Everything that a visitor has under their hands.

    Attributes
    ----------
    piece : Piece or None
        The current one.
    measure : int
        First measure of its chosen segment, from 1.
    latents : mapping of str to tuple of float
        The vector that each model was left at.
    takes : tuple of Take
        In the order in which they were made; a parent stands before its children.
    shown : tuple of str
        Ids of the takes that the visitor looked at last.
    others : mapping of str to Piece
        Pieces that were brought for a purpose, such as the end of a path.
    settings : mapping of str to int, float, bool or str
        Seeds and other choices, by the names that the pages give them.
    weights : mapping of str to str
        SHA-256 of the weights of every model that had a part in it.
    """

    piece: Piece | None = None
    measure: int = 1
    latents: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    takes: tuple[Take, ...] = ()
    shown: tuple[str, ...] = ()
    others: Mapping[str, Piece] = field(default_factory=dict)
    settings: Mapping[str, int | float | bool | str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All pieces, the current one first."""
        first = (self.piece,) if self.piece is not None else ()
        others = (self.others[name] for name in sorted(self.others))
        return (*first, *(take.piece for take in self.takes), *others)

    @property
    def models(self) -> tuple[str, ...]:
        """Names of all models that had a part in it."""
        made = {piece.made_by.model for piece in self.pieces if piece.made_by}
        return tuple(sorted(made | set(self.latents)))


@dataclass(frozen=True)
class Line:
    """What a visitor did, for undoing it in another session.

    Attributes
    ----------
    moments : tuple of Project
        One after the other; they share their pieces.
    at : int
        Which of them is the present; what comes after was taken back.
    """

    moments: tuple[Project, ...]
    at: int


def fits_in_line(moments: Sequence[Project]) -> bool:
    """Whether a reader takes all pieces of these moments together."""
    pieces = {id(piece): piece for project in moments for piece in project.pieces}.values()
    return (
        len(moments) <= MAX_MOMENTS
        and len(pieces) <= MAX_PIECES
        and sum(len(piece.notes) for piece in pieces) <= MAX_ALL_NOTES
        and sum(n_changes(piece) for piece in pieces) <= MAX_ALL_CHANGES
    )


def weights_of(models: tuple[str, ...], registry: "Registry") -> dict[str, str]:
    """Hashes of the weights of those models that are here."""
    known = {card.name: card.weights_sha256 for card in registry.cards()}
    return {name: known[name] for name in models if name in known}


def strangers(project: Project, registry: "Registry") -> tuple[str, ...]:
    """Models of the project whose weights are others here, or are not here at all."""
    here = weights_of(project.models, registry)
    return tuple(name for name, hash in sorted(project.weights.items()) if here.get(name, "") != hash)


def with_take(takes: tuple[Take, ...], piece: Piece, made_from: int) -> tuple[Take, ...]:
    """The takes with one more, which finds its place in their tree; the same takes if it is one of them.

    A take goes on from another if what it heard is a part of that one which
    ends after that one's own beginning: the whole of it up to a bar, or four
    measures from a bar on. The oldest are dropped above `MAX_TAKES` and
    `MAX_TAKE_NOTES`, `MAX_TAKE_CHANGES` or `MAX_TAKE_STEPS`; their children begin anew.
    """
    if any(take.piece == piece and take.piece.made_by == piece.made_by for take in takes):
        return takes
    parent = bar = None
    heard = piece.slice_steps(0, made_from)
    for take in reversed(takes):
        found = branches_at(take.piece, take.made_from, heard)
        if found:
            parent, bar = take.id, found
            break
    number = max((int(take.id[1:]) for take in takes if take.id[1:].isdecimal()), default=0) + 1
    every = (*takes, Take(f"t{number}", piece, made_from, parent, bar))
    kept = every[-MAX_TAKES:]
    while len(kept) > 1 and (
        sum(len(take.piece.notes) for take in kept) > MAX_TAKE_NOTES
        or sum(n_changes(take.piece) for take in kept) > MAX_TAKE_CHANGES
        or sum(take.piece.n_steps for take in kept) > MAX_TAKE_STEPS
    ):
        kept = kept[1:]
    ids = {take.id for take in kept}
    return tuple(
        take if take.parent in ids or take.parent is None else Take(take.id, take.piece, take.made_from)
        for take in kept
    )


def n_changes(piece: Piece) -> int:
    """How often tempo, metre, key and pedal of a piece change."""
    return len(piece.tempos) + len(piece.time_signatures) + len(piece.keys) + len(piece.pedal)


def is_take(piece: Piece) -> bool:
    """Whether chance had a hand in a piece, so that it is worth keeping."""
    return is_filling(piece) or (piece.made_by is not None and hasattr(recipe_of(piece), "seed"))


def is_composed(piece: Piece) -> bool:
    """Whether it was composed as a whole from wishes."""
    return piece.made_by is not None and isinstance(recipe_of(piece), Wished)


def is_filling(piece: Piece) -> bool:
    """Whether a network found a part of it between what was there, as `koe.studio.filling` does."""
    making = piece.made_by
    return making is not None and making.seed is not None and dict(making.settings).get("filling", "").isdecimal()


def plain(text: str) -> str:
    """A text without signs that print nothing, which have no place in a title."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
