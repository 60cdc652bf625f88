"""The app under AppTest, with a studio whose slow work is replaced: no network, no synthesizer."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from koe.audio import Audio
from koe.errors import ModelError
from koe.generation.axes import LatentAxes
from koe.models.cards import ModelCard
from koe.models.decoder_program import DecoderProgram
from koe.models.latent import LatentStatistics
from koe.models.lstm_inside import Inside, LayerInside
from koe.models.record import TrainingRecord
from koe.models.registry import Registry
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.music.states import states_from_pianoroll
from koe.studio import OPENING_STEPS, Studio
from koe.studio.looking import Begun
from koe.web.serving import cached_studio, composed_ahead, warmup
from tests.fakes import stands_for

APP = str(Path(__file__).resolve().parents[2] / "app.py")

RECIPE = {"loss": "binary_crossentropy", "epochs_trained": 3, "epoch_chosen": 2, "minutes": 1.4}
METRICS = {"mse": 0.02, "binary_accuracy": 0.97, "precision": 0.5, "recall": 0.25, "f1": 1 / 3}


def card(name: str, kind: str, **fields) -> ModelCard:
    metrics = {"test": METRICS, "baselines": {"zeros": {**METRICS, "f1": 0.0}}}
    return ModelCard(
        name, name.upper(), kind, "For tests.", "16", 16, f"{name}.npz", "0" * 64, metrics=metrics, **fields
    )


class Counting:
    """A latent model that keeps one thing: how many cells sound in each of 16 stretches of four steps."""

    latent_dim = 16
    hears_onsets = False

    def __init__(self, latent_range: tuple[float, float]) -> None:
        self.latent_range = latent_range
        self.statistics = LatentStatistics(np.full(16, 0.25, np.float32), 0.1 * np.eye(16, dtype=np.float32))

    def encode(self, segments: np.ndarray) -> np.ndarray:
        return (segments > 0).reshape(len(segments), 16, -1).mean(axis=2).astype(np.float32)

    def decode(self, latents: np.ndarray) -> np.ndarray:
        """Middle C sounds as surely as each number says, C5 always."""
        probabilities = np.zeros((len(latents), SEGMENT_STEPS, N_KEYS), np.float32)
        probabilities[:, :, 39] = np.repeat(np.clip(latents, 0, 1), 4, axis=1)
        probabilities[:, :, 51] = 1.0
        return probabilities

    def decode_states(self, latents: np.ndarray, threshold: float) -> np.ndarray:
        return states_from_pianoroll(self.decode(latents) >= threshold)


@stands_for(Registry)
class FakeRegistry:
    def __init__(self) -> None:
        self._cards = {
            "ae1": card("ae1", "latent", threshold=0.3, latent_dim=16, recipe=RECIPE),
            "pca": card("pca", "latent", threshold=0.4, latent_dim=16, latent_range=(-3.0, 3.0)),
            "lstm1": card("lstm1", "continuation", threshold=0.2),
        }

    def cards(self):
        return tuple(self._cards.values())

    def card(self, name):
        return self._cards[name]

    def latent(self, name):
        return Counting(self._cards[name].latent_range)

    def playing_record(self, name):
        return None

    def warm_up(self):
        pass


@dataclass
class Calls:
    """What the pages asked of the studio, and what shall go wrong."""

    composed: list[int] = field(default_factory=list)
    continued: list[dict] = field(default_factory=list)
    rendered: list[Piece] = field(default_factory=list)
    fail: Exception | None = None
    records: dict[str, TrainingRecord | Exception] = field(default_factory=dict)
    reports: dict[str, dict | Exception] = field(default_factory=dict)
    axes: dict[str, LatentAxes | Exception] = field(default_factory=dict)
    programs: dict[str, DecoderProgram] = field(default_factory=dict)
    soundfont: str = "none.sf2"


def raised_or_given(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


@stands_for(Studio)
class FakeStudio(Studio):
    calls: Calls

    def __init__(self, **given) -> None:
        super().__init__(FakeRegistry(), **given)

    def compose(self, seed: int, *_, **__) -> Piece:
        self.calls.composed.append(seed)
        # An opening chord, and one key that the network went on with.
        made = note_at_step(OPENING_STEPS, 60 + seed % 12 + 1, 4)
        return Piece.on_steps((note_at_step(0, 60, OPENING_STEPS), made), 32)

    def continue_piece(self, prompt, n_steps=256, model="lstm1", sampling=None, seed=0, n_variations=1, **options):
        if self.calls.fail:
            raise self.calls.fail
        self.calls.continued.append(
            {"prompt": prompt, "n_steps": n_steps, "sampling": sampling, "seed": seed, "n_variations": n_variations}
            | {name: options[name] for name in ("answer",) if options.get(name)}
        )
        options["progress"](n_steps, n_steps)
        heard = prompt.n_steps if prompt else 0
        return tuple(self.chord([70 + k], heard + n_steps) for k in range(n_variations))

    def training_record(self, name: str) -> TrainingRecord | None:
        return raised_or_given(self.calls.records.get(name))

    def look_inside(self, segment: np.ndarray) -> Inside:
        steps = len(segment)
        layer = LayerInside(*np.random.default_rng(0).random((5, steps, 40), np.float32))
        return Inside((layer, layer), np.zeros((steps, N_KEYS), np.float32))

    def begin_alike(self, segment: np.ndarray, n_steps: int, seed: int = 0) -> Begun:
        return Begun(segment > 0, np.roll(segment > 0, 1, axis=0))

    def evaluation(self, name: str) -> dict | None:
        return raised_or_given(self.calls.reports.get(name))

    def latent_axes(self, model: str) -> LatentAxes | None:
        return raised_or_given(self.calls.axes.get(model))

    def decoder_program(self, model: str) -> DecoderProgram | None:
        return self.calls.programs.get(model)

    def render(self, piece: Piece, format: str = "mp3", **_) -> Audio:
        self.calls.rendered.append(piece)
        return Audio(
            b"ID3" + self.midi(piece)[:64],
            format,
            "audio/mpeg",
            piece.duration_sec,
            44100,
            "Fake",
            self.calls.soundfont,
        )


@pytest.fixture
def calls(monkeypatch):
    """Put the fake studio behind the app and give what is asked of it."""
    record = Calls()
    monkeypatch.setattr(FakeStudio, "calls", record, raising=False)
    monkeypatch.setattr(cached_studio, "Studio", FakeStudio)
    monkeypatch.setattr(warmup, "DELAY_SEC", 0.0)
    _forget()
    yield record
    # The thread must not find the real studio after this test.
    warmup.warm_up().wait(100)
    _forget()


# As they are, whatever a test has put in their place.
LASTING = cached_studio.studio, warmup.warm_up, composed_ahead.composed_ahead


def _forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()
    for one in LASTING:
        one.clear()


@pytest.fixture
def app(calls):
    """The app, opened at Home."""
    return AppTest.from_file(APP, default_timeout=300).run()


@pytest.fixture
def model_error():
    return ModelError("The weights lstm1.npz are missing from assets; restore them from the repository.")
