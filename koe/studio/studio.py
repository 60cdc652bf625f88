"""The use cases of Koe, in its users' words. Pages and command line call nothing else.

A `Studio` holds what work needs (the models, the synthesizer) and gives back
pieces, pictures' arrays and sound. It knows no web framework. Everything heavy
is imported when it is first needed, so that a page can paint before the
networks are loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from koe.audio import MAX_AUDIO_SEC
from koe.errors import InputError
from koe.music.grid import MAX_FILE_BYTES
from koe.music.library import LibraryEntry, list_pieces, load_piece
from koe.music.piece import Piece
from koe.studio.blending import Blending
from koe.studio.composing import OPENING_STEPS, Composing
from koe.studio.exports import Exports
from koe.studio.hearing import Hearing
from koe.studio.latent_space import Reconstruction
from koe.studio.learning_to_play import LearningToPlay
from koe.studio.looking import Looking
from koe.studio.moving import Moving
from koe.studio.originality import Comparing
from koe.studio.performing import Performing
from koe.studio.squeezing import Squeezing
from koe.studio.thumbnails import Thumbnails
from koe.studio.whole_pieces import WholePieces
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.evaluation.paper import PaperFigures
    from koe.models.record import TrainingRecord

__all__ = ["MAX_AUDIO_SEC", "OPENING_STEPS", "Reconstruction", "Studio"]


class Studio(
    Exports,
    Blending,
    Moving,
    Composing,
    WholePieces,
    Hearing,
    Comparing,
    Performing,
    LearningToPlay,
    Looking,
    Squeezing,
    Thumbnails,
):
    """Everything a visitor, or a command, can ask of Koe; ways to take a piece home are those of `Exports`."""

    # -- models ---------------------------------------------------------

    def training_record(self, name: str) -> "TrainingRecord | None":
        """How a model came to be, epoch by epoch; None where that was not recorded.

        Raises
        ------
        ModelError
            If the record is damaged.
        """
        return self.registry.record(name)

    def evaluation(self, name: str) -> "dict[str, Any] | None":
        """How well a model does beside its baselines, as ``koe evaluate`` reports it; None where that is not known.

        Raises
        ------
        ModelError
            If the report is damaged.
        """
        return self.registry.evaluation(name)

    def paper_figures(self, name: str) -> "PaperFigures | None":
        """What the paper reports of the network of this name, on its own data; None if it has none such."""
        from koe.evaluation.paper import PAPER

        return PAPER.get(name)

    def warm_up(self) -> None:
        """Load all weights and compile what is compiled, so that the first visitor need not wait."""
        self.registry.warm_up()

    # -- pieces ---------------------------------------------------------

    def open_file(self, path: Path) -> Piece:
        """Read a file from the disk; see `open_piece`.

        Raises
        ------
        InputError
            If it cannot be read, or holds nothing, or drums alone.
        """
        with path.open("rb") as file:
            # One byte more than is accepted shows that a file is too large; it need not be read whole.
            piece = self.open_piece(file.read(MAX_FILE_BYTES + 1), path.name)
        if not piece.notes and (piece.dropped.total or not piece.n_ticks):
            n_left_out = piece.dropped.total
            why = f"; the {n_left_out} that it has are drums, or keys that a piano lacks" if n_left_out else ""
            raise InputError(
                f"{path.name} holds no note that a piano could play{why}. Choose a file with notes from A0 to C8."
            )
        return piece

    @heavy("read")
    def open_piece(self, data: bytes, name: str) -> Piece:
        """Read an uploaded file: MIDI, a score (MusicXML, MEI, Humdrum, ABC) or the paper's text format.

        The content says which; only a text without a sign of its own needs a ``name`` that ends in ``.txt``.

        Raises
        ------
        InputError
            One sentence for the user.
        """
        from koe.formats.reading import read_piece

        return read_piece(data, name)

    def demo_pieces(self) -> tuple[LibraryEntry, ...]:
        """The pieces that ship with the app."""
        return list_pieces()

    def demo_piece(self, slug: str) -> Piece:
        """One of them."""
        return load_piece(slug)
