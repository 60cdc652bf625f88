"""What a browser says was played: input like any other, looked at before it is used."""

from dataclasses import dataclass
from typing import Any

from koe.errors import InputError
from koe.music.grid import DEFAULT_VELOCITY, HIGHEST_PITCH, LOWEST_PITCH, MAX_QPM, MIN_CHOSEN_QPM
from koe.music.played import MAX_PRESSES, Press

MEASURES = (1, 2, 4, 8)  # how long a recording can be
FARTHEST_SEC = 600.0  # from the first beat, either way; a slow recording of eight measures has three minutes

_UNREADABLE = "What the piano sent could not be read; reload the page and play again."


@dataclass(frozen=True, slots=True)
class Recording:
    """Keys that were pressed to a metronome of ``qpm`` for ``n_measures`` measures of 4/4."""

    presses: tuple[Press, ...]
    qpm: float
    n_measures: int


def pitches_from_message(sent: object) -> tuple[int, ...]:
    """The keys of a chord, ascending; what is no key of a piano is passed over."""
    if not isinstance(sent, list):
        return ()
    return tuple(sorted({int(pitch) for pitch in sent[:MAX_PRESSES] if _within(pitch, LOWEST_PITCH, HIGHEST_PITCH)}))


def recording_from_message(sent: object) -> Recording:
    """Read ``{"presses": [[pitch, down_sec, up_sec, velocity], ...], "qpm": ..., "measures": ...}``.

    A single press that makes no sense is passed over.

    Raises
    ------
    InputError
        If the whole does not.
    """
    if not isinstance(sent, dict) or not isinstance(sent.get("presses"), list):
        raise InputError(_UNREADABLE)
    presses = sent["presses"]
    qpm: Any = sent.get("qpm")
    n_measures: Any = sent.get("measures")
    if (
        not _within(qpm, MIN_CHOSEN_QPM, MAX_QPM)
        or not _within(n_measures, 1, max(MEASURES))
        or n_measures not in MEASURES
    ):
        raise InputError(_UNREADABLE)
    read = (_press(one) for one in presses[: MAX_PRESSES + 1])  # one more shows that there are too many
    return Recording(tuple(press for press in read if press), float(qpm), int(n_measures))


def phrase_from_message(sent: object) -> tuple[Press, ...]:
    """Read ``{"presses": [[pitch, down_sec, up_sec, velocity], ...]}``, played without a metronome.

    A single press that makes no sense is passed over.

    Raises
    ------
    InputError
        If the whole does not.
    """
    if not isinstance(sent, dict) or not isinstance(sent.get("presses"), list):
        raise InputError(_UNREADABLE)
    read = (_press(one) for one in sent["presses"][: MAX_PRESSES + 1])
    return tuple(press for press in read if press)


def _press(sent: object) -> Press | None:
    if not isinstance(sent, list) or len(sent) != 4:
        return None
    pitch, down_sec, up_sec, velocity = sent
    times = all(_within(sec, -FARTHEST_SEC, FARTHEST_SEC) for sec in (down_sec, up_sec))
    if not times or not _within(pitch, LOWEST_PITCH, HIGHEST_PITCH) or down_sec > up_sec or pitch != int(pitch):
        return None
    loudness = int(velocity) if _within(velocity, 1, 127) else DEFAULT_VELOCITY
    return Press(int(pitch), float(down_sec), float(up_sec), loudness)


def _within(value: object, low: float, high: float) -> bool:
    """Whether it is a number between these; JSON in Python has truth values, infinities and endless integers, too."""
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
