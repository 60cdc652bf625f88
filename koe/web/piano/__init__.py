"""A piano in the page: to choose a chord on, and to play notes in."""

from koe.web.piano import texts
from koe.web.piano.component import choose_chord, play_in

__all__ = ["choose_chord", "play_in", "texts"]
