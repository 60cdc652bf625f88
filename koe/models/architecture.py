"""What a network is before it has weights: all that the rest of Koe needs to know of it, in one place.

`koe.models.networks` has a module for each; `koe.models.architectures` finds
them. Nothing here imports Keras: builders and adapters do so when they are
called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.models.cards import ModelCard
from koe.models.latent import LatentStatistics

if TYPE_CHECKING:
    import keras

# How a network comes by its weights: in epochs (`koe.training.fit`), by updates on events (`koe.training.tr1`),
# or in one go from the corpus when it is exported.
EPOCHS, UPDATES, AT_ONCE = "epochs", "updates", "at once"


@dataclass(frozen=True)
class Settings:
    """What a network is given besides its weights; see `koe.models.cards.ModelCard`.

    Attributes
    ----------
    restriking, leaning : float
        Added to its log-odds when it writes.
    statistics : LatentStatistics, optional
        Where the training data lies in its latent space.
    composers : mapping
        The class of each composer that it knows.
    sampling : mapping
        How it draws unless it is told otherwise.
    """

    restriking: float = 0.0
    leaning: float = 0.0
    statistics: LatentStatistics | None = None
    composers: Mapping[str, int] = field(default_factory=dict)
    sampling: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, card: ModelCard, arrays: Mapping[str, np.ndarray]) -> "Settings":
        """Those of a card and of what lies beside its weights."""
        statistics = None
        if "latent_mean" in arrays:
            statistics = LatentStatistics(arrays["latent_mean"], arrays["latent_cholesky"])
        return cls(card.restriking, card.leaning, statistics, card.composers, card.sampling)


@dataclass(frozen=True)
class Architecture:
    """A network before it has weights.

    Attributes
    ----------
    name : str
        As in commands; Keras calls the network so, too.
    title, description, layers : str
        For its card: as on pages; a sentence for people; the layers in short.
        The German description stands in `koe.web.texts.german.models_page`.
    kind : str
        See `koe.models.cards.ModelCard`.
    build : callable, optional
        Makes it, a Keras model with new weights; None for what is no network.
    adapt : callable
        From a network with its weights (or, without ``build``, the weights
        alone) and `Settings` to what serves: one of `koe.models.interfaces`.
    hears_onsets : bool
        Whether it takes states (`koe.music.states`), which tell struck from
        held keys, instead of rolls of 0 and 1.
    latent_dim : int
        Its latent numbers.
    latent_range : tuple of 2 floats
    at_once : callable, optional
        From weights and `Settings` to a continuer without Keras, which begins
        sooner; it may raise `koe.models.interfaces.Unsure`.
    training : str
        `EPOCHS`, `UPDATES` or `AT_ONCE`.
    recipes : mapping
        Values of `koe.training.config.TrainingConfig` for ``"best"`` and, where
        the paper has it, ``"paper"``.
    losses : tuple of str
        Those it can be trained with.
    takes_latent_dim, settles, takes_own_inputs : bool
        Whether it can have more or fewer latent numbers; be trained in part
        beforehand; hear its own steps in training.
    fused : bool
        Whether a whole update is faster fused on a processor.
    not_hidden : tuple of str
        Layers that Muon leaves to Adam: the first and last, whose inputs or outputs are keys.
    calibrated : tuple of str
        Fields of the card that the export finds on ``valid``.
    needs_keras : bool
        Whether serving does; otherwise ``adapt`` gets the weights by their paths.
    writes_in_time : bool
        Of one with a latent space: whether it writes what a vector stands for
        step by step (`koe.models.interfaces.WritingLatentModel`). Such a one is listed first.
    is_baseline : bool
        Whether it is there for comparison, and listed last.
    """

    name: str
    title: str
    kind: str
    description: str
    layers: str
    adapt: Callable[[Any, Settings], Any]
    build: "Callable[..., keras.Model] | None" = None
    hears_onsets: bool = False
    latent_dim: int = 0
    latent_range: tuple[float, float] = (-1.0, 1.0)
    at_once: Callable[[Mapping[str, np.ndarray], Settings], Any] | None = None
    training: str = EPOCHS
    recipes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    losses: tuple[str, ...] = ("mse", "binary_crossentropy")
    takes_latent_dim: bool = False
    settles: bool = False
    takes_own_inputs: bool = False
    fused: bool = False
    not_hidden: tuple[str, ...] = ()
    calibrated: tuple[str, ...] = ()
    needs_keras: bool = True
    writes_in_time: bool = False
    is_baseline: bool = False
