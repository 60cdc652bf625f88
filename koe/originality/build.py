"""Building an index of a corpus's training split."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.originality.chance import measured_limits
from koe.originality.fingerprints import onsets_of
from koe.originality.index import Index, Source, fingerprint_pieces, write_index
from koe.progress import Progress


def build_index(corpus: Corpus, folder: Path, progress: Progress | None = None) -> Index:
    """Fingerprint the training split, and measure on the valid split what is chance.

    Without a valid split nothing will ever be called a copy.

    Parameters
    ----------
    corpus : Corpus
    folder : Path
        Where the index is written; see `koe.originality.index`.
    progress : callable, optional
        Called with pieces done and pieces in all.
    """
    entries = corpus.split("train")
    firsts = np.cumsum([0, *(entry.n_steps for entry in entries)])
    sources = [
        Source(entry.composer, entry.title, entry.path, int(first), entry.n_steps, entry.measure_steps)
        for entry, first in zip(entries, firsts, strict=False)
    ]

    def pieces() -> Iterator[np.ndarray]:
        for number, (entry, source) in enumerate(zip(entries, sources, strict=True), start=1):
            yield onsets_of(corpus.pianoroll(entry)) + np.array([source.start, 0])
            if progress is not None:
                progress(number, len(entries))

    arrays = fingerprint_pieces(pieces())
    index = write_index(folder, arrays, sources, corpus.sha256)
    try:
        limits = measured_limits(corpus, index)
    except CorpusError:  # no valid split
        return index
    return write_index(folder, arrays, sources, corpus.sha256, limits)
