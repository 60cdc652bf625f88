"""How a model learned to play: the same pieces as written, by rules, by it along the way, by its teacher."""

from dataclasses import dataclass, replace

import numpy as np

from koe.music.interpretation import Interpretation, Places
from koe.music.piece import Piece
from koe.studio.base import StudioBase

WRITTEN, RULES, TEACHER = "written", "rules", "teacher"  # who plays besides the model, of which a number says how far


@dataclass(frozen=True)
class Lesson:
    """A piece as somebody plays it.

    Attributes
    ----------
    piece : Piece
    loudness : np.ndarray, shape=(n_beats,)
        Mean velocity of each beat's notes, between its neighbours' where it has none.
    tempo : np.ndarray, shape=(n_beats,)
        Of each beat, as a factor of the median.
    likeness : tuple of 2 floats
        Correlation of the notes' velocities and of the beats' tempos with the teacher's.
    """

    piece: Piece
    loudness: np.ndarray
    tempo: np.ndarray
    likeness: tuple[float, float]


@dataclass(frozen=True)
class Lessons:
    """The lessons of a model.

    Attributes
    ----------
    updates : tuple of int
        Points of its training; the last one is the model as it is.
    valid : mapping of str to tuple of float
        Figures at each on pieces that it never saw.
    titles : tuple of str
        Of the pieces.
    """

    updates: tuple[int, ...]
    valid: dict[str, tuple[float, ...]]
    titles: tuple[str, ...]


class LearningToPlay(StudioBase):
    """What can be shown of it; a part of `koe.studio.Studio`."""

    def lessons(self, model: str) -> Lessons | None:
        """What was recorded of the training of a model that plays scores; None where nothing was.

        Raises
        ------
        ModelError
            If the record is damaged.
        """
        record = self.registry.playing_record(model)
        if record is None:
            return None
        return Lessons(record.updates, dict(record.valid), tuple(one.piece.title for one in record.pieces))

    def lesson(self, model: str, number: int, who: str | int) -> Lesson:
        """A piece of the lessons as somebody plays it.

        Parameters
        ----------
        model : str
        number : int
            Of the piece, from 0.
        who : str or int
            `WRITTEN`, `RULES`, `TEACHER`, or how manyth of the ``updates`` the model was at.

        Raises
        ------
        ModelError
            If the record is damaged, or there is none.
        """
        from koe.errors import ModelError
        from koe.evaluation.performance import BASELINES, correlation, reading_of
        from koe.models.pn1_features import features_of
        from koe.music.interpretation import as_written, interpretation_of, interpreted

        record = self.registry.playing_record(model)
        if record is None:
            raise ModelError(f"Nothing was recorded of the training of {model}.")
        taught = record.pieces[number]
        heard = features_of(as_written(taught.piece))
        teacher = reading = interpretation_of(taught.piece)
        piece = taught.piece
        if who != TEACHER:
            expected = taught.expected[who] if isinstance(who, int) else BASELINES[_NAMES[who]](heard)
            reading = reading_of(expected, piece, heard)
            # As loud on average as the teacher, so that one hears and sees how it varies.
            louder = teacher.velocities.mean() - reading.velocities.mean()
            reading = replace(reading, velocities=np.clip(reading.velocities + louder, 1, 127))
            piece = interpreted(piece, reading)
        return Lesson(
            piece,
            loudness_of(reading, heard.places),
            tempo_of(reading),
            (correlation(reading.velocities, teacher.velocities), correlation(reading.tempos, teacher.tempos)),
        )


_NAMES = {WRITTEN: "flat", RULES: "rules"}


def loudness_of(reading: Interpretation, places: Places) -> np.ndarray:
    """Mean velocity of each beat's notes; between its neighbours' where it has none."""
    beat, n = places.beat_of_note, len(reading.tempos)
    count = np.bincount(beat, minlength=n)
    known = np.flatnonzero(count)
    return np.interp(np.arange(n), known, np.bincount(beat, reading.velocities, minlength=n)[known] / count[known])


def tempo_of(reading: Interpretation) -> np.ndarray:
    """Each beat's tempo as a factor of the median."""
    return np.exp(reading.tempos - np.median(reading.tempos))  # type: ignore[no-any-return]
