"""The use cases of Koe, in its users' words. Pages and command line call nothing else.

A `Studio` holds what work needs (the models, the synthesizer) and gives back
pieces, pictures' arrays and sound. It knows no web framework. Everything heavy
is imported when it is first needed, so that a page can paint before the
networks are loaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.audio import MAX_AUDIO_SEC
from koe.blending import Blending, chained
from koe.errors import InputError, ModelError
from koe.exports import Exports
from koe.gaps import Gaps
from koe.generation.compose import OPENING_STEPS, compose
from koe.generation.sampling import Sampling, check_seed
from koe.music.grid import DEFAULT_QPM, LOWEST_PITCH, MAX_FILE_BYTES, N_KEYS, SEGMENT_STEPS
from koe.music.library import LibraryEntry, list_pieces, load_piece
from koe.music.pianoroll import binarize
from koe.music.piece import Piece, TimeSignature
from koe.music.states import segments_of
from koe.origins import Origins
from koe.spaces import Spaces

if TYPE_CHECKING:
    from koe.evaluation.paper import PaperFigures
    from koe.generation.continuation import Redraw
    from koe.models.cards import ModelCard
    from koe.models.record import TrainingRecord
    from koe.models.registry import Registry
    from koe.music.played import Press

Progress = Callable[[int, int], None]  # (done, total)
ShouldStop = Callable[[], bool]

__all__ = ["MAX_AUDIO_SEC", "OPENING_STEPS", "Reconstruction", "Studio"]

MAX_CONTINUATION_STEPS = 2048
MAX_VARIATIONS = 16
PROMPT_STEPS = 512  # how much of a piece a model hears before it goes on


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


class Studio(Exports, Gaps, Blending, Spaces, Origins):
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

    def continuation_models(self) -> tuple["ModelCard", ...]:
        """Cards of the models that continue a piece."""
        return tuple(card for card in self.models() if card.kind == "continuation")

    def continuation_model(self) -> "ModelCard":
        """The card of the one that continues where none is named.

        Raises
        ------
        ModelError
            If there is none.
        """
        cards = self.continuation_models()
        if not cards:
            raise ModelError("No model here can continue a piece; train and export lstm1 or lstm2.")
        return cards[0]

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
        """Read a file from the disk; see `open_piece`."""
        with path.open("rb") as file:
            # One byte more than is accepted shows that a file is too large; it need not be read whole.
            return self.open_piece(file.read(MAX_FILE_BYTES + 1), path.name)

    def open_piece(self, data: bytes, name: str) -> Piece:
        """Read an uploaded file: MIDI, or the paper's text format if ``name`` ends in ``.txt``.

        Raises
        ------
        InputError
            One sentence for the user.
        """
        if len(data) > MAX_FILE_BYTES:
            raise InputError(f"The file is larger than {MAX_FILE_BYTES // 1024**2} MiB, the most that Koe reads.")
        if name.lower().endswith(".txt"):
            from koe.music.text import pianoroll_from_bytes

            return Piece.from_pianoroll(pianoroll_from_bytes(data), title=Path(name).stem)
        from koe.music.midi import read_midi

        return read_midi(data, name=name)

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
        start = piece.measure_onsets[measure - 1] if piece.n_measures else 0
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
        signatures = piece.time_signatures if measure is None else ()
        states = chained(latent_model, latents, cut)[: len(original)]
        result = Piece.from_states(states, piece.qpm, _title(piece.title, model), time_signatures=signatures)
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

    # -- continuing -----------------------------------------------------

    def continue_piece(
        self,
        prompt: Piece | None,
        n_steps: int = 256,
        model: str | None = None,
        sampling: Sampling | None = None,
        seed: int = 0,
        n_variations: int = 1,
        *,
        include_prompt: bool = True,
        guard: bool = True,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
        on_written: Callable[[np.ndarray], None] | None = None,
        on_redraw: "Callable[[Redraw], None] | None" = None,
    ) -> tuple[Piece, ...]:
        """Let a recurrent network go on from where a piece ends.

        Parameters
        ----------
        prompt : Piece or None
            What it hears first (its last 512 steps); None starts from silence.
        n_steps : int
            Sixteenths to write, 1 to 2048.
        model : str, optional
            The first of `continuation_models` unless one is named.
        sampling : Sampling, optional
            By coin toss at temperature 1 unless given.
        seed : int
            Same inputs and seed, same notes. Variation ``k`` draws from its
            own stream of ``(seed, k)``.
        n_variations : int
            1 to 16, made at once.
        include_prompt : bool
            Whether the result begins with the prompt.
        guard : bool
            Whether four measures in which the coin led into silence, a stuck
            note or a burst are tossed again.
        progress, should_stop : callable, optional
            Called between stretches of steps; a stop raises `Cancelled`.
        on_written, on_redraw : callable, optional
            See `koe.generation.continuation.continue_pianoroll`.

        Returns
        -------
        pieces : tuple of Piece
        """
        from koe.generation.continuation import continue_pianoroll

        if not 1 <= n_steps <= MAX_CONTINUATION_STEPS:
            raise InputError(f"A continuation has 1 to {MAX_CONTINUATION_STEPS} steps, not {n_steps}.")
        model = model or self.continuation_model().name
        check_seed(seed)
        if not 1 <= n_variations <= MAX_VARIATIONS:
            raise InputError(f"There can be 1 to {MAX_VARIATIONS} variations, not {n_variations}.")
        heard = prompt.states if prompt is not None else np.zeros((0, N_KEYS), dtype=np.uint8)
        sampling = sampling or Sampling()
        written = continue_pianoroll(
            self.registry.continuer(model),
            heard[-PROMPT_STEPS:],
            n_steps,
            sampling,
            seed,
            n_variations,
            clock=prompt.clock[-PROMPT_STEPS:] if prompt is not None else None,
            guard=guard,
            progress=progress,
            should_stop=should_stop,
            on_written=on_written,
            on_redraw=on_redraw,
        )
        settings = (
            *asdict(sampling).items(),
            *(("guard", guard), ("steps", n_steps), ("variations", n_variations)),
        )
        pieces = (_joined(prompt if include_prompt else None, prompt, one, model) for one in written)
        return tuple(
            piece.by(model, seed, dict(settings) | {"variation": number})
            for number, piece in enumerate(pieces, start=1)
        )

    def compose(self, seed: int, model: str | None = None) -> Piece:
        """A new piece at one click: an opening chord chosen by ``seed``, continued by the network.

        The first `OPENING_STEPS` steps are the chord. The first model that
        continues writes it unless another is named.
        """
        check_seed(seed)
        return compose(self, seed, model)

    def chord(self, pitches: Sequence[int], n_steps: int = 4, qpm: float = DEFAULT_QPM) -> Piece:
        """A chord held for ``n_steps``, to start a continuation from."""
        roll = np.zeros((n_steps, N_KEYS), dtype=bool)
        roll[:, [pitch - LOWEST_PITCH for pitch in pitches]] = True
        return Piece.from_pianoroll(roll, qpm, "A chord")

    def played(self, presses: "Sequence[Press]", qpm: float, n_measures: int = 4, title: str = "") -> Piece:
        """Make a piece of what somebody played to a metronome; see `koe.music.played`.

        Parameters
        ----------
        presses : sequence of Press
            Keys and the seconds of their downs and ups, from the first beat of the first measure on.
        qpm : float
        n_measures : int
            Of 4/4; those at either end in which nothing was played are left out.
        title : str

        Raises
        ------
        InputError
            If no key was pressed, or tempo, length or number of notes are beyond what Koe plays.
        """
        from koe.music.played import piece_from_presses

        return piece_from_presses(presses, qpm, n_measures, title)

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


def _joined(shown: Piece | None, heard: Piece | None, written: np.ndarray, model: str) -> Piece:
    """Append what a model wrote, a roll or states, to the piece that it goes on from."""
    title = f"{heard.title}, continued by {model.upper()}" if heard and heard.title else f"By {model.upper()}"
    make = Piece.from_states if written.dtype == np.uint8 else Piece.from_pianoroll
    tail = make(written, heard.qpm if heard else DEFAULT_QPM, title)
    if shown is None:
        return tail
    moved = (replace(note, onset=note.onset + shown.n_steps) for note in tail.notes)
    return replace(shown, notes=(*shown.notes, *moved), n_steps=shown.n_steps + tail.n_steps, title=title, warnings=())
