"""What a training run is made of, and the recipes for each model."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from koe.errors import InputError

# The paper's recipes, and the ones that measured best. See docs/training.md
# for what each departure is worth.
RECIPES = ("best", "paper")
OPTIMIZERS = ("adam", "rmsprop", "muon")
LOSSES = ("mse", "binary_crossentropy", "states", "roll")
# Networks of states have losses of their own; the roll's is AE3's alone.
STATES_LOSSES = {"ae3": ("states", "roll"), "lstm2": ("states",)}
HEAR_ONSETS = tuple(STATES_LOSSES)
# Networks whose latent numbers may be more or fewer.
SIZE_FREE, MOST_LATENTS = ("ae3",), 1024
# Networks of which a part can be trained beforehand, and with how many latent numbers.
SETTLING, SEGMENT_DIM = ("ae3",), 16
# Networks that can be trained on steps of their own.
SELF_FED = ("lstm1",)
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


@dataclass(frozen=True)
class TrainingConfig:
    """Hyperparameters of one run; together with the corpus they determine its result.

    Attributes
    ----------
    model : str
        ``"ae1"``, ``"ae2"``, ``"ae3"``, ``"lstm1"``, ``"lstm2"`` or ``"pca"``.
    recipe : str
        Name of the recipe this began as.
    optimizer : str
        ``"adam"`` (with decoupled weight decay, if any), ``"rmsprop"`` or
        ``"muon"`` (hidden layers by orthogonalized momentum, the first and
        last by Adam).
    learning_rate : float
        At the start.
    final_learning_rate : float
        At the end of ``epochs``; a cosine leads there. Equal to
        ``learning_rate`` for none.
    loss : str
        ``"mse"`` or ``"binary_crossentropy"``, or ``"states"``: the likelihood
        of which keys are struck and held, for the networks that hear onsets;
        ``"roll"``: the squared error of which keys sound, for AE3.
    epochs : int
        Passes over the training split.
    batch_size : int
        Windows in a batch.
    early_batch_size, early_epochs : int
        Windows in a batch in so many epochs at the beginning: small batches
        leave a plateau sooner, large ones use the processor better.
    window_steps : int
        Length of a training example in steps.
    max_transposition : int
        Semitones by which a window is shifted at most, up or down.
    epoch_windows : int
        Windows in an epoch, drawn anew for each; 0 for all.
    offset_steps : int
        Each epoch the windows begin another multiple of this many steps into
        their pieces: 1 for any sixteenth, 16 for measures of 4/4, 0 for always
        at the beginning.
    prior_bias : bool
        Whether the output bias starts at the log-odds of the data's density.
    dropout_epochs : int
        First epochs, in which the network's dropout is on; 0 for all. Dropout
        at the beginning alone leads a network that underfits to lower losses
        (Liu et al., "Dropout Reduces Underfitting", ICML 2023).
    clip_norm : float or None
        Longest gradient of a variable.
    weight_decay : float
        Share of each weight that an update takes away, times the learning rate.
    average : float
        Weights are judged and kept as an average over the last updates that
        forgets with this factor an update; 0 for none.
    precision : str
        ``"float32"``, or ``"mixed_bfloat16"`` and ``"mixed_float16"`` to
        compute in half precision on float32 weights.
    latent_dim : int
        Latent numbers of a network that leaves the choice; 0 for its own.
    own_inputs : float
        Share of the steps that LSTM1 hears in training as it would have tossed
        them itself, so that it knows its way back from its own slips.
    settled : bool
        Whether AE3's stack, which has the segment's own numbers, stays as
        the initial weights have it, while the rest is trained.
    initial_weights : str
        SHA-256 of the weights that the run began from; empty for random ones.
    seed : int
        Of weights, order, offsets and transpositions.
    """

    model: str
    recipe: str = "best"
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    final_learning_rate: float = 1e-3
    loss: str = "mse"
    epochs: int = 250
    batch_size: int = 128
    early_batch_size: int = 0
    early_epochs: int = 0
    window_steps: int = 64
    max_transposition: int = 0
    epoch_windows: int = 0
    offset_steps: int = 0
    prior_bias: bool = False
    dropout_epochs: int = 0
    clip_norm: float | None = None
    weight_decay: float = 0.0
    average: float = 0.0
    precision: str = "float32"
    latent_dim: int = 0
    own_inputs: float = 0.0
    settled: bool = False
    initial_weights: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise InputError(f"A training has 1 epoch or more, not {self.epochs}.")
        if self.early_epochs < 0 or (self.early_epochs and self.early_batch_size < 1):
            raise InputError(
                "Early epochs have batches of 1 window or more; give early_batch_size and early_epochs together."
            )
        if self.batch_size < 1:
            raise InputError(f"A batch holds 1 window or more, not {self.batch_size}.")
        if not 0 <= self.seed < 2**32:
            raise InputError(f"A seed is a whole number from 0 to {2**32 - 1}, not {self.seed}.")
        if not (self.learning_rate > 0 and self.final_learning_rate > 0):
            raise InputError("A learning rate is larger than 0; give one such as 0.001.")
        if not 0 <= self.average < 1:
            raise InputError(f"An average forgets with a factor from 0 to below 1, not {self.average:g}.")
        for name, known in (("optimizer", OPTIMIZERS), ("loss", LOSSES), ("precision", PRECISIONS)):
            if getattr(self, name) not in known:
                raise InputError(f"There is no {name} {getattr(self, name)!r}; choose one of {', '.join(known)}.")
        if self.latent_dim and self.model not in SIZE_FREE:
            raise InputError(
                f"{self.model} has latent numbers of its own; {', '.join(SIZE_FREE)} can have more or fewer."
            )
        if self.settled and not (self.model in SETTLING and self.latent_dim != SEGMENT_DIM and self.initial_weights):
            raise InputError(
                f"Only {', '.join(SETTLING)} with more than {SEGMENT_DIM} latent numbers can have a part settled; "
                f"give the weights of a run with latent_dim={SEGMENT_DIM} by --init."
            )
        if self.own_inputs and self.model not in SELF_FED:
            raise InputError(f"{self.model} is not fed with its own steps; {', '.join(SELF_FED)} can be.")
        if not 0 <= self.own_inputs <= 0.5:
            raise InputError(f"A share of own steps is from 0 to 0.5, not {self.own_inputs:g}.")
        if not 0 <= self.latent_dim <= MOST_LATENTS:
            raise InputError(f"A latent vector has 1 to {MOST_LATENTS} numbers, not {self.latent_dim}.")
        fitting = STATES_LOSSES.get(self.model, ("mse", "binary_crossentropy"))
        if self.loss not in fitting:
            raise InputError(f"The loss {self.loss!r} does not fit {self.model}; choose {' or '.join(fitting)}.")


_PAPER = {
    "ae1": TrainingConfig("ae1", "paper"),
    "ae2": TrainingConfig("ae2", "paper", learning_rate=5e-4, final_learning_rate=5e-4, epochs=1000),
    "lstm1": TrainingConfig("lstm1", "paper", optimizer="rmsprop", epochs=200, batch_size=64, window_steps=129),
    "pca": TrainingConfig("pca", "paper", epochs=1),
}
_AUTOENCODER: dict[str, Any] = {
    "optimizer": "muon",
    "learning_rate": 4e-3,
    "final_learning_rate": 1e-5,
    "epochs": 100,
    "batch_size": 256,
    "offset_steps": 16,
    "prior_bias": True,
}
_BEST = {
    "ae1": replace(_PAPER["ae1"], recipe="best", **_AUTOENCODER, max_transposition=6),
    # To begin from AE1's weights (--init), with dropout at the beginning alone.
    "ae2": replace(
        _PAPER["ae1"],
        model="ae2",
        recipe="best",
        **{**_AUTOENCODER, "learning_rate": 5e-3, "epochs": 80, "batch_size": 512},
        max_transposition=6,
        dropout_epochs=10,
    ),
    "lstm1": replace(
        _PAPER["lstm1"],
        recipe="best",
        optimizer="adam",
        learning_rate=1.5e-3,
        loss="binary_crossentropy",
        final_learning_rate=1e-5,
        epochs=16,
        batch_size=64,
        early_batch_size=32,
        early_epochs=4,
        max_transposition=6,
        offset_steps=1,
        prior_bias=True,
        clip_norm=1.0,
    ),
    "ae3": TrainingConfig(
        "ae3",
        optimizer="muon",
        learning_rate=4e-3,
        loss="states",
        final_learning_rate=1e-5,
        epochs=55,
        batch_size=128,
        offset_steps=4,
        prior_bias=True,
    ),
    "lstm2": TrainingConfig(
        "lstm2",
        optimizer="adam",
        learning_rate=2e-3,
        loss="states",
        final_learning_rate=2e-5,
        epochs=16,
        epoch_windows=3200,
        batch_size=8,
        window_steps=129,
        max_transposition=6,
        offset_steps=1,
        clip_norm=1.0,
    ),
    "pca": replace(_PAPER["pca"], recipe="best"),
}


def config_for(model: str, recipe: str = "best", **changes: Any) -> TrainingConfig:
    """The configuration of a recipe, with any of its values changed.

    A batch size that is given holds for all epochs, the early ones included.

    Raises
    ------
    InputError
        If there is no such model or recipe.
    """
    if recipe not in RECIPES:
        raise InputError(f"There is no recipe {recipe!r}; choose best or paper.")
    recipes = _BEST if recipe == "best" else _PAPER
    if model not in recipes:
        if model in _BEST:
            raise InputError(f"The paper has no {model.upper()}; train it with --recipe best.")
        raise InputError(f"There is no model {model!r} to train; choose one of {', '.join(recipes)}.")
    given = {name: value for name, value in changes.items() if value is not None}
    if "batch_size" in given:
        given = {"early_epochs": 0, **given}
    return replace(recipes[model], **given)


def parse_changes(settings: Mapping[str, str]) -> dict[str, Any]:
    """Values of a configuration from their texts, such as ``{"batch_size": "64"}``.

    Raises
    ------
    InputError
        If a name is no value of `TrainingConfig`, or a text does not fit its type.
    """
    kinds = {field.name: getattr(field.type, "__name__", str(field.type)) for field in fields(TrainingConfig)}
    changeable = sorted(set(kinds) - {"model", "recipe", "initial_weights"})
    changes: dict[str, Any] = {}
    for name, text in settings.items():
        if name not in changeable:
            raise InputError(f"A training has no setting {name!r}; there are {', '.join(changeable)}.")
        try:
            changes[name] = _value(kinds[name], text)
        except ValueError:
            raise InputError(f"{name} takes a value of the kind {kinds[name]}, but {text!r} came.") from None
    return changes


def _value(kind: str, text: str) -> Any:
    if kind == "bool":
        if text.lower() not in ("true", "false"):
            raise ValueError(text)
        return text.lower() == "true"
    if kind == "int":
        return int(text)
    return float(text) if kind.startswith("float") else text
