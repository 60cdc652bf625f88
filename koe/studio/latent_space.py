"""The use cases of a latent space: through it and back, music from its numbers, its axes, its decoder for a browser."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError
from koe.models.sampling import check_seed
from koe.music.grid import DEFAULT_QPM, N_KEYS, SEGMENT_STEPS
from koe.music.pianoroll import binarize
from koe.music.piece import Piece, TimeSignature
from koe.music.states import segments_of, states_from_pianoroll
from koe.studio.base import StudioBase
from koe.studio.work import heavy, light

if TYPE_CHECKING:
    from koe.generation.axes import LatentAxes
    from koe.models.cards import ModelCard
    from koe.models.decoder_program import DecoderProgram
    from koe.models.interfaces import LatentModel


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


class LatentSpace(StudioBase):
    """What can be done in latent spaces; a part of `koe.studio.Studio`."""

    def latent_models(self) -> tuple["ModelCard", ...]:
        """Cards of the models with a latent space, in the order to show them."""
        return tuple(card for card in self.models() if card.kind == "latent")

    def writes_in_time(self, model: str) -> bool:
        """Whether a model with a latent space writes what a vector stands for step by step."""
        from koe.models.architectures import ARCHITECTURES

        known = ARCHITECTURES.get(self.registry.card(model).network)
        return bool(known and known.writes_in_time)

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

    @light("reconstruct")
    def reconstruct(self, segment: np.ndarray, model: str) -> Reconstruction:
        """Send one segment, shape ``(64, 88)``, through a model's bottleneck and back."""
        latent_model = self.registry.latent(model)
        latents = latent_model.encode(segment[None])
        return Reconstruction(model, np.asarray(segment, dtype=bool), latents[0], latent_model.decode(latents)[0])

    @heavy("reconstruct")
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
        clock = _lengthened(piece.clock, len(latents)) if measure is None else None
        # All of one piece: meant exactly.
        whole = np.ones((len(latents), 1))
        states = chained(latent_model, latents, cut, clock, whole)[: len(original)]
        title = _title(piece.title, model)
        result = piece.heard_as(states, title) if measure is None else Piece.from_states(states, piece.qpm, title)
        return result.by(model, threshold=cut), _metrics(original > 0, probabilities, cut)

    def encode(self, segment: np.ndarray, model: str) -> np.ndarray:
        """The latent vector of one segment, shape ``(latent_dim,)``, float32."""
        return self.registry.latent(model).encode(segment[None])[0]

    @light("decode")
    def decode(self, latents: np.ndarray, model: str) -> np.ndarray:
        """Probabilities, shape ``(64, 88)``, of one latent vector of shape ``(latent_dim,)``."""
        return self.registry.latent(model).decode(np.asarray(latents, dtype=np.float32)[None])[0]

    def mean_latents(self, model: str) -> np.ndarray:
        """The average latent vector of the training data, shape ``(latent_dim,)``."""
        return self.registry.latent(model).statistics.mean.copy()

    def sample_latents(self, model: str, seed: int, way: str = "near") -> np.ndarray:
        """Draw a latent vector: ``"near"`` the training data, or ``"uniform"`` in the sliders' range."""
        from koe.models.latent import sample_near, sample_uniform

        check_seed(seed)
        latent_model = self.registry.latent(model)
        if way == "uniform":
            return sample_uniform(*latent_model.latent_range, latent_model.latent_dim, seed)
        if way == "near":
            return sample_near(latent_model.statistics, latent_model.latent_range, seed)
        raise InputError(f"{way!r} is no way to sample a latent vector; choose 'near' or 'uniform'.")

    @light("decode")
    def piece_from_latents(
        self,
        latents: np.ndarray,
        model: str,
        threshold: float | None = None,
        *,
        qpm: float = DEFAULT_QPM,
        title: str | None = None,
        time_signatures: tuple[TimeSignature, ...] = (),
        shares: np.ndarray | None = None,
    ) -> Piece:
        """Four measures from one latent vector, at the model's own threshold unless one is given.

        ``shares``, ``(k,)``, are those of k pieces between which it lies, for models that write in time.
        """
        latent_model = self.registry.latent(model)
        latents = np.asarray(latents, dtype=np.float32)[None]
        cut = self._threshold(model, threshold)
        empty = Piece.from_states(np.zeros((SEGMENT_STEPS, N_KEYS), np.uint8), qpm, time_signatures=time_signatures)
        states = chained(latent_model, latents, cut, empty.clock, None if shares is None else shares[None])
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
        from koe.models.latent import parse_latents

        latent_model = self.registry.latent(model)
        return parse_latents(text, latent_model.latent_dim, latent_model.latent_range)

    def latent_axes(self, model: str) -> "LatentAxes | None":
        """Axes of a model's latent space and a map of real music in it; None where these weights have none.

        Raises
        ------
        ModelError
            If the file is damaged.
        """
        from koe.generation.axes_file import SUFFIX, load_axes

        card = self.registry.card(model)
        path = self.registry.folder / f"{card.name}{SUFFIX}"
        if not path.exists():
            return None
        found = load_axes(path)
        return found if found.weights_sha256 == card.weights_sha256 else None

    def decoder_program(self, model: str) -> "DecoderProgram | None":
        """A model's decoder as plain steps, for browsers; None for one that they cannot tell.

        Raises
        ------
        ModelError
            If the weights are missing or damaged.
        """
        from koe.models.decoder_program import decoder_program

        return decoder_program(self.registry, model)


def chained(
    model: "LatentModel",
    latents: np.ndarray,
    threshold: float,
    clock: np.ndarray | None = None,
    shares: np.ndarray | None = None,
) -> np.ndarray:
    """Segments decoded one after another: states ``(n * 64, 88)``, with no note broken at the seams.

    The ``clock``, ``(n * 64, 2)``, is heard by models that write in time, and
    so are ``shares``, ``(n, k)``, which each of k pieces has in each segment.
    """
    from koe.models.interfaces import WritingLatentModel

    if isinstance(model, WritingLatentModel):
        loose = None if shares is None else model.looseness_between(shares)[None]
        return model.write(latents[None], loose, None if clock is None else clock[None], threshold=threshold)[0]
    if model.hears_onsets:
        return model.decode_states(latents, threshold).reshape(-1, N_KEYS)
    return states_from_pianoroll(binarize(model.decode(latents), threshold).reshape(-1, N_KEYS))


def _lengthened(clock: np.ndarray, n_segments: int) -> np.ndarray:
    """A clock that goes on in its last measure's length to the end of a last segment."""
    missing = n_segments * SEGMENT_STEPS - len(clock)
    place, length = clock[-1]
    steps = (place + 1 + np.arange(missing)) % max(int(length), 1)
    return np.concatenate([clock, np.stack([steps, np.full_like(steps, length)], axis=-1)])


def _metrics(original: np.ndarray, probabilities: np.ndarray, threshold: float) -> dict[str, float]:
    from koe.evaluation.metrics import roll_metrics

    metrics = roll_metrics(original, probabilities, threshold)
    return {name: metrics[name] for name in ("mse", "binary_accuracy", "precision", "recall", "f1")}


def _numbers(latents: np.ndarray) -> str:
    # As few digits as tell each number of 32 bits from all others.
    return ", ".join(str(np.float32(value)) for value in latents)


def _title(title: str, model: str) -> str:
    return f"{title} ({model.upper()})" if title else model.upper()
