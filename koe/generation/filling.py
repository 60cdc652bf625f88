"""Filling gaps: what is locked stays, a network that continues finds the rest.

Particles write the gap side by side, each with luck of its own. Wherever keys
are locked, in the gap and in what follows it, each particle is weighed by how
likely its music makes them; when few carry most of the weight, the heavy ones
are copied in place of the light ones. So the gap leads where the piece goes on.
In the end one is taken by its weight, of those that play something in the gap.

Convention: ``states`` are uint8, ``(steps, 88)``, as `koe.music.states`
numbers them; ``locked`` is bool of the same shape.

References
----------
Gordon, Salmond and Smith, "Novel approach to nonlinear/non-Gaussian Bayesian
state estimation", IEE Proceedings F, 1993; systematic resampling after
Kitagawa, "Monte Carlo filter and smoother", 1996.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from koe.errors import Cancelled
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS
from koe.music.states import FREE, HELD, SILENT, STRUCK, UNHELD
from koe.progress import Progress, ShouldStop

N_PARTICLES = 16
# A beat is written between two weighings.
STRIDE_STEPS = 4
# How much of what follows the gap is listened to.
GOAL_STEPS = 32
CONTEXT_STEPS = 256


class Filler(Protocol):
    """A model that writes around given keys; see `koe.models.tied_continuer.TiedContinuer`."""

    name: str

    def listen(self, prompt: np.ndarray, n_variations: int, clock: np.ndarray | None = None) -> Any:
        """Hear states."""
        ...

    def write_around(
        self,
        memory: Any,
        uniforms: np.ndarray,
        sampling: Sampling,
        given: np.ndarray,
        hints: np.ndarray | None = None,
    ) -> tuple[np.ndarray, Any, np.ndarray]:
        """Write steps, keep the given keys, and say how likely they were."""
        ...

    def join(self, memories: Sequence[Any]) -> Any:
        """The variations of several memories side by side."""
        ...

    def choose(self, memory: Any, numbers: np.ndarray) -> Any:
        """Copy some variations in place of others."""
        ...


def fill(
    model: Filler,
    states: np.ndarray,
    locked: np.ndarray,
    clock: np.ndarray,
    seed: int,
    n_fillings: int = 4,
    sampling: Sampling | None = None,
    *,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> np.ndarray:
    """Find the keys that are not locked.

    Parameters
    ----------
    model : Filler
    states : np.ndarray, shape=(steps, 88), dtype=uint8
        Where nothing is locked it does not matter what they are.
    locked : np.ndarray, shape=(steps, 88), dtype=bool
    clock : np.ndarray, shape=(steps, 2)
        See `koe.music.piece.Piece.clock`.
    seed : int
        Filling ``k`` draws from its own stream of ``(seed, k)``.
    n_fillings : int
    sampling : Sampling, optional
        By coin toss at temperature 1 unless given.
    progress : callable, optional
        Called with beats done and beats in all.
    should_stop : callable, optional
        Asked at each beat.

    Returns
    -------
    states : np.ndarray, shape=(n_fillings, steps, 88), dtype=uint8
        What is locked is as it was; so are the lengths of locked notes.

    Raises
    ------
    Cancelled
        If ``should_stop`` said so.
    """
    open_steps = np.flatnonzero(~locked.all(axis=1))
    filled = np.repeat(states[None], n_fillings, axis=0)
    if not len(open_steps):
        return filled
    start, stop = int(open_steps[0]), int(open_steps[-1]) + 1
    end = min(stop + GOAL_STEPS, len(states))
    given = _given(states, locked)[:, None]
    first = max(0, start - CONTEXT_STEPS)
    # Where nothing comes before the gap, its own first step says where in the measure it begins.
    heard = model.listen(states[first:start], N_PARTICLES, clock[first : max(start, 1)])
    strides = range(start, end, STRIDE_STEPS)
    for number in range(n_fillings):
        rng = np.random.default_rng((seed, number))
        memory, weights = heard, np.zeros(N_PARTICLES)
        written = np.zeros((end - start, N_PARTICLES, N_KEYS), np.uint8)
        for done, step in enumerate(strides):
            if should_stop and should_stop():
                raise Cancelled("Stopped.")
            part = slice(step, min(step + STRIDE_STEPS, end))
            luck = rng.random((part.stop - part.start, N_PARTICLES, N_KEYS), dtype=np.float32)
            new, memory, chances = model.write_around(memory, luck, sampling or Sampling(), given[part])
            written[part.start - start : part.stop - start] = new
            weights += chances.sum(axis=0)
            survivors = _survivors(weights, rng)
            if survivors is not None:
                memory, written = model.choose(memory, survivors), written[:, survivors]
                weights[:] = 0
            if progress:
                progress(number * len(strides) + done + 1, n_fillings * len(strides))
        # Silence is likely where nothing came before, but it fills no gap.
        plays = ((written[: stop - start] > SILENT) & ~locked[start:stop, None]).any(axis=(0, 2))
        shares = _shares(np.where(plays, weights, -np.inf) if plays.any() else weights)
        chosen = written[: stop - start, int(rng.choice(N_PARTICLES, p=shares))]
        gap = filled[number, start:stop]
        gap[~locked[start:stop]] = chosen[~locked[start:stop]]
    return filled


def _given(states: np.ndarray, locked: np.ndarray) -> np.ndarray:
    """What each key may do, int8: its state, or `FREE`, or `UNHELD` where a locked note has just ended."""
    ended = np.zeros_like(locked)
    ended[1:] = locked[:-1] & (states[:-1] > SILENT) & (states[1:] != HELD)
    return np.where(locked, states, np.where(ended, UNHELD, FREE)).astype(np.int8)


def put_together(states: np.ndarray, locked: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Locked states with what was found around them; a note of one does not run on into the other.

    All are of the shape ``(steps, 88)``. Found keys that would prolong a locked
    note, or are held though nothing sounded before, are struck.
    """
    made = np.where(locked, states, found).astype(np.uint8)
    for step in range(1, len(made)):
        unheld = _given(states[step - 1 : step + 1], locked[step - 1 : step + 1])[1] == UNHELD
        made[step, ~locked[step] & (made[step] == HELD) & (unheld | (made[step - 1] == SILENT))] = STRUCK
    return made


def _shares(weights: np.ndarray) -> np.ndarray:
    shares = np.exp(weights - weights.max())
    return shares / shares.sum()


def _survivors(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray | None:
    """Which particles to go on with, once fewer than half of them carry the weight; None before that."""
    shares = _shares(weights)
    if 1 / np.square(shares).sum() >= len(shares) / 2:
        return None
    places = (rng.random() + np.arange(len(shares))) / len(shares)
    return np.searchsorted(np.cumsum(shares)[:-1], places)
