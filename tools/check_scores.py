"""Check the scores against music21: are all notes there, with their pitches, onsets and durations.

    .venv/bin/python tools/check_scores.py [--corpus data/corpus] [--pieces 100] [--generated 100]
    .venv/bin/python tools/check_scores.py --files FOLDER ... [--read 200] [--drawn 300]

Engraves the demo pieces, excerpts of a corpus (where one is there) and pieces
that the shipped networks write. For each the MusicXML is read by music21 and
compared note by note, Verovio's warnings are collected, and the PDF is opened
by PDFium. Prints JSON; ends with 1 if
anything is wrong. Where note heads are drawn is held against when they sound.
With `--files` the same is done for whole MIDI files, drawn at random from
folders with seed 0. On the demo pieces it also measures how well keys, spelling
and hands are found, which their own scores tell.
"""

import argparse
import json
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from koe.errors import KoeError  # noqa: E402
from koe.music import score as score_reader  # noqa: E402
from koe.music.grid import TICKS_PER_QUARTER  # noqa: E402
from koe.music.library import PIECES_DIR, list_pieces, load_piece  # noqa: E402
from koe.music.notes import pitch_from_name  # noqa: E402
from koe.music.piece import Piece  # noqa: E402
from tools.drawn_heads import drawn_wrongly  # noqa: E402

if TYPE_CHECKING:
    from koe.scores.written import Score

EXCERPT_STEPS = 256
EXCERPT_TICKS = 1536
NoteTriple = tuple[int, int, int]  # onset, pitch, duration


