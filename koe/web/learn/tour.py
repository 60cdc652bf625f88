"""The steps of the tour: where each goes, how the lesson stands there, how long it takes, and what turns out."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One thing to try.

    Attributes
    ----------
    page : str
        Of the lesson, as in `koe.web.texts.pages.PAGES`.
    state : mapping of str to str
        Of the lesson, as it stands in the address.
    minutes : int
    right : int or None
        Which of the three expectations comes true, from 0; None where that is up to the visitor.
    """

    page: str
    state: Mapping[str, str]
    minutes: int
    right: int | None


STEPS: Mapping[str, Step] = {
    "text": Step("squeezing", {"text": "HLO"}, 3, 0),
    "neuron": Step("neuron", {"hidden": "0", "activation": "sigmoid"}, 4, 1),
    "layers": Step("neuron", {"times": "4"}, 3, 2),
    "downhill": Step("downhill", {"surface": "ravine", "method": "sgd", "rate": "1.3"}, 3, 0),
    "training": Step("downhill", {}, 4, 1),
    "keys": Step("downhill", {"transposed": "1", "numbers": "8", "speed": "0.003"}, 3, 0),
    "squeeze": Step("squeezing", {}, 3, 1),
    "memory": Step("memory", {"temperature": "3", "listen": "tossed"}, 3, 2),
    "quiz": Step("quiz", {}, 5, None),
}
