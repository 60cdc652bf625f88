"""What a training run is made of, and the recipes for each model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from koe.errors import InputError
from koe.models.architecture import Architecture
from koe.models.architectures import ARCHITECTURES, architecture

# The paper's recipes, and the ones that measured best. See docs/training.md
# for what each departure is worth.
RECIPES = ("best", "paper")
OPTIMIZERS = ("adam", "rmsprop", "muon")
LOSSES = ("mse", "binary_crossentropy", "states", "roll")
SEGMENT_DIM, MOST_LATENTS = 16, 1024  # latent numbers of a part that can be settled; and of any network
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")


@dataclass(frozen=True)
class TrainingConfig:
    """Hyperparameters of one run; together with the corpus they determine its result.

    Attributes
    ----------
    model : str
        Name of one in `koe.models.architectures`.
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
        network = architecture(self.model)
        if self.latent_dim and not network.takes_latent_dim:
            able = _those(lambda one: one.takes_latent_dim)
            raise InputError(f"{self.model} has latent numbers of its own; {able} can have more or fewer.")
        if self.settled and not (network.settles and self.latent_dim != SEGMENT_DIM and self.initial_weights):
            raise InputError(
                f"Only {_those(lambda one: one.settles)} with more than {SEGMENT_DIM} latent numbers "
                "can have a part settled; "
                f"give the weights of a run with latent_dim={SEGMENT_DIM} by --init."
            )
        if self.own_inputs and not network.takes_own_inputs:
            able = _those(lambda one: one.takes_own_inputs)
            raise InputError(f"{self.model} is not fed with its own steps; {able} can be.")
        if not 0 <= self.own_inputs <= 0.5:
            raise InputError(f"A share of own steps is from 0 to 0.5, not {self.own_inputs:g}.")
        if not 0 <= self.latent_dim <= MOST_LATENTS:
            raise InputError(f"A latent vector has 1 to {MOST_LATENTS} numbers, not {self.latent_dim}.")
        if self.loss not in network.losses:
            raise InputError(f"The loss {self.loss!r} does not fit {self.model}; choose {' or '.join(network.losses)}.")


def _those(able: Callable[[Architecture], bool]) -> str:
    return ", ".join(name for name, one in ARCHITECTURES.items() if able(one))


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
    known = ARCHITECTURES[model].recipes if model in ARCHITECTURES else {}
    if recipe not in known:
        if known:
            raise InputError(f"The paper has no {model.upper()}; train it with --recipe best.")
        able = ", ".join(name for name, one in ARCHITECTURES.items() if recipe in one.recipes)
        raise InputError(f"There is no model {model!r} to train so; choose one of {able}.")
    given = {name: value for name, value in changes.items() if value is not None}
    if "batch_size" in given:
        given = {"early_epochs": 0, **given}
    return TrainingConfig(model, recipe, **{**known[recipe], **given})


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
