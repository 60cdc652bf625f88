"""Time per step of continuing a piece, against other ways to run the same network.

``python -m benchmarks continuation`` compares Koe's compiled loop, one voice
and 16 at once, with the whole sequence run anew for each step as the paper's
program did, with ``predict`` and with a call of a network that keeps its state,
and with the time that reading the weights takes. Run as ``python -m
benchmarks.continuation`` it prints more lengths and LSTM2; ratios are to Koe's
compiled loop in the same run.
"""

import time
from collections.abc import Callable

import numpy as np

from koe.models.backend import load_backend

load_backend()

import keras  # noqa: E402

from benchmarks.figures import Figure  # noqa: E402
from benchmarks.machine import bandwidth, median_sec, n_threads  # noqa: E402
from benchmarks.options import Options  # noqa: E402
from koe.generation.continuation import continue_pianoroll  # noqa: E402
from koe.generation.filling import fill  # noqa: E402
from koe.models.architectures import build  # noqa: E402
from koe.models.network_continuer import NetworkContinuer  # noqa: E402
from koe.models.registry import default_registry, load_network  # noqa: E402
from koe.models.sampling import Sampling  # noqa: E402
from koe.music.library import list_pieces, load_piece  # noqa: E402

REPEATS = 5
N_STEPS = 512
RERUN_STEPS = 256  # how much the paper's program ran anew
TARGET_MS, TARGET_RATIO = 0.16, 60


def stateful_steps(network: keras.Model, n_steps: int) -> None:
    """One call of the network's layers a step, in Python, carrying the states by hand."""
    first, second, dense = network.layers[1], network.layers[2], network.layers[3]
    states = [np.zeros((1, 500), np.float32)] * 2, [np.zeros((1, 500), np.float32)] * 2
    rng = np.random.default_rng(0)
    x = np.zeros((1, 88), np.float32)
    for _ in range(n_steps):
        hidden, one = first.cell(x, states[0])
        hidden, two = second.cell(hidden, states[1])
        states = one, two
        x = (rng.random((1, 88)) < np.asarray(dense(hidden))).astype(np.float32)


def rerun_steps(network: keras.Model, length: int, n_steps: int) -> None:
    """The whole sequence through ``predict`` for every step, as the paper's program did."""
    sequence = np.zeros((1, length, 88), np.float32)
    for _ in range(n_steps):
        p = network.predict(sequence, verbose=0)[:, -1:]
        sequence = np.concatenate([sequence[:, 1:], (p > 0.5).astype(np.float32)], axis=1)


def stateful_network(network: keras.Model, width: int) -> keras.Model:
    """The same network, one step at a time, keeping its state by itself as Keras offers it."""
    layers = [
        keras.layers.LSTM(layer.units, return_sequences=True, stateful=True)
        if isinstance(layer, keras.layers.LSTM)
        else keras.layers.Dense(layer.units, activation="sigmoid")
        for layer in network.layers[1:]
    ]
    stateful = keras.Sequential([keras.Input(batch_shape=(width, 1, 88)), *layers])
    stateful.set_weights(network.get_weights())
    return stateful


def figures(_: Options) -> tuple[list[Figure], list[str]]:
    """Milliseconds a step, with weights drawn by chance: they take as long as trained ones."""
    network = build("lstm1", output_density=0.035)
    n_bytes = sum(weights.nbytes for weights in network.get_weights())
    limit_ms = 1000 * n_bytes / bandwidth(n_bytes)
    remarks = [
        f"The loop writes {N_STEPS} steps, sampling and checks included. The limit is {n_bytes / 1e6:.1f} MB of",
        f"weights at {n_bytes / 1e6 / limit_ms:.0f} GB/s, the rate at which a scalar product reads as many bytes again",
        f"and again on {n_threads()} thread(s), as many as TensorFlow may take; 16 voices read them once for all, and",
        "then their arithmetic counts as well. A voice that hears each step before it writes the next must read them",
        f"at every step, so with weights in float32 {TARGET_MS} ms would take {n_bytes / 1e6 / TARGET_MS:.0f} GB/s.",
    ]
    found = [figure for width in (1, 16) for figure in figures_of(network, width, limit_ms)]
    return found, [" ".join(remarks)]


