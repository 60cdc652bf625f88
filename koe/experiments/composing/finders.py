"""Finding in a piece what may have been asked for: key, metre, density, register, tempo, composer, form.

Key, density and register follow from the notes by the measures with which the
network was taught; so does form, by how alike blocks of measures are. Metre,
tempo and composer are told by plain classifiers that learned from the train
split (`koe.experiments.composing.softmax`).
"""

from collections.abc import Callable, Sequence

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.evaluation.endings import tonic_class
from koe.evaluation.noted import Noted, noted_piece
from koe.evaluation.repetition import likeness
from koe.experiments.composing.features import QUARTER, of_manner, of_metre
from koe.experiments.composing.softmax import Classifier, fit
from koe.generation.forms import blocks_of
from koe.generation.wishes import LEVELS, TEMPO_CLASSES
from koe.models.tr1_interface import DENSITIES, REGISTERS, TEMPOS
from koe.music.repetition import VARIED_FROM
from koe.progress import Progress
from koe.scores.key import find_key

Finder = Callable[[Noted], str]
TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
METRES = ("4/4", "3/4", "6/8")
LEARNED_MEASURES = 32  # of a train piece, at most
FEWEST = 8  # measures of a piece that is learned from
N_COMPOSERS = 8
NOBODY = ("", "anonymous", "unknown")


def key(piece: Noted) -> str:
    """Such as ``"A minor"``."""
    found = find_key(piece.as_notes)
    return f"{TONICS[tonic_class(found)]} {found.mode}"


def density(piece: Noted) -> str:
    """``"low"``, ``"medium"`` or ``"high"``, by notes a quarter."""
    return _level(LEVELS, len(piece.notes) / max(piece.n_ticks / QUARTER, 1), DENSITIES)


def register(piece: Noted) -> str:
    """``"low"``, ``"medium"`` or ``"high"``, by the mean pitch."""
    return _level(LEVELS, float(piece.notes[:, 2].mean()), REGISTERS)


def tempo_class(qpm: float) -> str:
    """``"slow"``, ``"medium"`` or ``"fast"``."""
    return _level(TEMPO_CLASSES, qpm, TEMPOS)


def _level(names: dict[str, int], value: float, borders: tuple[float, ...]) -> str:
    number = int(np.searchsorted(borders, value, side="right")) + 1
    return next(name for name, its in names.items() if its == number)


def form(piece: Noted, asked: str, n_measures: int) -> str:
    """The letters of a piece that is cut into as many blocks as a form has.

    A block has the letter of the first block that it is like, measure by
    measure (Jaccard of `VARIED_FROM` on average, the border above which
    training calls a measure brought back), or else a new one.

    Parameters
    ----------
    piece : Noted
    asked : str
        Such as ``"A A' B A"``; only the number of its blocks counts.
    n_measures : int
        That were asked for, which blocks were cut from.
    """
    n_blocks = len(blocks_of(asked))
    borders = np.round(np.linspace(0, n_measures, n_blocks + 1)).astype(int)
    alike = likeness(piece.notes, piece.starts)
    n = len(alike)
    letters: list[str] = []
    for number in range(n_blocks):
        start, stop = borders[number : number + 2]
        found = None
        for earlier in range(number):
            source = borders[earlier]
            here = np.arange(start, min(stop, n))
            there = here - start + source
            # What was asked for and is not there is like nothing.
            if len(here) and alike[here, there].sum() / (stop - start) >= VARIED_FROM:
                found = letters[earlier]
                break
        letters.append(found or chr(ord("A") + len(set(letters))))
    return " ".join(letters)


def letters_of(asked: str) -> str:
    """A form without its dashes, its letters in order of their coming: what `form` can find."""
    names: dict[str, str] = {}
    for letter, _ in blocks_of(asked):
        names.setdefault(letter, chr(ord("A") + len(names)))
    return " ".join(names[letter] for letter, _ in blocks_of(asked))


class Learned:
    """What is learned from the train split: to tell metres, tempi and composers.

    Parameters
    ----------
    corpus : Corpus
    composers : sequence of str
        That the network knows; the `N_COMPOSERS` of them with most measures in
        the train split are told apart.
    progress : callable, optional
        Called with pieces read and pieces in all.
    """

    def __init__(self, corpus: Corpus, composers: Sequence[str], progress: Progress | None = None) -> None:
        entries = [entry for entry in corpus.split("train") if entry.n_notes]
        amount: dict[str, int] = {}
        for entry in entries:
            if entry.composer in composers and entry.composer not in NOBODY:
                amount[entry.composer] = amount.get(entry.composer, 0) + entry.n_steps
        self.composers = tuple(sorted(amount, key=lambda name: (-amount[name], name))[:N_COMPOSERS])
        rows: list[tuple[np.ndarray, np.ndarray, str, str, str]] = []
        for number, entry in enumerate(entries, 1):
            whole = corpus.piece(entry)
            piece = noted_piece(whole, entry.work).first_measures(LEARNED_MEASURES)
            if len(piece.notes) and len(piece.starts) >= FEWEST:
                metre = f"{whole.time_signatures[0].numerator}/{whole.time_signatures[0].denominator}"
                rows.append((of_manner(piece), of_metre(piece), entry.composer, tempo_class(entry.qpm), metre))
            if progress:
                progress(number, len(entries))
        if not rows:
            raise InputError(f"The train split has no piece of {FEWEST} measures to learn from; take a larger corpus.")
        manner, metre_features = (np.stack([row[column] for row in rows]) for column in (0, 1))
        labels = [[row[column] for row in rows] for column in (2, 3, 4)]
        self._composer = _of_classes(manner, labels[0], self.composers)
        self._tempo = _of_classes(manner, labels[1], tuple(TEMPO_CLASSES))
        self._metre = _of_classes(metre_features, labels[2], METRES)

    def composer(self, piece: Noted) -> str:
        """The composer whom a piece is most like."""
        return self._composer(of_manner(piece)[None])[0]

    def tempo(self, piece: Noted) -> str:
        """The tempo that a piece is most likely meant in."""
        return self._tempo(of_manner(piece)[None])[0]

    def metre(self, piece: Noted) -> str:
        """The metre in which a piece is heard."""
        return self._metre(of_metre(piece)[None])[0]


def _of_classes(features: np.ndarray, labels: list[str], classes: Sequence[str]) -> Classifier:
    kept = np.array([label in classes for label in labels])
    return fit(features[kept], [label for label in labels if label in classes])
