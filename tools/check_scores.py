"""Check the scores against music21: are all notes there, with their pitches, onsets and durations.

    .venv/bin/python tools/check_scores.py [--corpus data/corpus] [--pieces 100] [--generated 100]

Engraves the demo pieces, excerpts of a corpus (where one is there) and pieces
that the shipped networks write. For each the MusicXML is read by music21 and
compared note by note, Verovio's warnings are collected, and the PDF is opened
by Poppler's pdfinfo where that is installed. Prints JSON; ends with 1 if
anything is wrong. On the demo pieces it also measures how well keys, spelling
and hands are found, which their own scores tell.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from koe.music import score as score_reader  # noqa: E402
from koe.music.library import PIECES_DIR, list_pieces, load_piece  # noqa: E402
from koe.music.notes import pitch_from_name  # noqa: E402
from koe.music.piece import Piece  # noqa: E402

EXCERPT_STEPS = 256
NoteTriple = tuple[int, int, int]  # onset, pitch, duration


def notes_read_by_music21(text: str) -> list[NoteTriple]:
    """The notes of a MusicXML file as music21 reads them, ties joined, in steps from the beginning of the file.

    Raises
    ------
    ValueError
        If a tie has no other end, or a time lies between steps.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of music21's own libraries
        import music21

        stream: Any = music21.converter.parseData(text, format="musicxml")
    notes: list[NoteTriple] = []
    for part in stream.parts:
        heads = []
        for element in part.recurse().notes:
            onset = element.getOffsetInHierarchy(stream)
            voice = element.activeSite.id if isinstance(element.activeSite, music21.stream.Voice) else None
            for note in element.notes if element.isChord else [element]:
                tie = note.tie.type if note.tie else ""
                heads.append((_step(onset), _step(onset + element.quarterLength), note.pitch.midi, tie, voice))
        notes += _joined(heads)
    return sorted(notes)


def _joined(heads: list[tuple[int, int, int, str, Any]]) -> Iterator[NoteTriple]:
    """Notes of the heads of a staff; a tie goes on in its own voice."""
    waiting: dict[int, list[tuple[int, int, Any]]] = defaultdict(list)  # by pitch: onset, end, voice
    for onset, end, pitch, tie, voice in sorted(heads, key=lambda head: (head[0], head[2])):
        begun = onset
        if tie in ("stop", "continue"):
            fitting = [note for note in waiting[pitch] if note[1] == onset]
            # A measure with one voice has none by name in music21.
            fitting = [note for note in fitting if note[2] == voice] or fitting
            if not fitting:
                raise ValueError(f"A tie to pitch {pitch} at step {onset} comes from nowhere.")
            waiting[pitch].remove(fitting[0])
            begun = fitting[0][0]
        if tie in ("start", "continue"):
            waiting[pitch].append((begun, end, voice))
        else:
            yield begun, pitch, end - begun
    if any(waiting.values()):
        raise ValueError(f"Ties lead nowhere: {dict(waiting)}.")


def _step(quarters: Any) -> int:
    if (quarters * 4) % 1:
        raise ValueError(f"{quarters} quarters lie between two sixteenths.")
    return int(quarters * 4)


@contextmanager
def caught_warnings() -> Iterator[list[str]]:
    """What libraries in C++ write to standard error meanwhile; filled at the end."""
    lines: list[str] = []
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield lines
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            lines.extend(file.read().decode(errors="replace").splitlines())


def check(piece: Piece, folder: Path) -> list[str]:
    """What is wrong with the score of a piece."""
    from koe.scores.engrave import engrave
    from koe.scores.layout import A4, PHONE, SCREEN, svg_pages
    from koe.scores.musicxml import musicxml
    from koe.scores.pdf import pdf

    score = engrave(piece, "Made with Koe")
    wrong = []
    try:
        found = [
            (onset + score.start, pitch, duration) for onset, pitch, duration in notes_read_by_music21(musicxml(score))
        ]
    except ValueError as error:
        found = []
        wrong.append(str(error))
    expected = sorted((note.step, note.pitch, note.n_steps) for note in piece.notes)
    if found != expected:
        wrong.append(f"{len(set(expected) ^ set(found))} notes of {len(expected)} differ")
    with caught_warnings() as said:
        for paper in (A4, SCREEN, PHONE):
            svg_pages(score, paper)
    wrong += said
    if shutil.which("pdfinfo"):
        path = folder / "score.pdf"
        path.write_bytes(pdf(score))
        opened = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=False)
        if opened.returncode or opened.stderr:
            wrong.append(f"pdfinfo: {opened.stderr}")
    return wrong


