"""PN1: a small recurrent network that plays scores."""

from koe.models.architecture import UPDATES, Architecture
from koe.models.cards import PERFORMANCE


def _build(**options):
    from koe.models.pn1 import build_pn1

    return build_pn1(**options)


def _adapt(arrays, settings):
    from koe.models.pn1_numpy import NumpyPN1

    return NumpyPN1(arrays)


ARCHITECTURE = Architecture(
    "pn1",
    "PN1",
    PERFORMANCE,
    "Plays a score: how loud and how long each note is, where the tempo gives way, and when the pedal goes down.",
    "beats: 65 - 64, GRU 64 in both directions, tempo; notes: 61 and their beat - 72, two convolutions, "
    "loudness, length, timing, pedal",
    _adapt,
    _build,
    training=UPDATES,
    needs_keras=False,
)
