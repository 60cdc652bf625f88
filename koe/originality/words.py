"""A verdict in one sentence for people who read no figures; in English unless other words are given."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koe.originality.verdict import Near, Originality

Words = Mapping[str, str]

ENGLISH: Words = {
    "short": "There are too few notes here to say whether anybody wrote them before.",
    "run": "From measure {first} on, {n} notes in a row are those of {source}.",
    "window": "Of the notes in {where}, {share} or more are those of {source}.",
    "alone": (
        "Nothing in the {pieces:,} pieces that the networks learned from runs along with this for even four notes."
    ),
    "new": (
        "Nothing in the {pieces:,} pieces that the networks learned from runs along with this for more than {n} notes, "
        "and pieces that have nothing to do with each other share as much by chance."
    ),
    "measure": "measure {first}",
    "measures": "measures {first} to {last}",
    "higher": "one semitone higher",
    "lower": "one semitone lower",
    "higher_by": "{n} semitones higher",
    "lower_by": "{n} semitones lower",
    "numbers": "no one two three four five six seven eight nine ten eleven twelve",
}


def sentence(verdict: "Originality", first_measure: int = 1, words: Words = ENGLISH) -> str:
    """Say whether a piece is new; its first measure has this number."""
    if verdict.kind == "short":
        return words["short"]
    run = verdict.run
    if verdict.kind == "copy":
        if run is not None and run.n_notes > verdict.limits.run:
            source = place(run, words) + transposed(run, words)
            return words["run"].format(first=run.first_measure + first_measure - 1, n=run.n_notes, source=source)
        near = verdict.nearest[0]
        where = measures(near.first_measure + first_measure - 1, near.last_measure + first_measure - 1, words)
        source = place(near, words) + transposed(near, words)
        return words["window"].format(where=where, share=f"{near.share:.0%}", source=source)
    if run is None:
        return words["alone"].format(pieces=verdict.n_pieces)
    return words["new"].format(pieces=verdict.n_pieces, n=run.n_notes)


def place(near: "Near", words: Words = ENGLISH) -> str:
    """Where a passage comes from, such as ``"Chopin: Waltz, measures 3 to 5"``."""
    return f"{near.source.name}, {measures(near.source_first_measure, near.source_last_measure, words)}"


def measures(first: int, last: int, words: Words = ENGLISH) -> str:
    """Name one measure or several."""
    return words["measure" if first == last else "measures"].format(first=first, last=last)


def transposed(near: "Near", words: Words = ENGLISH) -> str:
    """How far a passage was moved, to be put after where it comes from.

    Examples
    --------
    ``", three semitones higher"``; nothing for a passage in its own key.
    """
    if not near.semitones:
        return ""
    amount, way = abs(near.semitones), "higher" if near.semitones > 0 else "lower"
    if amount == 1:
        return f", {words[way]}"
    numbers = words["numbers"].split()
    return f", {words[f'{way}_by'].format(n=numbers[amount] if amount < len(numbers) else amount)}"
