"""The notes of a voice: one at a time, in tune with each other, as they were meant.

A voice glides from note to note, sways around each, is seldom in tune with a
piano, and an octave above or below every tone something of it sounds too. So
the likeliest way through the pitches is sought as a whole: staying costs
nothing, moving does, and what lies within half a semitone of a note speaks
for it. Where the way stays on a pitch, a new syllable begins a new note.

References
----------
G. D. Forney, The Viterbi algorithm, Proceedings of the IEEE 61(3), 1973.
"""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from koe.music.grid import LOWEST_PITCH
from koe.music.notes import Note
from koe.scores.key import find_key
from koe.transcription.network import BINS_PER_KEY, FRAME_SAMPLES, FRAME_SEC, Heard, time_of
from koe.transcription.polyphonic import peaks
from koe.transcription.sound import SAMPLE_RATE

LOWEST_VOICE, HIGHEST_VOICE = 36, 91  # C2 to G6, whistling excluded
PITCHES = np.arange(LOWEST_VOICE, HIGHEST_VOICE + 1)

WIDTH = 0.4  # semitones: how far from a note's middle a voice still means it
OCTAVE_SHARE = 0.4  # of what sounds an octave above counts for the note below
SILENCE = 0.35  # sounding of the likeliest pitch, around 1 where somebody sings, below which nobody does
QUIET = 0.02  # loudness, of the recording's highest, below which nobody does either
MOVE_COST, LEAP_COST, PAUSE_COST = 3.0, 0.05, 2.5  # to another pitch, for each semitone of it, into or out of silence

MIN_NOTE_SEC = 0.09
GLIDE_SEC = 0.11  # a note that short between two others, in their way, is a glide
VIBRATO_FRAMES = 17  # 0.2 s, one sway
FAINT_CONTOUR = 0.15  # below which a contour tells no pitch
WIDEST_VIBRATO = 1.5  # semitones from its lowest to its highest
SYLLABLE_SEC = 0.12  # the shortest
REACH = 20  # frames to either side of a dip, 0.23 s, in which the syllables are loudest
DIP = 0.55  # loudness between two syllables, of the softer one's
SLIGHT_DIP = 0.8  # the same where the network hears something struck
STRUCK = 0.3  # how likely
EDGE = 0.2  # loudness, of a note's usual one, with which it begins and ends
FAINT = 0.08  # loudness, of the recording's usual one, below which a note is breath

PERIOD_SAMPLES = 2048  # two periods of the lowest voice and more
PERIODIC = 0.5  # noise and the hum of the mains come to 0.3, a voice to more than 1

BORROWED_SEC = 0.35  # a note outside the key that lasts longer was meant
BENT = 0.25  # semitones towards the key's nearest note from which on that one was meant

COMFORTABLE = (57, 79)  # where a tune lies well on a piano


@dataclass(frozen=True)
class Sung:
    """One note of a voice: frames, pitch, and how far from it the voice was, in semitones."""

    first: int
    last: int
    pitch: int
    bent: float
    loudness: float

    @property
    def length_sec(self) -> float:
        """Length."""
        return (self.last - self.first) * FRAME_SEC


def find_melody(heard: Heard, samples: np.ndarray, comfortable: bool = False) -> np.ndarray:
    """The tune that a voice sings.

    Parameters
    ----------
    heard : Heard
    samples : np.ndarray, shape=(n,)
        What was heard.
    comfortable : bool
        Whether to move a deep or high voice by octaves to the middle of the
        piano.

    Returns
    -------
    notes : np.ndarray, shape=(n, 4)
        Start and end in seconds, pitch, loudness from 0 to 1; in order, none
        overlapping.
    """
    tuning = tuning_of(heard)
    loudness = _loudness(samples, heard.n_frames)
    salience = np.where(loudness[:, None] > QUIET, _salience(heard, tuning), 0.0)
    way = _way(salience)
    sung = _pieces_of(way, heard, loudness, tuning)
    usual = np.median([note.loudness for note in sung]) if sung else 0.0
    sung = [note for note in sung if note.loudness > FAINT * usual]
    sung = [note for note in sung if periodicity(samples, note, tuning) >= PERIODIC]
    sung = _in_key(_without_octave_errors(_without_glides(sung)))
    sung = [note for note in sung if note.length_sec >= MIN_NOTE_SEC]
    shift = _comfort(sung) if comfortable else 0
    rows = [(note.first, note.last, note.pitch + shift, note.loudness) for note in sung]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    table[:, :2] = time_of(table[:, :2])
    return table


