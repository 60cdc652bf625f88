"""A decoder as plain steps gives in a browser's JavaScript what it gives in Keras, and the same notes."""

import json
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import playwright
import pytest

from koe.models.architectures import build
from koe.models.cards import ModelCard
from koe.models.decoder_program import decoder_program, program_of_beats, program_of_pca, program_of_stack
from koe.models.latent import LatentStatistics
from koe.models.network_latent import NetworkLatentModel, StatesLatentModel
from koe.models.pca import PCA
from koe.models.storage import arrays_of, save_weights
from koe.music.states import notes_from_states

SCRIPT = Path(__file__).resolve().parents[2] / "koe" / "web" / "latents" / "decoder.js"
# Playwright, which drives the browser in other tests, brings one along.
NODE = shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")

_MAIN = """
import { readFileSync } from "node:fs";
const { program, weights, latents, threshold } = JSON.parse(readFileSync(0, "utf8"));
const decoder = new Decoder(program, Uint8Array.from(Buffer.from(weights, "base64")).buffer);
const made = latents.map((vector) => {
  const probabilities = Float32Array.from(decoder.run(vector));
  return { probabilities: [...probabilities], notes: notesOf(probabilities, program.planes, threshold) };
});
console.log(JSON.stringify(made));
"""


def in_javascript(program, latents, threshold):
    """Probabilities ``(n, 64, n_planes, 88)`` and the notes of each."""
    given = {
        "program": {"steps": program.steps, "planes": program.n_planes},
        "weights": b64encode(program.weights.astype("<f2").tobytes()).decode(),
        "latents": np.asarray(latents, dtype=float).tolist(),
        "threshold": threshold,
    }
    code = SCRIPT.read_text("utf-8") + _MAIN
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", code],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    probabilities = np.array([each["probabilities"] for each in made]).reshape(-1, 64, program.n_planes, 88)
    notes = [[(note["onset"], note["pitch"], note["length"]) for note in each["notes"]] for each in made]
    return probabilities, notes


def randomized(network, scale):
    """Random weights, rounded as those that ship; biases too, which new networks have at zero."""
    rng = np.random.default_rng(3)
    for variable in network.trainable_variables:
        values = np.asarray(variable.numpy()) + scale * rng.standard_normal(variable.shape)
        variable.assign(values.astype(np.float16).astype(np.float32))
    return network


def statistics(n):
    return LatentStatistics(np.zeros(n, np.float32), np.eye(n, dtype=np.float32))


def assert_alike(program, model, latents, threshold):
    probabilities, notes = in_javascript(program, latents, threshold)
    expected = model.decode(latents)
    assert expected.std() > 0.01  # else anything would be alike
    np.testing.assert_allclose(probabilities[:, :, 0], expected, atol=1e-3)
    for made, states in zip(notes, model.decode_states(latents, threshold), strict=True):
        assert made == [(note.step, note.pitch, note.n_steps) for note in notes_from_states(states)]
    return probabilities


def test_a_stack_of_dense_layers_with_tied_kernels():
    network = randomized(build("ae1"), 0.02)
    latents = np.random.default_rng(0).uniform(-1, 1, (2, 16)).astype(np.float32)
    assert_alike(program_of_stack(network), NetworkLatentModel(network, statistics(16)), latents, 0.4321)


@pytest.mark.parametrize("latent_dim", [16, 48])
def test_beats_with_norm_residual_and_struck_keys(latent_dim):
    network = randomized(build("ae3", latent_dim=latent_dim, stack=(24, 12), units=(16, 12, 6, 32, 20, 8)), 0.3)
    latents = np.random.default_rng(1).uniform(-1, 1, (8, latent_dim)).astype(np.float32)
    latents[:6, 0] = -1, 1, 0.25, -0.25, 0.75, -0.75  # the ends, and half semitones, which go to the even one
    model = StatesLatentModel(network, statistics(latent_dim))
    probabilities = assert_alike(program_of_beats(network), model, latents, 0.4321)
    odds = keras.ops.convert_to_numpy(network.decode_odds(latents))
    planes = probabilities.shape[2]
    assert planes == (2 if latent_dim > 16 else 1)
    np.testing.assert_allclose(probabilities.transpose(0, 1, 3, 2), 1 / (1 + np.exp(-odds[..., :planes])), atol=1e-3)


def test_a_linear_model():
    rng = np.random.default_rng(2)
    components = np.linalg.qr(rng.standard_normal((5632, 4)))[0].T
    arrays = (rng.uniform(0, 0.3, 5632), components, np.array([8.3, 4.1, 2.7, 1.9]))
    model = PCA(*(array.astype(np.float16).astype(np.float32) for array in arrays))  # as they ship
    assert_alike(program_of_pca(model), model, rng.standard_normal((2, 4)).astype(np.float32), 0.2017)


def test_the_program_of_a_model_that_ships_is_found_by_what_it_is(tmp_path):
    options = {"latent_dim": 32, "stack": [12, 8], "units": [8, 6, 4, 12, 8, 4]}
    network = randomized(build("ae3", **options), 0.3)
    sha256 = save_weights(arrays_of(network), tmp_path / "ae3.npz")
    card = ModelCard("ae3", "AE3", "latent", "", "", 1, "ae3.npz", sha256, options=options)
    registry = SimpleNamespace(
        folder=tmp_path, card=lambda name: card, latent=lambda name: StatesLatentModel(network, statistics(32))
    )
    program = decoder_program(registry, "ae3")
    expected = program_of_beats(network)
    assert (program.steps, program.n_planes, program.latent_dim) == (expected.steps, 2, 32)
    np.testing.assert_array_equal(program.weights, expected.weights)
