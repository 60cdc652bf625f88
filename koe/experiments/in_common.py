"""What a midpoint has in common with its ends, more than any other music has, and whether a way changes evenly.

Four likenesses of two segments, each greater where they are more alike:

``keys``
    F1 of keys at steps, the one moved to the key signature of the other.
``key_profile``
    Correlation of how long each pitch class sounds, moved likewise.
``rhythm_profile``
    Correlation of how many notes begin at each sixteenth of a measure of
    sixteen.
``density``
    How near the numbers of notes lie: the smaller over the larger.

Another segment, of another pair, says what any music has in common.
"""

import numpy as np

from koe.evaluation.intervals import interval, resampled
from koe.music.grid import LOWEST_PITCH, N_KEYS, STEPS_PER_MEASURE
from koe.music.states import STRUCK
from koe.music.tonality import profiles

LIKENESSES = ("keys", "key_profile", "rhythm_profile", "density")
N_STOPS = 5

_CLASSES = np.eye(12)[(np.arange(N_KEYS) + LOWEST_PITCH) % 12]
_PROFILES = profiles() - profiles().mean(axis=1, keepdims=True)
_PROFILES = _PROFILES / np.linalg.norm(_PROFILES, axis=1, keepdims=True)
_SIGNATURES = np.concatenate([np.arange(12), (np.arange(12) + 3) % 12])


def signature_of(states: np.ndarray) -> int:
    """The tonic, 0 to 11, of the major key with the signature that fits states ``(steps, 88)`` best."""
    lengths = (states > 0).sum(axis=0) @ _CLASSES
    return int(_SIGNATURES[np.argmax(_PROFILES @ (lengths - lengths.mean()))])


def brought_together(states: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Rolls of states, moved by at most six semitones to the key signature of others."""
    shift = (signature_of(other) - signature_of(states) + 5) % 12 - 5
    roll = states > 0
    moved = np.zeros_like(roll)
    if shift >= 0:
        moved[:, shift:] = roll[:, : N_KEYS - shift]
    else:
        moved[:, :shift] = roll[:, -shift:]
    return moved


def likeness(states: np.ndarray, end: np.ndarray) -> np.ndarray:
    """All of `LIKENESSES` of two segments ``(64, 88)``: float64, ``(4,)``."""
    moved, roll = brought_together(states, end), end > 0
    ones = moved.sum() + roll.sum()
    keys = 2 * (moved & roll).sum() / ones if ones else 0.0
    classes = _correlation(moved.sum(axis=0) @ _CLASSES, roll.sum(axis=0) @ _CLASSES)
    rhythms = _correlation(_rhythm(states), _rhythm(end))
    n = sorted(((states == STRUCK).sum(), (end == STRUCK).sum()))
    return np.array([keys, classes, rhythms, n[0] / max(n[1], 1)])


def in_common(
    states: np.ndarray, ends: tuple[np.ndarray, np.ndarray], n_resamples: int, seed: int
) -> dict[str, dict[str, object]]:
    """Mean likeness of midpoints with their ends, and of other pairs' first ends with these.

    Parameters
    ----------
    states : np.ndarray, shape=(n, 64, 88)
        Of each pair's midpoint.
    ends : tuple of two np.ndarray of that shape
    n_resamples, seed : int
        Of the bootstrap over pairs.

    Returns
    -------
    report : dict
        For each of `LIKENESSES`: ``with_ends``, ``random``, ``more``, their
        difference, and its ``interval``.
    """
    others = np.roll(ends[0], 1, axis=0)
    ours, random = (
        np.mean([[likeness(one, end) for one, end in zip(made, side, strict=True)] for side in ends], axis=0)
        for made in (states, others)
    )
    report: dict[str, dict[str, object]] = {}
    for number, name in enumerate(LIKENESSES):
        more = ours[:, number] - random[:, number]
        span = interval(resampled(more, n_resamples, seed) / len(more)) if len(more) > 1 else None
        report[name] = {
            "with_ends": float(ours[:, number].mean()),
            "random": float(random[:, number].mean()),
            "more": float(more.mean()),
            "interval": None if span is None else list(span),
        }
    return report


def evenness(ways: np.ndarray, latents: np.ndarray) -> dict[str, object]:
    """Whether ways change evenly from stop to stop.

    Parameters
    ----------
    ways : np.ndarray, shape=(n, 5, 64, 88)
        What is heard at five stops of each pair's way.
    latents : np.ndarray, shape=(n, 5, latent_dim)
        Where that lies itself.

    Returns
    -------
    report : dict
        For ``keys``, the share of keys at steps that two neighbours do not
        have in common, and ``latent``, the distance of their vectors: the mean
        of each of the four ``distances``, and the ``factor`` between the
        largest and the smallest of these means.
    """
    rolls = ways > 0
    both = (rolls[:, 1:] & rolls[:, :-1]).sum(axis=(2, 3))
    ones = rolls[:, 1:].sum(axis=(2, 3)) + rolls[:, :-1].sum(axis=(2, 3))
    far = {
        "keys": (1 - 2 * both / np.maximum(ones, 1)).mean(axis=0),
        "latent": np.linalg.norm(latents[:, 1:] - latents[:, :-1], axis=2).mean(axis=0),
    }
    return {
        name: {"distances": each.tolist(), "factor": float(each.max() / max(each.min(), 1e-9))}
        for name, each in far.items()
    }


def _rhythm(states: np.ndarray) -> np.ndarray:
    return (states == STRUCK).sum(axis=1).reshape(-1, STEPS_PER_MEASURE).sum(axis=0)


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    first, second = first - first.mean(), second - second.mean()
    size = np.linalg.norm(first) * np.linalg.norm(second)
    return float(first @ second / size) if size else 0.0
