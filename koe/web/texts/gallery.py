"""What the gallery says: its page, the button that keeps a piece, and the page of a piece that is passed on."""

from koe.errors import GalleryError, KoeError
from koe.web.texts.language import localize


def refused(error: KoeError) -> str:
    """Why something was refused, in the visitor's language."""
    if isinstance(error, GalleryError) and error.reason in _spoken.REFUSED:
        return _spoken.REFUSED[error.reason].format(n=int(error.n))
    return str(error)


GALLERY_TITLE = "Gallery"
GALLERY_LEAD = "What others made here. Hear it, like it, or start from it."
NOTHING = "There is nothing here yet. Make a piece, then choose **Keep in the gallery** below it."
ORDER = "Order"
ORDERS = {"newest": "Newest", "liked": "Most liked", "chance": "By chance", "exhibition": "From this exhibition"}
SHUFFLE = "Shuffle"
NEXT_PAGE = "Further"
PAGE_BEFORE = "Back"
RADIO = "Play all"
RADIO_STOP = "Stop"
RADIO_NEXT = "Next piece"
RADIO_END = "That was all of them."
HEAR = "Hear"
LIKE = "Like"
LIKED = "You like this"
PLAY = "Play {title}"
N_LIKES = ("no like yet", "1 like", "{n} likes")
START = "Start from this"
START_HELP = "Makes this your piece: continue it, blend it, reconstruct it."
STARTED = "This is your piece now. What you make of it and keep will stand below it in its tree."
BACK = "All pieces"
TREE = "What it came from, and what came of it"
TREE_HIDDEN = "a piece that is not shown"
TREE_CUT = "The tree is larger; this is the part around the piece."
ADDRESS = "Address to pass on"
DESCRIBED = "A piano piece of {length}."
DESCRIBED_BY = "A piano piece of {length}, made with the network {model}."

KEEP = "Keep in the gallery"
KEEP_HELP = "Under a title, for others to hear; no account is needed."
KEEP_TITLE = "Title"
KEEP_YES = "Keep it"
KEEP_LEAD = "Everybody can hear it there, like it and start from it. Do not write your name."
KEPT = "It is in the gallery: [{title}]({address})"
KEPT_DELETION = "Only this address takes it away again. It is shown this once, so copy it if you may want to."

REMOVE = "Do you want to take this piece out of the gallery for good?"
REMOVE_YES = "Take it away"
REMOVED = "The piece has been taken away."

OPERATOR = "For the operator"
OPERATOR_PASSWORD = "Password"
OPERATOR_OPEN = "Open"
OPERATOR_WRONG = "That is not the password."
OPERATOR_CLOSED = "There were too many wrong passwords; wait a minute."
OPERATOR_HIDDEN = "Hidden pieces"
OPERATOR_LEAVE = "Leave"
HIDE = "Hide"
SHOW = "Show again"

MAKE_YOUR_OWN = "Make your own"
FEED_TITLE = "Koe: new in the gallery"
SOUND_LOST = "The sound could not be loaded. Reload the page."

REFUSED = {
    "empty": "Give the piece a title with at least one letter.",
    "long": "The title is too long; use at most {n} characters.",
    "unseen": "The title holds signs that cannot be seen; write it with letters alone.",
    "markup": "The title holds signs of markup or program code; write it with letters alone.",
    "link": "The title holds an address; leave it out.",
    "person": "The title holds what looks like a telephone number or a mail address.",
    "marks": "The title has too many marks above one letter.",
    "silent": "The piece is silent; there is nothing to keep.",
    "lasting": "The piece is longer than {n} minutes; keep a part of it.",
    "large": "The piece has too many notes for the gallery; keep a part of it.",
    "damaged": "This piece of the gallery is damaged.",
    "missing": "There is no such piece in the gallery; it may have been taken away.",
    "gone": "This address takes nothing away: the piece has gone already, or the address is another.",
    "cursor": "This list does not go on there; begin it anew.",
    "visitor": "Open the gallery once before you like a piece.",
    "fast": "That was a lot at once; try again in a few minutes.",
}

_spoken = localize(__name__)
