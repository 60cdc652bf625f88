"""Accompaniments that a model finds for the tunes of songs, beside the songs' own.

A song is a file with two tracks, the voice and the piano; the splits are those
of the collection's ``manifest-voice.csv``. The model hears the voice alone and
writes what is below it. Both accompaniments are held against the voice and
against each other; chance is another song's own accompaniment, in the same
measures, moved to this song's key.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np

from koe.errors import InputError
from koe.evaluation.endings import tonic_class
from koe.evaluation.intervals import N_RESAMPLES, over_groups
from koe.evaluation.noted import Noted, noted_piece
from koe.evaluation.writing import seed_of
from koe.generation.going_on import found, room_below, rows_of
from koe.models.interfaces import Composer
from koe.music.grid import LOWEST_PITCH, N_KEYS, TICKS_PER_STEP
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.progress import Progress
from koe.scores.key import find_key

MANIFEST = "manifest-voice.csv"
N_SONGS, MOST_MEASURES = 100, 32
STRONG = 24  # ticks: a tone of the tune as long as a quarter, or longer, is one that harmony has to fit
SIDES = ("written", "own", "chance")


@dataclass(frozen=True)
class Song:
    """A song's voice and its own accompaniment, in the same time."""

    name: str
    composer: str
    voice: Piece
    piano: Piece


def songs_of(folder: Path, splits: Sequence[str], n_songs: int, seed: int) -> list[Song]:
    """Songs of a collection, drawn by the seed, the splits in this order, each cut after `MOST_MEASURES`.

    Raises
    ------
    InputError
        If there is no such collection.
    """
    try:
        with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        raise InputError(f"{folder} holds no {MANIFEST}; name the folder of a collection of songs.") from error
    songs: list[Song] = []
    for split in splits:
        there = [row for row in rows if row["split"] == split]
        for number in np.random.default_rng((seed, 0x50)).permutation(len(there)):
            row = there[number]
            if len(songs) < n_songs:
                song = read_song(folder / row["path"], row["composer"])
                if song:
                    songs.append(song)
    if not songs:
        raise InputError(f"{folder} has no song in {', '.join(splits)}; choose other splits.")
    return songs


def read_song(path: Path, composer: str) -> Song | None:
    """A song's two tracks; None where either has no note in the first measures."""
    whole = read_midi(path)
    sides = []
    for track in (0, 1):
        file = mido.MidiFile(path)
        # The first track with notes is the voice, the second one the piano.
        with_notes = [one for one in file.tracks if any(message.type == "note_on" for message in one)]
        if len(with_notes) != 2:
            return None
        kept = with_notes[track]
        file.tracks[:] = [one for one in file.tracks if one is kept or not any(one is other for other in with_notes)]
        for one in file.tracks:
            for message in one:
                if message.type == "program_change":
                    message.program = 0
        sides.append(_read(file))
    end = _end(whole)
    voice, piano = (_cut(side, whole, end) for side in sides)
    return Song(path.stem, composer, voice, piano) if voice.notes and piano.notes else None


def _read(file: mido.MidiFile) -> Piece:
    buffer = io.BytesIO()
    file.save(file=buffer)
    return read_midi(buffer.getvalue())


def _end(whole: Piece) -> int:
    lines = whole.measure_onsets
    return lines[MOST_MEASURES] if len(lines) > MOST_MEASURES else whole.n_ticks


def _cut(side: Piece, whole: Piece, end: int) -> Piece:
    """One track in the time of the whole song, up to a tick."""
    notes = tuple(
        Note(note.onset, note.pitch, min(note.duration, end - note.onset)) for note in side.notes if note.onset < end
    )
    frame = whole.slice(0, end)
    return Piece(notes, end, frame.tempos, frame.time_signatures, frame.upbeat, frame.keys, title=whole.title)


def harmonise(model: Composer, voice: Piece, seed: int) -> Piece:
    """What a model finds below a tune: the accompaniment alone."""
    rows = rows_of(voice)
    new = found(model, voice, rows, (0, voice.n_ticks), seed, room=room_below(rows, voice.n_ticks))[0]
    notes = tuple(sorted(Note(onset, pitch, duration) for onset, duration, pitch in new.tolist()))
    end = max(voice.n_ticks, max((note.end for note in notes), default=0))
    return Piece(notes, end, voice.tempos, voice.time_signatures, voice.upbeat, voice.keys)


