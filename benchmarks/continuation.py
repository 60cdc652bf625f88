"""Time per step of continuing a piece, against other ways to run the same network.

Run as ``python -m benchmarks.continuation``. Prints a table; ratios are to
Koe's compiled loop in the same run.
"""

import time
from collections.abc import Callable

import numpy as np

from koe.models.backend import load_backend

load_backend()

from koe.evaluation.likelihood import load_network  # noqa: E402
from koe.generation.continuation import continue_pianoroll  # noqa: E402
from koe.generation.filling import fill  # noqa: E402
from koe.generation.sampling import Sampling  # noqa: E402
from koe.models.architectures import build  # noqa: E402
from koe.models.network_continuer import NetworkContinuer  # noqa: E402
from koe.models.registry import default_registry  # noqa: E402
from koe.music.library import list_pieces, load_piece  # noqa: E402

REPEATS = 5


def median_sec(work: Callable[[], object], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return float(np.median(times))


def stateful_steps(network, n_steps: int) -> None:
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


def rerun_steps(network, length: int, n_steps: int) -> None:
    """The whole sequence through ``predict`` for every step, as the paper's program did."""
    sequence = np.zeros((1, length, 88), np.float32)
    for _ in range(n_steps):
        p = network.predict(sequence, verbose=0)[:, -1:]
        sequence = np.concatenate([sequence[:, 1:], (p > 0.5).astype(np.float32)], axis=1)


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
        "compiled loop, 512 steps": median_sec(loop(512)) / 512,
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
    one = median_sec(loop(1)) / 256
    print(f"| {'LSTM2':45} | ms a step | steps a second | ratio |\n|{'-' * 47}|-----------|----------------|-------|")
    for name, sec in (
        ("compiled loop, 256 steps", one),
        ("compiled loop, 4 at once", median_sec(loop(4), 3) / 256),
        ("compiled loop, 16 at once", median_sec(loop(16), 3) / 256),
        ("the last 64 steps anew, once for each step", median_sec(anew)),
    ):
        print(f"| {name:45} | {sec * 1000:9.3f} | {1 / sec:14.0f} | {sec / one:5.1f} |")
    print(f"\nfour fillings of a gap of two measures ({n_gap} steps): {median_sec(gap, 3):.2f} s")


if __name__ == "__main__":
    main()
