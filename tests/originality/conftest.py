"""An index of five made-up pieces, and the corpus that it was made of."""

import pytest

from koe.originality.build import build_index
from tests.evaluation.corpora import Made, write_corpus
from tests.originality.music import music

N_TRAIN = 5


@pytest.fixture(scope="package")
def corpus(tmp_path_factory):
    train = [Made(music(number), "train", f"work{number}", "bach-js") for number in range(N_TRAIN)]
    valid = [Made(music(100 + number), "valid", f"valid{number}") for number in range(8)]
    test = [Made(music(200 + number, 1024), "test", f"test{number}") for number in range(2)]
    return write_corpus(tmp_path_factory.mktemp("corpus"), [*train, *valid, *test])


@pytest.fixture(scope="package")
def index(corpus, tmp_path_factory):
    return build_index(corpus, tmp_path_factory.mktemp("index"))
