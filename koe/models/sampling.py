"""How probabilities become keys when a network writes on its own."""

import math
from dataclasses import dataclass

from koe.errors import InputError

TOSS = "toss"
THRESHOLD = "threshold"
WAYS = (TOSS, THRESHOLD)
MAX_TEMPERATURE = 10.0
MAX_SHIFT = 5.0
MAX_SEED = 2**32 - 1
# Far below the threshold that suits a single step: fed with its own probabilities the network grows
# ever less sure, and at 0.25 LSTM1 has run out of notes within eight measures.
DEFAULT_THRESHOLD = 0.15


def check_seed(seed: int) -> None:
    """Refuse what is no seed.

    Raises
    ------
    InputError
    """
    if not 0 <= seed <= MAX_SEED:
        raise InputError(f"A seed is a whole number from 0 to {MAX_SEED}, not {seed}.")


@dataclass(frozen=True, slots=True)
class Sampling:
    """One of the paper's two ways, with its setting.

    Attributes
    ----------
    way : str
        ``"toss"``: a coin for each key that comes up with the key's
        probability; ``"threshold"``: every key whose probability reaches
        ``threshold``.
    temperature : float
        Divides the log-odds before the toss, 0 to 10: below 1 the likely
        grows likelier, above 1 all come closer to even chances. At 0 the toss
        is a threshold at one half.
    threshold : float
        0 to 1, used by ``"threshold"``.
    top_p : float
        Above 0.5 to 1. What has a smaller chance than ``1 - top_p`` does not
        happen, and what has a greater one than ``top_p`` does: 1 leaves all to
        luck. Heard by models that draw key by key, as are the next two.
    density : float
        Added to the log-odds of striking a key, -5 to 5: above 0 more notes.
    holding : float
        Added to the log-odds of holding a key, -5 to 5: above 0 longer notes.
    """

    way: str = TOSS
    temperature: float = 1.0
    threshold: float = DEFAULT_THRESHOLD
    top_p: float = 1.0
    density: float = 0.0
    holding: float = 0.0

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise InputError(f"{self.way!r} is no way of sampling; choose 'toss' or 'threshold'.")
        if not (math.isfinite(self.temperature) and 0 <= self.temperature <= MAX_TEMPERATURE):
            raise InputError(f"A temperature lies between 0 and {MAX_TEMPERATURE:g}, but {self.temperature:g} came.")
        if not (math.isfinite(self.threshold) and 0 <= self.threshold <= 1):
            raise InputError(f"A threshold lies between 0 and 1, but {self.threshold:g} came.")
        if not 0.5 < self.top_p <= 1:
            raise InputError(f"top_p lies above 0.5 and reaches to 1, but {self.top_p:g} came.")
        for name in ("density", "holding"):
            if not abs(getattr(self, name)) <= MAX_SHIFT:
                raise InputError(
                    f"{name} lies between -{MAX_SHIFT:g} and {MAX_SHIFT:g}, but {getattr(self, name):g} came."
                )
