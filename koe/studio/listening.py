"""The listening quiz: excerpts by people and by networks, which ten are heard, and what answers say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from koe.evaluation.descriptors import describe
from koe.evaluation.intervals import interval, resampled, share_interval
from koe.music.grid import TICKS_PER_STEP
from koe.music.notes import Note
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.settings import asset_folder

EXCERPTS = asset_folder("quiz") / "excerpts.json"
PERSON = "person"
ORIGINS = (PERSON, "lstm1", "lstm2", "tr1")
N_QUESTIONS = {PERSON: 4, "lstm1": 2, "lstm2": 2, "tr1": 2}  # ten
EXCERPT_STEPS = 128
# What may tell excerpts apart: of `koe.evaluation.descriptors`.
SIGNS = ("silence", "self_similarity", "scale_consistency", "pitch_range")


@dataclass(frozen=True)
class Excerpt:
    """Some music, and who wrote it.

    Attributes
    ----------
    origin : str
        One of `ORIGINS`.
    source : str
        Composer and title, or the network's title.
    seed : int or None
        Of what a network wrote.
    piece : Piece
        Without a title; all notes are equally loud.
    """

    origin: str
    source: str
    seed: int | None
    piece: Piece

    @property
    def by_person(self) -> bool:
        """Whether a person wrote it."""
        return self.origin == PERSON


@cache
def excerpts() -> tuple[Excerpt, ...]:
    """All that ship, as ``tools/make_quiz.py`` wrote them."""
    return tuple(_read(one) for one in json.loads(EXCERPTS.read_text(encoding="utf-8")))


def _read(one: Mapping[str, Any]) -> Excerpt:
    notes = tuple(Note(onset, pitch, duration) for onset, pitch, duration in one["notes"])
    piece = Piece(
        notes,
        EXCERPT_STEPS * TICKS_PER_STEP,
        (Tempo(0, one["qpm"]),),
        (TimeSignature(0, *one["metre"]),),
        one["upbeat"],
    )
    return Excerpt(one["origin"], one["source"], one["seed"], piece)


def ten(seed: int, among: Sequence[Excerpt] | None = None) -> tuple[Excerpt, ...]:
    """The questions of one round, in their order: as many of each origin as `N_QUESTIONS` says, none twice."""
    rng = np.random.default_rng(seed)
    among = excerpts() if among is None else among
    chosen: list[Excerpt] = []
    for origin, n in N_QUESTIONS.items():
        of_it = [one for one in among if one.origin == origin]
        chosen += [of_it[place] for place in rng.permutation(len(of_it))[:n]]
    return tuple(chosen[place] for place in rng.permutation(len(chosen)))


@dataclass(frozen=True)
class Believed:
    """How often music of one origin was taken for a person's.

    Attributes
    ----------
    origin : str
    n_heard, n_believed : int
    low, high : float
        Interval of the share, see `koe.evaluation.intervals.share_interval`.
    """

    origin: str
    n_heard: int
    n_believed: int
    low: float
    high: float


def believed(counts: Mapping[str, tuple[int, int]]) -> tuple[Believed, ...]:
    """What counts ``(heard, taken for a person's)`` say, an origin each; those that nobody heard are left out."""
    rows = []
    for origin in ORIGINS:
        n_heard, n_believed = counts.get(origin, (0, 0))
        if n_heard:
            rows.append(Believed(origin, n_heard, n_believed, *share_interval(n_believed, n_heard)))
    return tuple(rows)


def as_csv(rows: Sequence[Believed]) -> str:
    """The same as a table for other programs."""
    lines = ["origin,heard,taken_for_a_person,low,high"]
    lines += [f"{row.origin},{row.n_heard},{row.n_believed},{row.low:.4f},{row.high:.4f}" for row in rows]
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Sign:
    """A mean over the excerpts of one origin, and its 95 % interval by bootstrap over them."""

    mean: float
    low: float
    high: float


@cache
def signs() -> Mapping[str, Mapping[str, Sign]]:
    """What the excerpts that ship are like: a descriptor of `SIGNS`, an origin."""
    found = {
        origin: [describe(one.piece.pianoroll) for one in excerpts() if one.origin == origin] for origin in ORIGINS
    }
    return {name: {origin: _sign([one[name] for one in found[origin]]) for origin in ORIGINS} for name in SIGNS}


def _sign(values: Sequence[float]) -> Sign:
    numbers = np.array(values)
    means = resampled(numbers[:, None])[:, 0] / len(numbers)
    return Sign(float(numbers.mean()), *interval(means))
