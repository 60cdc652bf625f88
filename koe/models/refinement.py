"""Latent vectors that give a segment back better than the encoder's own.

An encoder says in one go which numbers a segment has, for every segment by the
same weights; what it misses by is a good part of what an autoencoder misses by.
From where it points, a few steps of gradient descent on the numbers alone lead
to ones that the same decoder makes more of. No weight changes.

References
----------
Kim, Wiseman, Miller, Sontag and Rush, "Semi-amortized variational
autoencoders", ICML 2018; the steps are Adam's (Kingma and Ba, ICLR 2015), as if
the moments had been settled from the beginning.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from keras import ops

from koe.models.ae3 import SEGMENT_DIM, BeatAutoencoder, sounding_places
from koe.models.autoencoders import Autoencoder
from koe.models.compile import gradient
from koe.models.lstm2 import key_features

if TYPE_CHECKING:
    from koe.models.ae4 import Guide

N_UPDATES = 16
# Of the numbers before their tanh; it falls to nothing along a straight line.
FIRST_RATE = 0.1
# How much of the mean and of the squares of the gradients each update keeps: few updates, so short memories.
KEPT, KEPT_SQUARES = 0.8, 0.95
# Nearer to 1 the tanh hardly moves any more.
_MOST = 0.995
# Squares of gradients are far below 1 here: a misfit is a mean over thousands of keys.
_TINY = 1e-9


def refined(misfit: Callable, latents: Any, free: Any, *targets: Any) -> Any:
    """Move latent vectors to where they fit better; never to where they fit worse.

    Parameters
    ----------
    misfit : callable
        Latent vectors ``(n, latent_dim)`` and ``targets`` to ``(n,)``: how far
        what is decoded lies from what it should be.
    latents : tensor, shape=(n, latent_dim)
        To begin from, between -1 and 1.
    free : tensor of bool, shape=(latent_dim,)
        Which numbers may move.
    targets : tensors, shape=(n, ...)

    Returns
    -------
    latents : tensor, shape=(n, latent_dim)
    """
    free = ops.cast(free, latents.dtype)

    def at(place):
        return free * ops.tanh(place) + (1 - free) * latents

    slope = gradient(lambda place: ops.sum(misfit(at(place), *targets)))

    def update(number, place, mean, squares):
        towards = slope(place)
        mean = KEPT * mean + (1 - KEPT) * towards
        squares = KEPT_SQUARES * squares + (1 - KEPT_SQUARES) * ops.square(towards)
        done = ops.cast(number, latents.dtype)
        rate = FIRST_RATE * (1 - done / N_UPDATES)
        # Both began at zero, and know of that many updates.
        mean_now = mean / (1 - KEPT ** (done + 1))
        squares_now = squares / (1 - KEPT_SQUARES ** (done + 1))
        return number + 1, place - rate * mean_now / (ops.sqrt(squares_now) + _TINY), mean, squares

    place = ops.arctanh(ops.clip(latents, -_MOST, _MOST))
    nothing = ops.zeros_like(place)
    _, place, _, _ = ops.while_loop(
        lambda number, *_: number < N_UPDATES, update, (0, place, nothing, nothing), maximum_iterations=N_UPDATES
    )
    found = at(place)
    better = misfit(found, *targets) < misfit(latents, *targets)
    return ops.where(better[:, None], found, latents)


def refined_stack(network: Autoencoder, segments: Any) -> Any:
    """Latent vectors of rolls ``(n, 64, 88)`` by an autoencoder of rolls: the squared error falls."""

    def misfit(latents, segments):
        return ops.mean(ops.square(network.decode(latents) - segments), axis=(1, 2))

    segments = ops.cast(segments, "float32")
    latents = ops.cast(network.encode(segments), "float32")
    return refined(misfit, latents, ops.ones(latents.shape[1:]), segments)


def refined_beats(network: BeatAutoencoder, states: Any) -> Any:
    """Latent vectors of states ``(n, 64, 88)`` by AE3: first the segment's numbers do what they can alone."""
    heard, known, shift = network.hear(states)
    # In float32 even where the network computes in half precision: small steps would be rounded away.
    keys, known = ops.cast(heard, "float32"), ops.cast(known, "float32")
    roll, on_keyboard = sounding_places(keys), sounding_places(known)

    def roll_misfit(segment, roll, on_keyboard):
        return _distance(network.roll_odds(segment), roll, on_keyboard)

    def misfit(latents, said, odds, keys, known):
        return _distance(odds + network.odds_beside(latents, said), keys, known)

    segment = ops.cast(network.encode_segment(heard, shift), "float32")
    # The first one counts semitones.
    segment = refined(roll_misfit, segment, ops.arange(SEGMENT_DIM) > 0, roll, on_keyboard)
    if not network.beat_dim:
        return segment
    latents = ops.cast(network.add_beats(segment, heard), "float32")
    said = network.say(latents)
    free = ops.arange(network.latent_dim) >= SEGMENT_DIM
    return refined(misfit, latents, free, said, network.stack_odds(said), keys, known)


def refined_by_guide(network: "Guide", states: Any) -> Any:
    """Latent vectors of states ``(n, 64, 88)`` by AE4's guide, all of their numbers together, from AE3's way on.

    Twice as long as elsewhere: what the guide is told exactly it takes exactly.
    """
    target = ops.stack(ops.split(ops.cast(key_features(states), "float32"), 2, axis=-1), axis=-1)

    def misfit(latents, target):
        exact = ops.zeros((ops.shape(latents)[0], 2))
        return ops.mean(ops.square(ops.sigmoid(network.led_odds(latents, exact)) - target), axis=(1, 2, 3))

    latents = ops.cast(refined_beats(network, states), "float32")
    free = ops.arange(network.latent_dim) > 0
    return refined(misfit, refined(misfit, latents, free, target), free, target)


def _distance(odds: Any, keys: Any, known: Any) -> Any:
    """Squared error of what is known, as a mean over all places: ``(n, ...)`` to ``(n,)``."""
    squares = known * ops.square(ops.sigmoid(odds) - keys)
    return ops.mean(ops.reshape(squares, (ops.shape(squares)[0], -1)), axis=1)
