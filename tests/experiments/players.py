"""A composer without a network: plays what it is told to, so that what is measured of it is known."""

from dataclasses import dataclass

import numpy as np

from koe.models.tr1_interface import NO_EVENT, Temperatures
from koe.music.events import END

EIGHTH, LENGTH = 12, 11  # ticks; the class of a length of twelve ticks


@dataclass(frozen=True)
class Told:
    """A frame: what was asked, and between which ticks."""

    told: object
    given: np.ndarray | None
    free_from: int
    end_from: int
    end_at: int


class Player:
    """Plays eighths of the major or minor scale of the key that it is told, each note by luck, and ends when it may.

    With ``ends`` off it comes to no end of its own.
    """

    name = "player"
    temperatures = Temperatures()

    def __init__(self, ends=True):
        self.composers = {"bach-js": 1, "chopin": 2}
        self.ends = ends
        self.n_written = 0

    def frame(self, told, starts=None, given=None, end_from=0, end_at=None, free_from=0, room=None, cadence=False):
        return Told(told, given, free_from, end_from, end_at or 10**6)

    def begin(self, n):
        return {"onset": np.zeros(n, int), "first": np.ones(n, bool), "over": np.zeros(n, bool)}

    def hear(self, memory, frame, events):
        onset = np.full(len(memory["onset"]), int(events.onset[-1]))
        return {**memory, "onset": onset, "first": np.zeros(len(onset), bool)}, np.zeros((len(events) - 1, 3))

    def write(self, memory, frame, luck, temperatures=None):
        memory = {name: values.copy() for name, values in memory.items()}
        key = frame.told.key or 1
        scale = np.array([0, 2, 3, 5, 7, 8, 11] if key > 12 else [0, 2, 4, 5, 7, 9, 11]) + 60 + (key - 1) % 12
        events = np.zeros((*luck.shape[:2], 4), int)
        for row, now in zip(events, luck, strict=True):
            self.n_written += 1
            for piece in range(len(row)):
                at = memory["onset"][piece]
                then = 0 if memory["first"][piece] else at + EIGHTH
                then = max(then, frame.free_from)
                if memory["over"][piece]:
                    row[piece] = NO_EVENT, 0, 0, 0
                elif (self.ends and then >= (frame.end_from + frame.end_at) // 2 + 1) or then >= frame.end_at:
                    memory["over"][piece] = True
                    row[piece] = END, 0, 200, at
                else:
                    # Mostly the tonic, so that the key is heard.
                    pitch = scale[int(now[piece, 1] * 7) if now[piece, 0] < 0.5 else 0]
                    row[piece] = then - at, pitch, LENGTH, then
                    memory["onset"][piece], memory["first"][piece] = then, False
        return memory, events, np.zeros(luck.shape)

    def is_over(self, memory):
        return memory["over"]

    def reached(self, memory):
        return memory["onset"]
