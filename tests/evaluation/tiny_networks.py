"""The networks that tell struck from held keys, tiny and untrained, and a corpus for them."""

from pathlib import Path

import numpy as np

from koe.corpus.store import Corpus
from koe.models.architectures import build
from koe.models.cards import CONTINUATION, LATENT, ModelCard, save_card
from koe.models.registry import Registry
from koe.models.storage import arrays_of, save_weights
from tests.conftest import arpeggio
from tests.evaluation.corpora import Made, write_corpus

OPTIONS = {
    "ae3": (LATENT, {"stack": (24, 12), "units": (32, 16, 6, 32, 16, 8), "latent_dim": 32}),
    "lstm2": (CONTINUATION, {"units": 8}),
}


def tiny_networks(folder: Path) -> Registry:
    """AE3 and LSTM2 as a registry's folder holds them."""
    for name, (kind, options) in OPTIONS.items():
        arrays = arrays_of(build(name, **options))
        if kind == LATENT:
            arrays |= {"latent_mean": np.zeros(32, np.float32), "latent_cholesky": 0.3 * np.eye(32, dtype=np.float32)}
        sha256 = save_weights(arrays, folder / f"{name}.npz")
        card = ModelCard(name, name.upper(), kind, "", "", 1, f"{name}.npz", sha256, options=options, threshold=0.5)
        save_card(card, folder / f"{name}.json")
    return Registry(folder)


def arpeggios(folder: Path) -> Corpus:
    """Nine pieces of the same figure, three of each split."""
    pieces = [
        Made(arpeggio(20 + 3 * number, 200), ("train", "valid", "test")[number % 3], f"w{number}")
        for number in range(9)
    ]
    return write_corpus(folder / "corpus", pieces)
