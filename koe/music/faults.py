"""What goes wrong when a network writes on its own: silence, bursts, stuck notes.

The paper names all three (section 3.5.2). Arrays are pianorolls, bool,
``(steps, 88)``, or states, uint8 (`koe.music.states`), in which a key that is
struck again is not stuck.
"""

import numpy as np

from koe.music.grid import STEPS_PER_MEASURE
from koe.music.states import STRUCK

SILENCE_STEPS = 2 * STEPS_PER_MEASURE
STUCK_STEPS = 4 * STEPS_PER_MEASURE
BURST_KEYS = 12
FAULTS = SILENCE, STUCK, BURST = "silence", "stuck", "burst"
# Share of ones in the training split of the shipped models.
TYPICAL_DENSITY = 0.034


def longest_silence(pianoroll: np.ndarray) -> int:
    """Most steps in a row without a key."""
    silent: np.ndarray = ~np.any(pianoroll, axis=1, keepdims=True)
    return int(_longest_runs(silent).max(initial=0))


def longest_note(pianoroll: np.ndarray) -> int:
    """Most steps in a row that any one key sounds, in states without being struck again."""
    return int(_longest_runs(pianoroll > 0, struck=_struck(pianoroll)).max(initial=0))


def most_keys(pianoroll: np.ndarray) -> int:
    """Most keys that sound at one step."""
    return int((pianoroll > 0).sum(axis=1).max(initial=0))


def fault_score(pianoroll: np.ndarray) -> float:
    """How far the worst of the three goes, in units of what counts as a fault; above 1 is one.

    Twice or half the usual number of keys counts as much as a fault.
    """
    density = float(np.mean(pianoroll > 0)) if pianoroll.size else TYPICAL_DENSITY
    return max(
        longest_silence(pianoroll) / SILENCE_STEPS,
        longest_note(pianoroll) / STUCK_STEPS,
        most_keys(pianoroll) / BURST_KEYS,
        abs(np.log2(max(density, 1e-9) / TYPICAL_DENSITY)),
    )


def fault_at_end(pianoroll: np.ndarray, n_steps: int, patience: float = 1.0) -> float:
    """How bad the worst fault is that the last ``n_steps`` steps take part in; above 1 is one.

    A silence or a held key counts from where it began, which may be earlier,
    as far as the pianoroll goes back; one that was over before does not count.
    With ``patience`` below 1 they count as faults when they are that much shorter.
    """
    return max(faults_at_end(pianoroll, n_steps, patience).values())


def faults_at_end(pianoroll: np.ndarray, n_steps: int, patience: float = 1.0) -> dict[str, float]:
    """The same for each of `FAULTS`."""
    end = pianoroll[len(pianoroll) - n_steps :]
    silent: np.ndarray = ~np.any(pianoroll, axis=1, keepdims=True)
    return {
        SILENCE: int(_longest_runs(silent, n_steps).max(initial=0)) / (SILENCE_STEPS * patience),
        STUCK: int(_longest_runs(pianoroll > 0, n_steps, _struck(pianoroll)).max(initial=0)) / (STUCK_STEPS * patience),
        BURST: most_keys(end) / BURST_KEYS,
    }


def _struck(pianoroll: np.ndarray) -> np.ndarray | None:
    return pianoroll == STRUCK if pianoroll.dtype == np.uint8 else None


def _longest_runs(mask: np.ndarray, n_last: int | None = None, struck: np.ndarray | None = None) -> np.ndarray:
    """Length of the longest run of true values along the first axis, for each column.

    With ``n_last``, of the runs that reach into the last so many rows. Where
    ``struck``, a run begins anew.
    """
    first = 0 if n_last is None else len(mask) - n_last
    run = np.zeros(mask.shape[1], dtype=int)
    longest = run.copy()
    for number, step in enumerate(mask):
        run = np.where(step, run + 1, 0)
        if struck is not None:
            run = np.where(struck[number], 1, run)
        if number >= first:
            np.maximum(longest, run, out=longest)
    return longest
