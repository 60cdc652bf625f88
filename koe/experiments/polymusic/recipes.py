"""How the benchmark's sets are trained on, and what others reached on them."""

from collections.abc import Mapping
from dataclasses import dataclass

from koe.errors import InputError
from koe.experiments.polymusic.data import SETS


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters for one set; with model, seed and data they determine the result.

    Attributes
    ----------
    epochs : int
        Passes over the training sequences; a cosine leads the learning rate
        to a hundredth over this many.
    window_frames : int
        Frames that a training window predicts at most. Testing knows no windows.
    batch_size : int
        Windows in a batch.
    learning_rate : float
        Adam's, at the start.
    dropout, input_dropout : float
        Share left out of each layer's outputs and of the inputs.
    max_transposition : int
        Semitones by which a window is shifted at most, up or down.
    averaging : float
        Momentum of the moving average of the weights; the average is measured.
    clip_norm : float
        Longest gradient over all weights together.
    """

    epochs: int
    window_frames: int = 128
    batch_size: int = 16
    learning_rate: float = 2e-3
    dropout: float = 0.4
    input_dropout: float = 0.1
    max_transposition: int = 6
    averaging: float = 0.99
    clip_norm: float = 1.0

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise InputError(f"A training has 1 epoch or more, not {self.epochs}.")


RECIPES = {
    "lstm1": {
        "jsb_chorales": Recipe(
            epochs=120,
            window_frames=64,
            batch_size=32,
            learning_rate=3e-3,
            dropout=0.1,
            input_dropout=0.05,
            averaging=0.98,
        ),
        "piano_midi": Recipe(
            epochs=20, window_frames=64, batch_size=32, learning_rate=3e-3, dropout=0.3, input_dropout=0.05
        ),
        "nottingham": Recipe(
            epochs=35,
            window_frames=64,
            batch_size=32,
            learning_rate=3e-3,
            dropout=0.2,
            input_dropout=0.05,
            max_transposition=2,
        ),
        "musedata": Recipe(
            epochs=50, window_frames=64, batch_size=32, learning_rate=3e-3, dropout=0.2, input_dropout=0.05
        ),
    },
    "lstm2": {
        "jsb_chorales": Recipe(epochs=60, window_frames=64, batch_size=16, dropout=0.1, averaging=0.98),
        "piano_midi": Recipe(epochs=20, batch_size=8, dropout=0.1),
        "nottingham": Recipe(epochs=10, batch_size=8, dropout=0.0),
        "musedata": Recipe(epochs=8, batch_size=8, dropout=0.0),
    },
}


def recipe_for(model: str, name: str) -> Recipe:
    """How a network is trained on a set; one without recipes of its own as LSTM1."""
    return RECIPES.get(model, RECIPES["lstm1"])[name]


@dataclass(frozen=True)
class Published:
    """What others report, in nats per frame of the test part."""

    model: str
    nll: Mapping[str, float]
    source: str


BAI = "Bai, Kolter and Koltun 2018, table 1"
VOHRA = "Vohra et al. 2015, as quoted by Bai, Kolter and Koltun 2018, table 4; estimated"
CHUNG = "Chung et al. 2014 (from memory)"
KRISHNAN = "Krishnan, Shalit and Sontag 2017, table 4"
# The upper ones predict the keys of a frame independently of one another, as LSTM1 does; the last three do not, nor
# does LSTM2. Figures differ in kind: DMM-Aug-NADE's is a bound, DBN-LSTM's an estimate, the others are exact.
PUBLISHED = (
    Published("LSTM", {"jsb_chorales": 8.45, "nottingham": 3.29}, BAI),
    Published("GRU", {"jsb_chorales": 8.43, "nottingham": 3.46}, BAI),
    Published("TCN", {"jsb_chorales": 8.10, "nottingham": 3.07}, BAI),
    Published("LSTM", {"jsb_chorales": 8.67, "nottingham": 3.20, "piano_midi": 9.03, "musedata": 6.23}, CHUNG),
    Published("GRU", {"jsb_chorales": 8.54, "nottingham": 3.23, "piano_midi": 8.82, "musedata": 5.99}, CHUNG),
    Published("RNN-NADE", {"jsb_chorales": 5.19, "nottingham": 2.31, "piano_midi": 7.05, "musedata": 5.60}, KRISHNAN),
    Published(
        "DMM-Aug-NADE", {"jsb_chorales": 5.12, "nottingham": 2.31, "piano_midi": 7.05, "musedata": 6.05}, KRISHNAN
    ),
    Published("DBN-LSTM", {"jsb_chorales": 3.47, "nottingham": 1.32}, VOHRA),
)


def lstm_to_meet(name: str) -> float:
    """The lowest figure that a published LSTM reached on a set."""
    return min(published.nll[name] for published in PUBLISHED if published.model == "LSTM" and name in published.nll)


def table(model: str, results: Mapping[str, Mapping]) -> str:
    """Measured and published figures side by side, in Markdown.

    Parameters
    ----------
    model : str
    results : mapping
        For each set what `koe.experiments.polymusic.training.benchmark` found.
    """
    sets = [name for name in SETS if name in results]
    rows = [["model", *(SETS[name] for name in sets), "source"], ["---"] * (len(sets) + 2)]
    measured = [f"{results[name]['nll']:.2f} ({results[name]['split']})" for name in sets]
    rows.append([f"**{model}**", *measured, "Koe, measured here"])
    for published in PUBLISHED:
        figures = [f"{published.nll[name]:.2f}" if name in published.nll else "" for name in sets]
        if any(figures):
            rows.append([published.model, *figures, published.source])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
