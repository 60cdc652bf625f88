"""What PN1 hears of a score: numbers of each note and of each beat, made with NumPy.

All of them hold for a score in any key but for how high it lies. Much is
relative to the piece: what counts as high, dense or long in it.
"""

from dataclasses import dataclass

import numpy as np

from koe.music.grid import TICKS_PER_QUARTER
from koe.music.interpretation import Places, log_tempos, places_of, written_lengths
from koe.music.piece import Piece

HEIGHT = 0  # the column, of notes and of beats, that says how high in absolute terms
TEMPO = 1  # and the one that says how fast
WINDOWS = (2, 8, 32)  # beats to both sides that a beat is seen with


@dataclass(frozen=True)
class Features:
    """The numbers of one piece.

    Attributes
    ----------
    notes : np.ndarray, shape=(n_notes, n_note_features)
        float32.
    beats : np.ndarray, shape=(n_beats, n_beat_features)
        float32.
    places : Places
        Which note lies where.
    """

    notes: np.ndarray
    beats: np.ndarray
    places: Places


def features_of(piece: Piece) -> Features:
    """What PN1 hears of a score; of what was played nothing but its average tempo."""
    places = places_of(piece)
    rows = np.array([(note.onset, note.pitch, note.duration) for note in piece.notes], dtype=np.int64).reshape(-1, 3)
    rows[:, 2] = written_lengths(rows[:, 2])
    tempo = float(np.median(log_tempos(piece, places.beats)) - np.log(100.0))
    tonic = _tonic(piece, rows[:, 0])
    chords = _Chords(rows, places)
    beats = _of_beats(rows, places, chords, tempo, piece)
    notes = _of_notes(rows, places, chords, tempo, tonic)
    return Features(notes, beats, places)


def _tonic(piece: Piece, onsets: np.ndarray) -> np.ndarray:
    """Pitch class of the tonic of the signature (as if in major) at each onset; 0 where there is none."""
    if not piece.keys:
        return np.zeros(len(onsets), dtype=np.int64)
    index = np.searchsorted([key.onset for key in piece.keys], onsets, side="right") - 1
    return np.array([key.fifths * 7 % 12 for key in piece.keys])[np.maximum(index, 0)]


class _Chords:
    """What begins and what sounds at each onset."""

    def __init__(self, rows: np.ndarray, places: Places) -> None:
        onset, pitch, duration = rows.T
        n = len(places.onsets)
        self.size = np.bincount(places.of_note, minlength=n)
        self.top, self.bottom = np.full(n, -1), np.full(n, 128)
        np.maximum.at(self.top, places.of_note, pitch)
        np.minimum.at(self.bottom, places.of_note, pitch)
        first = np.append(0, np.cumsum(self.size))[:-1]
        # Notes are in order of onset, then pitch.
        self.from_bottom = np.arange(len(onset)) - first[places.of_note]
        self.from_top = self.size[places.of_note] - 1 - self.from_bottom
        ends = np.sort(onset + duration)
        self.sounding = np.searchsorted(onset, places.onsets, side="right") - np.searchsorted(
            ends, places.onsets, side="right"
        )
        self.next = np.diff(places.onsets, append=places.beats.onsets[-1])
        self.before = np.diff(places.onsets, prepend=places.onsets[:1] - TICKS_PER_QUARTER)
        highest = np.zeros(int(places.beats.onsets[-1]) + int(duration.max(initial=0)) + 1, dtype=np.int64)
        lowest = np.full(len(highest), 128)
        for index in np.argsort(pitch, kind="stable").tolist():
            highest[onset[index] : onset[index] + duration[index]] = pitch[index]
        for index in np.argsort(-pitch, kind="stable").tolist():
            lowest[onset[index] : onset[index] + duration[index]] = pitch[index]
        self.highest, self.lowest = highest[places.onsets], lowest[places.onsets]


def _log(ticks: np.ndarray) -> np.ndarray:
    return np.log2(np.clip(ticks, 1, 400) / TICKS_PER_QUARTER)


