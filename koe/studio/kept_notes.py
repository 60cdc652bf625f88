"""What stays of a piece while a part of it is found anew: notes, hands, and the keys that are open to a hand."""

from collections import defaultdict
from dataclasses import replace

import numpy as np

from koe.music.grid import DEFAULT_VELOCITY, LOWEST_PITCH, N_KEYS
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.states import notes_from_states

BOTH, LEFT, RIGHT = "both", "left", "right"
HANDS = (BOTH, LEFT, RIGHT)


def with_found(piece: Piece, locked: np.ndarray, states: np.ndarray) -> Piece:
    """A piece's own notes as they are, with what was found for what is not locked: as loud as these on average."""
    loudness = round(sum(note.velocity for note in piece.notes) / len(piece.notes)) if piece.notes else DEFAULT_VELOCITY
    made = {(note.step, note.key): note for note in notes_from_states(states, loudness)}
    there: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in piece.notes:
        there[note.step, note.key].append(note)
    notes: list[Note] = []
    for (step, key), found in made.items():
        if (step, key) not in there and found.onset < piece.n_ticks:
            notes.append(replace(found, duration=min(found.end, piece.n_ticks) - found.onset))
    for (step, key), before in there.items():
        notes += before[:-1]
        note, heard = before[-1], made.get((step, key))
        if heard and heard.end_step != note.end_step and not locked[step : note.end_step, key].all():
            # What held on into the gap may be let go there, or go on.
            end = min(heard.end, piece.n_ticks)
            note = replace(note, duration=max(end - note.onset, 1), release=0)
        notes.append(note)
    return replace(piece, notes=tuple(sorted(notes)))


def in_place(piece: Piece, part: tuple[int, int], tune: Piece, harmonised: Piece) -> Piece:
    """A piece with a harmonised tune where it was cut out; what begins elsewhere is as it was, note for note.

    Parameters
    ----------
    piece : Piece
    part : tuple of int
        First tick of the stretch, and the tick after its last.
    tune : Piece
        Its top voice: `Piece.melody` of that slice.
    harmonised : Piece
        The same with what was found below it.
    """
    start, stop = part
    tops = {(note.onset + start, note.pitch) for note in tune.notes}
    kept = [note for note in piece.notes if not start <= note.onset < stop or (note.onset, note.pitch) in tops]
    of_key: dict[int, list[Note]] = defaultdict(list)
    for note in kept:
        of_key[note.pitch].append(note)
    there = set(tune.notes)
    notes = list(kept)
    for note in harmonised.notes:
        if note in there:
            continue
        found = note.moved(start)
        beside = of_key[found.pitch]
        if any(other.onset <= found.onset < other.end for other in beside):
            continue  # a key that is down cannot be struck
        end = min([found.end, *(other.onset for other in beside if other.onset > found.onset)])
        notes.append(replace(found, duration=end - found.onset))
    return replace(piece, notes=tuple(sorted(notes)), title=harmonised.title, warnings=(), made_by=harmonised.made_by)


def others_of(piece: Piece, hand: str) -> list[bool]:
    """Which notes are the other hand's; none of them where both are filled."""
    from koe.scores.hands import right_hand

    if hand == BOTH:
        return [False] * len(piece.notes)
    return [is_right != (hand == RIGHT) for is_right in right_hand(piece.notes)]


def room_for(piece: Piece, hand: str) -> np.ndarray:
    """Keys that a hand may take without crossing the other's notes: bool, ``(n_steps, 88)``."""
    others = [note for note, is_other in zip(piece.notes, others_of(piece, hand), strict=True) if is_other]
    kept = np.zeros((piece.n_steps, N_KEYS), dtype=bool)
    for note in others:
        kept[note.step : note.end_step, note.key] = True
    middle = 60 - LOWEST_PITCH
    keys = np.arange(N_KEYS)[None, :]
    if hand == RIGHT:
        highest = np.where(kept.any(axis=1), N_KEYS - 1 - kept[:, ::-1].argmax(axis=1), middle - 1)
        return keys > highest[:, None]
    lowest = np.where(kept.any(axis=1), kept.argmax(axis=1), middle)
    return keys < lowest[:, None]
