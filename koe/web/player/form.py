"""The form of a piece as the player shows it: its sections with letters, colours and words."""

from itertools import pairwise
from typing import Any

from koe.music.form import Section, form_in_letters, has_form
from koe.music.piece import Piece
from koe.plots.palette import FORM
from koe.web.serving import cached_studio
from koe.web.texts import pages as texts

LEAST_MEASURES = 8  # of a piece whose form is shown: four measures are a phrase


def form_data(piece: Piece, first_measure: int) -> dict[str, Any] | None:
    """What the player is sent of a piece's form; None where nothing in it returns.

    Parameters
    ----------
    piece : Piece
    first_measure : int
        Number of its first measure.

    Returns
    -------
    form : dict, optional
        ``words`` for all of it, ``colors``, and ``sections``: ticks ``from``
        and ``to``, ``label``, ``words``, number of its ``color``, whether ``varied``.
    """
    if piece.n_measures < LEAST_MEASURES:
        return None
    sections = cached_studio.sections(piece)
    if not has_form(sections):
        return None
    letters = list(dict.fromkeys(section.letter for section in sections))
    lines = [*piece.measure_onsets, piece.n_ticks]
    starts = [lines[section.first_measure] for section in sections]
    return {
        "words": texts.FORM.format(form=form_in_letters(sections)),
        "colors": [FORM[number % len(FORM)] for number in range(len(letters))],
        "sections": [
            {
                "from": start,
                "to": stop,
                "label": section.label,
                "words": in_words(section, sections[:number], first_measure),
                "color": letters.index(section.letter),
                "varied": section.label != section.letter,
            }
            for number, (section, (start, stop)) in enumerate(
                zip(sections, pairwise([*starts, piece.n_ticks]), strict=True)
            )
        ],
    }


def in_words(section: Section, before: tuple[Section, ...], first_measure: int) -> str:
    """What a section is: its letter, whether it is heard again, and which measures it has."""
    first = section.first_measure + first_measure
    last = first + section.n_measures - 1
    measures = (texts.SECTION_MEASURES if last > first else texts.SECTION_MEASURE).format(first=first, last=last)
    if not any(one.letter == section.letter for one in before):
        words = texts.SECTION_NEW
    elif section.shift:
        words = texts.SECTION_HIGHER if section.shift > 0 else texts.SECTION_LOWER
    else:
        words = texts.SECTION_AGAIN if section.label == section.letter else texts.SECTION_VARIED
    return words.format(letter=section.letter, semitones=texts.count(abs(section.shift), "semitone"), measures=measures)
