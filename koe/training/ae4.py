"""AE4's recipe: the guide learns to be unsure, then the cells learn to follow it.

Both begin with what is trained: AE3's weights, whose encoder stays as it is,
and LSTM2's. The guide learns from latent vectors that noise has blurred, of a
strength that it is told, and from some of which only the segment's own numbers
are left. The cells learn the next step from the real steps before it and the
guide of vectors so blurred; now and then there is no guide, and some of what
they believe to have heard is not what was played, as when they write by
themselves.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from koe.corpus.segments import clock_of, cut, window_starts
from koe.corpus.store import Corpus
from koe.errors import InputError
from koe.models.ae4 import SEGMENT_DIM, UNTOLD, LedAutoencoder
from koe.models.architectures import build
from koe.models.compile import compiled
from koe.models.storage import arrays_of, assign, load_arrays, save_weights, weights_of
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.states import SILENT, STRUCK, states_from_rolls
from koe.training.objectives import StepLikelihood, reconstruction_loss

PARTS = ("guide", "cells")
GUIDE, CELLS, LOG, CONFIG = "guide.npz", "cells.npz", "log.jsonl", "config.json"
# Updates of the cells from one figure to the next; batches of valid that are looked at, and the first one's number.
EACH, N_TESTS, FIRST_TEST = 25, 8, 10**6
RIDGE = 1e-7  # that keeps the last layer's numbers near those that were trained
# First steps of the segments whose latent vectors are kept: each begins so many steps after a multiple of 64.
OFFSETS = (0,)


@dataclass(frozen=True)
class Recipe:
    """How AE4 is trained.

    Attributes
    ----------
    guide_epochs, cells_updates : int
        Passes over the guide's segments; updates of the cells.
    guide_batch, cells_batch : int
    guide_rate, cells_rate : float
        Learning rates at the start; each falls along a cosine to a hundredth.
    exact : float
        Share of vectors that are meant exactly, but for `least` noise.
    least : float
        Noise, in parts of each number's spread, that is told as none.
    nested : float
        Share of vectors of which only the segment's numbers are left.
    untold : float
        Share of the cells' segments that have no guide's numbers at all.
    silence : float
        Share of the cells' windows that begin after silence.
    slips : float
        Share of keys that the cells believe to have heard otherwise, in half of the windows.
    settled_batches, settled_share : int, float
        Batches from which the last layer is found in the end, and the share of
        their keys and steps that are looked at.
    precision : str
    seed : int
    """

    guide_epochs: int = 7
    guide_batch: int = 64
    guide_rate: float = 1e-3
    cells_updates: int = 350
    cells_batch: int = 12
    cells_rate: float = 1.5e-3
    exact: float = 0.4
    least: float = 0.04
    nested: float = 0.25
    untold: float = 0.08
    silence: float = 0.35
    slips: float = 0.06
    settled_batches: int = 16
    settled_share: float = 0.4
    precision: str = "float32"
    seed: int = 0


def looseness_of(n: int, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """Drawn for ``n`` vectors: float32, ``(n, 2)``."""
    both = np.repeat(rng.uniform(0, 1, (n, 1)), 2, axis=1)
    # In half of them the beats' numbers are as loose as the segment's, in the others looser or less.
    other = rng.random(n) < 0.5
    both[other, 1] = rng.uniform(0, 1, other.sum())
    exact = rng.random((n, 1)) < recipe.exact
    both = np.where(exact, 0.0, both)
    both[rng.random(n) < recipe.nested, 1] = UNTOLD
    return both.astype(np.float32)


def blurred(
    latents: np.ndarray, looseness: np.ndarray, spread: np.ndarray, recipe: Recipe, rng: np.random.Generator
) -> np.ndarray:
    """Vectors with noise of their looseness; the first number is not blurred."""
    of_each = np.repeat(looseness, (SEGMENT_DIM, latents.shape[1] - SEGMENT_DIM), axis=1)
    of_each = np.where(of_each >= UNTOLD, 0.0, np.maximum(of_each, recipe.least))
    of_each[:, 0] = 0.0
    noise = rng.standard_normal(latents.shape, dtype=np.float32)
    return (latents + of_each * spread * noise).astype(np.float32)


class Segments:
    """A split's segments: their first steps, and their latent vectors by the encoder."""

    def __init__(self, model: LedAutoencoder, corpus: Corpus, split: str, offsets: tuple[int, ...] = OFFSETS) -> None:
        self.corpus, self.entries = corpus, corpus.split(split)
        parts = [window_starts(self.entries, SEGMENT_STEPS, SEGMENT_STEPS, offset) for offset in offsets]
        self.starts = np.concatenate(parts)
        encode = compiled(lambda states: model.encode(states))
        batches = [self.starts[first : first + 256] for first in range(0, len(self.starts), 256)]
        self.latents = np.concatenate(
            [np.asarray(encode(self.states(batch).astype(np.float32)), np.float32) for batch in batches]
        )
        self.firsts = np.array([entry.start for entry in self.entries])

    def states(self, starts: np.ndarray, n_steps: int = SEGMENT_STEPS) -> np.ndarray:
        """States of windows: uint8, ``(n, n_steps, 88)``."""
        return states_from_rolls(
            cut(self.corpus.packed, starts, n_steps), cut(self.corpus.packed_onsets, starts, n_steps)
        )

    def continued(self, numbers: np.ndarray, after_silence: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Segments with the step before them: states ``(n, 65, 88)`` and their clock ``(n, 65, 2)``."""
        starts = self.starts[numbers]
        is_first = np.isin(starts, self.firsts)
        alone = after_silence | is_first
        states = self.states(starts - ~is_first, SEGMENT_STEPS + 1)
        # Of a piece's first segment no step before it is there to be cut.
        states[is_first, 1:] = states[is_first, :-1]
        clock = clock_of(self.entries, starts, SEGMENT_STEPS)
        first = clock[:, :1].copy()
        first[..., 0] = (first[..., 0] - 1) % np.maximum(first[..., 1], 1)
        states[alone, 0] = SILENT
        states[alone, 1] = np.where(states[alone, 1] > SILENT, STRUCK, SILENT)
        return states, np.concatenate([first, clock], axis=1)


def _with_slips(states: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """What the cells believe to have heard: some keys were missed, some heard a key or an octave beside."""
    heard = states.copy()
    slipping = rng.random(len(states)) < 0.5
    missed = rng.random(states.shape) < recipe.slips
    beside = rng.random(states.shape) < recipe.slips / 2
    moved = np.roll(states, int(rng.choice((-12, -2, -1, 1, 2, 12))), axis=2)
    heard = np.where(missed, SILENT, heard)
    heard = np.where(beside & (moved > 0), moved, heard)
    return np.where(slipping[:, None, None], heard, states).astype(np.uint8)


class _GuideLessons(keras.utils.PyDataset):
    def __init__(self, segments: Segments, spread: np.ndarray, recipe: Recipe, moved: bool) -> None:
        super().__init__(workers=1)
        self.segments, self.spread, self.recipe, self.moved = segments, spread, recipe, moved
        self.start_epoch(0)

    def start_epoch(self, epoch: int) -> None:
        self.epoch = epoch
        n = len(self.segments.starts)
        rng = np.random.default_rng((self.recipe.seed, epoch, 0xA4))
        # A third of them each time: as many as there are segments side by side.
        self.order = rng.permutation(n)[: -(-n // len(OFFSETS))] if self.moved else np.arange(n)

    def __len__(self) -> int:
        return len(self.order) // self.recipe.guide_batch

    def __getitem__(self, index: int) -> tuple[Any, np.ndarray, np.ndarray]:
        numbers = self.order[index * self.recipe.guide_batch : (index + 1) * self.recipe.guide_batch]
        rng = np.random.default_rng((self.recipe.seed, self.epoch, index))
        looseness = looseness_of(len(numbers), self.recipe, rng)
        latents = blurred(self.segments.latents[numbers], looseness, self.spread, self.recipe, rng)
        states = self.segments.states(self.segments.starts[numbers])
        # What is meant exactly has the least loss, and would be drowned by the rest.
        weights = np.where(looseness.any(axis=1), 1.0, 2.0).astype(np.float32)
        return {"latents": latents, "looseness": looseness}, states[..., None], weights


class _CellLessons(keras.utils.PyDataset):
    def __init__(self, segments: Segments, spread: np.ndarray, recipe: Recipe, first: int, n: int, fixed: bool) -> None:
        super().__init__(workers=1)
        self.segments, self.spread, self.recipe = segments, spread, recipe
        self.first, self.n, self.fixed = first, n, fixed

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int) -> tuple[Any, np.ndarray]:
        recipe = self.recipe
        rng = np.random.default_rng((recipe.seed, self.first + index, 0xCE))
        numbers = rng.integers(0, len(self.segments.starts), recipe.cells_batch)
        looseness = looseness_of(len(numbers), recipe, rng)
        looseness[rng.random(len(numbers)) < recipe.untold] = UNTOLD
        latents = blurred(self.segments.latents[numbers], looseness, self.spread, recipe, rng)
        states, clock = self.segments.continued(numbers, rng.random(len(numbers)) < recipe.silence)
        heard = states if self.fixed else _with_slips(states, recipe, rng)
        inputs = {"states": states, "heard": heard, "clock": clock, "latents": latents, "looseness": looseness}
        return inputs, states[..., None]


def train_ae4(
    corpus: Corpus,
    folder: Path,
    ae3: Mapping[str, np.ndarray],
    lstm2: Mapping[str, np.ndarray],
    recipe: Recipe | None = None,
    *,
    parts: Sequence[str] = PARTS,
    report: Callable[[str], None] = print,
) -> Path:
    """Train AE4 from AE3's and LSTM2's weights.

    The guide comes first. The cells can also be trained beside it, in a
    process of their own: they take the guide's latest weights every few
    updates.

    Parameters
    ----------
    corpus : Corpus
    folder : Path
        Of the run: gets each part's weights, and a line of figures now and then.
    ae3, lstm2 : mappings
        Weights by their paths.
    recipe : Recipe, optional
    parts : sequence of str
        Of `PARTS`.
    report : callable
        Gets the same lines.

    Returns
    -------
    folder : Path

    Raises
    ------
    InputError
        If the cells are to be trained and there is no guide, or there is no such part.
    """
    recipe = recipe or Recipe()
    if unknown := set(parts) - set(PARTS):
        raise InputError(f"AE4 has no part {unknown.pop()!r} to train; choose guide or cells.")
    if "guide" not in parts and not (folder / GUIDE).exists():
        raise InputError(f"There is no guide in {folder} for the cells to follow; train it first.")
    folder.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(recipe.seed)
    earlier = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(recipe.precision)
    try:
        model: Any = build("ae4")
    finally:
        keras.mixed_precision.set_global_policy(earlier)
    begin_from(model, ae3, lstm2)
    said = {**asdict(recipe), "corpus_sha256": corpus.sha256}
    if "guide" not in parts and (folder / CONFIG).exists():
        # How the guide was trained is known already, whatever this recipe says of it.
        past = json.loads((folder / CONFIG).read_text("utf-8"))
        said |= {name: value for name, value in past.items() if name.startswith("guide_")}
    (folder / CONFIG).write_text(json.dumps(said) + "\n", "utf-8")
    train, valid = Segments(model, corpus, "train"), Segments(model, corpus, "valid")
    spread = train.latents.std(axis=0)
    spread[0] = 0.0
    model.guide.spread.assign(spread)
    run = _Run(model, train, valid, spread, recipe, folder, report)
    for part in PARTS:
        if part in parts:
            run.train_guide() if part == "guide" else run.train_cells()
    return folder


def begin_from(model: LedAutoencoder, ae3: Mapping[str, np.ndarray], lstm2: Mapping[str, np.ndarray]) -> None:
    """Give a new AE4 the weights of those that it is made of."""
    for part, arrays in ((model.guide, ae3), (model.cells, lstm2)):
        ends = {path.partition("/")[2]: array for path, array in arrays.items()}
        for variable in weights_of(part):
            name = variable.path.removeprefix("ae4/").partition("/")[2]
            if name in ends:
                variable.assign(ends[name])


def _optimizer(rate: float, updates: int) -> keras.optimizers.Optimizer:
    schedule = keras.optimizers.schedules.CosineDecay(rate, updates, alpha=0.01)
    return keras.optimizers.Adam(schedule, clipnorm=1.0)


@dataclass
class _Run:
    model: LedAutoencoder
    train: Segments
    valid: Segments
    spread: np.ndarray
    recipe: Recipe
    folder: Path
    report: Callable[[str], None]

    def train_guide(self) -> None:
        guide, recipe = self.model.guide, self.recipe
        # The way in is AE3's, and has no part in what is learnt.
        way_in = (*guide.beat_in, guide.context_in, guide.norm_beats, *guide.beat_bottleneck)
        for variable in (guide.places_in, *(one for layer in way_in for one in layer.weights)):
            variable.trainable = False
        lessons = _GuideLessons(self.train, self.spread, recipe, moved=True)
        tests = _GuideLessons(self.valid, self.spread, recipe, moved=False)
        guide.compile(_optimizer(recipe.guide_rate, recipe.guide_epochs * len(lessons)), loss=reconstruction_loss)
        scale = 2 * N_KEYS  # from a mean over keys and planes to nats a step
        for epoch in range(recipe.guide_epochs):
            started = time.process_time()
            lessons.start_epoch(epoch)
            fitted = guide.fit(lessons, epochs=1, verbose=0, shuffle=False)
            row = {"train": fitted.history["loss"][-1] * scale, "valid": guide.evaluate(tests, verbose=0) * scale}
            save_weights(arrays_of(guide), self.folder / GUIDE)
            self._note("guide", epoch + 1, row, started)

    def train_cells(self) -> None:
        model, recipe = self.model, self.recipe
        for variable in weights_of(model.guide):
            variable.trainable = False
        model.compile(_optimizer(recipe.cells_rate, recipe.cells_updates), loss=StepLikelihood())
        tests = _CellLessons(self.valid, self.spread, recipe, FIRST_TEST, N_TESTS, fixed=True)
        for first in range(0, recipe.cells_updates, EACH):
            started = time.process_time()
            assign(model.guide, load_arrays(self.folder / GUIDE)[0])
            n = min(EACH, recipe.cells_updates - first)
            lessons = _CellLessons(self.train, self.spread, recipe, first, n, fixed=False)
            fitted = model.fit(lessons, epochs=1, verbose=0, shuffle=False)
            row = {"train": fitted.history["loss"][-1]}
            if (first // EACH) % 3 == 2 or first + n == recipe.cells_updates:
                row["valid"] = model.evaluate(tests, verbose=0)
                save_weights(arrays_of(model.cells), self.folder / CELLS)
            self._note("cells", first + n, row, started)
        self.settle()

    def settle(self) -> None:
        """Find the cells' last layer, and what it hears of the guide, by logistic regression.

        All before it is as it was trained. Small steps would take long to make
        of parts of log-odds the log-odds themselves.
        """
        started = time.process_time()
        cells, recipe = self.model.cells, self.recipe
        lessons = _CellLessons(self.train, self.spread, recipe, FIRST_TEST // 2, recipe.settled_batches, fixed=True)
        rows: list[tuple[np.ndarray, ...]] = []
        look = compiled(lambda inputs: self.model.decided(inputs))
        rng = np.random.default_rng((recipe.seed, 0x5E))
        for index in range(len(lessons)):
            inputs, targets = lessons[index]
            states = targets[..., 0]
            heard = np.concatenate([np.asarray(part, np.float32) for part in look(inputs)], axis=-1)
            kept = rng.random(heard.shape[:-1]) < recipe.settled_share
            usual = np.broadcast_to(np.asarray(cells.odds), (*heard.shape[:-1], 2))
            rows.append((heard[kept], usual[kept], states[:, 1:][kept], states[:, :-1][kept] > 0))
        heard, usual, now, before = (np.concatenate(part) for part in zip(*rows, strict=True))
        kernel = np.concatenate([np.asarray(cells.last.kernel), np.asarray(cells.guide_out)])
        bias = np.asarray(cells.last.bias)
        asked = (np.ones_like(before), before & (now != STRUCK))
        hits = (now == STRUCK, now > SILENT)
        fitted = [
            fitted_logistic(heard[where], hit[where], usual[where, number], kernel[:, number], float(bias[number]))
            for number, (where, hit) in enumerate(zip(asked, hits, strict=True))
        ]
        units = cells.units
        cells.last.kernel.assign(np.stack([slopes[:units] for slopes, _ in fitted], axis=1))
        cells.guide_out.assign(np.stack([slopes[units:] for slopes, _ in fitted], axis=1))
        cells.last.bias.assign(np.array([shift for _, shift in fitted]))
        tests = _CellLessons(self.valid, self.spread, recipe, FIRST_TEST, N_TESTS, fixed=True)
        row = {"valid": self.model.evaluate(tests, verbose=0)}
        save_weights(arrays_of(cells), self.folder / CELLS)
        self._note("settled", len(heard), row, started)

    def _note(self, part: str, number: int, row: dict[str, float], started: float) -> None:
        line = json.dumps({part: number, **row, "seconds": time.process_time() - started})
        with (self.folder / LOG).open("a", encoding="utf-8") as log:
            log.write(line + "\n")
        self.report(line)


def fitted_logistic(
    heard: np.ndarray, hits: np.ndarray, offset: np.ndarray, slopes: np.ndarray, shift: float
) -> tuple[np.ndarray, float]:
    """Logistic regression with a known part of the log-odds, from where it is: the slopes and what is added.

    Parameters
    ----------
    heard : np.ndarray, shape=(n, k)
    hits : np.ndarray, shape=(n,), dtype=bool
    offset : np.ndarray, shape=(n,)
        What is known of the log-odds.
    slopes : np.ndarray, shape=(k,)
    shift : float
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    heard, target = np.asarray(heard, np.float32), hits.astype(np.float32)
    n = len(heard)

    def cost(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        odds = heard @ numbers[:-1].astype(np.float32) + np.float32(numbers[-1]) + offset
        value = np.logaddexp(0, odds).sum(dtype=np.float64) - (odds * target).sum(dtype=np.float64)
        missed = expit(odds) - target
        slope = np.append(missed @ heard, missed.sum()).astype(np.float64)
        away = numbers - start
        return value / n + RIDGE * float(away @ away), slope / n + 2 * RIDGE * away

    start = np.append(slopes, shift).astype(np.float64)
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    return found[:-1].astype(np.float32), float(found[-1])
