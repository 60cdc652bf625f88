"""The paper's text format: one word a step, one character a key."""

from typing import TYPE_CHECKING

import numpy as np

from koe.errors import TextFormatError
from koe.music.grid import LOWEST_PITCH, MAX_STEPS, N_KEYS
from koe.music.pianoroll import validate_pianoroll

if TYPE_CHECKING:
    from koe.music.piece import Piece

# The alphabet starts at "!" because the character before it, the space,
# separates the steps. It ends at "x" for key 87.
FIRST_CHARACTER = 33
LAST_CHARACTER = FIRST_CHARACTER + N_KEYS - 1

assert chr(FIRST_CHARACTER + 60 - LOWEST_PITCH) == "H"  # middle C


def what_text_moves(piece: "Piece") -> str:
    """A sentence on the notes that the sixteenths of a text do not have where they are; empty where there are none.

    Examples
    --------
    ``"212 of 1,144 notes lie between sixteenths; in the text they stand at the nearest one."``
    """
    moved, n_notes = piece.n_between_steps, len(piece.notes)
    if not moved:
        return ""
    if moved == 1:
        return f"1 of {n_notes:,} notes lies between sixteenths; in the text it stands at the nearest one."
    return f"{moved:,} of {n_notes:,} notes lie between sixteenths; in the text they stand at the nearest one."


def pianoroll_from_text(text: str) -> np.ndarray:
    """Read a pianoroll from the paper's text format.

    One space separates steps; key ``k`` is ``chr(33 + k)``; an empty step is
    a rest. A newline separates like a space, a byte-order mark is skipped,
    and so are characters above ``x``, as the paper's readers did. Tempo,
    velocity and repeated notes are not kept.

    Parameters
    ----------
    text : str
        Steps of a sixteenth each, such as ``"HLO HLO  H"``. The empty text
        is one silent step, as every text has one step more than separators;
        see `text_from_pianoroll` for the roll without any step.

    Returns
    -------
    pianoroll : np.ndarray, shape=(steps, 88), dtype=bool
        Key 0 is A0, MIDI pitch 21.

    Raises
    ------
    TextFormatError
        If there is a control character, or there are too many steps.

    References
    ----------
    Classical Music Generation with Neural Networks, section 3.2.2.

    Examples
    --------
    >>> np.flatnonzero(pianoroll_from_text("HLO")[0]) + LOWEST_PITCH
    array([60, 64, 67])
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\n", " ")
    if text == EMPTY:
        return np.zeros((0, N_KEYS), dtype=bool)
    steps = text.split(" ")
    if len(steps) > MAX_STEPS:
        raise TextFormatError(f"The text has {len(steps)} steps; at most {MAX_STEPS} are accepted. Cut it first.")
    roll = np.zeros((len(steps), N_KEYS), dtype=bool)
    for step, characters in enumerate(steps):
        for character in characters:
            code = ord(character)
            if code < FIRST_CHARACTER:
                raise TextFormatError(
                    f"Step {step} holds the control character {character!r}; "
                    "keys are written as the characters '!' (A0) to 'x' (C8), with one space between steps."
                )
            if code <= LAST_CHARACTER:
                roll[step, code - FIRST_CHARACTER] = True
    return roll


def pianoroll_from_bytes(data: bytes) -> np.ndarray:
    """Read a pianoroll from the bytes of a text file (UTF-8, with or without a byte-order mark).

    Raises
    ------
    TextFormatError
        If the bytes are no text, or no text of this format.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TextFormatError(
            "This file is no text; the text format has one character a key, from '!' (A0) to 'x' (C8), "
            "and one space between steps."
        ) from error
    return pianoroll_from_text(text)


# A roll without any step has no text of its own (the empty text is one silent
# step), so it is written as a character that readers skip, standing alone.
EMPTY = "~"


def text_from_pianoroll(pianoroll: np.ndarray) -> str:
    """Write a pianoroll in the paper's text format; the inverse of `pianoroll_from_text`.

    Keys of a step are written from low to high.

    Examples
    --------
    >>> text_from_pianoroll(pianoroll_from_text("HLO HLO  H"))
    'HLO HLO  H'
    """
    roll = validate_pianoroll(pianoroll)
    if not len(roll):
        return EMPTY
    return " ".join("".join(chr(FIRST_CHARACTER + key) for key in np.flatnonzero(step)) for step in roll)
