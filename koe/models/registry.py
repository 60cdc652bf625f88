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
from koe.models.architecture import Settings
from koe.models.architectures import ARCHITECTURES, architecture, network_of, serving
from koe.models.cards import COMPOSITION, CONTINUATION, LATENT, PERFORMANCE, ModelCard, load_card
from koe.models.interfaces import Composer, Continuer, LatentModel, Performer
from koe.models.playing_record import SUFFIX as PLAYING_SUFFIX
from koe.models.playing_record import PlayingRecord, load_playing
from koe.models.record import SUFFIX, TrainingRecord, load_record
from koe.models.sampling import Sampling
from koe.models.storage import load_weights
from koe.models.tr1_interface import Told
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.settings import asset_folder

if TYPE_CHECKING:
    import keras

# What sounds best, by network: offered first on every page, in this order. The paper's own networks stand apart and
# come last, before the baseline that it compares them with.
BEST_FIRST = ("ae4", "ae3", "tr1", "lstm2")
OF_THE_PAPER = ("ae1", "ae2", "lstm1")

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
    Opening it reads only the cards. `latent`, `continuer`, `composer` and `performer` load
    weights on first use and keep them; they may be called from any thread.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        cards = [load_card(path) for path in sorted(self.folder.glob("*.json")) if "." not in path.stem]
        if not cards:
            raise ModelError(f"There is no model in {self.folder}; train and export one, or restore the folder.")
        self._cards = {card.name: card for card in sorted(cards, key=_place)}
        self._loaded: dict[str, LatentModel | Continuer | Composer | Performer] = {}
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

    def composer(self, name: str) -> Composer:
        """A model that composes whole pieces, loaded."""
        return self._load(name, COMPOSITION)

    def performer(self, name: str) -> Performer:
        """A model that plays scores, loaded."""
        return self._load(name, PERFORMANCE)

    def quick_continuer(self, name: str) -> Continuer | None:
        """A model that continues and begins at once, without TensorFlow; None where `continuer` is the better choice.

        That is where it is loaded already, where there is no such model, and where networks may compute on a GPU,
        which rounds more coarsely. When it writes it may raise `koe.models.interfaces.Unsure`.
        """
        card = self.card(name)
        at_once = architecture(card.network).at_once
        # Not under the lock, which whoever loads the others holds for long.
        if at_once is None or name in self._loaded or find_spec("nvidia"):
            return None
        if name not in self._quick:
            arrays = load_weights(self.folder / card.weights, card.weights_sha256)
            try:
                self._quick[name] = at_once(arrays, Settings.of(card, arrays))
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

    def playing_record(self, name: str) -> PlayingRecord | None:
        """How a model that plays scores came to be; None where that was not recorded.

        Raises
        ------
        ModelError
            If its record is damaged.
        """
        path = self.folder / f"{self.card(name).name}{PLAYING_SUFFIX}"
        return load_playing(path) if path.exists() else None

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
            _WARMED[card.kind](self, card.name)

    def _load(self, name: str, kind: str) -> Any:
        card = self.card(name)
        if card.kind != kind:
            able = ", ".join(other.name for other in self.cards() if other.kind == kind)
            advice = f"choose one of {able}" if able else "no model here does"
            raise InputError(f"{card.title} {_LACKS[kind]}; {advice}.")
        with self._lock:
            if name not in self._loaded:
                self._loaded[name] = load_model(card, self.folder)
            return self._loaded[name]


_LACKS = {
    LATENT: "has no latent space",
    CONTINUATION: "cannot continue a piece step by step",
    COMPOSITION: "cannot compose a piece",
    PERFORMANCE: "does not play scores",
}
_ORDER = LATENT, COMPOSITION, CONTINUATION, PERFORMANCE


def is_as_in_the_paper(card: ModelCard) -> bool:
    """Whether a model is one of the paper's, or the baseline that they are compared with."""
    known = ARCHITECTURES.get(card.network)
    return card.network in OF_THE_PAPER or bool(known and known.is_baseline)


def _place(card: ModelCard) -> tuple[int, bool, bool, int, str]:
    """Latent models first, then those that compose, continue and play; of each kind what sounds best first."""
    kind = _ORDER.index(card.kind) if card.kind in _ORDER else len(_ORDER)
    known = ARCHITECTURES.get(card.network)
    is_baseline = bool(known and known.is_baseline)
    best = BEST_FIRST.index(card.network) if card.network in BEST_FIRST else len(BEST_FIRST)
    return kind, is_baseline, card.network in OF_THE_PAPER, best, card.name


def _warm_latent(registry: Registry, name: str) -> None:
    model = registry.latent(name)
    latents = model.encode(np.zeros((1, SEGMENT_STEPS, N_KEYS), dtype=bool))
    model.decode(latents)
    model.decode_states(latents, 0.5)  # where that is not the same, it has a loop of its own


def _warm_continuer(registry: Registry, name: str) -> None:
    continuer = registry.continuer(name)
    for n_variations in (1, 4):
        memory = continuer.listen(np.zeros((2, N_KEYS), dtype=bool), n_variations)
        for n_steps in (1, SEGMENT_STEPS):  # short stretches and four measures may have loops of their own
            continuer.write(memory, np.ones((n_steps, n_variations, N_KEYS), np.float32), Sampling())


def _warm_composer(registry: Registry, name: str) -> None:
    composer = registry.composer(name)
    composer.write(composer.begin(1), composer.frame(Told()), np.zeros((1, 1, 3)))


def _warm_performer(registry: Registry, name: str) -> None:
    registry.performer(name)  # compiles nothing


_WARMED = {
    LATENT: _warm_latent,
    CONTINUATION: _warm_continuer,
    COMPOSITION: _warm_composer,
    PERFORMANCE: _warm_performer,
}


def load_model(card: ModelCard, folder: Path) -> LatentModel | Continuer | Composer | Performer:
    """Load a card's weights and make the model of them.

    Raises
    ------
    ModelError
        If the weights are missing, damaged, or of another shape.
    """
    arrays = load_weights(folder / card.weights, card.weights_sha256)
    try:
        return serving(card, arrays)
    except KeyError as error:
        raise ModelError(f"The weights {card.weights} hold no {error}; export the model again.") from error


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
    card = registry.card(name)
    return network_of(card, load_weights(registry.folder / card.weights, card.weights_sha256))
