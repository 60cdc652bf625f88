"""The use cases of asking where a piece comes from: whether it is new, and what it comes nearest to.

`Studio` has these methods. The index of fingerprints ships with the weights;
the corpus itself is looked at only where somebody says that it is there.
"""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from koe.errors import CorpusError, ModelError
from koe.music.piece import Piece
from koe.settings import asset_folder
from koe.studio.base import StudioBase
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.corpus.store import Corpus
    from koe.originality.index import Index
    from koe.originality.verdict import Near, Originality

SHIPPED = asset_folder("originality")


class Comparing(StudioBase):
    """Comparing with what the networks learned from; a part of `koe.studio.Studio`."""

    @heavy("compare")
    def originality(self, piece: Piece, made_from: int = 0) -> "Originality":
        """Whether a piece is new, and what it comes nearest to in the training pieces, in any key.

        Parameters
        ----------
        piece : Piece
        made_from : int
            Step from which on a network wrote it; what comes before is not looked at.

        Raises
        ------
        CorpusError
            If there is no index.
        """
        from koe.originality.fingerprints import onsets_of
        from koe.originality.passage import exact_share
        from koe.originality.verdict import judge, with_exact_shares

        index = opened_index()
        verdict = judge(piece, index, made_from)
        corpus = opened_corpus(index)
        if corpus is not None and verdict.nearest:
            onsets = onsets_of(piece.pianoroll)
            verdict = with_exact_shares(verdict, [exact_share(corpus, near, onsets) for near in verdict.nearest])
        return replace(verdict, other_corpus=self._learned_elsewhere(piece, index))

    def origin(self, near: "Near", qpm: float) -> Piece | None:
        """The passage that a result comes near to, transposed to meet it, step for step; None without the corpus."""
        from koe.originality.passage import passage

        corpus = opened_corpus(opened_index())
        return None if corpus is None else passage(corpus, near, qpm)

    def _learned_elsewhere(self, piece: Piece, index: "Index") -> bool:
        """Whether the network that made a piece learned from another corpus than the index was made of."""
        if piece.made_by is None:
            return False
        try:
            learned_from = self.registry.card(piece.made_by.model).data.get("sha256")
        except ModelError:
            return False
        return learned_from is not None and learned_from != index.corpus_sha256


def opened_index() -> "Index":
    """The shipped index, or that of the folder that ``KOE_ORIGINALITY`` names.

    Raises
    ------
    CorpusError
        If there is none.
    """
    return _index(Path(os.environ.get("KOE_ORIGINALITY") or SHIPPED))


def opened_corpus(index: "Index") -> "Corpus | None":
    """The corpus in the folder that ``KOE_CORPUS`` names, if it is the one that the index was made of."""
    folder = os.environ.get("KOE_CORPUS")
    if not folder:
        return None
    try:
        corpus = _corpus(Path(folder))
    except CorpusError:
        return None  # the verdict does not need it
    return corpus if corpus.sha256 == index.corpus_sha256 else None


@cache
def _index(folder: Path) -> "Index":
    from koe.originality.index import Index

    return Index(folder)


@cache
def _corpus(folder: Path) -> "Corpus":
    from koe.corpus.store import Corpus

    return Corpus(folder)
