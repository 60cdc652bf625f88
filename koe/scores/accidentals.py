"""Which note heads have a sign before them."""

from collections.abc import Sequence
from dataclasses import replace

from koe.scores.key import LETTERS_BY_FIFTHS, Key
from koe.scores.written import Sound, WrittenNote

ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}


def with_accidentals(lines: Sequence[Sequence[Sound]], key: Key) -> list[list[Sound]]:
    """Give the heads of a staff's measure their signs, where the key or an earlier sign does not say it already.

    Parameters
    ----------
    lines : sequence of sequence of Sound
        The voices of one staff in one measure.
    key : Key
        What its signature says.
    """
    # The key's first sharp is on F, its second on C and so on; its first flat on B, the last of the row.
    signature = {letter: (key.fifths - 1 - place) // 7 + 1 for place, letter in enumerate(LETTERS_BY_FIFTHS)}
    state: dict[tuple[str, int], int] = {}

    def signed(head: WrittenNote) -> WrittenNote:
        spelling = head.spelling
        place = (spelling.step, spelling.octave)
        # What is tied keeps the sign of the note before, even over the bar line, but sets none for others.
        if head.part or state.get(place, signature[spelling.step]) == spelling.alter:
            return head
        state[place] = spelling.alter
        return replace(head, accidental=ACCIDENTALS[spelling.alter])

    found: list[list[Sound]] = [[] for _ in lines]
    places = [(sound.start, number, sound) for number, line in enumerate(lines) for sound in line]
    for _, number, sound in sorted(places, key=lambda place: place[:2]):
        if sound.notes:
            graces = tuple(signed(head) for head in sound.graces)
            sound = replace(sound, graces=graces, notes=tuple(signed(head) for head in sound.notes))
        found[number].append(sound)
    return found
