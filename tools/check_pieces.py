"""Compare the demo pieces note by note with MIDI files of other editions.

    python tools/check_pieces.py FOLDER [--slug SLUG] [--table]

FOLDER is searched with its subfolders for the files that the scores name
under ``checked-against``. Ends with 1 if a note differs in a measure that
the score's ``difference`` lines do not explain, 2 if a file is missing.

Header fields it reads: ``reference-parts: 1@0 20@280`` says where in the
reference the score's measures are (from measure 20 on, measure 20 begins at
step 280 of the reference); without it both begin together.
``reference-scale: 3/2`` multiplies the reference's times (triplets that we
write as the eighths of 12/8). ``difference: 4 7: what`` explains measures 4
and 7.
"""

import argparse
import re
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from koe.music.grid import STEPS_PER_QUARTER
from koe.music.library import list_pieces, load_score
from koe.music.notes import pitch_name
from koe.music.score import Score

# The reference is not on our grid: triplets lie up to 1/3 of a step beside
# the nearest sixteenth, dotted eighths in 12/8 half a step.
ONSET_TOLERANCE = 0.51
# Triplets again, and staccato that a MIDI file plays shorter than it is written.
DURATION_TOLERANCE = 0.7


@dataclass(frozen=True, order=True)
class Heard:
    """A note of the reference; onset and duration in our steps, unrounded."""

    onset: float
    pitch: int
    duration: float


@dataclass
class Comparison:
    """How a score agrees with its reference."""

    n_ours: int
    n_reference: int
    agreeing: int = 0
    other_durations: list[tuple[Heard, Heard]] = field(default_factory=list)
    only_ours: list[Heard] = field(default_factory=list)
    only_reference: list[Heard] = field(default_factory=list)


def read_reference(path: Path, scale: Fraction) -> list[Heard]:
    """All notes of a MIDI file, with unrounded times in steps."""
    import pretty_midi

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        midi = pretty_midi.PrettyMIDI(str(path))

    def steps(seconds: float) -> float:
        return midi.time_to_tick(seconds) * STEPS_PER_QUARTER * float(scale) / midi.resolution

    notes: dict[tuple[float, int], Heard] = {}
    for instrument in midi.instruments:
        for note in instrument.notes:
            onset = steps(note.start)
            heard = Heard(onset, note.pitch, steps(note.end) - onset)
            # Two voices on one key at once are one note, as in the score.
            other = notes.get((onset, note.pitch))
            notes[onset, note.pitch] = max(heard, other, key=lambda one: one.duration) if other else heard
    return sorted(notes.values())


def passage(score: Score, reference: list[Heard]) -> list[Heard]:
    """The reference's notes in the score's measures, moved to the score's steps."""
    bars = score.piece.measure_steps
    first = 0 if score.upbeat else 1
    parts = [(int(m), int(s)) for m, s in re.findall(r"(\d+)@(\d+)", score.fields.get("reference-parts", f"{first}@0"))]
    found = []
    for index, (measure, start) in enumerate(parts):
        begin = bars[measure - first]
        end = bars[parts[index + 1][0] - first] if index + 1 < len(parts) else score.piece.n_steps
        for note in reference:
            if start - ONSET_TOLERANCE <= note.onset < start + end - begin - ONSET_TOLERANCE:
                found.append(Heard(note.onset - start + begin, note.pitch, note.duration))
    return sorted(found)


def compare(ours: Sequence[Heard], theirs: list[Heard]) -> Comparison:
    """Pair the notes of equal pitch whose onsets lie together."""
    result = Comparison(len(ours), len(theirs))
    left = list(theirs)
    for note in ours:
        near = [one for one in left if one.pitch == note.pitch and abs(one.onset - note.onset) <= ONSET_TOLERANCE]
        if not near:
            result.only_ours.append(note)
            continue
        match = min(near, key=lambda one: abs(one.onset - note.onset))
        left.remove(match)
        result.agreeing += 1
        if abs(match.duration - note.duration) > DURATION_TOLERANCE:
            result.other_durations.append((note, match))
    result.only_reference = left
    return result


def explained_measures(score: Score) -> set[int]:
    """Measures named by the header's ``difference`` lines."""
    lines = score.fields.get("difference", "").splitlines()
    return {int(number) for line in lines for number in line.partition(":")[0].split()}


def check(slug: str, folder: Path, show: bool) -> tuple[str, int]:
    """Compare one piece; returns a table row and the number of unexplained notes."""
    score = load_score(slug)
    name = score.fields["checked-against"]
    path = next(iter(sorted(folder.rglob(name))), None)
    if path is None:
        raise FileNotFoundError(f"{slug}: no file {name} under {folder}")
    scale = Fraction(score.fields.get("reference-scale", "1"))
    result = compare(
        [Heard(note.step, note.pitch, note.n_steps) for note in score.piece.notes],
        passage(score, read_reference(path, scale)),
    )
    first = 0 if score.upbeat else 1
    measure_steps = score.piece.time_signatures[0].measure_steps

    def measure(onset: float) -> int:
        return int((onset + ONSET_TOLERANCE) // measure_steps) + first

    explained = explained_measures(score)
    unexplained = 0
    for kind, notes in (("only ours", result.only_ours), ("only reference", result.only_reference)):
        for note in notes:
            number = measure(note.onset)
            unexplained += number not in explained
            if show:
                mark = "" if number in explained else "  UNEXPLAINED"
                step = note.onset - (number - first) * measure_steps
                print(f"  {kind}: measure {number}, step {step:.2f}, {pitch_name(note.pitch)}{mark}")
    if show:
        for note, heard in result.other_durations:
            step = note.onset % measure_steps
            lengths = f"{note.duration} steps, reference {heard.duration:.2f}"
            print(f"  duration: measure {measure(note.onset)}, step {step}, {pitch_name(note.pitch)}, {lengths}")
    row = (
        f"| {slug} | {score.piece.n_measures} | {result.n_ours} | {result.n_reference} | {result.agreeing} "
        f"| {len(result.only_ours)} | {len(result.only_reference)} | {len(result.other_durations)} |"
    )
    return row, unexplained


def main() -> int:
    """Check all pieces, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slug", help="check this piece alone")
    parser.add_argument("--table", action="store_true", help="print the table alone, not each difference")
    arguments = parser.parse_args()
    slugs = [arguments.slug] if arguments.slug else sorted(entry.slug for entry in list_pieces())
    rows, unexplained = [], 0
    for slug in slugs:
        if not arguments.table:
            print(slug)
        try:
            row, n_bad = check(slug, arguments.folder, not arguments.table)
        except FileNotFoundError as error:
            print(error, file=sys.stderr)
            return 2
        rows.append(row)
        unexplained += n_bad
    print("| piece | measures | notes | in reference | agreeing | only ours | only reference | other duration |")
    print("|---|---|---|---|---|---|---|---|")
    print("\n".join(rows))
    if unexplained:
        print(f"{unexplained} notes differ and are not explained.", file=sys.stderr)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
