"""What went wrong, and what is worth knowing of a file, in the visitor's language.

Other parts of Koe say it in English; what a language says instead stands in
its folder: `koe.web.texts.german.errors`, `refusals` and `remarks`.
"""

from koe.web.texts.german import errors as german
from koe.web.texts.german import remarks
from koe.web.texts.language import language


def told(error: object) -> str:
    """What went wrong, as a sentence: an error of `koe.errors`, or what one said."""
    return german.in_german(str(error)) if language() == "de" else str(error)


def refused(error: object) -> str:
    """Why something that was brought cannot be used."""
    return german.file_in_german(str(error)) if language() == "de" else str(error)


def remarked(sentence: str) -> str:
    """What is worth knowing of a file."""
    return remarks.in_german(sentence) if language() == "de" else sentence
