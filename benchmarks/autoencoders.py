"""Time of encoding and decoding a segment, and of reconstructing a piece of 500 measures.

Against Keras's ``predict`` on the same network, and against the time that
reading the weights takes (one segment) or that so many operations take in a
large product (a whole piece).
"""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from koe.models.backend import load_backend

load_backend()

from benchmarks.figures import Figure  # noqa: E402
from benchmarks.machine import bandwidth, median_sec, product_rate  # noqa: E402
from benchmarks.options import Options  # noqa: E402
from koe.models.interfaces import LatentModel, RefiningLatentModel  # noqa: E402
from koe.models.registry import default_registry, load_network  # noqa: E402
from koe.music.piece import Piece  # noqa: E402
from koe.music.states import segments_of  # noqa: E402
from koe.studio import Studio  # noqa: E402

if TYPE_CHECKING:
    import keras

N_MEASURES = 500
REPEATS = 50
N_SEGMENTS = 64


def figures(_: Options) -> tuple[list[Figure], list[str]]:
    """Of AE1, with the shipped weights; AE2 and AE1 have the same layers."""
    registry = default_registry()
    model, network = registry.latent("ae1"), load_network(registry, "ae1")
    assert isinstance(model, RefiningLatentModel)
    rng = np.random.default_rng(0)
    segment = (rng.random((1, 64, 88)) < 0.035).astype(np.float32)
    latents = model.encode_once(segment)

    import keras

    encoder_input, decoder_input = keras.Input((64, 88)), keras.Input((model.latent_dim,))
    encoder = keras.Model(encoder_input, network.encode(encoder_input))
    decoder = keras.Model(decoder_input, network.decode(decoder_input))
    np.testing.assert_allclose(encoder.predict(segment, verbose=0), latents, atol=1e-4)

    # Tied: each half reads all kernels.
    n_weights = sum(int(np.prod(v.shape)) for v in network.trainable_variables if len(v.shape) > 1)
    limit_ms = 1000 * 4 * n_weights / bandwidth(4 * n_weights)
    found = []
    for name, ours, theirs in (
        ("encode a segment", partial(model.encode_once, segment), partial(encoder.predict, segment, verbose=0)),
        ("decode a segment", partial(model.decode, latents), partial(decoder.predict, latents, verbose=0)),
    ):
        ours(), theirs()
        found.append(
            Figure(
                name,
                1000 * median_sec(ours, REPEATS),
                "ms",
                "`predict`",
                1000 * median_sec(theirs, REPEATS),
                "reading the weights",
                limit_ms,
            )
        )
    found += [refinement(registry.latent(name), rng) for name in ("ae1", "ae3")]
    found.append(whole_piece(network, n_weights, rng))
    gigabytes = 4 * n_weights / 1e6 / limit_ms
    remarks = (
        f"The limit is {4 * n_weights / 1e6:.1f} MB of weights at {gigabytes:.0f} GB/s; for the",
        "whole piece it is the network's operations at the rate of a large float32 product. What a reconstruction",
        "needs beside the network, notes from probabilities and measures of likeness, is in Koe's time, and not in",
        "`predict`'s.",
    )
    return found, [" ".join(remarks)]


def refinement(model: LatentModel, rng: np.random.Generator) -> Figure:
    """What refining the latent numbers costs a segment, of many at once."""
    assert isinstance(model, RefiningLatentModel)
    segments = rng.random((N_SEGMENTS, 64, 88)) < 0.035
    model.encode(segments), model.encode_once(segments)
    return Figure(
        f"encode a segment of {N_SEGMENTS} and refine it, {model.name.upper()}",
        1000 * median_sec(lambda: model.encode(segments), 5) / N_SEGMENTS,
        "ms",
        "without refinement",
        1000 * median_sec(lambda: model.encode_once(segments), 5) / N_SEGMENTS,
    )


def whole_piece(network: "keras.Model", n_weights: int, rng: np.random.Generator) -> Figure:
    """A piece of 500 measures, from notes to notes."""
    piece = Piece.from_pianoroll(rng.random((16 * N_MEASURES, 88)) < 0.035)
    studio, segments = Studio(), segments_of(piece.states).astype(bool).astype(np.float32)
    studio.reconstruct_piece(piece, "ae1")
    network.predict(segments, verbose=0)
    return Figure(
        f"reconstruct {N_MEASURES} measures",
        1000 * median_sec(lambda: studio.reconstruct_piece(piece, "ae1"), 5),
        "ms",
        "`predict` of the network alone",
        1000 * median_sec(lambda: network.predict(segments, verbose=0), 5),
        "the operations at a large product's rate",
        1000 * 4 * n_weights * len(segments) / product_rate(),
    )
