"""The use cases of Koe, in its users' words. Pages and command line call nothing else.

A `Studio` holds what work needs (the models, the synthesizer) and gives back
pieces, pictures' arrays and sound. It knows no web framework. Everything heavy
is imported when it is first needed, so that a page can paint before the
networks are loaded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.audio import MAX_AUDIO_SEC
from koe.blending import Blending, chained
from koe.continuing import Continuing
from koe.errors import InputError
from koe.exports import Exports
from koe.gaps import Gaps
from koe.generation.compose import OPENING_STEPS
from koe.generation.sampling import check_seed
from koe.hearing import Hearing
from koe.music.grid import DEFAULT_QPM, MAX_FILE_BYTES, N_KEYS, SEGMENT_STEPS
from koe.music.library import LibraryEntry, list_pieces, load_piece
from koe.music.pianoroll import binarize
from koe.music.piece import Piece, TimeSignature
from koe.music.states import segments_of
from koe.origins import Origins
from koe.spaces import Spaces

if TYPE_CHECKING:
    from koe.evaluation.paper import PaperFigures
    from koe.models.cards import ModelCard
    from koe.models.record import TrainingRecord
    from koe.models.registry import Registry

Progress = Callable[[int, int], None]  # (done, total)
ShouldStop = Callable[[], bool]

__all__ = ["MAX_AUDIO_SEC", "OPENING_STEPS", "Reconstruction", "Studio"]


@dataclass(frozen=True)
class Reconstruction:
    """What a model made of one segment.

    Attributes
    ----------
    model : str
        Name of the model.
    original : np.ndarray, shape=(64, 88), dtype=bool
    latents : np.ndarray, shape=(latent_dim,), dtype=float32
        The numbers the segment was squeezed through.
    probabilities : np.ndarray, shape=(64, 88), dtype=float32
    """

    model: str
    original: np.ndarray
    latents: np.ndarray
    probabilities: np.ndarray

    def pianoroll(self, threshold: float) -> np.ndarray:
        """Keys whose probability reaches ``threshold``, shape ``(64, 88)``, bool."""
        return binarize(self.probabilities, threshold)

    def metrics(self, threshold: float) -> dict[str, float]:
        """``mse``, ``binary_accuracy``, ``precision``, ``recall`` and ``f1`` at ``threshold``."""
        return _metrics(self.original, self.probabilities, threshold)


class Studio(Exports, Gaps, Blending, Continuing, Hearing, Spaces, Origins):
    """Everything a visitor, or a command, can ask of Koe; ways to take a piece home are those of `Exports`.

    Parameters
    ----------
    registry : Registry, optional
        The models; by default those shipped in ``assets/models``, shared by
        the whole process.
    """

    def __init__(self, registry: "Registry | None" = None) -> None:
        self._registry = registry

    # -- models ---------------------------------------------------------

    @property
    def registry(self) -> "Registry":
        """The models, found on first use (their weights are read later still)."""
        if self._registry is None:
            from koe.models.registry import default_registry

            self._registry = default_registry()
        return self._registry

    def models(self) -> tuple["ModelCard", ...]:
        """The cards of all models, latent ones first."""
        return self.registry.cards()

    def latent_models(self) -> tuple["ModelCard", ...]:
        """Cards of the models with a latent space, in the order to show them."""
        return tuple(card for card in self.models() if card.kind == "latent")

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

    def segment(self, piece: Piece, measure: int = 1) -> np.ndarray:
        """Cut 64 steps from the start of ``measure`` (from 1) on; silence past the end.

        Returns
        -------
        segment : np.ndarray, shape=(64, 88), dtype=uint8
            States (`koe.music.states`); where they are not 0 a key sounds.
        """
        if not 1 <= measure <= max(piece.n_measures, 1):
            raise InputError(f"Measure {measure} does not exist; the piece has measures 1 to {piece.n_measures}.")
        start = piece.measure_steps[measure - 1] if piece.n_measures else 0
        segment = np.zeros((SEGMENT_STEPS, N_KEYS), dtype=np.uint8)
        part = piece.states[start : start + SEGMENT_STEPS]
        segment[: len(part)] = part
        return segment

    # -- latent space ---------------------------------------------------

    def reconstruct(self, segment: np.ndarray, model: str) -> Reconstruction:
        """Send one segment, shape ``(64, 88)``, through a model's bottleneck and back."""
        latent_model = self.registry.latent(model)
        latents = latent_model.encode(segment[None])
        return Reconstruction(model, np.asarray(segment, dtype=bool), latents[0], latent_model.decode(latents)[0])

    def reconstruct_piece(
        self, piece: Piece, model: str, threshold: float | None = None, measure: int | None = None
    ) -> tuple[Piece, dict[str, float]]:
        """Reconstruct a whole piece, 64 steps at a time, or the segment at one measure.

        Returns
        -------
        piece : Piece
            As long as what was reconstructed.
        metrics : dict
            `Reconstruction.metrics` over all of it.
        """
        latent_model = self.registry.latent(model)
        original = piece.states if measure is None else self.segment(piece, measure)
        if not len(original):
            raise InputError("The piece is empty; choose one with notes.")
        latents = latent_model.encode(segments_of(original))
        probabilities = latent_model.decode(latents).reshape(-1, N_KEYS)[: len(original)]
        cut = self._threshold(model, threshold)
        states = chained(latent_model, latents, cut)[: len(original)]
        title = _title(piece.title, model)
        result = piece.heard_as(states, title) if measure is None else Piece.from_states(states, piece.qpm, title)
        return result.by(model, threshold=cut), _metrics(original > 0, probabilities, cut)

    def encode(self, segment: np.ndarray, model: str) -> np.ndarray:
        """The latent vector of one segment, shape ``(latent_dim,)``, float32."""
        return self.registry.latent(model).encode(segment[None])[0]

    def decode(self, latents: np.ndarray, model: str) -> np.ndarray:
        """Probabilities, shape ``(64, 88)``, of one latent vector of shape ``(latent_dim,)``."""
        return self.registry.latent(model).decode(np.asarray(latents, dtype=np.float32)[None])[0]

    def mean_latents(self, model: str) -> np.ndarray:
        """The average latent vector of the training data, shape ``(latent_dim,)``."""
        return self.registry.latent(model).statistics.mean.copy()

    def sample_latents(self, model: str, seed: int, way: str = "near") -> np.ndarray:
        """Draw a latent vector: ``"near"`` the training data, or ``"uniform"`` in the sliders' range."""
        from koe.generation.latent import sample_near, sample_uniform

        check_seed(seed)
        latent_model = self.registry.latent(model)
        if way == "uniform":
            return sample_uniform(*latent_model.latent_range, latent_model.latent_dim, seed)
        if way == "near":
            return sample_near(latent_model.statistics, latent_model.latent_range, seed)
        raise InputError(f"{way!r} is no way to sample a latent vector; choose 'near' or 'uniform'.")

    def piece_from_latents(
        self,
        latents: np.ndarray,
        model: str,
        threshold: float | None = None,
        qpm: float = DEFAULT_QPM,
        title: str | None = None,
        time_signatures: tuple[TimeSignature, ...] = (),
    ) -> Piece:
        """Four measures from one latent vector, at the model's own threshold unless one is given."""
        latent_model = self.registry.latent(model)
        latents = np.asarray(latents, dtype=np.float32)[None]
        cut = self._threshold(model, threshold)
        states = latent_model.decode_states(latents, cut)[0]
        title = title if title is not None else f"From {latents.shape[1]} numbers ({model.upper()})"
        result = Piece.from_states(states, qpm, title, time_signatures=time_signatures)
        return result.by(model, latents=_numbers(latents[0]), threshold=cut)

    def latents_from_text(self, text: str, model: str) -> np.ndarray:
        """Read a latent vector written as numbers with commas between them.

        Raises
        ------
        LatentError
            If there are too few or too many, or one is no number or lies far
            outside the sliders' range.
        """
        from koe.generation.latent import parse_latents

        latent_model = self.registry.latent(model)
        return parse_latents(text, latent_model.latent_dim, latent_model.latent_range)

    def _threshold(self, model: str, threshold: float | None) -> float:
        return self.registry.card(model).threshold if threshold is None else threshold


def _metrics(original: np.ndarray, probabilities: np.ndarray, threshold: float) -> dict[str, float]:
    from koe.evaluation.metrics import roll_metrics

    metrics = roll_metrics(original, probabilities, threshold)
    return {name: metrics[name] for name in ("mse", "binary_accuracy", "precision", "recall", "f1")}


def _numbers(latents: np.ndarray) -> str:
    # As few digits as tell each number of 32 bits from all others.
    return ", ".join(str(np.float32(value)) for value in latents)


def _title(title: str, model: str) -> str:
    return f"{title} ({model.upper()})" if title else model.upper()
