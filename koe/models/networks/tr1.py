"""TR1: a transformer over notes, which composes."""

from koe.models.architecture import UPDATES, Architecture
from koe.models.cards import COMPOSITION


def _build(**options):
    from koe.models.tr1 import build_tr1

    return build_tr1(**options)


def _adapt(network, settings):
    from koe.models.tr1_interface import Temperatures
    from koe.models.tr1_writer import TR1Writer

    return TR1Writer(network, settings.composers, Temperatures(**settings.sampling))


ARCHITECTURE = Architecture(
    "tr1",
    "TR1",
    COMPOSITION,
    "Writes note by note, remembers the whole piece, brings back earlier measures, and comes to an end by itself.",
    "notes as events; 5 blocks of attention, 8 heads of 32, turned by time, measure and pitch; "
    "six earlier measures propose the next note; heads for when, which key and how long",
    _adapt,
    _build,
    hears_onsets=True,
    training=UPDATES,
)