def notes_read_by_music21(text: str) -> list[NoteTriple]:
    """The notes of a MusicXML file as music21 reads them, ties joined, in ticks from the beginning of the file.

    Grace notes have a duration of 0, where their main note begins.

    Raises
    ------
    ValueError
        If a tie has no other end.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of music21's own libraries
        import music21

        stream: Any = music21.converter.parseData(text, format="musicxml")
    notes: list[NoteTriple] = []
    for part in stream.parts:
        heads = []
        for measure in part.getElementsByClass(music21.stream.Measure):
            start = measure.offset
            for voice in [measure, *measure.voices]:
                name = voice.id if voice is not measure else None
                for element in voice.notes:
                    onset = start + element.offset
                    end = onset if element.duration.isGrace else onset + element.quarterLength
                    for note in element.notes if element.isChord else [element]:
                        tie = note.tie.type if note.tie else ""
                        heads.append((_tick(onset), _tick(end), note.pitch.midi, tie, name))
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
                raise ValueError(f"A tie to pitch {pitch} at tick {onset} comes from nowhere.")
            waiting[pitch].remove(fitting[0])
            begun = fitting[0][0]
        if tie in ("start", "continue"):
            waiting[pitch].append((begun, end, voice))
        else:
            yield begun, pitch, end - begun
    if any(waiting.values()):
        raise ValueError(f"Ties lead nowhere: {dict(waiting)}.")


def _tick(quarters: Any) -> int:
    """The tick nearest to a time: notes of quintuplets lie between ticks."""
    return round(quarters * TICKS_PER_QUARTER)


def notes_printed(score: "Score") -> list[NoteTriple]:
    """The notes of a score as they should be read: in ticks from its beginning, grace notes without duration."""
    graces = score.printed.is_grace
    return sorted(
        (note.onset - score.start, note.pitch, 0 if place in graces else note.duration)
        for place, note in enumerate(score.printed.notes)
    )


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


def read_wrongly(score: "Score") -> list[str]:
    """What music21 reads otherwise than it is printed."""
    from koe.scores.musicxml import musicxml

    try:
        found = notes_read_by_music21(musicxml(score))
    except ValueError as error:
        return [str(error)]
    expected = notes_printed(score)
    differ = len(set(expected) ^ set(found))
    return [f"{differ} notes of {len(expected)} are read otherwise"] if found != expected else []


def read_back_wrongly(score: "Score") -> tuple[list[str], bool]:
    """What Koe itself reads otherwise than it is printed, and whether it engraves the same score of what it read.

    A note after grace notes on its beat comes back as late as it was; grace
    notes come back as such, wherever they take their time from.
    """
    from koe.formats.reading import read_piece
    from koe.scores.engrave import engrave
    from koe.scores.musicxml import musicxml

    text = musicxml(score)
    again = read_piece(text.encode(), "score.musicxml")
    printed_again = engrave(replace(again, title=score.piece.title), score.credit)
    shown = score.printed
    expected: set[NoteTriple] = set()
    graces: list[int] = []
    for place, note in enumerate(shown.notes):
        onset = note.onset - score.start
        if place in shown.is_grace:
            graces.append(note.pitch)
        else:
            late = min(floor(shown.late.get(place, 0.0) + 0.5), note.duration)
            expected.add((onset + late, note.pitch, note.duration - late))
    # Grace notes before the first beat get an upbeat, which is not printed again.
    found = [(note.onset - printed_again.start, note.pitch, note.duration) for note in again.notes]
    besides = Counter(pitch for triple in found if triple not in expected for pitch in triple[1:2])
    missing = expected - set(found)
    wrong = []
    if missing or besides - Counter(graces) or Counter(graces) - besides - Counter(pitch for _, pitch, _ in expected):
        wrong.append(f"{len(missing)} notes of {len(expected)} come back otherwise, besides {dict(besides)}")
    return wrong, musicxml(printed_again) == text


def check(piece: Piece) -> list[str]:
    """What is wrong with the score of a piece."""
    import pypdfium2

    from koe.scores.engrave import engrave
    from koe.scores.layout import A4, PHONE, SCREEN, svg_pages
    from koe.scores.pdf import pdf

    score = engrave(piece, "Made with Koe")
    wrong = read_wrongly(score)
    with caught_warnings() as said:
        for paper in (A4, SCREEN, PHONE):
            pages = svg_pages(score, paper)
            _, places = drawn_wrongly(score, pages)
            if places:
                numbers = [score.measures[place].bar.number for place in places]
                wrong.append(f"{paper.width} mm: measures {numbers} are drawn with notes on wrong beats")
    wrong += said
    try:
        with pypdfium2.PdfDocument(pdf(score)) as document:
            n_printed = len(document)
    except pypdfium2.PdfiumError as error:
        wrong.append(f"the PDF: {error}")
    else:
        if n_printed != len(svg_pages(score, A4)):
            wrong.append(f"the PDF has {n_printed} pages")
    return wrong


def corpus_excerpts(folder: Path, count: int, seed: int = 0) -> Iterator[Piece]:
    """Excerpts of some sixteen measures from anywhere in the pieces of a corpus."""
    from koe.corpus.store import Corpus

    corpus = Corpus(folder)
    entries = [entry for split in ("train", "valid", "test") for entry in corpus.split(split)]
    rng = np.random.default_rng(seed)
    for place in rng.choice(len(entries), min(count, len(entries)), replace=False):
        piece = corpus.piece(entries[place])
        lines = piece.measure_onsets
        start = lines[int(rng.integers(len(lines)))]
        yield piece.slice(start, min(start + EXCERPT_TICKS, piece.n_ticks))


def files_of(folders: list[Path], count: int, seed: int = 0) -> list[Path]:
    """So many MIDI files of some folders, drawn at random."""
    files = [path for folder in folders for path in sorted(folder.rglob("*.mid"))]
    return random.Random(seed).sample(files, min(count, len(files)))


def check_files(folders: list[Path], n_read: int, n_drawn: int) -> dict[str, Any]:
    """Whole files: how many measures are drawn with notes on wrong beats, and what music21 reads otherwise."""
    from koe.music.midi import read_midi
    from koe.scores.engrave import engrave
    from koe.scores.layout import svg_pages

    report: dict[str, Any] = defaultdict(int)
    wrong: list[str] = []
    for number, path in enumerate(files_of(folders, max(n_read, n_drawn))):
        try:
            score = engrave(read_midi(path.read_bytes()))
        except KoeError as error:
            wrong.append(f"{path.name}: {error}")
            continue
        if number < n_read:
            report["read"] += 1
            report["notes_read"] += len(score.piece.notes)
            back, same = read_back_wrongly(score)
            report["engraved_again_alike"] += same
            report["grace_notes"] += len(score.printed.is_grace)
            wrong += [f"{path.name}: {sentence}" for sentence in (*read_wrongly(score), *back)]
        if number < n_drawn:
            with caught_warnings() as said:
                pages = svg_pages(score)
            n_measures, places = drawn_wrongly(score, pages)
            report["drawn"] += 1
            report["measures_drawn"] += n_measures
            report["measures_drawn_wrongly"] += len(places)
            # Of measures with so many notes that a line has no room for one of them at its usual width.
            tight = any("Justification" in line for line in said)
            report["tight"] += tight
            wrong += [f"{path.name}: {line}" for line in said if not tight]
            if places:
                wrong.append(f"{path.name}: on wrong beats {[score.measures[place].bar.number for place in places]}")
        print(number, path.name, len(wrong), file=sys.stderr, flush=True)
    return {**report, "wrong": wrong}


def generated(count: int) -> Iterator[Piece]:
    """Pieces by the shipped networks: half continuations from silence, half latent vectors."""
    from koe.studio import Studio
    from koe.studio.continuing import MAX_VARIATIONS

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
    parser.add_argument("--files", type=Path, nargs="*", default=[], help="folders of MIDI files, checked instead")
    parser.add_argument("--read", type=int, default=200, help="how many of the files music21 reads")
    parser.add_argument("--drawn", type=int, default=300, help="how many of the files are drawn")
    options = parser.parse_args()
    if options.files:
        found = check_files(options.files, options.read, options.drawn)
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return int(bool(found["wrong"]))
    sources: dict[str, Iterator[Piece]] = {"demo": (load_piece(entry.slug) for entry in list_pieces())}
    if (options.corpus / "index.json").is_file():
        sources["corpus"] = corpus_excerpts(options.corpus, options.pieces)
    sources["generated"] = generated(options.generated)
    report: dict[str, Any] = {"found_in_demos": found_in_demos()}
    failed = False
    for name, pieces in sources.items():
        start, n_pieces, n_notes, wrong = time.perf_counter(), 0, 0, []
        for piece in pieces:
            n_pieces, n_notes = n_pieces + 1, n_notes + len(piece.notes)
            wrong += [f"{piece.title}: {sentence}" for sentence in check(piece)]
        seconds = round(time.perf_counter() - start, 1)
        report[name] = {"pieces": n_pieces, "notes": n_notes, "wrong": wrong, "seconds": seconds}
        failed |= bool(wrong)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    return int(failed)


if __name__ == "__main__":
    raise SystemExit(main())
