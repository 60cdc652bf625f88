"""What pages keep with `koe.web.session.state`, and what undo and projects do with each value.

Each is declared here once, by its name or by what its name is like. A value that
is not named is taken back by undo, and stands in no project.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from koe.errors import InputError
from koe.generation.forms import blocks_of
from koe.music.notes import chord_from_names
from koe.web.session import state

TAKES, RECIPES, CONTINUED, COMPOSED, FILLED = "project_takes", "recipes", "continued", "composed", "filled"
LATENTS = state.LATENTS
POINT = "square-point"
FORM, FORM_AT_FIRST = "compose-form", "A A' B A"
REMARKS = "continue_remarks"
MAX_CHORD_CHARS = 200
MAX_MEASURES = 100_000


@dataclass(frozen=True)
class Kept:
    """What undo and projects do with a value.

    Attributes
    ----------
    undone : bool
        Whether undo takes it back; not what only says how a page stands at the moment.
    made : bool
        Whether it is something that a visitor made when it is first there;
        whatever else is new, a page has only set up for itself.
    plays : bool
        Whether it is a tuple that ends with the visit on which it plays by itself.
    along : bool
        Whether it comes along with something else that was done, or of itself
        with a link that was followed.
    moves : bool
        Whether it moves under a hand, so that its places on the way are one step.
    fits : callable, optional
        Which values may come from a project, for those that are its settings.
    piece : str, optional
        By which name a project holds it, for those that are pieces.
    widget : str, optional
        Key of the widget that shows it, and takes it up anew where it was changed.
    """

    undone: bool = True
    made: bool = False
    plays: bool = False
    along: bool = False
    moves: bool = False
    fits: Callable[[object], bool] | None = None
    piece: str | None = None
    widget: str | None = None


def _seed(value: object) -> bool:
    return type(value) is int and 0 <= value <= state.MAX_SEED


def _chord(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) <= MAX_CHORD_CHARS and bool(chord_from_names(value))
    except InputError:
        return False


def _form(value: object) -> bool:
    try:
        blocks = blocks_of(value) if isinstance(value, str) else []
    except InputError:
        return False
    return len(blocks) == len(FORM_AT_FIRST.split()) and {letter for letter, _ in blocks} <= set("ABC")


def _measure(value: object) -> bool:
    return type(value) is int and 1 <= value <= MAX_MEASURES


def _place(value: object) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"[a-z0-9-]{1,80}", value))


def _seed_of(page: str) -> dict[str, Kept]:
    return {f"{page}-seed": Kept(fits=_seed, widget=f"{page}-seed-number")}


# In the order in which a project holds them.
VALUES: dict[str, Kept] = {
    "home_seed": Kept(fits=_seed),
    **_seed_of("compose"),
    FORM: Kept(fits=_form),
    **_seed_of("continue"),
    **_seed_of("fill"),
    **_seed_of("interpolate"),
    "chord": Kept(fits=_chord, widget="chord-names"),
    # Measures of the current piece.
    **{name: Kept(made=True, moves=True, fits=_measure) for name in state.PLACES},
    # Which piece stands at each place of a page with several, and where its segment starts.
    **{f"{place}-piece": Kept(made=True, fits=_place) for place in state.CHOICES},
    **{f"{place}-measure": Kept(made=True, moves=True, fits=_measure) for place in state.CHOICES},
    # Pieces that were brought or played for a purpose.
    "played": Kept(made=True, piece="played"),
    **{f"{place}-uploaded": Kept(piece=place) for place in state.CHOICES},
    # What networks wrote.
    CONTINUED: Kept(made=True, plays=True),
    COMPOSED: Kept(made=True, plays=True),
    FILLED: Kept(made=True, plays=True),
    TAKES: Kept(along=True),
    REMARKS: Kept(along=True),
    "continued_of": Kept(along=True),
    POINT: Kept(moves=True),
    RECIPES: Kept(undone=False),
    "continue_from": Kept(undone=False),
}
_LIKE: tuple[tuple[re.Pattern[str], Kept], ...] = (
    # What was asked for, said or seen on this visit, and what tells a page that something has changed.
    (re.compile(r".*(asked|said|visit).*|.*_number|.*-(turn|moving|tab)"), Kept(undone=False)),
    (re.compile(re.escape(LATENTS) + ".*"), Kept(moves=True)),
)


def declared(name: str) -> Kept:
    """What is declared of a value of this name."""
    if name in VALUES:
        return VALUES[name]
    return next((kept for like, kept in _LIKE if like.fullmatch(name)), Kept())


def settings() -> dict[str, Callable[[object], bool]]:
    """Names of those that projects hold as settings, and which values each may have."""
    return {name: kept.fits for name, kept in VALUES.items() if kept.fits}


def pieces() -> dict[str, str]:
    """By their names in a project, the names of those that are pieces."""
    return {kept.piece: name for name, kept in VALUES.items() if kept.piece}


def widgets() -> list[str]:
    """Keys of the widgets that show a kept value."""
    return [kept.widget for kept in VALUES.values() if kept.widget]
