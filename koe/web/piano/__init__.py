"""A piano in the page: to choose a chord on, and to play notes in."""

from koe.web.piano.component import choose_chord, play_in
from koe.web.texts import piano as texts

__all__ = ["choose_chord", "play_in", "texts"]
