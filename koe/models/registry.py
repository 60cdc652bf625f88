"""All trained models by name; each is loaded once a process, when it is first used."""

import json
import os
import threading
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.errors import InputError, ModelError
from koe.models.cards import CONTINUATION, LATENT, ModelCard, load_card
from koe.models.interfaces import Continuer, LatentModel
from koe.models.latent import LatentStatistics
from koe.models.record import SUFFIX, TrainingRecord, load_record
from koe.models.sampling import Sampling
from koe.models.storage import assign, load_weights
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.settings import asset_folder

if TYPE_CHECKING:
    import keras

EVALUATION_SUFFIX = ".evaluation.json"
SHIPPED = asset_folder("models")


class Registry:
    """The models of one folder.

    Parameters
    ----------
    folder : Path
        Holds a card ``NAME.json`` and its weights for each model. JSON files
        with a second dot in their name belong to a model and are no cards.

    Notes
    -----
    Opening it reads only the cards. `latent` and `continuer` load weights on
    first use and keep them; they may be called from any thread.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        cards = [load_card(path) for path in sorted(self.folder.glob("*.json")) if "." not in path.stem]
        if not cards:
            raise ModelError(f"There is no model in {self.folder}; train and export one, or restore the folder.")
        # Latent models first: those of rolls, which blend, before those of states, which keep more; last the
        # baseline. Of those that continue, those of states, which are better, before those of rolls.
        cards.sort(
            key=lambda card: (
                card.kind != LATENT,
                card.name == "pca",
                card.hears_onsets == (card.kind == LATENT),
                card.name,
            )
        )
        self._cards = {card.name: card for card in cards}
        self._loaded: dict[str, LatentModel | Continuer] = {}
        self._quick: dict[str, Continuer] = {}
        self._lock = threading.RLock()

    def cards(self) -> tuple[ModelCard, ...]:
        """All cards, models with a latent space first."""
        return tuple(self._cards.values())

    def card(self, name: str) -> ModelCard:
        """One model's card.

        Raises
        ------
        InputError
            If there is no such model.
        """
        if name not in self._cards:
            raise InputError(f"There is no model {name!r}; choose one of {', '.join(self._cards)}.")
        return self._cards[name]

    def latent(self, name: str) -> LatentModel:
        """A model with a latent space, loaded."""
        return self._load(name, LATENT)

    def continuer(self, name: str) -> Continuer:
        """A model that continues, loaded."""
        return self._load(name, CONTINUATION)

    def quick_continuer(self, name: str) -> Continuer | None:
        """A model that continues and begins at once, without TensorFlow; None where `continuer` is the better choice.

        That is where it is loaded already, where there is no such model, and where networks may compute on a GPU,
        which rounds more coarsely. When it writes it may raise `koe.models.interfaces.Unsure`.
        """
        card = self.card(name)
        # Not under the lock, which whoever loads the others holds for long.
        if card.name != "lstm2" or name in self._loaded or find_spec("nvidia"):
            return None
        if name not in self._quick:
            from koe.models.lstm2_numpy import NumpyLSTM2

            arrays = load_weights(self.folder / card.weights, card.weights_sha256)
            try:
                self._quick[name] = NumpyLSTM2(arrays, card.restriking)
            except (KeyError, ValueError):  # `continuer` says in one sentence what is wrong with them
                return None
        return self._quick[name]

    def record(self, name: str) -> TrainingRecord | None:
        """How a model came to be; None where that was not recorded.

        Raises
        ------
        ModelError
            If its record is damaged.
        """
        card = self.card(name)
        path = self.folder / f"{card.name}{SUFFIX}"
        if not path.exists():
            return None
        record = load_record(path)
        try:
            whole = _fits_together(record, card)
        except (TypeError, IndexError):  # an array without dimensions
            whole = False
        if not whole:
            raise ModelError(
                f"The training record {path.name} is damaged: its parts do not fit together; "
                "export the model again with `koe export`."
            )
        return record

    def evaluation(self, name: str) -> dict[str, Any] | None:
        """How well a model does, as ``koe evaluate`` reports it; None where these weights were not evaluated.

        Raises
        ------
        ModelError
            If the report is damaged.
        """
        card = self.card(name)
        path = self.folder / f"{card.name}{EVALUATION_SUFFIX}"
        if not path.exists():
            return None
        try:
            report = json.loads(path.read_text("utf-8"))
            return report if report["weights_sha256"] == card.weights_sha256 else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"The evaluation {path.name} is damaged; export the model again with `koe export`."
            ) from error

    def warm_up(self) -> None:
        """Load every model and run it once, so that nothing is left to compile."""
        for card in self.cards():
            if card.kind == LATENT:
                latent_model = self.latent(card.name)
                latent_model.decode(latent_model.encode(np.zeros((1, SEGMENT_STEPS, N_KEYS), dtype=bool)))
            else:
                continuer = self.continuer(card.name)
                for n_variations in (1, 4):
                    memory = continuer.listen(np.zeros((2, N_KEYS), dtype=bool), n_variations)
                    for n_steps in (1, SEGMENT_STEPS):  # short stretches and four measures may have loops of their own
                        continuer.write(memory, np.ones((n_steps, n_variations, N_KEYS), np.float32), Sampling())

    def _load(self, name: str, kind: str) -> Any:
        card = self.card(name)
        if card.kind != kind:
            able = ", ".join(other.name for other in self.cards() if other.kind == kind)
            what = "has no latent space" if kind == LATENT else "cannot continue a piece"
            raise InputError(f"{card.title} {what}; choose one of {able}.")
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = load_model(card, self.folder)
            return self._loaded[name]


def load_model(card: ModelCard, folder: Path) -> LatentModel | Continuer:
    """Load a card's weights and make the model of them.

    Raises
    ------
    ModelError
        If the weights are missing, damaged, or of another shape.
    """
    arrays = load_weights(folder / card.weights, card.weights_sha256)
    try:
        return _model_of(card, arrays)
    except KeyError as error:
        raise ModelError(f"The weights {card.weights} hold no {error}; export the model again.") from error


def _model_of(card: ModelCard, arrays: dict[str, np.ndarray]) -> LatentModel | Continuer:
    if card.name == "pca":
        from koe.models.pca import PCA

        return PCA(arrays["mean"], arrays["components"], arrays["scale"])
    from koe.models.backend import load_backend

    load_backend()
    from koe.models.architectures import build
    from koe.models.serving import continuer_of, latent_of

    network = build(card.name, **card.options)
    assign(network, arrays)
    if card.kind == CONTINUATION:
        return continuer_of(network, card.restriking, card.leaning)
    return latent_of(network, LatentStatistics(arrays["latent_mean"], arrays["latent_cholesky"]))


def _fits_together(record: TrainingRecord, card: ModelCard) -> bool:
    """Whether every array of a record has the shape that the others ask for."""
    n_kept, n_pieces = len(record.weight_epochs), len(record.piece_epochs)
    made, given = record.pieces.shape, record.original.shape
    return (
        all(column.shape == (record.n_epochs,) for column in record.history.values())
        and set(record.edges) == set(record.histograms)
        and all(
            counts.ndim == 2 and len(counts) == n_kept and record.edges[name].shape == (counts.shape[1] + 1,)
            for name, counts in record.histograms.items()
        )
        and (len(made), made[0], made[-1], given[1:]) == (3, n_pieces, N_KEYS, (N_KEYS,))
        and (card.kind != LATENT or not n_pieces or given == made[1:])
    )


@cache
def default_registry() -> Registry:
    """The shipped models, or those of the folder that ``KOE_MODELS`` names; one for the process."""
    return Registry(Path(os.environ.get("KOE_MODELS") or SHIPPED))


def load_network(registry: Registry, name: str) -> "keras.Model":
    """The Keras network behind a card, for predicting whole sequences."""
    from koe.models.backend import load_backend

    load_backend()
    from koe.models.architectures import build

    card = registry.card(name)
    network = build(name, **card.options)
    assign(network, load_weights(registry.folder / card.weights, card.weights_sha256))
    return network