def _of_notes(rows: np.ndarray, places: Places, chords: _Chords, tempo: float, tonic: np.ndarray) -> np.ndarray:
    onset, pitch, duration = rows.T
    if not len(rows):
        return np.zeros((0, N_NOTE_FEATURES), dtype=np.float32)
    at, beat = places.of_note, places.beat_of_note
    beats = places.beats
    inside = onset - beats.onsets[beat]
    lasts = np.maximum(beats.onsets[beat + 1] - beats.onsets[beat], 1)
    in_measure = (beats.place[beat] + inside) / beats.length[beat]
    mean, lowest, highest = pitch.mean(), pitch.min(), pitch.max()
    top_before, top_after = _beside(chords.top)
    top_before2, top_after2 = _beside(chords.top, 2)
    bottom_before, _ = _beside(chords.bottom)
    same = _since_same(onset, pitch)
    columns = [
        (pitch - 62) / 20,
        np.full(len(rows), tempo),
        (pitch - mean) / 14,
        (pitch - lowest) / max(highest - lowest, 1),
        np.minimum(chords.from_bottom, 5) / 3,
        np.minimum(chords.from_top, 5) / 3,
        chords.from_top == 0,
        chords.from_bottom == 0,
        pitch >= chords.highest[at],
        pitch <= chords.lowest[at],
        (pitch - chords.highest[at]) / 14,
        (pitch - chords.lowest[at]) / 14,
        np.log2(chords.size[at]),
        np.log2(np.maximum(chords.sounding[at], 1)),
        _log(duration),
        _log(chords.next[at]),
        _log(chords.before[at]),
        _log(duration) - _log(chords.next[at]),
        _log(chords.next[at]) - _log(chords.before[at]),
        np.clip(pitch - top_before[at], -18, 18) / 9,
        np.clip(pitch - top_after[at], -18, 18) / 9,
        np.clip(pitch - top_before2[at], -18, 18) / 9,
        np.clip(pitch - top_after2[at], -18, 18) / 9,
        np.clip(chords.top[at] - top_before[at], -12, 12) / 6,
        np.clip(top_after[at] - chords.top[at], -12, 12) / 6,
        np.clip(pitch - bottom_before[at], -24, 24) / 12,
        np.exp(-same / TICKS_PER_QUARTER),
        inside == 0,
        (inside == 0) & (beats.place[beat] == 0),
        2 * inside == lasts,
        4 * inside % lasts == 0,
        inside / lasts,
        np.cos(2 * np.pi * in_measure),
        np.sin(2 * np.pi * in_measure),
        np.cos(4 * np.pi * in_measure),
        np.sin(4 * np.pi * in_measure),
        onset + duration > beats.onsets[beat + 1],
    ]
    above_bass = (pitch - np.minimum(chords.lowest[at], pitch)) % 12
    degree = (pitch - tonic) % 12
    columns += [above_bass == interval for interval in range(12)]
    columns += [degree == step for step in range(12)]
    return np.stack(columns, axis=1).astype(np.float32)


N_NOTE_FEATURES = 37 + 24


