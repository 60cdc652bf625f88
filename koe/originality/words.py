"""What a verdict is said with, to people who read no figures; in English unless other words are given."""

from collections.abc import Mapping

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


def measures(first: int, last: int, words: Words = ENGLISH) -> str:
    """Name one measure or several."""
    return words["measure" if first == last else "measures"].format(first=first, last=last)


def transposed(semitones: int, words: Words = ENGLISH) -> str:
    """How far a passage was moved, to be put after where it comes from.

    Examples
    --------
    ``", three semitones higher"``; nothing for a passage in its own key.
    """
    if not semitones:
        return ""
    amount, way = abs(semitones), "higher" if semitones > 0 else "lower"
    if amount == 1:
        return f", {words[way]}"
    numbers = words["numbers"].split()
    return f", {words[f'{way}_by'].format(n=numbers[amount] if amount < len(numbers) else amount)}"
