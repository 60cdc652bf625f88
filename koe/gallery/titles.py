"""Which titles the gallery takes: a line of letters, without links, markup and signs that are not seen."""

import re
import unicodedata

from koe.errors import GalleryError
from koe.gallery.tables import MAX_TITLE_CHARS

MAX_MARKS = 3  # above one letter; more grow over what stands around
_JOINERS = "\u200c\u200d"  # some scripts need them between letters
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_MARKUP = re.compile(r"[<>`{}\\]|&#|&\w+;|\]\s*\(|!\[|^\s*[#|]")
# "Op.posth." and "No.3" are titles; what ends in one of these is an address.
_ENDINGS = (
    "com net org info biz edu gov io ai me app dev link site online shop store club live xyz top icu ly gg tv cc co "
    "de at ch fr it uk eu es pl nl be ru cn jp us br se no dk fi cz li lu to vip win bet porn sex xxx casino"
).replace(" ", "|")
_LINK = re.compile(
    r"(?:https?|ftps?|javascript|data|vbscript|mailto|tel|file)\s*:|://|//\w|\bwww\s*\.|\bt\.me\b"
    rf"|[\w-]{{2,}}\s?[.。．｡](?:{_ENDINGS})(?![\w])|\b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\w@\w|\(at\)|(?:\+|\b)\d(?:[ ()/.-]*\d){6,}")


def clean_title(text: str) -> str:
    """The title as it is kept: composed letters, single spaces, nothing around.

    Raises
    ------
    GalleryError
        One sentence, if it is empty, too long, or holds what no title needs.
    """
    title = unicodedata.normalize("NFC", text)[: 4 * MAX_TITLE_CHARS]
    for place, sign in enumerate(title):
        unseen = unicodedata.category(sign) in _UNSEEN and not sign.isspace()
        joins = sign in _JOINERS and 0 < place < len(title) - 1 and title[place - 1].isalpha()
        if unseen and not joins:
            raise GalleryError("The title holds signs that cannot be seen; write it with letters alone.", "unseen")
    title = " ".join(title.split())
    if not any(sign.isalnum() for sign in title):
        raise GalleryError("Give the piece a title with at least one letter.", "empty")
    if len(title) > MAX_TITLE_CHARS or len(text) > 4 * MAX_TITLE_CHARS:
        raise GalleryError(f"The title is too long; use at most {MAX_TITLE_CHARS} characters.", "long", MAX_TITLE_CHARS)
    # Full-width and other look-alikes of Latin letters count as what they look like.
    seen = unicodedata.normalize("NFKC", title)
    if _MARKUP.search(seen) or _MARKUP.search(title):
        raise GalleryError("The title holds signs of markup or program code; write it with letters alone.", "markup")
    if _LINK.search(seen) or _LINK.search(title):
        raise GalleryError("The title holds an address; leave it out.", "link")
    if _PERSONAL.search(seen):
        raise GalleryError("The title holds what looks like a telephone number or a mail address.", "person")
    if _towers(title):
        raise GalleryError("The title has too many marks above one letter.", "marks")
    return title


def _towers(title: str) -> bool:
    """Whether more than `MAX_MARKS` marks stand on one letter."""
    height = 0
    for sign in unicodedata.normalize("NFD", title):
        height = height + 1 if unicodedata.category(sign) in ("Mn", "Me") else 0
        if height > MAX_MARKS:
            return True
    return False


def clean_exhibition(text: str) -> str:
    """The name of an exhibition as entries are marked with it, checked as titles are; empty for none."""
    return clean_title(text)[:40] if text.strip() else ""
