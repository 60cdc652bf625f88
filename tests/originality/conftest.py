"""An index of five made-up pieces, and the corpus that it was made of."""

import pytest

from koe.originality.build import build_index
from tests.originality.music import small_corpus


@pytest.fixture(scope="package")
def corpus(tmp_path_factory):
    return small_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="package")
def index(corpus, tmp_path_factory):
    return build_index(corpus, tmp_path_factory.mktemp("index"))