def figures_of(network: keras.Model, width: int, limit_ms: float) -> list[Figure]:
    """So many voices at once against each other way."""
    continuer, silence = NetworkContinuer(network), np.zeros((0, 88), bool)
    stateful, step = stateful_network(network, width), np.zeros((width, 1, 88), np.float32)
    check_same(network, stateful, width)
    sequence = np.zeros((width, RERUN_STEPS, 88), np.float32)

    def loop() -> object:
        return continue_pianoroll(continuer, silence, N_STEPS, Sampling(), 0, width)

    baselines: tuple[tuple[str, Callable[[], object], int], ...] = (
        ("a stateful call", lambda: stateful(step), 50),
        ("stateful `predict`", lambda: stateful.predict(step, verbose=0), 20),
        (f"`predict` on the last {RERUN_STEPS} steps", lambda: network.predict(sequence, verbose=0), 5),
    )
    loop()
    loop_ms = 1000 * median_sec(loop, REPEATS) / N_STEPS
    found = []
    for number, (name, work, repeats) in enumerate(baselines):
        work()
        aimed = width == 1 and number == 0
        found.append(
            Figure(
                "a step, one voice" if width == 1 else f"a step, {width} at once",
                loop_ms,
                "ms",
                name,
                1000 * median_sec(work, repeats),
                "reading the weights",
                limit_ms,
                target=TARGET_MS if aimed else None,
                ratio_target=TARGET_RATIO if aimed else None,
            )
        )
    return found


def check_same(network: keras.Model, stateful: keras.Model, width: int) -> None:
    """A baseline that computes something else would be none."""
    roll = (np.random.default_rng(0).random((width, 3, 88)) < 0.05).astype(np.float32)
    one_by_one = [np.asarray(stateful(roll[:, index : index + 1])) for index in range(3)]
    np.testing.assert_allclose(np.concatenate(one_by_one, axis=1), network.predict(roll, verbose=0), atol=1e-4)


def main() -> None:
    network = build("lstm1", output_density=0.035)
    continuer = NetworkContinuer(network)
    silence = np.zeros((0, 88), bool)

    def loop(n_steps: int, n_variations: int = 1) -> Callable[[], object]:
        return lambda: continue_pianoroll(continuer, silence, n_steps, Sampling(), 0, n_variations)

    started = time.perf_counter()
    loop(64)()
    compile_sec = time.perf_counter() - started
    for width in (4, 16):
        loop(64, width)()
    rerun_steps(network, 256, 1)
    stateful_steps(network, 2)

    per_step = {
        "compiled loop, 512 steps": median_sec(loop(512), REPEATS) / 512,
        "compiled loop, 2048 steps": median_sec(loop(2048), 3) / 2048,
        "compiled loop, 512 steps, 4 at once": median_sec(loop(512, 4), 3) / 512,
        "compiled loop, 512 steps, 16 at once": median_sec(loop(512, 16), 3) / 512,
        "a Keras call for each step": median_sec(lambda: stateful_steps(network, 64), 3) / 64,
        "predict on the last 256 steps, for each step": median_sec(lambda: rerun_steps(network, 256, 8), 3) / 8,
    }
    base = per_step["compiled loop, 512 steps"]
    print(f"compiling once: {compile_sec:.2f} s;  512 steps: {base * 512:.3f} s\n")
    print(f"| {'way':45} | ms a step | ratio |\n|{'-' * 47}|-----------|-------|")
    for name, sec in per_step.items():
        print(f"| {name:45} | {sec * 1000:9.3f} | {sec / base:5.1f} |")
    print()
    lstm2()


def lstm2() -> None:
    """LSTM2 with the shipped weights: its loop, the plain network asked anew for each step, and a gap filled."""
    registry = default_registry()
    if "lstm2" not in (card.name for card in registry.cards()):
        print("LSTM2 is not among the models here.")
        return
    continuer, network = registry.continuer("lstm2"), load_network(registry, "lstm2")
    piece = load_piece(list_pieces()[0].slug)
    prompt, clock = piece.states[:64], piece.clock[:64]

    def loop(n_variations: int) -> Callable[[], object]:
        return lambda: continue_pianoroll(continuer, prompt, 256, Sampling(), 0, n_variations, clock=clock)

    def anew() -> None:
        # What a step costs without a memory: the last 64 steps once more. Its 88 keys would each ask again.
        network.predict_on_batch({"states": prompt[None], "clock": clock[None]})

    n_gap = 2 * piece.time_signatures[0].measure_steps
    locked = np.ones(piece.states.shape, dtype=bool)
    locked[4 * n_gap : 5 * n_gap] = False

    def gap() -> None:
        fill(continuer, piece.states, locked, piece.clock, 0, 4)  # type: ignore[arg-type]

    for work in (*(loop(n) for n in (1, 4, 16)), anew, gap):
        work()
    one = median_sec(loop(1), REPEATS) / 256
    print(f"| {'LSTM2':45} | ms a step | steps a second | ratio |\n|{'-' * 47}|-----------|----------------|-------|")
    for name, sec in (
        ("compiled loop, 256 steps", one),
        ("compiled loop, 4 at once", median_sec(loop(4), 3) / 256),
        ("compiled loop, 16 at once", median_sec(loop(16), 3) / 256),
        ("the last 64 steps anew, once for each step", median_sec(anew, REPEATS)),
    ):
        print(f"| {name:45} | {sec * 1000:9.3f} | {1 / sec:14.0f} | {sec / one:5.1f} |")
    print(f"\nfour fillings of a gap of two measures ({n_gap} steps): {median_sec(gap, 3):.2f} s")


if __name__ == "__main__":
    main()
