"""Looking into a network while it hears music."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError
from koe.music.pianoroll import binarize
from koe.music.piece import Piece
from koe.music.states import sounding
from koe.studio.base import StudioBase
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.models.lstm_inside import Inside
    from koe.models.tr1_inside import LookBack

LSTM1, TR1, AE1 = "lstm1", "tr1", "ae1"
# What is looked at of a long piece: from its beginning on.
MOST_MEASURES, MOST_NOTES = 48, 1000


@dataclass(frozen=True)
class LookedBack:
    """A piece, and which of its measures a network looks back at.

    Attributes
    ----------
    starts : np.ndarray, shape=(measures + 1,), dtype=int64
        First ticks of the measures, and where the last one ends.
    notes : np.ndarray, shape=(notes, 3), dtype=int64
        Onset, duration in ticks and pitch of what begins in them.
    look : LookBack
    """

    starts: np.ndarray
    notes: np.ndarray
    look: "LookBack"


@dataclass(frozen=True)
class Begun:
    """What two networks make of the beginning of a segment.

    Attributes
    ----------
    autoencoder : np.ndarray, shape=(64, 88), dtype=bool
        What AE1 writes again of the beginning and the silence after it.
    lstm : np.ndarray, shape=(64, 88), dtype=bool
        The beginning, and what LSTM1 goes on with by coin toss.
    """

    autoencoder: np.ndarray
    lstm: np.ndarray


class Looking(StudioBase):
    """What happens inside; a part of `koe.studio.Studio`."""

    @heavy("look")
    def look_inside(self, segment: np.ndarray) -> "Inside":
        """Gates, memories and chances of LSTM1 while it hears a segment.

        Parameters
        ----------
        segment : np.ndarray, shape=(steps, 88)
            A roll, or states.

        Raises
        ------
        ModelError
            If LSTM1 is missing or damaged.
        """
        from koe.models.lstm_inside import look_inside
        from koe.models.storage import load_weights

        card = self.registry.card(LSTM1)
        arrays = load_weights(self.registry.folder / card.weights, card.weights_sha256)
        return look_inside(arrays, sounding(segment), card.leaning)

    @heavy("look")
    def look_back(self, piece: Piece) -> LookedBack:
        """Which earlier measures TR1 looks back at while it hears a piece, told of it what it is told when it goes on.

        Raises
        ------
        InputError
            If the piece has no notes.
        ModelError
            If TR1 is damaged.
        """
        from koe.generation.going_on import rows_of, told_of_piece
        from koe.models.storage import load_weights
        from koe.models.tr1_inside import look_back
        from koe.music.events import events_of, short_measures, tidy_notes

        rows = tidy_notes(rows_of(piece))[:MOST_NOTES]
        if not len(rows):
            raise InputError("There is nothing to look back at: the piece has no notes.")
        starts = short_measures(list(piece.measure_onsets) or [0], piece.n_ticks)
        whole = told_of_piece(piece, rows, len(starts) - 1, piece.time_signatures[-1].measure_ticks)
        last = int(np.searchsorted(starts, rows[-1, 0], side="right"))
        starts = starts[: min(MOST_MEASURES, last) + 1]
        rows = rows[rows[:, 0] < starts[-1]]
        card = self.registry.card(TR1)
        arrays = load_weights(self.registry.folder / card.weights, card.weights_sha256)
        return LookedBack(starts, rows, look_back(arrays, events_of(rows, starts), starts, whole))

    @heavy("look")
    def begin_alike(self, segment: np.ndarray, n_steps: int, seed: int = 0) -> Begun:
        """Give AE1 and LSTM1 the same beginning.

        Parameters
        ----------
        segment : np.ndarray, shape=(64, 88)
            A roll, or states.
        n_steps : int
            How much of it is given, below 64.
        seed : int
            Of LSTM1's coins. Nothing is drawn again.

        Raises
        ------
        ModelError
            If a network is missing or damaged.
        """
        from koe.generation.continuation import continue_pianoroll
        from koe.models.sampling import Sampling

        beginning = sounding(segment).copy()
        beginning[n_steps:] = False
        encoder = self.registry.latent(AE1)
        probabilities = encoder.decode(encoder.encode(beginning[None]))[0]
        (more,) = continue_pianoroll(
            self.registry.continuer(LSTM1),
            prompt=beginning[:n_steps],
            n_steps=len(beginning) - n_steps,
            sampling=Sampling(),
            seed=seed,
            guard=False,
        )
        written = np.concatenate([beginning[:n_steps], sounding(more)])
        return Begun(binarize(probabilities, self.registry.card(AE1).threshold), written)
