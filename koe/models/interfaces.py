"""The three things a model can be to the rest of Koe."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from koe.models.latent import LatentStatistics
from koe.models.pn1_features import Features
from koe.models.pn1_numpy import Prediction
from koe.models.sampling import Sampling
from koe.models.tr1_interface import Temperatures, Told
from koe.music.events import Events


class LatentModel(Protocol):
    """A model with a latent space."""

    name: str
    latent_dim: int
    latent_range: tuple[float, float]
    hears_onsets: bool  # whether it tells struck from held keys

    @property
    def statistics(self) -> LatentStatistics:
        """Where the training data lies."""
        ...

    def encode(self, segments: np.ndarray) -> np.ndarray:
        """Segments ``(n, 64, 88)``, rolls (bool) or states (uint8), to latent vectors ``(n, latent_dim)``, float32."""
        ...

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities ``(n, 64, 88)``, float32."""
        ...

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to states ``(n, 64, 88)``, uint8; sounding from ``threshold`` on."""
        ...


class Continuer(Protocol):
    """A model that goes on from what it has heard.

    What it remembers lies in an opaque ``memory``, so that one model serves
    many visitors at once, and a continuation can go on where it stopped.
    """

    name: str
    hears_onsets: bool  # whether it tells struck from held keys

    def listen(self, prompt: np.ndarray, n_variations: int, clock: np.ndarray | None = None) -> Any:
        """Hear a roll (bool) or states (uint8), ``(steps, 88)``, and return a memory for each variation.

        ``clock``, ``(steps, 2)``, tells each step's place in its measure and
        the measure's length, for those who listen to it; with an empty prompt
        its first row, if any, is of the step to be written next.
        """
        ...

    def write(self, memory: Any, uniforms: np.ndarray, sampling: Sampling) -> tuple[np.ndarray, Any]:
        """Write steps.

        Parameters
        ----------
        memory
            From `listen` or an earlier `write`.
        uniforms : np.ndarray, shape=(steps, n_variations, 88)
            The luck of each toss, from 0 to 1.
        sampling : Sampling

        Returns
        -------
        written : np.ndarray, shape=(steps, n_variations, 88)
            Rolls, bool; states, uint8, by a model that hears onsets.
        memory
        """
        ...

    def mix(self, memory: Any, other: Any, taken: np.ndarray) -> Any:
        """A memory of the variations of ``memory``, but of ``other``'s where ``taken``, bool ``(n_variations,)``."""
        ...


@runtime_checkable
class Composer(Protocol):
    """A model that writes whole pieces event by event (`koe.music.events`), and goes on from what it heard.

    What it remembers lies in an opaque ``memory``, which is never changed, so
    that one model serves many visitors at once, and a chunk can be written
    again.
    """

    name: str
    composers: Mapping[str, int]  # the class of each composer that it knows
    temperatures: Temperatures  # how it draws unless it is told otherwise

    def frame(
        self,
        told: Told,
        starts: np.ndarray | None = None,
        given: np.ndarray | None = None,
        end_from: int = 0,
        end_at: int | None = None,
        free_from: int = 0,
        room: np.ndarray | None = None,
        cadence: bool = False,
    ) -> Any:
        """What is settled before anything is written; see `koe.models.tr1_writer.TR1Writer.frame`."""
        ...

    def begin(self, n: int) -> Any:
        """The memory of ``n`` pieces in which nothing has sounded yet."""
        ...

    def hear(self, memory: Any, frame: Any, events: Events) -> tuple[Any, np.ndarray]:
        """Take in a piece's events; and what each of them cost, nats ``(events, 3)``."""
        ...

    def write(
        self, memory: Any, frame: Any, luck: np.ndarray, temperatures: Temperatures | None = None
    ) -> tuple[Any, np.ndarray, np.ndarray]:
        """Write events ``(chunk, n, 4)`` from uniform numbers ``(chunk, n, 3)``, and what each cost."""
        ...

    def is_over(self, memory: Any) -> np.ndarray:
        """Which of the pieces have come to their end: bool, ``(n,)``."""
        ...

    def reached(self, memory: Any) -> np.ndarray:
        """The tick at which each piece is: ``(n,)``."""
        ...


class Performer(Protocol):
    """A model that plays scores."""

    name: str

    def predict(self, features: Features) -> Prediction:
        """What is expected of a performance of a score."""
        ...


class Unsure(Exception):
    """A toss so close that the compiled network, which rounds differently, might have made it otherwise."""


@runtime_checkable
class RefiningLatentModel(LatentModel, Protocol):
    """One whose latent vectors are an encoder's, refined: see `koe.models.refinement`."""

    def encode_once(self, segments: np.ndarray) -> np.ndarray:
        """As `encode`, but as the encoder says."""
        ...


def encode_once(model: LatentModel) -> Callable[[np.ndarray], np.ndarray]:
    """A model's way from segments to latent vectors that is quick: for where a whole corpus lies."""
    return model.encode_once if isinstance(model, RefiningLatentModel) else model.encode


@runtime_checkable
class OnsetLatentModel(LatentModel, Protocol):
    """One that tells struck from held keys."""

    def decode_chances(self, latents: np.ndarray) -> np.ndarray:
        """Latent vectors ``(n, latent_dim)`` to probabilities of sounding and of being struck, ``(n, 64, 88, 2)``."""
        ...


@runtime_checkable
class WritingLatentModel(LatentModel, Protocol):
    """One that writes in time what its vectors stand for, each segment after the one before."""

    def write(
        self,
        latents: np.ndarray,
        looseness: np.ndarray | None = None,
        clocks: np.ndarray | None = None,
        seed: int = 0,
        threshold: float = 0.5,
        temperature: float | None = None,
    ) -> np.ndarray:
        """Chains of vectors ``(n, k, latent_dim)`` to states ``(n, k * 64, 88)``; see `koe.models.led_latent`."""
        ...

    def looseness_between(self, shares: np.ndarray) -> np.ndarray:
        """How loosely points are meant of which k pieces have these shares, ``(n, k)``: ``(n, 2)``."""
        ...

    def write_drawn(self, latents: np.ndarray, threshold: float, seed: int) -> np.ndarray:
        """What vectors ``(n, latent_dim)`` drawn at random stand for: states ``(n, 64, 88)``."""
        ...


@runtime_checkable
class JoiningContinuer(Continuer, Protocol):
    """One that can go on from several prompts at once."""

    def join(self, memories: Sequence[Any]) -> Any:
        """The variations of several memories side by side in one."""
        ...
