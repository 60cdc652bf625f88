"""What is needed for letting models write and for holding that against real music."""

import numpy as np

from koe.corpus.segments import clock_of, cut
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.generation.continuation import continue_pianoroll
from koe.generation.event_writing import continue_states
from koe.models.cards import COMPOSITION
from koe.models.interfaces import Composer, Continuer, JoiningContinuer, LatentModel, WritingLatentModel
from koe.models.latent import sample_near
from koe.models.registry import Registry
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS, STEPS_PER_MEASURE
from koe.music.pianoroll import binarize
from koe.music.states import states_from_rolls
from koe.progress import Progress

PROMPT_STEPS = 2 * STEPS_PER_MEASURE
AT_ONCE = 16  # prompts, for models that can go on from several


def continuations(
    model: Continuer | Composer,
    prompts: np.ndarray,
    n_steps: int,
    sampling: Sampling,
    seed: int,
    progress: Progress | None = None,
    guard: bool = False,
    clocks: np.ndarray | None = None,
) -> np.ndarray:
    """Let a model go on from each prompt, each time with luck of its own, guarded or not.

    Parameters
    ----------
    model : Continuer or Composer
        One that can join its memories goes on from sixteen prompts at a time.
        One that composes draws as its card says, and is always guarded.
    prompts : np.ndarray, shape=(n, steps, 88)
        Rolls or states.
    n_steps : int
    sampling : Sampling
    seed : int
    progress : callable, optional
        Called with pieces written and pieces in all.
    guard : bool
        See `koe.generation.continuation.continue_pianoroll`.
    clocks : np.ndarray, shape=(n, steps, 2), optional

    Returns
    -------
    written : np.ndarray, shape=(n, n_steps, 88)
        Without the prompts: rolls, bool; states, uint8, by a model that hears onsets.
    """
    if isinstance(model, Composer):
        return _composed(model, prompts, n_steps, seed, progress, clocks)
    written = np.zeros((len(prompts), n_steps, N_KEYS), np.uint8 if model.hears_onsets else bool)
    together = AT_ONCE if isinstance(model, JoiningContinuer) else 1
    for first in range(0, len(prompts), together):
        part = slice(first, first + together)
        heard, clock = prompts[part], None if clocks is None else clocks[part]
        if together == 1:
            heard, clock = heard[0], None if clock is None else clock[0]
        # Those that are written together share a seed, and differ as variations do.
        written[part] = continue_pianoroll(
            model, heard, n_steps, sampling, seed_of(seed, first), len(prompts[part]), clock=clock, guard=guard
        )
        if progress:
            progress(min(first + together, len(prompts)), len(prompts))
    return written


def _composed(
    model: Composer,
    prompts: np.ndarray,
    n_steps: int,
    seed: int,
    progress: Progress | None,
    clocks: np.ndarray | None,
) -> np.ndarray:
    """What a model that composes writes after each prompt."""
    written = np.zeros((len(prompts), n_steps, N_KEYS), np.uint8)
    steps = np.arange(prompts.shape[1])
    usual = np.stack([steps % STEPS_PER_MEASURE, np.full(len(steps), STEPS_PER_MEASURE)], axis=1)
    for number, prompt in enumerate(prompts):
        clock = usual if clocks is None else clocks[number]
        written[number] = continue_states(model, prompt, clock, n_steps, seed_of(seed, number))
        if progress:
            progress(number + 1, len(prompts))
    return written


def writer_of(registry: Registry, name: str) -> Continuer | Composer:
    """A model that goes on from what it hears, of either kind."""
    if registry.card(name).kind == COMPOSITION:
        return registry.composer(name)
    return registry.continuer(name)


def openings(corpus: Corpus, split: str, n_prompts: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The first two measures of pieces of a split, drawn by ``seed``.

    Pieces that are shorter or begin with two silent measures are passed over.
    Each is taken once before one is taken twice.

    Returns
    -------
    prompts : np.ndarray, shape=(n_prompts, 32, 88), dtype=uint8
        States.
    clocks : np.ndarray, shape=(n_prompts, 32, 2)
        See `koe.corpus.segments.clock_of`.
    """
    needed(n_prompts, "continuations")
    entries = corpus.split(split)
    starts = np.array([entry.start for entry in entries if entry.n_steps >= PROMPT_STEPS], dtype=np.int64)
    states = states_at(corpus, starts, PROMPT_STEPS)
    sounds = np.any(states, axis=(1, 2))
    states, starts = long_enough(states[sounds], split, PROMPT_STEPS), starts[sounds]
    order = np.resize(np.random.default_rng((seed, 0x0B)).permutation(len(states)), n_prompts)
    return states[order], clock_of(entries, starts[order], PROMPT_STEPS)


def states_at(corpus: Corpus, starts: np.ndarray, n_steps: int) -> np.ndarray:
    """The states of stretches of a corpus: uint8, ``(len(starts), n_steps, 88)``."""
    return states_from_rolls(cut(corpus.packed, starts, n_steps), cut(corpus.packed_onsets, starts, n_steps))


def works_at(corpus: Corpus, split: str, starts: np.ndarray) -> list[str]:
    """The work of each stretch of a split."""
    entries = corpus.split(split)
    firsts = np.array([entry.start for entry in entries])
    return [entries[piece].work for piece in np.searchsorted(firsts, starts, side="right") - 1]


def decoded_samples(
    model: LatentModel, threshold: float, n_latents: int, seed: int, progress: Progress | None = None
) -> np.ndarray:
    """Decode vectors drawn near the training data.

    Returns
    -------
    segments : np.ndarray, shape=(n_latents, 64, 88)
        Keys whose probability reaches ``threshold``: rolls, bool; states,
        uint8, of a model that hears onsets.
    """
    needed(n_latents, "latent vectors")
    latents = np.stack(
        [sample_near(model.statistics, model.latent_range, seed_of(seed, number)) for number in range(n_latents)]
    )
    if isinstance(model, WritingLatentModel):
        decoded = model.write_drawn(latents, threshold, seed)
    elif model.hears_onsets:
        decoded = model.decode_states(latents, threshold)
    else:
        decoded = binarize(model.decode(latents), threshold)
    if progress:
        progress(n_latents, n_latents)
    return decoded


def seed_of(seed: int, number: int) -> int:
    """A seed for each piece, so that no two share their luck."""
    return int(np.random.SeedSequence((seed, number)).generate_state(1)[0])


def needed(number: int, what: str) -> None:
    """Refuse to measure nothing."""
    if number < 1:
        raise InputError(f"{number} {what} were asked for; there must be one or more to be measured.")


def long_enough(pieces: np.ndarray, split: str, n_steps: int) -> np.ndarray:
    """Refuse to go on without a piece."""
    if not len(pieces):
        raise InputError(f"The {split} split has no piece of {n_steps} steps to compare with; ask for fewer steps.")
    return pieces
