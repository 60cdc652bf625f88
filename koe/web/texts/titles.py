"""Titles and makers in the visitor's language, where they are shown and on what is taken home.

A piece keeps the title that it was made with, in English where Koe gave it: so
links, projects and recipes are the same in every language.
"""

from dataclasses import replace
from typing import TypeVar

from koe.music.library import LibraryEntry
from koe.music.piece import Piece
from koe.web.texts.german import titles as german
from koe.web.texts.language import language

AnyPiece = TypeVar("AnyPiece", Piece, Piece | None)


def titled(title: str) -> str:
    """A title as it is shown."""
    return german.in_german(title) if language() == "de" else title


def labelled(entry: LibraryEntry) -> str:
    """Composer and title of a demo piece in one line."""
    composer = german.composer_in_german(entry.composer) if language() == "de" else entry.composer
    return f"{composer}: {titled(entry.title)}"


def under_its_title(piece: AnyPiece) -> AnyPiece:
    """The piece with the title that is shown, for what is taken home; the very same where that is its own."""
    if piece is None or (title := titled(piece.title)) == piece.title:
        return piece
    return replace(piece, title=title)


def credited(credit: str) -> str:
    """Who made a piece, at the head of its score."""
    return german.credit_in_german(credit) if language() == "de" else credit