def tuning_of(heard: Heard) -> float:
    """How far the singing lies above the piano's pitches, in semitones from -0.5 to 0.5."""
    pitches, strength = _contour_peaks(heard.contours)
    middles, steady = _without_vibrato(pitches, strength > 0)
    # Arrows around the semitone: those of a voice in tune with itself point one way.
    arrow = np.sum(strength * steady * np.exp(2j * np.pi * middles))
    return float(np.angle(arrow) / (2 * np.pi)) if abs(arrow) > 1e-9 else 0.0


def _without_vibrato(pitches: np.ndarray, sounding: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean pitch of `VIBRATO_FRAMES` around each frame, and where the voice stays on one note for so long."""
    if len(pitches) < VIBRATO_FRAMES:
        return pitches, np.zeros(len(pitches), dtype=bool)
    windows = np.lib.stride_tricks.sliding_window_view(pitches, VIBRATO_FRAMES)
    voiced = np.lib.stride_tricks.sliding_window_view(sounding, VIBRATO_FRAMES).all(axis=1)
    half = VIBRATO_FRAMES // 2
    middles, steady = pitches.copy(), np.zeros(len(pitches), dtype=bool)
    middles[half : half + len(windows)] = windows.mean(axis=1)
    steady[half : half + len(windows)] = voiced & (np.ptp(windows, axis=1) < WIDEST_VIBRATO)
    return middles, steady


def _contour_peaks(contours: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pitch of each frame's strongest contour, between bins by a parabola, and its strength (0 where faint)."""
    inner = contours[:, 1:-1]
    best = inner.argmax(axis=1) + 1
    rows = np.arange(len(contours))
    left, middle, right = contours[rows, best - 1], contours[rows, best], contours[rows, best + 1]
    bend = left - 2 * middle + right
    offset = np.where(np.abs(bend) > 1e-6, 0.5 * (left - right) / np.where(np.abs(bend) > 1e-6, bend, 1.0), 0.0)
    pitches = LOWEST_PITCH + (best - 1 + np.clip(offset, -0.5, 0.5)) / BINS_PER_KEY
    return pitches, np.where(middle > FAINT_CONTOUR, middle, 0.0)


def _salience(heard: Heard, tuning: float) -> np.ndarray:
    """How strongly each of `PITCHES` sounds in each frame, ``(frames, pitches)``."""
    n_bins = heard.contours.shape[1]
    bins = LOWEST_PITCH + (np.arange(n_bins) - 1) / BINS_PER_KEY
    kernel = np.exp(-0.5 * ((bins[:, None] - tuning - PITCHES[None]) / WIDTH) ** 2)
    strength = heard.contours @ kernel.astype(np.float32)
    strength[:, :-12] += OCTAVE_SHARE * np.minimum(strength[:, 12:], strength[:, :-12])
    return strength


def _way(salience: np.ndarray) -> np.ndarray:
    """Index of the pitch in each frame, -1 for silence: the likeliest way through all of them."""
    n_frames, n = salience.shape
    fit = np.log(np.maximum(np.hstack([salience, np.full((n_frames, 1), SILENCE)]), 1e-3))
    distance = np.abs(np.arange(n)[:, None] - np.arange(n)[None])
    cost = np.zeros((n + 1, n + 1))
    cost[:n, :n] = np.where(distance > 0, MOVE_COST + LEAP_COST * distance, 0.0)
    cost[:n, n] = cost[n, :n] = PAUSE_COST
    best = fit[0] if n_frames else np.zeros(n + 1)
    before = np.zeros((n_frames, n + 1), dtype=np.int16)
    columns = np.arange(n + 1)
    for frame in range(1, n_frames):
        total = best[:, None] - cost
        before[frame] = total.argmax(axis=0)
        best = total[before[frame], columns] + fit[frame]
    way = np.zeros(n_frames, dtype=int)
    place = int(best.argmax())
    for frame in range(n_frames - 1, -1, -1):
        way[frame] = place
        place = int(before[frame, place])
    return np.where(way == n, -1, way)


def _loudness(samples: np.ndarray, n_frames: int) -> np.ndarray:
    """Root mean square of each frame and its neighbours, of the loudest."""
    padded = np.zeros(n_frames * FRAME_SAMPLES)
    padded[: len(samples)] = samples[: len(padded)]
    power = np.square(padded).reshape(n_frames, FRAME_SAMPLES).mean(axis=1)
    loudness = np.sqrt(np.convolve(power, np.ones(3) / 3, mode="same"))
    return loudness / max(float(loudness.max(initial=0.0)), 1e-9)


def _pieces_of(way: np.ndarray, heard: Heard, loudness: np.ndarray, tuning: float) -> list[Sung]:
    """Notes: where the way stays on a pitch, parted where a syllable begins."""
    pitches, strength = _contour_peaks(heard.contours)
    bounds = np.flatnonzero(np.diff(way, prepend=-2, append=-2))
    sung = []
    for first, last in pairwise(bounds.tolist()):
        if way[first] < 0:
            continue
        pitch = int(PITCHES[way[first]])
        cuts = [first, *_syllables(heard.onsets[:, pitch - LOWEST_PITCH], loudness, first, last), last]
        for begin, end in pairwise(cuts):
            usual = float(np.quantile(loudness[begin:end], 0.8))
            loud = begin + np.flatnonzero(loudness[begin:end] >= EDGE * usual)
            # Beside silence, breath is no part of a note.
            if begin == 0 or way[begin - 1] < 0:
                begin = int(loud[0])
            if end == len(way) or way[end] < 0:
                end = int(loud[-1]) + 1
            bent = pitches[begin:end] - tuning - pitch
            close = (np.abs(bent) < 1.5) & (strength[begin:end] > 0)
            middle = float(np.median(bent[close])) if close.any() else 0.0
            sung.append(Sung(begin, end, pitch, middle, usual))
    return sung


def periodicity(samples: np.ndarray, note: Sung, tuning: float) -> float:
    """How much more like itself the sound is one period of a note later than within it; 0 for noise.

    The network hears pitches in noise too. This is the highest autocorrelation
    within a semitone of the period, less the lowest before it; the median of
    nine places of the note.
    """
    period = SAMPLE_RATE / (440.0 * 2.0 ** ((note.pitch + tuning - 69) / 12))
    first, last = note.first * FRAME_SAMPLES, min(note.last * FRAME_SAMPLES, len(samples))
    starts = np.linspace(first, max(last - PERIOD_SAMPLES, first), 9).astype(int)
    found = []
    for start in starts:
        part = samples[start : start + PERIOD_SAMPLES].astype(np.float64)
        spectrum = np.fft.rfft(part - part.mean() if len(part) else np.zeros(1), 2 * PERIOD_SAMPLES)
        alike = np.fft.irfft(np.square(np.abs(spectrum)))[:PERIOD_SAMPLES]
        # The shorter the common part, the less its sum.
        alike /= np.maximum(len(part) - np.arange(PERIOD_SAMPLES), 1) / max(len(part), 1)
        near = slice(int(period / 2 ** (1 / 12)), int(np.ceil(period * 2 ** (1 / 12))) + 1)
        if alike[0] > 0 and near.stop < len(part):
            found.append(float(alike[near].max() - alike[: near.start].min()) / alike[0])
    return float(np.median(found)) if found else 0.0


def _syllables(onsets: np.ndarray, loudness: np.ndarray, first: int, last: int) -> list[int]:
    """Frames within a stretch of one pitch at which it is sung anew: after a moment of less voice.

    What the network says of onsets is no proof: it hears one in every sway of a vibrato.
    """
    shortest = int(SYLLABLE_SEC / FRAME_SEC)
    cuts: list[int] = []
    for frame in (peaks(-loudness[first:last], -np.inf) + first).tolist():
        begin = cuts[-1] if cuts else first
        if frame - begin < shortest or last - frame < shortest:
            continue
        left, right = loudness[max(begin, frame - REACH) : frame], loudness[frame : min(frame + REACH, last)]
        depth = loudness[frame] / max(min(left.max(), right.max()), 1e-9)
        struck = onsets[frame : frame + 6].max() >= STRUCK
        if depth < DIP or (struck and depth < SLIGHT_DIP):
            cuts.append(frame)
    return cuts


def _without_glides(sung: list[Sung]) -> list[Sung]:
    """Short notes that lie on the way between their neighbours, or are touched in passing, join a neighbour."""
    kept = list(sung)
    index = 0
    while index < len(kept):
        note = kept[index]
        if note.length_sec >= GLIDE_SEC:
            index += 1
            continue
        before = kept[index - 1] if index and kept[index - 1].last == note.first else None
        after = kept[index + 1] if index + 1 < len(kept) and kept[index + 1].first == note.last else None
        passing = before and after and _between(before.pitch, note.pitch, after.pitch)
        touched = note.length_sec < MIN_NOTE_SEC or any(
            side and abs(side.pitch - note.pitch) == 1 and side.length_sec > 2 * note.length_sec
            for side in (before, after)
        )
        if after and (passing or touched):  # a singer slides into a note
            kept[index + 1] = replace(after, first=note.first)
            del kept[index]
        elif before and touched:
            kept[index - 1] = replace(before, last=note.last)
            del kept[index]
        else:
            index += 1
    return kept


def _between(first: int, middle: int, last: int) -> bool:
    return first < middle < last or first > middle > last


def _without_octave_errors(sung: list[Sung]) -> list[Sung]:
    """A short note that leaps away from both neighbours, and not if it lay an octave off, is moved there."""
    kept = list(sung)
    for index in range(1, len(kept) - 1):
        before, note, after = kept[index - 1 : index + 2]
        for octave in (-12, 12):
            far = [note.pitch - side.pitch for side in (before, after)]
            near = max(abs(leap + octave) for leap in far)
            if note.length_sec < BORROWED_SEC and min(abs(leap) for leap in far) > 8 and near <= 5:
                kept[index] = replace(note, pitch=note.pitch + octave)
    return kept


def _in_key(sung: list[Sung]) -> list[Sung]:
    """Short notes outside the key that were sung towards one of its notes become that one."""
    if len(sung) < 5:  # fewer tell no key
        return sung
    key = find_key(Note(note.first, note.pitch, note.last - note.first) for note in sung)
    tonic = key.tonic * 7 % 12  # from the line of fifths
    # In minor the raised sixth and seventh belong to it as well.
    steps = (0, 2, 3, 5, 7, 8, 9, 10, 11) if key.mode == "minor" else (0, 2, 4, 5, 7, 9, 11)
    scale = {(tonic + step) % 12 for step in steps}
    kept = []
    for note in sung:
        side = 1 if note.bent > 0 else -1
        borrowed = note.pitch % 12 not in scale and note.length_sec < BORROWED_SEC
        if borrowed and abs(note.bent) >= BENT and (note.pitch + side) % 12 in scale:
            note = replace(note, pitch=note.pitch + side, bent=note.bent - side)
        kept.append(note)
    return kept


def _comfort(sung: list[Sung]) -> int:
    """By how many semitones, in octaves, the tune moves to lie well on a piano."""
    if not sung:
        return 0
    middle = float(np.median([note.pitch for note in sung]))
    low, high = COMFORTABLE
    shift = 0
    while middle + shift < low:
        shift += 12
    while middle + shift > high:
        shift -= 12
    return shift