def corpus_excerpts(folder: Path, count: int, seed: int = 0) -> Iterator[Piece]:
    """Excerpts of sixteen measures from anywhere in the pieces of a corpus."""
    from koe.corpus.store import Corpus

    corpus = Corpus(folder)
    entries = [entry for split in ("train", "valid", "test") for entry in corpus.split(split)]
    rng = np.random.default_rng(seed)
    for place in rng.choice(len(entries), min(count, len(entries)), replace=False):
        entry = entries[place]
        roll = corpus.pianoroll(entry)
        start = int(rng.integers(max(len(roll) - EXCERPT_STEPS, 1)))
        yield Piece.from_pianoroll(roll[start : start + EXCERPT_STEPS], entry.qpm, entry.title)


def generated(count: int) -> Iterator[Piece]:
    """Pieces by the shipped networks: half continuations from silence, half latent vectors."""
    from koe.continuing import MAX_VARIATIONS
    from koe.studio import Studio

    studio = Studio()
    n_continued = count // 2
    for seed, first in enumerate(range(0, n_continued, MAX_VARIATIONS)):
        n_variations = min(MAX_VARIATIONS, n_continued - first)
        yield from studio.continue_piece(None, EXCERPT_STEPS, seed=seed, n_variations=n_variations)
    for seed in range(count - n_continued):
        yield studio.piece_from_latents(studio.sample_latents("ae1", seed), "ae1")


def names_and_hands(text: str) -> dict[tuple[int, int], tuple[set[str], set[str]]]:
    """How a score in our notation writes each note, by onset and pitch: its names (``"F#4"``) and hands (R, L)."""
    told: dict[tuple[int, int], tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))

    class Listening(score_reader._Body):
        """The reader of scores, which tells what it reads."""

        def play(self, voice: str, sound: str, onset: int, end: int) -> None:
            for name in sound.split("+") if sound != "r" else ():
                name = name.removesuffix("~")
                names, hands = told[onset, pitch_from_name(name)]
                names.add(name[0].upper() + name[1:].replace("x", "##"))
                hands.add(voice[0])
            super().play(voice, sound, onset, end)

    with mock.patch.object(score_reader, "_Body", Listening):
        score_reader.read_score(text)
    return told


def found_in_demos() -> dict[str, Any]:
    """How often key, spelling and hand of the demo pieces are found as their scores give them."""
    from koe.scores.hands import right_hand
    from koe.scores.key import find_key
    from koe.scores.spelling import spell

    keys = spelled = handed = middle = total = 0
    for entry in list_pieces():
        piece = load_piece(entry.slug)
        key = find_key(piece.notes)
        keys += str(key) == entry.key
        told = names_and_hands((PIECES_DIR / f"{entry.slug}.score").read_text("utf-8"))
        rights = right_hand(piece.notes)
        for note, spelling, right in zip(piece.notes, spell(piece.notes, key), rights, strict=True):
            names, hands = told[note.step, note.pitch]
            alter = {-2: "bb", -1: "b", 0: "", 1: "#", 2: "##"}[spelling.alter]
            spelled += f"{spelling.step}{alter}{spelling.octave}" in names
            handed += ("R" if right else "L") in hands
            middle += ("R" if note.pitch >= 60 else "L") in hands
            total += 1
    return {
        "keys": f"{keys} of {len(list_pieces())}",
        "notes": total,
        "spelled_as_printed": round(spelled / total, 4),
        "right_hand_found": round(handed / total, 4),
        "right_hand_by_middle_c": round(middle / total, 4),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "data" / "corpus")
    parser.add_argument("--pieces", type=int, default=100)
    parser.add_argument("--generated", type=int, default=100)
    options = parser.parse_args()
    sources: dict[str, Iterator[Piece]] = {"demo": (load_piece(entry.slug) for entry in list_pieces())}
    if (options.corpus / "index.json").is_file():
        sources["corpus"] = corpus_excerpts(options.corpus, options.pieces)
    sources["generated"] = generated(options.generated)
    report: dict[str, Any] = {"found_in_demos": found_in_demos(), "pdfinfo": bool(shutil.which("pdfinfo"))}
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for name, pieces in sources.items():
            start, n_pieces, n_notes, wrong = time.perf_counter(), 0, 0, []
            for piece in pieces:
                n_pieces, n_notes = n_pieces + 1, n_notes + len(piece.notes)
                wrong += [f"{piece.title}: {sentence}" for sentence in check(piece, Path(folder))]
            seconds = round(time.perf_counter() - start, 1)
            report[name] = {"pieces": n_pieces, "notes": n_notes, "wrong": wrong, "seconds": seconds}
            failed |= bool(wrong)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