def counts(voice: Noted, accompaniment: Noted, own: Noted) -> np.ndarray:
    """What `measures` adds up.

    Tones of the tune that are a quarter long or longer; those of them whose
    pitch class the accompaniment has while they sound; measures in which both
    accompaniments play; the sum of the likenesses of their pitch classes
    (cosine, by length); notes of the accompaniment and of the song's own; and
    whether its bass is the song's at the beginning of each of these measures.
    """
    strong = voice.notes[voice.notes[:, 1] >= STRONG]
    fits = sum(_has_class(accompaniment.states, *row) for row in strong.tolist())
    borders = [*voice.starts.tolist(), voice.n_ticks]
    alike = same_bass = n = 0.0
    for start, stop in pairwise(borders):
        here, there = (_profile(one.states, start, stop) for one in (accompaniment, own))
        if here.any() and there.any():
            n += 1
            alike += float(here @ there / np.sqrt((here @ here) * (there @ there)))
            same_bass += _bass(accompaniment.states, start, stop) == _bass(own.states, start, stop)
    return np.array([len(strong), fits, n, alike, len(accompaniment.notes), len(own.notes), same_bass], np.float64)


def measures(sums: np.ndarray) -> dict[str, np.ndarray]:
    """``tones_in_harmony``, ``harmony`` (mean likeness), ``bass`` (share of measures), ``density`` (over the own)."""
    strong, fits, n, alike, notes, own, bass = np.moveaxis(sums, -1, 0)
    return {
        "tones_in_harmony": fits / np.maximum(strong, 1),
        "harmony": alike / np.maximum(n, 1),
        "bass": bass / np.maximum(n, 1),
        "density": notes / np.maximum(own, 1),
    }


def _has_class(states: np.ndarray, onset: int, duration: int, pitch: int) -> bool:
    part = states[onset // TICKS_PER_STEP : -(-(onset + duration) // TICKS_PER_STEP)]
    pitches = np.flatnonzero(part.any(axis=0)) + LOWEST_PITCH
    return bool(((pitches - pitch) % 12 == 0).any())


def _profile(states: np.ndarray, start: int, stop: int) -> np.ndarray:
    keys = (states[start // TICKS_PER_STEP : stop // TICKS_PER_STEP] > 0).sum(axis=0)
    return np.bincount((np.arange(N_KEYS) + LOWEST_PITCH) % 12, weights=keys, minlength=12)


def _bass(states: np.ndarray, start: int, stop: int) -> int:
    """Pitch class of the lowest key that sounds first in a measure."""
    part = states[start // TICKS_PER_STEP : stop // TICKS_PER_STEP] > 0
    first = part[part.any(axis=1).argmax()]
    return (int(first.argmax()) + LOWEST_PITCH) % 12


def benchmark_harmonising(
    model: Composer,
    songs: Sequence[Song],
    folder: Path,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
    progress: Progress | None = None,
) -> dict:
    """Accompany songs; each with the voice is kept in ``folder``.

    Returns
    -------
    report : dict
        ``written``, ``own`` and ``chance``: all of `measures` with intervals
        over composers; ``kept``: the share of songs whose voice stayed note
        for note; ``n_songs``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, list[np.ndarray]] = {side: [] for side in SIDES}
    kept = 0
    for number, song in enumerate(songs):
        path = folder / f"{song.composer}-{song.name}-{number:03}.mid"
        if path.exists():
            both = read_midi(path)
        else:
            accompaniment = harmonise(model, song.voice, seed_of(seed, number))
            notes = tuple(sorted((*song.voice.notes, *accompaniment.notes)))
            both = Piece(notes, accompaniment.n_ticks, song.voice.tempos, song.voice.time_signatures, song.voice.upbeat)
            path.write_bytes(write_midi(both))
        of_voice = {(note.onset, note.pitch) for note in song.voice.notes}
        there = {(note.onset, note.pitch) for note in both.notes}
        kept += of_voice <= there
        written = Piece(
            tuple(note for note in both.notes if (note.onset, note.pitch) not in of_voice),
            both.n_ticks,
            song.voice.tempos,
            song.voice.time_signatures,
            song.voice.upbeat,
        )
        other = songs[(number + 1) % len(songs)]
        voice, own = noted_piece(song.voice, song.composer), noted_piece(song.piano, song.composer)
        for side, piece in zip(SIDES, (written, song.piano, _moved(other.piano, song.piano)), strict=True):
            rows[side].append(counts(voice, noted_piece(piece, ""), own))
        if progress:
            progress(number + 1, len(songs))
    groups = [song.composer for song in songs]
    return {
        "n_songs": len(songs),
        "kept": kept / len(songs),
        **{side: over_groups(np.array(rows[side]), groups, measures, n_resamples, seed) for side in SIDES},
    }


def _moved(piece: Piece, like: Piece) -> Piece:
    """A piece in another's key, by the shorter way."""
    apart = (tonic_class(find_key(like.notes)) - tonic_class(find_key(piece.notes))) % 12
    return piece.transposed(apart - 12 if apart > 6 else apart)
