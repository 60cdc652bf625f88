"""A network that tells real segments from written ones, and how often it is wrong.

    steps x 88 (rolls, or sounding and struck keys) - convolution over 3 steps and
    13 keys - another over 3 steps and 7 keys - GRU over the steps - one number

The train split teaches it, the loss on the valid split decides when to stop,
the test split is what it is judged on. Segments are transposed in training,
real ones and written ones alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import keras
import numpy as np

from koe.corpus.segments import transpose
from koe.corpus.store import SPLITS, Corpus
from koe.errors import InputError
from koe.evaluation.writing import PROMPT_STEPS, Progress, writer_of
from koe.experiments.realness.sides import MOST_STEPS, Sides, continued_sides, decoded_sides, error_of, joined
from koe.experiments.telling import fit_to_tell
from koe.models.cards import LATENT
from koe.models.interfaces import Composer
from koe.models.registry import Registry
from koe.models.sampling import Sampling
from koe.music.grid import N_KEYS, SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.music.states import STRUCK, sounding

ROLL, STATES = "roll", "states"
MEASURE = "share of test segments, real and written in equal number, that the classifier takes for the other kind"


@dataclass(frozen=True)
class ClassifierConfig:
    """The classifier and its training.

    Attributes
    ----------
    filters : tuple of 2 ints
        Of the convolutions.
    units : int
        Of the GRU.
    dropout : float
        Before the GRU and after it.
    learning_rate, weight_decay : float
        AdamW's.
    batch_size : int
    epochs : int
        At most.
    patience : int
        Epochs without a lower loss on valid before it stops; the best one's
        weights are kept.
    max_transposition : int
        Semitones.
    seed : int
        Of weights, order, dropout and transpositions.
    """

    filters: tuple[int, int] = (16, 32)
    units: int = 64
    dropout: float = 0.2
    learning_rate: float = 1e-3
    weight_decay: float = 1e-3
    batch_size: int = 64
    epochs: int = 30
    patience: int = 5
    max_transposition: int = 5
    seed: int = 0


def benchmark_realness(
    name: str,
    registry: Registry,
    corpus: Corpus,
    *,
    heard: str = ROLL,
    n_measures: Sequence[int] = (SEGMENT_STEPS // STEPS_PER_MEASURE,),
    most_pieces: int = 600,
    sampling: Sampling | None = None,
    guard: bool = False,
    seed: int = 0,
    config: ClassifierConfig | None = None,
    progress: Progress | None = None,
    report: Callable[[str], None] = print,
) -> list[dict]:
    """Let a model write, train a classifier to tell, and give its error.

    Parameters
    ----------
    name : str
        Any model of the registry.
    registry : Registry
    corpus : Corpus
    heard : str
        ``"roll"``: the classifier gets rolls of sounding keys, so that all
        models can be compared; ``"states"``: also which keys are struck, of
        models that hear onsets.
    n_measures : sequence of int
        Of a segment, each of sixteen steps: 4, or more for what shows only in
        the long run; of several, each a multiple of the first, a classifier is
        trained for each on the same music. What a model with a latent space
        decodes has 4.
    most_pieces : int
        Of each split that are continued, or cut beside what is decoded.
    sampling : Sampling, optional
        By coin toss at temperature 1 unless given; for models that continue.
    guard : bool
        See `koe.generation.continuation.continue_pianoroll`.
    seed : int
        Of the pieces, of what is written, of the classifier and of the bootstrap.
    config : ClassifierConfig, optional
        Its seed is replaced.
    progress : callable, optional
        Called with pieces written and pieces in all, split by split.
    report : callable
        Gets a line after each epoch.

    Returns
    -------
    results : list of dict
        One for each length, ready for JSON: ``model``, ``weights_sha256``, ``corpus_sha256``,
        ``measure``, all of `error_of`, ``heard``, ``written``: how; ``data``:
        ``pieces`` and ``segments`` of each split; ``classifier``: its
        configuration, ``parameters``, ``layers``, ``epochs_trained``,
        ``epoch_chosen`` and ``valid_loss``; ``notes``.

    Raises
    ------
    InputError
        If the model cannot give what is to be heard, or a split has too few pieces.
    """
    card = registry.card(name)
    latent = card.kind == LATENT
    model = registry.latent(name) if latent else writer_of(registry, name)
    if heard == STATES and not (isinstance(model, Composer) or model.hears_onsets):
        raise InputError(f"{card.title} writes rolls, which do not tell struck from held keys; let rolls be heard.")
    _check_lengths(n_measures, card.title, latent)
    segment_steps = n_measures[0] * STEPS_PER_MEASURE
    sampling = sampling or Sampling()
    sides = {}
    for split in SPLITS:
        if latent:
            sides[split] = decoded_sides(
                registry.latent(name), card.threshold, corpus, split, most_pieces, seed, progress
            )
        else:
            sides[split] = continued_sides(
                writer_of(registry, name), corpus, split, most_pieces, seed, sampling, guard, progress, segment_steps
            )
    written = (
        {"way": "near", "threshold": card.threshold}
        if latent
        else {**_way(model, sampling, guard), "prompt_steps": PROMPT_STEPS}
    )
    config = replace(config or ClassifierConfig(), seed=seed)
    results = []
    for length in n_measures:
        times = length // n_measures[0]
        cut = {split: joined(each, times) for split, each in sides.items()} if times > 1 else sides
        results.append(
            {
                "model": name,
                "weights_sha256": card.weights_sha256,
                "corpus_sha256": corpus.sha256,
                "measure": MEASURE,
                **realness(cut, heard, config, report),
                "written": written,
                "measures": length,
                "notes": _notes(latent, length * STEPS_PER_MEASURE),
            }
        )
    return results


def _check_lengths(n_measures: Sequence[int], title: str, latent: bool) -> None:
    most = (SEGMENT_STEPS if latent else MOST_STEPS) // STEPS_PER_MEASURE
    for length in n_measures:
        if length > most or (latent and length != most):
            raise InputError(
                f"Segments of {length} measures were asked for; {title} can be judged by "
                f"{'' if latent else 'up to '}{most}."
            )
        if length % n_measures[0]:
            raise InputError(
                f"Segments of {n_measures[0]} and of {length} measures were asked for; name the shortest first, and "
                "multiples of it."
            )


def _way(model: Any, sampling: Sampling, guard: bool) -> dict:
    if isinstance(model, Composer):
        return {"way": "toss", **asdict(model.temperatures), "guard": True}
    return {**asdict(sampling), "guard": guard}


def realness(
    sides: dict[str, Sides], heard: str, config: ClassifierConfig, report: Callable[[str], None] = print
) -> dict:
    """Train a classifier on the sides of ``train``, stop by those of ``valid``, and judge it on those of ``test``."""
    keras.utils.set_random_seed(config.seed)
    network = build_classifier(heard, config, sides["train"].real.shape[1])
    losses = _fit(network, sides["train"], sides["valid"], heard, config, report)
    probabilities = network.predict(_inputs(sides["test"].segments, heard), batch_size=256, verbose=0)[:, 0]
    return {
        **error_of(probabilities, sides["test"], seed=config.seed),
        "seed": config.seed,
        "heard": heard,
        "data": {
            split: {"works": len(set(each.works)), "segments_of_each_kind": len(each.works)}
            for split, each in sides.items()
        },
        "classifier": {
            **asdict(config),
            "filters": list(config.filters),
            "parameters": network.count_params(),
            "layers": [layer.name for layer in network.layers[1:]],
            "epochs_trained": len(losses),
            "epoch_chosen": int(np.argmin(losses)) + 1,
            "valid_loss": float(min(losses)),
        },
    }


def build_classifier(heard: str, config: ClassifierConfig, n_steps: int = SEGMENT_STEPS) -> keras.Model:
    """The network, with new weights: the log-odds of being written go through a sigmoid at its end."""
    n_planes = 1 if heard == ROLL else 2
    narrow, wide = config.filters
    x = inputs = keras.Input((n_steps, N_KEYS, n_planes))
    x = keras.layers.Conv2D(narrow, (3, 13), (1, 2), "same", activation="gelu", name="conv_3x13")(x)
    x = keras.layers.Conv2D(wide, (3, 7), (2, 4), "same", activation="gelu", name="conv_3x7")(x)
    n_places = x.shape[2]
    x = keras.layers.Reshape((x.shape[1], n_places * wide), name="places")(x)
    x = keras.layers.Dropout(config.dropout, name="dropout_in")(x)
    x = keras.layers.GRU(config.units, name="gru")(x)
    x = keras.layers.Dropout(config.dropout, name="dropout_out")(x)
    return keras.Model(inputs, keras.layers.Dense(1, "sigmoid", name="written")(x), name="realness")


def _fit(
    network: keras.Model,
    train: Sides,
    valid: Sides,
    heard: str,
    config: ClassifierConfig,
    report: Callable[[str], None],
) -> list[float]:
    """Train on segments in other keys; gives the loss on valid after every epoch."""
    segments, labels = train.segments, train.labels

    def batches(epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        rng = np.random.default_rng((config.seed, epoch))
        order = rng.permutation(len(segments))
        for first in range(0, len(order), config.batch_size):
            chosen = order[first : first + config.batch_size]
            semitones = rng.integers(-config.max_transposition, config.max_transposition + 1, len(chosen))
            yield _inputs(transpose(segments[chosen], semitones), heard), labels[chosen]

    return fit_to_tell(network, batches, (_inputs(valid.segments, heard), valid.labels), config, report)


def _inputs(segments: np.ndarray, heard: str) -> np.ndarray:
    """Segments as the network takes them: float32, ``(n, 64, 88, 1 or 2)``."""
    planes = [sounding(segments)] if heard == ROLL else [segments > 0, segments == STRUCK]
    return np.stack(planes, axis=-1).astype(np.float32)


def _notes(latent: bool, segment_steps: int) -> list[str]:
    origin = (
        "Vectors drawn near the training data and decoded, for each split others."
        if latent
        else f"The first {PROMPT_STEPS} steps of pieces of the split are the prompts and are cut off; what follows is "
        "cut into segments from there, in the piece and in the continuation alike."
    )
    return [
        origin,
        f"At most {MOST_STEPS // segment_steps} segments of {segment_steps} steps of a piece, all of them full; for "
        "each real one a written one. Train teaches the classifier, the loss on valid chooses the epoch, test is what "
        "is reported.",
        "The interval holds 95 % of the errors on as many works as there are, drawn with replacement; classifier and "
        "written music stay as they are. 0.5 is guessing; a better classifier may be wrong less often.",
    ]
