"""Training throughput of every network, as a share of the machine's large float32 matrix products.

Run as ``python -m benchmarks training`` for the recipes' batches, or as
``python -m benchmarks.training [--corpus DIR]`` for larger ones too. Each network is trained
as `koe train` does it, input pipeline, metrics and optimizer included, at the
batch size of its recipe and at larger ones; in turn with products of square
matrices of 4096, so that both see the machine in the same state. Without a
corpus, one is made of random rolls.

A network's arithmetic is counted as 6 operations a weight and example (2 for
the forward pass, 4 for the backward one), a step being an LSTM's example; the
weights of a tied decoder count again. The optimizer's own work and the
functions between the products are not counted, so the share is a lower bound.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from koe.models.backend import load_backend

load_backend()

import keras  # noqa: E402
from keras import ops  # noqa: E402

from benchmarks.figures import Figure  # noqa: E402
from benchmarks.options import Options  # noqa: E402
from koe.corpus.store import Corpus, Entry  # noqa: E402
from koe.corpus.writer import CorpusWriter  # noqa: E402
from koe.models.architectures import build  # noqa: E402
from koe.models.compile import compiled  # noqa: E402
from koe.training.config import TrainingConfig, config_for  # noqa: E402
from koe.training.data import Windows  # noqa: E402
from koe.training.fit import compile_network  # noqa: E402
from koe.training.memory import kept_memory  # noqa: E402

# Enough that what beginning and ending an epoch costs weighs about as little as in a real one.
N_UPDATES, N_WARM_UPDATES = 64, 4
SIDE = 4096
# Examples in a batch, besides the recipes' own.
BATCHES: dict[str, tuple[int, ...]] = {"ae1": (512, 1024), "ae2": (1024,), "lstm1": (256,)}


def product_flops() -> float:
    """Operations a second in products of two large float32 matrices."""
    matrix = ops.convert_to_tensor(np.random.default_rng(0).standard_normal((SIDE, SIDE), dtype=np.float32))
    multiply = compiled(lambda a, b: ops.matmul(a, b))
    ops.convert_to_numpy(multiply(matrix, matrix)[:1, :1])
    times = []
    for _ in range(5):
        started = time.perf_counter()
        ops.convert_to_numpy(multiply(matrix, matrix)[:1, :1])
        times.append(time.perf_counter() - started)
    return 2 * SIDE**3 / float(np.median(times))


class Stretch(keras.utils.PyDataset):
    """A few batches of an epoch."""

    def __init__(self, windows: Windows, n_batches: int) -> None:
        super().__init__(windows.workers, windows.use_multiprocessing, windows.max_queue_size)
        self.windows, self.n_batches = windows, n_batches

    def __len__(self) -> int:
        return min(self.n_batches, len(self.windows))

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        return self.windows[index]


def training_flops(config: TrainingConfig, corpus: Corpus) -> tuple[float, float]:
    """Operations a second and examples (windows) a second of a network in training."""
    network = build(config.model, output_density=0.035)
    windows = Windows(corpus, "train", config, augment=True)
    compile_network(network, config, corpus)
    stretch = Stretch(windows, N_UPDATES)
    with kept_memory():
        network.fit(Stretch(windows, N_WARM_UPDATES), epochs=1, shuffle=False, verbose=0)  # compiles
        started = time.perf_counter()
        network.fit(stretch, epochs=1, shuffle=False, verbose=0)
        seconds = time.perf_counter() - started
    weights = sum(int(np.prod(v.shape)) for v in network.trainable_variables if len(v.shape) > 1)
    uses = 2 if config.model.startswith("ae") else (config.window_steps - 1) * (88 if config.model == "lstm2" else 1)
    rate = len(stretch) * config.batch_size / seconds
    return 6 * weights * uses * rate, rate


def random_corpus(folder: Path, n_pieces: int = 64, n_steps: int = 4096) -> Corpus:
    """Pieces of random keys, so that the benchmark needs no data."""
    rng = np.random.default_rng(0)
    unfinished = folder / "unfinished"
    unfinished.mkdir()
    writer = CorpusWriter(unfinished)
    for number in range(n_pieces):
        roll = np.packbits(rng.random((n_steps, 88)) < 0.035, axis=1).tobytes()
        split = ("train", "valid", "test")[number] if number < 3 else "train"
        entry = Entry(str(number), split, str(number), "", "", "", writer.n_steps, n_steps, 0, 16, 120.0)
        writer.add(entry, roll, roll, notes=b"", frame=b"")
    writer.finish(folder)
    return Corpus(folder)


def _recipe_sizes(recipe: TrainingConfig) -> list[int]:
    """The batch sizes of a recipe, first those of its early epochs."""
    return [*([recipe.early_batch_size] if recipe.early_epochs else []), recipe.batch_size]


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Operations a second at the recipes' batches."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(options.corpus) if options.corpus else random_corpus(Path(folder))
        for name, size in [(each, size) for each in (*BATCHES, "lstm2") for size in _recipe_sizes(config_for(each))]:
            recipe = config_for(name, batch_size=size)
            before = product_flops()
            flops, rate = training_flops(recipe, corpus)
            peak = (before + product_flops()) / 2
            found.append(
                Figure(
                    f"{name.upper()}, batches of {recipe.batch_size}, {rate:.0f} windows/s",
                    flops / 1e9,
                    "GFLOP/s",
                    limit="a large float32 product",
                    limit_value=peak / 1e9,
                    more_is_better=True,
                )
            )
    remarks = (
        "As `koe train` trains, input pipeline, metrics and optimizer included; only the products of the networks are",
        "counted, LSTM2's as if each weight served each of 88 keys once. The products stand right before and after.",
        "`python -m benchmarks.training` adds larger batches.",
    )
    return found, [" ".join(remarks)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(options.corpus) if options.corpus else random_corpus(Path(folder))
        print("| network | batch | windows/s | GFLOP/s | large product | share |\n|---|---:|---:|---:|---:|---:|")
        for name, batches in BATCHES.items():
            recipe = config_for(name)
            sizes = _recipe_sizes(recipe)
            for batch in sorted({*sizes, *batches}):
                before = product_flops()
                flops, rate = training_flops(config_for(name, batch_size=batch), corpus)
                peak = (before + product_flops()) / 2
                mark = " (recipe)" if batch in sizes else ""
                print(
                    f"| {name} | {batch}{mark} | {rate:.0f} | {flops / 1e9:.0f} | {peak / 1e9:.0f} "
                    f"| {flops / peak:.2f} |",
                    flush=True,
                )
                results.append({"model": name, "batch": batch, "flops": flops, "peak": peak, "share": flops / peak})
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
