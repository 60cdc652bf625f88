"""Letting a recurrent network go on from where a pianoroll ends."""

from collections.abc import Callable

import numpy as np

from koe.errors import Cancelled
from koe.generation.sampling import Sampling
from koe.models.interfaces import Continuer
from koe.music.grid import N_KEYS

# Steps between two looks at whether to stop; four measures.
STRETCH_STEPS = 64


def continue_pianoroll(
    model: Continuer,
    prompt: np.ndarray,
    n_steps: int,
    sampling: Sampling,
    seed: int,
    n_variations: int = 1,
    *,
    progress: Callable[[int, int], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> np.ndarray:
    """Write ``n_steps`` more steps, several variations at once.

    Parameters
    ----------
    model : Continuer
    prompt : np.ndarray, shape=(steps, 88), dtype=bool
        What is heard first; may have no steps.
    n_steps : int
    sampling : Sampling
    seed : int
        Variation ``k`` draws from its own stream of ``(seed, k)``, so it does
        not depend on how many there are, and a longer continuation begins
        like a shorter one.
    n_variations : int
    progress : callable, optional
        Called with steps done and steps in all.
    should_stop : callable, optional
        Asked between stretches of four measures.

    Returns
    -------
    pianorolls : np.ndarray, shape=(n_variations, n_steps, 88), dtype=bool

    Raises
    ------
    Cancelled
        If ``should_stop`` said so.
    """
    streams = [np.random.default_rng((seed, variation)) for variation in range(n_variations)]
    memory = model.listen(prompt, n_variations)
    written = []
    for start in range(0, n_steps, STRETCH_STEPS):
        if should_stop and should_stop():
            raise Cancelled("Stopped.")
        length = min(STRETCH_STEPS, n_steps - start)
        uniforms = np.stack([stream.random((length, N_KEYS), dtype=np.float32) for stream in streams], axis=1)
        rolls, memory = model.write(memory, uniforms, sampling)
        written.append(rolls)
        if progress:
            progress(start + length, n_steps)
    return np.concatenate(written).transpose(1, 0, 2)
