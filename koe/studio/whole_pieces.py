"""Whole pieces from wishes, by a network that composes.

`Studio` has these methods.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from koe.errors import ModelError
from koe.models.sampling import check_seed
from koe.music.piece import Piece
from koe.progress import Progress, ShouldStop
from koe.studio.base import StudioBase
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.generation.composer import Wishes
    from koe.generation.plans import Plans
    from koe.models.cards import ModelCard


class WholePieces(StudioBase):
    """Composing with form; a part of `koe.studio.Studio`."""

    def composers(self) -> tuple["ModelCard", ...]:
        """Cards of the models that compose whole pieces; their ``composers`` are those whose manner they know."""
        return tuple(card for card in self.registry.cards() if card.kind == "composition")

    def composer(self) -> "ModelCard":
        """The card of the one that composes where none is named.

        Raises
        ------
        ModelError
            If there is none.
        """
        cards = self.composers()
        if not cards:
            raise ModelError("No model here composes whole pieces; train and export tr1.")
        return cards[0]

    @cached_property
    def _plans(self) -> "Plans | None":
        from koe.generation.plans import FILE, Plans

        return Plans.load(self.registry.folder / FILE)

    @heavy("compose", long=True)
    def compose_piece(
        self,
        wishes: "Wishes",
        seed: int,
        model: str | None = None,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
        on_written: Callable[[Piece], None] | None = None,
    ) -> Piece:
        """A whole piece that begins, remembers and ends.

        Parameters
        ----------
        wishes : Wishes
            See `koe.generation.composer.Wishes`; all of them may be left away.
        seed : int
            Same wishes, model and seed, same piece.
        model : str, optional
            The first of `composers` unless one is named.
        progress : callable, optional
            Called with the measures that are written and those that were asked for.
        should_stop : callable, optional
            Asked between chunks; a stop raises `Cancelled`.
        on_written : callable, optional
            Called after each chunk with the piece so far, a few notes at
            first. Its notes stay as they are; it ends where the next chunk
            begins at the earliest.

        Returns
        -------
        piece : Piece

        Raises
        ------
        InputError
            If a wish is none that can be met, or the model does not compose.
        """
        from koe.generation.composer import compose

        check_seed(seed)
        name = model or self.composer().name
        return compose(
            self.registry.composer(name),
            wishes,
            seed,
            plans=self._plans,
            progress=progress,
            should_stop=should_stop,
            on_written=on_written,
        )
