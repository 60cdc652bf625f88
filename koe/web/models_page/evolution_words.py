"""What there is to notice in what a model made while it learned, in words that are true of these very notes."""

from dataclasses import dataclass

import numpy as np

from koe.music.faults import BURST_KEYS, SILENCE_STEPS, STUCK_STEPS, longest_note, longest_silence
from koe.music.grid import LOWEST_PITCH, STEPS_PER_MEASURE
from koe.music.pianoroll import notes_from_pianoroll
from koe.web.texts import models_page as model_texts
from koe.web.texts import pages as texts
from koe.web.texts.language import notation


@dataclass(frozen=True)
class Heard:
    """What can be counted in a roll.

    Attributes
    ----------
    n_notes, n_keys : int
        Notes, and different keys among them.
    lowest, highest : int
        MIDI pitches; 0 in silence.
    keys_at_once : float
        On average, over the steps at which any key sounds.
    silence, stuck : int
        Steps: the longest silence, and the longest time that one key sounds.
    """

    n_notes: int
    n_keys: int
    lowest: int
    highest: int
    keys_at_once: float
    silence: int
    stuck: int


def heard(roll: np.ndarray) -> Heard:
    """Count what sounds in a roll, bool, ``(steps, 88)``."""
    pitches = np.flatnonzero(roll.any(axis=0)) + LOWEST_PITCH
    at_once = roll.sum(axis=1)
    return Heard(
        n_notes=len(notes_from_pianoroll(roll)),
        n_keys=len(pitches),
        lowest=int(pitches.min(initial=127)) if len(pitches) else 0,
        highest=int(pitches.max(initial=0)),
        keys_at_once=float(at_once[at_once > 0].mean()) if len(pitches) else 0.0,
        silence=longest_silence(roll),
        stuck=longest_note(roll),
    )


def in_words(roll: np.ndarray, original: np.ndarray | None = None) -> str:
    """A sentence or two about one piece: how much it plays, how close it is, what is wrong with it.

    Parameters
    ----------
    roll : np.ndarray, shape=(steps, 88), dtype=bool
        What the model made.
    original : np.ndarray, shape=(steps, 88), dtype=bool, optional
        What it should have made, where there is such a thing.
    """
    found = heard(roll)
    if not found.n_notes:
        return model_texts.EVOLUTION_NOTHING
    if found.n_keys == 1:
        sentences = [
            model_texts.EVOLUTION_ONE_KEY.format(
                key=notation().name(found.lowest), notes=texts.count(found.n_notes, "note")
            )
        ]
    else:
        sentences = [
            model_texts.EVOLUTION_KEYS.format(
                notes=texts.count(found.n_notes, "note"),
                keys=texts.count(found.n_keys, "key"),
                lowest=notation().name(found.lowest),
                highest=notation().name(found.highest),
                at_once=f"{found.keys_at_once:.1f}",
            )
        ]
    if original is not None:
        if original.any():
            recall, precision = (percent(roll & original, whole) for whole in (original, roll))
            sentences.append(model_texts.EVOLUTION_FOUND.format(recall=recall, precision=precision))
    else:
        sentences += faults_in_words(found)
    return " ".join(sentences)


def faults_in_words(found: Heard) -> list[str]:
    """What goes wrong when a model writes on its own, a sentence each."""
    faults = []
    if found.keys_at_once > BURST_KEYS:
        faults.append(model_texts.EVOLUTION_NOISE)
    if found.silence >= SILENCE_STEPS:
        faults.append(model_texts.EVOLUTION_SILENCE.format(measures=_measures(found.silence)))
    if found.stuck >= STUCK_STEPS:
        faults.append(model_texts.EVOLUTION_STUCK.format(measures=_measures(found.stuck)))
    return faults


def journey_in_words(epochs: np.ndarray, pieces: np.ndarray, original: np.ndarray | None = None) -> str:
    """What to notice over all epochs: silence, the first keys, and what has come of them in the end.

    Parameters
    ----------
    epochs : np.ndarray, shape=(n,), dtype=int
    pieces : np.ndarray, shape=(n, steps, 88), dtype=bool
        What was made at each; without what was given.
    original : np.ndarray, shape=(steps, 88), dtype=bool, optional
        What each should have been, where there is such a thing.
    """
    if len(epochs) < 2:
        return ""
    n_keys = pieces.any(axis=1).sum(axis=1)
    sounding, several = np.flatnonzero(n_keys), np.flatnonzero(n_keys > 1)
    if not len(sounding):
        return model_texts.JOURNEY_SILENT
    parts = []
    if sounding[0]:
        last = int(epochs[sounding[0] - 1])
        parts.append(model_texts.JOURNEY_SILENT_UNTIL.format(epoch=last) if last else model_texts.JOURNEY_SILENT_BEFORE)
    if n_keys[sounding[0]] == 1:
        key = notation().name(int(np.argmax(pieces[sounding[0]].any(axis=0))) + LOWEST_PITCH)
        parts.append(model_texts.JOURNEY_ONE_KEY.format(key=key, at_epoch=at_epoch(int(epochs[sounding[0]]))))
    for index in dict.fromkeys([*several[:1].tolist(), len(epochs) - 1]):
        when, found = at_epoch(int(epochs[index])), heard(pieces[index])
        keys = texts.count(found.n_keys, "key")
        if original is not None and original.any():
            recall = percent(pieces[index] & original, original)
            parts.append(model_texts.JOURNEY_FOUND.format(keys=keys, at_epoch=when, recall=recall))
        else:
            at_once = f"{found.keys_at_once:.1f}"
            parts.append(model_texts.JOURNEY_KEYS.format(keys=keys, at_epoch=when, at_once=at_once))
    sentence = "; ".join(parts) + "."
    return sentence[0].upper() + sentence[1:]


def percent(part: np.ndarray, whole: np.ndarray) -> str:
    """How much of what sounds in one roll sounds in another, such as ``"45 %"``."""
    return f"{100 * part.sum() / whole.sum():.0f} %"


def epoch_name(epoch: int, chosen: int | None = None) -> str:
    """How an epoch is called: ``"before training"``, ``"epoch 12"``, ``"epoch 28, the one kept"``."""
    if epoch == 0:
        return model_texts.EPOCH_ZERO
    return (model_texts.EPOCH_CHOSEN if epoch == chosen else model_texts.EPOCH).format(epoch=epoch)


def at_epoch(epoch: int) -> str:
    """When something was so: ``"before training"``, ``"at epoch 12"``."""
    return model_texts.AT_EPOCH.format(epoch=epoch) if epoch else model_texts.EPOCH_ZERO


def _measures(steps: int) -> str:
    return texts.count(steps // STEPS_PER_MEASURE, "measure")
