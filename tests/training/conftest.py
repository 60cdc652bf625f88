"""Networks of the same shape as those that ship, and much smaller."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from koe.models import architectures, autoencoders
from koe.models.compile import fuses_training

SIZES = {
    "ae3": {"stack": (24, 16), "units": (16, 12, 6, 32, 20, 8)},
    "lstm1": {"units": 24},
    "lstm2": {"units": 8},
}


@pytest.fixture(scope="module")
def small_networks() -> Iterator[None]:
    """How a run goes does not depend on how many weights there are; `tests/test_cli.py` trains one of full size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autoencoders, "HIDDEN", (64, 32, 24))
        for name, sizes in SIZES.items():
            kind = architectures.ARCHITECTURES[name]
            patch.setitem(architectures.ARCHITECTURES, name, replace(kind, build=partial(kind.build, **sizes)))
        yield


@pytest.fixture
def unfused(monkeypatch):
    """Train as on a GPU, without XLA: fusing takes seconds for every network that is made, however small."""
    monkeypatch.setattr("koe.training.fit.fuses_training", lambda: False)


@pytest.fixture
def fused(unfused, monkeypatch):
    """Train as on a processor after all."""
    monkeypatch.setattr("koe.training.fit.fuses_training", fuses_training)