def _beside(values: np.ndarray, by: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Values of the onsets before and after each; its own at the ends."""
    places = np.arange(len(values))
    return values[np.maximum(places - by, 0)], values[np.minimum(places + by, max(len(values) - 1, 0))]


def _since_same(onset: np.ndarray, pitch: np.ndarray) -> np.ndarray:
    """Ticks since the same key was struck before; many where it was not."""
    order = np.lexsort((onset, pitch))
    gaps = np.full(len(onset), 10_000)
    same = np.diff(pitch[order]) == 0
    gaps[order[1:][same]] = np.diff(onset[order])[same]
    return gaps


def _of_beats(rows: np.ndarray, places: Places, chords: _Chords, tempo: float, piece: Piece) -> np.ndarray:
    _, pitch, duration = rows.T
    beats, n = places.beats, places.beats.n_beats
    beat = places.beat_of_note if len(rows) else np.zeros(0, dtype=np.int64)
    length = np.maximum(np.diff(beats.onsets), 1) / TICKS_PER_QUARTER
    count = np.bincount(beat, minlength=n)
    onset_beat = places.beat if len(rows) else np.zeros(0, dtype=np.int64)
    n_onsets = np.bincount(onset_beat, minlength=n)

    def mean(values: np.ndarray) -> np.ndarray:
        """Mean over the notes of a beat; over the last beat with notes where it has none."""
        return _filled(np.bincount(beat, values, minlength=n) / np.maximum(count, 1), count > 0)

    top, bottom = np.full(n, -1), np.full(n, 128)
    np.maximum.at(top, beat, pitch)
    np.minimum.at(bottom, beat, pitch)
    chroma = np.zeros((n, 12))
    np.add.at(chroma, (beat, pitch % 12), np.sqrt(np.minimum(duration, 96)))
    sounding = np.bincount(onset_beat, chords.sounding, minlength=n) / np.maximum(n_onsets, 1)
    local = {
        "density": np.log2((1 + count) / length),
        "onsets": np.log2((1 + n_onsets) / length),
        "chords": np.log2((1 + count) / (1 + n_onsets)),
        "sounding": _filled(sounding, n_onsets > 0) / 4,
        "pitch": mean((pitch - 62) / 14),
        "top": _filled((top - 62) / 14, count > 0),
        "bottom": _filled((bottom - 62) / 14, count > 0),
        "duration": mean(_log(duration)),
        "longest": _longest(beat, duration, n),
        "harmony": _change(chroma, 1),
        "harmony4": _change(chroma, 4),
        "dissonance": _dissonance(chroma),
    }
    place = beats.place / beats.length
    done, left = beats.measure, beats.measure[-1] - beats.measure
    columns = [
        np.full(n, pitch.mean() - 62 if len(rows) else 0.0) / 20,
        np.full(n, tempo),
        length,
        count == 0,
        beats.place == 0,
        2 * beats.place == beats.length,
        np.cos(2 * np.pi * place),
        np.sin(2 * np.pi * place),
        np.exp(-done / 2),
        np.exp(-left),
        np.exp(-left / 3),
        np.log1p(done) / 4,
        np.log1p(left) / 4,
        done / max(int(beats.measure[-1]), 1),
        *(np.cos(np.pi * done / 2), np.sin(np.pi * done / 2), np.cos(np.pi * done / 4), np.sin(np.pi * done / 4)),
        beats.length % 36 == 0,
        _metre_is_new(piece, beats.onsets[:-1]),
    ]
    for values in local.values():
        centered = (values - values.mean()) / (values.std() + 0.3)
        columns += [values / 2, centered]
    for values in [local[name] for name in ("density", "chords", "pitch", "top", "bottom", "duration", "harmony")]:
        centered = (values - values.mean()) / (values.std() + 0.3)
        columns += [_smooth(centered, window) for window in WINDOWS]
    return np.stack(columns, axis=1).astype(np.float32)


N_BEAT_FEATURES = 20 + 2 * 12 + 7 * len(WINDOWS)


def _filled(values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Values with each unknown one that of the last known before it; 0 before the first."""
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    return np.where(last >= 0, values[np.maximum(last, 0)], 0.0)


def _longest(beat: np.ndarray, duration: np.ndarray, n: int) -> np.ndarray:
    longest = np.zeros(n)
    np.maximum.at(longest, beat, duration)
    return _log(longest)


def _change(chroma: np.ndarray, by: int) -> np.ndarray:
    """How unlike the pitch classes of the next beats are to those of the beats before: 1 less their cosine."""
    sums = np.cumsum(np.vstack([np.zeros((1, 12)), chroma]), axis=0)
    index = np.arange(len(chroma))
    after = sums[np.minimum(index + by, len(chroma))] - sums[index]
    before = sums[index] - sums[np.maximum(index - by, 0)]
    norms = np.linalg.norm(after, axis=1) * np.linalg.norm(before, axis=1)
    return 1 - np.where(norms > 0, (after * before).sum(axis=1) / np.maximum(norms, 1e-9), 1.0)


def _dissonance(chroma: np.ndarray) -> np.ndarray:
    """How much of what sounds together lies a semitone or a tritone apart, 0 to 1."""
    shares = chroma / np.maximum(chroma.sum(axis=1, keepdims=True), 1e-9)
    return sum((shares * np.roll(shares, interval, axis=1)).sum(axis=1) for interval in (1, 6)) * 4


def _metre_is_new(piece: Piece, onsets: np.ndarray) -> np.ndarray:
    """How near before a beat the metre or the key changed, 1 to 0."""
    changes = sorted({0, *(m.onset for m in piece.time_signatures), *(key.onset for key in piece.keys)})
    last = np.array(changes)[np.searchsorted(changes, onsets, side="right") - 1]
    return np.exp(-(onsets - last) / 96)


def _smooth(values: np.ndarray, window: int) -> np.ndarray:
    """Mean over ``window`` beats to both sides."""
    sums = np.append(0.0, np.cumsum(values))
    index = np.arange(len(values))
    first, last = np.maximum(index - window, 0), np.minimum(index + window + 1, len(values))
    return (sums[last] - sums[first]) / (last - first)
