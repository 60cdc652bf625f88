"""Model cards: what is known of each set of weights, kept beside them as JSON."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from koe.errors import ModelError

LATENT = "latent"
CONTINUATION = "continuation"
COMPOSITION = "composition"
PERFORMANCE = "performance"


@dataclass(frozen=True)
class ModelCard:
    """One trained model.

    Attributes
    ----------
    name : str
        As in commands and file names: ``"ae1"``.
    title : str
        As on pages: ``"AE1"``.
    kind : str
        ``"latent"`` (encodes and decodes), ``"continuation"`` (goes on from
        what it heard), ``"composition"`` (writes whole pieces, and goes on) or
        ``"performance"`` (plays a score).
    description : str
        A sentence or two for people.
    architecture : str
        The layers in short.
    options : dict
        Arguments that rebuild the network.
    parameters : int
        Trainable parameters.
    weights, weights_sha256 : str
        File name beside the card, and its hash.
    threshold : float
        Probability from which a key sounds, calibrated on ``valid``.
    restriking : float
        Added, in writing, to the log-odds of striking a key that sounds, so
        that as many notes begin on one as in real music; calibrated on
        ``valid``.
    leaning : float
        Added, in writing, to the log-odds of every key by a network of rolls,
        so that it writes no less than it can without bursts; calibrated on
        ``valid``.
    latent_dim : int
        Numbers in a latent vector; 0 for models without.
    latent_range : tuple of 2 floats
        What the sliders span.
    network : str
        Name of its architecture in `koe.models.architectures`; ``name`` where
        none is given, so two models of one architecture can lie side by side.
    composers : dict
        Of a model that composes: the class of each composer that it knows.
    sampling : dict
        Of a model that composes: how it draws unless it is told otherwise, see
        `koe.models.tr1_interface.Temperatures`.
    data : dict
        Corpus: name, hash, pieces and measures of each split.
    recipe : dict
        The training configuration, seed included, with epochs and time.
    metrics : dict
        ``"test"`` and its ``"baselines"``, as the evaluation command gives them.
    hears_onsets : bool
        Whether it tells a key that is struck again from one that is held.
    licence, attribution, date : str
        Of these weights; the date is the training's, ISO 8601.
    """

    name: str
    title: str
    kind: str
    description: str
    architecture: str
    parameters: int
    weights: str
    weights_sha256: str
    options: dict[str, Any] = field(default_factory=dict)
    threshold: float = 0.5
    restriking: float = 0.0
    leaning: float = 0.0
    latent_dim: int = 0
    latent_range: tuple[float, float] = (-1.0, 1.0)
    data: dict[str, Any] = field(default_factory=dict)
    recipe: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    hears_onsets: bool = False
    licence: str = ""
    attribution: str = ""
    date: str = ""
    network: str = ""
    composers: dict[str, int] = field(default_factory=dict)
    sampling: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.network:
            object.__setattr__(self, "network", self.name)

    @property
    def seed(self) -> int:
        """Seed of the training."""
        return self.recipe.get("seed", 0)

    def to_dict(self) -> dict[str, Any]:
        """All fields, and the seed, for JSON."""
        return {**asdict(self), "latent_range": list(self.latent_range), "seed": self.seed}


def load_card(path: Path) -> ModelCard:
    """Read a card.

    Raises
    ------
    ModelError
        If the file is missing or no card.
    """
    try:
        fields = json.loads(path.read_text("utf-8"))
        fields.pop("seed", None)
        return ModelCard(**{**fields, "latent_range": tuple(fields.get("latent_range", (-1.0, 1.0)))})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise ModelError(f"{path} is no model card; export the model again with `koe export`.") from error


def save_card(card: ModelCard, path: Path) -> None:
    """Write a card; the same card gives the same bytes."""
    path.write_text(json.dumps(card.to_dict(), indent=1, ensure_ascii=False) + "\n", "utf-8")
