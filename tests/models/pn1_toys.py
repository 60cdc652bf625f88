"""PN1 with made-up weights, and made-up music."""

import numpy as np

from koe.models.pn1_features import N_BEAT_FEATURES, N_NOTE_FEATURES
from koe.models.pn1_numpy import BEAT_OUTPUTS, NOTE_OUTPUTS, NumpyPN1
from koe.music.notes import Note
from koe.music.piece import KeySignature, Piece, Tempo, TimeSignature


def toy_weights(units: int = 6, width: int = 8, seed: int = 0) -> dict[str, np.ndarray]:
    """Weights of a small network by their paths, large enough that every note gets something of its own."""
    rng = np.random.default_rng(seed)
    shapes = {
        "in_beats": (N_BEAT_FEATURES, units),
        "out_beats": (2 * units, len(BEAT_OUTPUTS)),
        "context": (2 * units, width),
        "in_notes": (N_NOTE_FEATURES, width),
        "around1": (3, width, width),
        "around2": (3, width, width),
        "out_notes": (width, len(NOTE_OUTPUTS)),
    }
    arrays = {}
    for name, shape in shapes.items():
        arrays[f"{name}/kernel"] = rng.normal(0, 0.5, shape)
        arrays[f"{name}/bias"] = rng.normal(0, 0.5, shape[-1:])
    for way in ("forward", "backward"):
        cell = f"beats1/{way}_gru/gru_cell"
        arrays[f"{cell}/kernel"] = rng.normal(0, 0.5, (units, 3 * units))
        arrays[f"{cell}/recurrent_kernel"] = rng.normal(0, 0.5, (units, 3 * units))
        arrays[f"{cell}/bias"] = rng.normal(0, 0.5, (2, 3 * units))
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def toy_player(seed: int = 0) -> NumpyPN1:
    """A player of made-up taste."""
    return NumpyPN1(toy_weights(seed=seed))


def waltz() -> Piece:
    """Eight measures of 3/4 after an upbeat, with triplets, chords, and keys that are struck again."""
    notes = [Note(0, 67, 24)]
    for measure in range(8):
        line = 24 + 72 * measure
        notes.append(Note(line, 43 + measure % 3, 72))
        notes += [Note(line + beat, pitch, 20) for beat in (24, 48) for pitch in (59, 62, 67)]
        notes += [Note(line + 8 * third, 74 + third, 8) for third in range(3)]
        notes += [Note(line + 24 + 12 * eighth, 79, 12) for eighth in range(4)]
    metre, key = (TimeSignature(0, 3, 4),), (KeySignature(0, 1),)
    return Piece(tuple(sorted(notes)), 24 + 72 * 8, (Tempo(0, 110.0),), metre, 24, key, title="A waltz")
