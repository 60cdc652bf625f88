"""The loop in NumPy writes what the compiled one does, or says that it is not sure."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from koe.generation.continuation import continue_pianoroll
from koe.models import lstm2_numpy
from koe.models.interfaces import Unsure
from koe.models.lstm2_numpy import NumpyLSTM2
from koe.models.registry import SHIPPED, Registry, default_registry
from koe.models.sampling import Sampling
from koe.models.storage import load_weights
from koe.music.states import states_from_pianoroll
from koe.studio import Studio

ROOT = Path(__file__).resolve().parents[2]
PROMPT = np.zeros((20, 88), bool)
PROMPT[[0, 1, 4, 5, 6, 9]] = np.isin(np.arange(88), (39, 43, 46))
TRIPLE = np.stack([np.arange(20) % 12, np.full(20, 12)], axis=-1)
NO_METRE = np.zeros((20, 2), int)


@pytest.fixture(scope="module")
def registry():
    return default_registry()


@pytest.fixture(scope="module")
def quick(registry):
    card = registry.card("lstm2")
    return NumpyLSTM2(load_weights(registry.folder / card.weights, card.weights_sha256), card.restriking)


@pytest.mark.parametrize(
    ("sampling", "clock", "n_variations"),
    [
        (Sampling(), None, 1),
        (Sampling(temperature=0.8), TRIPLE, 2),
        (Sampling(top_p=0.998, density=0.4, holding=-0.3), NO_METRE, 1),
        (Sampling("threshold", threshold=0.05), None, 1),
    ],
)
def test_both_write_the_same(registry, quick, sampling, clock, n_variations):
    sure = 0
    for seed in range(3):
        arguments = (states_from_pianoroll(PROMPT), 72, sampling, seed, n_variations)  # two stretches
        try:
            written = continue_pianoroll(quick, *arguments, clock=clock, guard=True)
        except Unsure:
            continue
        sure += 1
        np.testing.assert_array_equal(
            written, continue_pianoroll(registry.continuer("lstm2"), *arguments, clock=clock, guard=True)
        )
        assert written.any()
    assert sure


@pytest.mark.parametrize("key", ["strike", "hold"])
def test_a_close_toss_is_not_made(quick, key, monkeypatch):
    """Luck that lies within the margin of a key's chance, above it and below; further away it is decided."""
    memory = quick.listen(states_from_pianoroll(PROMPT), 1)
    states = np.zeros((1, 1, 88), np.float32)
    number = 39 if key == "hold" else 50
    chances = []
    tossed = quick._tossed

    def noted(waiting, start, was_sounding, luck, sampling):
        leant = waiting_odds(quick, waiting, start, was_sounding)
        chances.append(leant[number - start] if number >= start else None)
        return tossed(waiting, start, was_sounding, luck, sampling)

    monkeypatch.setattr(quick, "_tossed", noted)
    if key == "hold":
        memory = quick.listen(states_from_pianoroll(PROMPT[:10]), 1)  # the three keys sound
    luck = np.ones((1, 1, 88), np.float32)
    quick.write(memory, luck, Sampling())
    strike, hold = 1 / (1 + np.exp(-chances[0]))
    chance = strike + (1 - strike) * hold if key == "hold" else strike
    for factor, close in ((1 - 1e-5, True), (1 + 1e-5, True), (0.9, False), (1.1, False)):
        luck[0, 0, number] = chance * factor
        if close:
            with pytest.raises(Unsure):
                quick.write(memory, luck, Sampling())
        else:
            states, _ = quick.write(memory, luck, Sampling())
            assert (states[0, 0, number] > 0) == (factor < 1)


def waiting_odds(quick, waiting, start, was_sounding):
    """Log-odds as the class has them, written out once more."""
    hidden = lstm2_numpy._gelu(lstm2_numpy._gelu(waiting) @ quick._decide[0] + quick._decide[1])
    odds = (hidden @ quick._last[0] + quick._last[1] + quick._odds[start:]).astype(np.float64)
    odds[:, 0] += quick._restriking * was_sounding
    return odds


def test_who_is_not_sure_leaves_it_to_the_compiled_loop(registry, monkeypatch):
    studio = Studio(Registry(SHIPPED))
    monkeypatch.setattr(lstm2_numpy, "MARGIN", 1.0)
    (piece,) = studio.continue_piece(None, 64, "lstm2", seed=3)
    assert "lstm2" in studio.registry._loaded
    monkeypatch.undo()
    compiled = Studio(registry)
    registry.continuer("lstm2")
    assert compiled.midi(compiled.continue_piece(None, 64, "lstm2", seed=3)[0]) == studio.midi(piece)


def test_a_loaded_network_is_used(registry):
    registry.continuer("lstm2")
    assert registry.quick_continuer("lstm2") is None
    assert Registry(SHIPPED).quick_continuer("lstm1") is None


def test_a_short_continuation_does_not_wait_for_tensorflow(registry, tmp_path):
    code = """
import sys
from koe.cli import main
asked = ["--chord", "C4 E4 G4", "--steps", "128", "--seed", "2", "--model", "lstm2"]
assert main(["continue", *asked, "-o", sys.argv[1]]) == 0
assert "tensorflow" not in sys.modules and "keras" not in sys.modules
"""
    path = tmp_path / "new.mid"
    subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=True, capture_output=True, timeout=600)
    registry.continuer("lstm2")
    studio = Studio(registry)
    (piece,) = studio.continue_piece(studio.chord([60, 64, 67]), 128, "lstm2", seed=2)
    assert path.read_bytes() == studio.midi(piece)
