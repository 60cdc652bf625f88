"""The benchmark of what calls music new or copied."""

import pytest

from koe.corpus.store import Corpus
from koe.errors import CorpusError
from koe.experiments.originality import benchmark_originality
from koe.originality.build import build_index
from tests.originality.music import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def index(corpus, tmp_path_factory):
    return build_index(corpus, tmp_path_factory.mktemp("index"))


def test_the_benchmark_finds_copies_and_leaves_new_music_alone(index, corpus):
    report = benchmark_originality(None, corpus, index, n_passages=12, n_written=4, n_steps=256)
    transposed = report["transposed"]
    assert (transposed["pieces"], transposed["found"], transposed["same_notes"], transposed["copies"]) == (12, 1, 1, 1)
    assert report["altered"]["0.1"]["found"] == 1
    assert report["test"]["copies"] == 0
    assert report["real"]["copied_share"] == 0
    assert transposed["nearest_share"]["median"] > report["altered"]["0.4"]["nearest_share"]["median"]


def test_the_benchmark_wants_the_corpus_of_the_index(index, corpus_folder):
    with pytest.raises(CorpusError, match="another corpus"):
        benchmark_originality(None, Corpus(corpus_folder), index)
