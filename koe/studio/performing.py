"""Scores played as a pianist would: loudness, tempo, early and late, pedal."""

from typing import TYPE_CHECKING

from koe.errors import InputError
from koe.models.sampling import check_seed
from koe.music.piece import Piece
from koe.studio.base import StudioBase
from koe.studio.work import light

if TYPE_CHECKING:
    from koe.models.cards import ModelCard


class Performing(StudioBase):
    """Playing what is written; a part of `koe.studio.Studio`."""

    def performers(self) -> "list[ModelCard]":
        """Models that play scores, the default first.

        Raises
        ------
        ModelError
            If a card is damaged.
        """
        from koe.models.cards import PERFORMANCE

        return [card for card in self.registry.cards() if card.kind == PERFORMANCE]

    def performer(self) -> str:
        """Name of the model that plays scores.

        Raises
        ------
        InputError
            If there is none.
        """
        for card in self.performers():
            return card.name
        raise InputError("No model here plays scores; train and export one, or restore assets/models.")

    @light("perform")
    def perform(
        self, piece: Piece, seed: int = 0, amount: float = 1.0, model: str | None = None, start: int = 0
    ) -> Piece:
        """Play a score; its notes stay where they are written, and sound as a pianist would play them.

        Parameters
        ----------
        piece : Piece
        seed : int
            The same seed gives the same reading.
        amount : float
            0 as written, 1 as the network learned it, up to 2 for more.
        model : str, optional
            One that plays scores; the first by default.
        start : int
            Tick from whose beat on it is played; what comes before keeps its own way.

        Raises
        ------
        InputError
            If the amount lies outside 0 to 2, the seed is none, or no model plays scores.
        """
        from koe.generation.performing import check_amount, perform

        check_seed(seed)
        check_amount(amount)
        if not amount:
            return piece
        return perform(piece, self.registry.performer(model or self.performer()), seed, amount, start)
