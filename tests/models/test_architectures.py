"""A network is described in one place: whoever adds one there, and a card, finds it everywhere."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest

from koe.errors import InputError
from koe.models.architecture import AT_ONCE, Architecture, Settings
from koe.models.architectures import ARCHITECTURES, architecture, build
from koe.models.cards import LATENT, ModelCard, load_card, save_card
from koe.models.latent import LatentStatistics
from koe.models.registry import Registry
from koe.models.storage import save_weights
from koe.studio import Studio
from koe.web.texts.german import models_page as german


@dataclass
class Echo:
    """Keeps of four measures how loud they are, in one number."""

    gain: float
    name = "toy"
    latent_dim, latent_range, hears_onsets = 1, (-1.0, 1.0), False
    statistics = LatentStatistics(np.zeros(1, np.float32), np.eye(1, dtype=np.float32))

    def encode(self, segments):
        return np.asarray(segments > 0, np.float32).mean(axis=(1, 2))[:, None]

    def decode(self, latents):
        return np.broadcast_to(self.gain * np.asarray(latents, np.float32)[..., None], (len(latents), 64, 88))

    def decode_states(self, latents, threshold):
        return (self.decode(latents) >= threshold).astype(np.uint8) * 2


TOY = Architecture(
    "toy",
    "Toy",
    LATENT,
    "For tests.",
    "1",
    lambda arrays, settings: Echo(float(arrays["gain"][0])),
    latent_dim=1,
    training=AT_ONCE,
)


@pytest.fixture
def with_toys(monkeypatch, tmp_path):
    """A folder with two models of a network that is new, the second under a name of its own."""
    monkeypatch.setitem(ARCHITECTURES, "toy", TOY)
    for name, gain in (("toy", 0.5), ("louder", 1.0)):
        sha256 = save_weights({"gain": np.array([gain])}, tmp_path / f"{name}.npz")
        card = ModelCard(name, name.title(), LATENT, "", "", 1, f"{name}.npz", sha256, latent_dim=1, network="toy")
        save_card(card, tmp_path / f"{name}.json")
    return Registry(tmp_path)


def test_a_network_that_is_added_is_found_and_used(with_toys):
    studio = Studio(with_toys)
    assert [card.name for card in studio.latent_models()] == ["louder", "toy"]
    segment = np.ones((64, 88), bool)
    assert studio.decode(studio.encode(segment, "toy"), "toy").max() == pytest.approx(0.5, abs=1e-3)
    assert studio.decode(studio.encode(segment, "louder"), "louder").max() == pytest.approx(1.0, abs=1e-3)
    with_toys.warm_up()


def test_cards_without_a_network_are_of_the_one_of_their_name(tmp_path):
    card = ModelCard("ae1", "AE1", LATENT, "", "", 1, "ae1.npz", "ab")
    save_card(card, tmp_path / "ae1.json")
    fields = json.loads((tmp_path / "ae1.json").read_text())
    for name in ("network", "composers", "sampling"):
        del fields[name]
    (tmp_path / "ae1.json").write_text(json.dumps(fields))
    assert load_card(tmp_path / "ae1.json") == card
    assert card.network == "ae1"


def test_every_network_has_its_texts_in_german():
    assert set(german.DESCRIPTIONS) >= set(ARCHITECTURES)


def test_every_network_is_known_by_the_name_of_its_module():
    for name, known in ARCHITECTURES.items():
        assert known.name == name
        assert known.title
        assert known.description
        assert known.recipes or known.training != "epochs"
    with pytest.raises(InputError, match="choose one of ae1"):
        architecture("ae9")
    with pytest.raises(InputError, match="pca is no network that is built"):
        build("pca")


def test_settings_come_from_the_card():
    card = ModelCard("x", "X", LATENT, "", "", 1, "", "", restriking=0.2, leaning=0.1)
    arrays = {"latent_mean": np.ones(2), "latent_cholesky": np.eye(2)}
    settings = Settings.of(card, arrays)
    assert (settings.restriking, settings.leaning) == (0.2, 0.1)
    np.testing.assert_array_equal(settings.statistics.mean, [1, 1])
    assert Settings.of(replace(card, composers={"a": 1}), {}).composers == {"a": 1}
