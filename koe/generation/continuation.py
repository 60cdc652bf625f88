"""Letting a recurrent network go on from where a pianoroll ends."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from koe.errors import Cancelled
from koe.models.interfaces import Continuer, JoiningContinuer
from koe.models.sampling import TOSS, Sampling
from koe.music.faults import STUCK_STEPS, fault_at_end, faults_at_end
from koe.music.grid import N_KEYS, STEPS_PER_MEASURE
from koe.music.states import states_from_pianoroll
from koe.progress import Progress, ShouldStop

# Steps between two looks at whether to stop; four measures.
STRETCH_STEPS = 64
# How often a stretch with a fault is drawn again before its best take is kept.
MAX_REDRAWS = 12
# A silence or a held key is broken off at this share of what counts as a
# fault: later, at the next stretch, the network may be too sure of it.
PATIENCE = 0.75
# From this try on a key that has sounded for a whole measure is let go at the
# stretch's first step: a network that is sure of it would hold it at every toss.
RELEASE_FROM = 7
HELD_STEPS = STEPS_PER_MEASURE


@dataclass(frozen=True)
class Redraw:
    """A stretch that the guard had drawn again.

    Attributes
    ----------
    variation : int
        From 0.
    start, stop : int
        Its first step, counted from where the continuation begins, and the one
        after its last.
    fault : str
        What the first toss led into, one of `koe.music.faults.FAULTS`.
    sound : bool
        Whether what stands there now is free of faults.
    """

    variation: int
    start: int
    stop: int
    fault: str
    sound: bool


def continue_pianoroll(
    model: Continuer,
    prompt: np.ndarray,
    n_steps: int,
    sampling: Sampling,
    seed: int,
    n_variations: int = 1,
    *,
    clock: np.ndarray | None = None,
    guard: bool = False,
    progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
    on_written: Callable[[np.ndarray], None] | None = None,
    on_redraw: Callable[[Redraw], None] | None = None,
) -> np.ndarray:
    """Write ``n_steps`` more steps, several variations at once.

    Parameters
    ----------
    model : Continuer
    prompt : np.ndarray, shape=(steps, 88), dtype=bool or uint8
        What is heard first, as a roll or as states; may have no steps. Or a
        prompt for each variation, ``(n_variations, steps, 88)``, with a clock
        ``(n_variations, steps, 2)``, by a model that can join its memories.
    n_steps : int
    sampling : Sampling
    seed : int
        Variation ``k`` draws from its own stream of ``(seed, k)``, so it does
        not depend on how many there are, and a longer continuation begins
        like a shorter one.
    n_variations : int
    clock : np.ndarray, shape=(steps, 2), optional
        The prompt's places in its measures, see `koe.music.piece.Piece.clock`.
    guard : bool
        Whether a stretch of four measures in which a toss led into silence, a
        stuck note or a burst is drawn again from before it.
    progress : callable, optional
        Called with steps done and steps in all.
    should_stop : callable, optional
        Asked between stretches of four measures.
    on_written : callable, optional
        Called with what is written so far, as it is returned at the end.
    on_redraw : callable, optional
        Called for each stretch of a variation that the guard had drawn again.

    Returns
    -------
    written : np.ndarray, shape=(n_variations, n_steps, 88)
        Rolls, bool; states, uint8, by a model that hears onsets.

    Raises
    ------
    Cancelled
        If ``should_stop`` said so.
    """
    streams = [np.random.default_rng((seed, variation)) for variation in range(n_variations)]
    if np.ndim(prompt) == 3:
        memory = _listen_to_each(model, prompt, clock)
    else:
        memory = model.listen(prompt, n_variations, clock)
    guard = guard and sampling.way == TOSS
    heard = _as_states(prompt) if model.hears_onsets else np.asarray(prompt) > 0
    tail = np.broadcast_to(heard, (n_variations, *heard.shape[-2:])).swapaxes(0, 1)[-STUCK_STEPS:]
    written = []
    for start in range(0, n_steps, STRETCH_STEPS):
        if should_stop and should_stop():
            raise Cancelled("Stopped.")
        # Whole stretches, also at the end: whether one is drawn again must not depend on how much is asked for.
        uniforms = np.stack([stream.random((STRETCH_STEPS, N_KEYS), dtype=np.float32) for stream in streams], axis=1)
        rolls, after = model.write(memory, uniforms, sampling)
        if guard:
            rolls, after = _redrawn(model, memory, sampling, (seed, start), tail, rolls, after, on_redraw)
        memory, tail = after, np.concatenate([tail, rolls])[-STUCK_STEPS:]
        written.append(rolls)
        if on_written:
            on_written(np.concatenate(written)[:n_steps].transpose(1, 0, 2))
        if progress:
            progress(min(start + STRETCH_STEPS, n_steps), n_steps)
    return np.concatenate(written)[:n_steps].transpose(1, 0, 2)


def _listen_to_each(model: Continuer, prompts: np.ndarray, clocks: np.ndarray | None) -> Any:
    if not isinstance(model, JoiningContinuer):
        raise TypeError(f"{model.name} hears one prompt at a time, but {len(prompts)} came")
    heard = [
        model.listen(prompt, 1, None if clocks is None else clocks[number]) for number, prompt in enumerate(prompts)
    ]
    return model.join(heard)


def _as_states(prompt: np.ndarray) -> np.ndarray:
    return prompt if prompt.dtype == np.uint8 else states_from_pianoroll(prompt)


def _redrawn(
    model: Continuer,
    memory: Any,
    sampling: Sampling,
    seeds: tuple[int, int],
    tail: np.ndarray,
    rolls: np.ndarray,
    after: Any,
    on_redraw: Callable[[Redraw], None] | None = None,
) -> tuple[np.ndarray, Any]:
    """A stretch with its faulty variations drawn again from before it, until they are sound or tries run out."""

    def faults(rolls: np.ndarray) -> np.ndarray:
        both = np.concatenate([tail, rolls])
        return np.array([fault_at_end(both[:, number], len(rolls), PATIENCE) for number in range(both.shape[1])])

    rolls, worst = rolls.copy(), faults(rolls)
    first = _kinds(np.concatenate([tail, rolls]), len(rolls), worst) if on_redraw else {}
    for attempt in range(1, MAX_REDRAWS + 1):
        faulty = worst > 1
        if not faulty.any():
            break
        uniforms = np.zeros((len(rolls), len(faulty), N_KEYS), np.float32)
        for variation in np.flatnonzero(faulty):
            stream = np.random.default_rng((seeds[0], int(variation), seeds[1], attempt))
            uniforms[:, variation] = stream.random((len(rolls), N_KEYS), dtype=np.float32)
            if attempt >= RELEASE_FROM and len(tail) >= HELD_STEPS:
                held = (tail[-HELD_STEPS:, variation] > 0).all(axis=0)
                uniforms[0, variation, held] = 1.0  # the worst of luck: no chance is large enough
        again, after_again = model.write(memory, uniforms, sampling)
        scores = faults(again)
        better = faulty & (scores < worst)
        rolls[:, better], worst[better] = again[:, better], scores[better]
        after = model.mix(after, after_again, better)
    if on_redraw:
        for number, kind in first.items():
            on_redraw(Redraw(number, seeds[1], seeds[1] + len(rolls), kind, bool(worst[number] <= 1)))
    return rolls, after


def _kinds(both: np.ndarray, n_steps: int, worst: np.ndarray) -> dict[int, str]:
    """The worst fault of each faulty variation."""
    kinds = {}
    for variation in np.flatnonzero(worst > 1):
        found = faults_at_end(both[:, variation], n_steps, PATIENCE)
        kinds[int(variation)] = max(found, key=lambda kind: found[kind])
    return kinds
