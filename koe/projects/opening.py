"""Making a link that is sure to work, and making its music anew."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from koe.errors import BusyError, Cancelled, KoeError, LinkError
from koe.music.piece import Piece
from koe.projects.links import MAX_LINK_CHARS, Link, checksum_of, decode, fitting, weights_of
from koe.projects.recipes import Continued, Frame, Given, Recipe, making_of, recipe_of, remake

if TYPE_CHECKING:
    from koe.studio import Progress, Studio

OTHER_WEIGHTS = (
    "It was made with other weights of {model} than those that are here, so making it anew gives other music."
)
OTHER_ARITHMETIC = (
    "{model} was asked again and came to other notes: another processor, or another version of Koe, rounds otherwise."
)
CANNOT_MAKE = "It cannot be made anew here. {reason}"
NOTES_CAME = "What you hear are the notes themselves, which travelled in the link."
NOTES_DID_NOT = "The notes did not fit into the link, so what you hear is not the piece that was sent."
OTHER_FILE = "The notes are those of the link; the MIDI file differs from the sender's, who has another version of Koe."


@dataclass(frozen=True)
class Opened:
    """What came of a link.

    Attributes
    ----------
    piece : Piece
    link : Link
    made_anew : bool
        Whether the piece was made here, by the model; else its notes came.
    same : bool
        Whether its MIDI file is the sender's, byte for byte.
    remark : str
        A sentence or two where something is not as it was; else empty.
    """

    piece: Piece
    link: Link
    made_anew: bool
    same: bool
    remark: str = ""


def make_link(
    studio: "Studio",
    piece: Piece,
    made_from: int | None = None,
    recipe: Recipe | None = None,
    most: int = MAX_LINK_CHARS,
    progress: "Progress | None" = None,
) -> str:
    """The value of ``?k=`` for a piece, tried out before it is handed over.

    Where making the piece by its recipe does not give the same MIDI file, the
    link holds the notes alone.

    Parameters
    ----------
    studio : Studio
    piece : Piece
    made_from : int, optional
        Step from which on a network wrote it.
    recipe : Recipe, optional
        How it was made, where that is known better than the piece knows it.
    most : int
        The longest that it may be, in characters.
    progress : callable, optional
        Called while the piece is made once more.

    Raises
    ------
    LinkError
        If the piece does not fit.
    """
    checksum = checksum_of(studio.midi(piece))
    notes = tuple(sorted(piece.notes))
    known = recipe or recipe_of(piece)
    if made_from is None and isinstance(known, Continued):
        made_from = known.prompt.on_whole_steps().n_steps if known.prompt else 0
    frame = Frame.of(piece, made_from)
    if not isinstance(known, Given):
        try:
            link = Link(frame, known, weights_of(known.model, studio), checksum, piece.n_ticks, notes)
            text = fitting(link, most)
            sent = decode(text)
            if checksum_of(studio.midi(remake(sent.recipe, sent.frame, studio, progress))) == checksum:
                return text
        except (BusyError, Cancelled):  # which says nothing of the piece
            raise
        except KoeError:  # such as a model that is gone, or more than a link may ask for: the notes remain
            pass
    return fitting(Link(frame, Given(piece.made_by), b"", checksum, piece.n_ticks, notes), most)


def open_link(studio: "Studio", link: Link | str, progress: "Progress | None" = None) -> Opened:
    """Make the music of a link anew, and compare.

    Parameters
    ----------
    studio : Studio
    link : Link or str
        As `koe.projects.links.decode` gives it, or the value of ``?k=``.
    progress : callable, optional
        Called while a network writes.

    Raises
    ------
    LinkError
        If it is damaged, or can neither be made anew nor holds its notes.
    """
    link = decode(link) if isinstance(link, str) else link
    recipe, frame = link.recipe, link.frame
    carried = None
    if link.notes is not None:
        carried = frame.around(Piece(link.notes, link.n_ticks, made_by=making_of(recipe)))
    if isinstance(recipe, Given):
        assert carried is not None  # `decode` sees to that
        same = checksum_of(studio.midi(carried)) == link.checksum
        return Opened(carried, link, False, same, "" if same else OTHER_FILE)
    made = None
    try:
        made = remake(recipe, frame, studio, progress)
        if checksum_of(studio.midi(made)) == link.checksum:
            return Opened(made, link, True, True)
        model = recipe.model.upper()
        others = weights_of(recipe.model, studio) != link.weights
        reason = (OTHER_WEIGHTS if others else OTHER_ARITHMETIC).format(model=model)
    except (BusyError, Cancelled):  # which says nothing of the piece
        raise
    except KoeError as error:
        reason = CANNOT_MAKE.format(reason=error)
    if carried is not None:
        same = checksum_of(studio.midi(carried)) == link.checksum
        return Opened(carried, link, False, same, f"{reason} {NOTES_CAME}")
    if made is not None:
        return Opened(made, link, True, False, f"{reason} {NOTES_DID_NOT}")
    raise LinkError(f"{reason} The notes did not fit into the link; ask for the project file.")
