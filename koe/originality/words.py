"""A verdict in one sentence for people who read no figures."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koe.originality.verdict import Near, Originality

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sentence(verdict: "Originality", first_measure: int = 1) -> str:
    """Say whether a piece is new; its first measure has this number."""
    if verdict.kind == "short":
        return "There are too few notes here to say whether anybody wrote them before."
    pieces = f"the {verdict.n_pieces:,} pieces that the networks learned from"
    run = verdict.run
    if verdict.kind == "copy":
        if run is not None and run.n_notes > verdict.limits.run:
            return (
                f"From measure {run.first_measure + first_measure - 1} on, {run.n_notes} notes in a row are those of "
                f"{place(run)}{transposed(run)}."
            )
        near = verdict.nearest[0]
        where = measures(near.first_measure + first_measure - 1, near.last_measure + first_measure - 1)
        return f"Of the notes in {where}, {near.share:.0%} or more are those of {place(near)}{transposed(near)}."
    if run is None:
        return f"Nothing in {pieces} runs along with this for even four notes."
    return (
        f"Nothing in {pieces} runs along with this for more than {run.n_notes} notes, "
        "and pieces that have nothing to do with each other share as much by chance."
    )


def place(near: "Near") -> str:
    """Where a passage comes from, such as ``"Chopin: Waltz, measures 3 to 5"``."""
    return f"{near.source.name}, {measures(near.source_first_measure, near.source_last_measure)}"


def measures(first: int, last: int) -> str:
    """Name one measure or several."""
    return f"measure {first}" if first == last else f"measures {first} to {last}"


def transposed(near: "Near") -> str:
    """How far a passage was moved, to be put after where it comes from.

    Examples
    --------
    ``", three semitones higher"``; nothing for a passage in its own key.
    """
    if not near.semitones:
        return ""
    amount = abs(near.semitones)
    number = _NUMBERS[amount] if amount < len(_NUMBERS) else str(amount)
    return f", {number} semitone{'s' * (amount > 1)} {'higher' if near.semitones > 0 else 'lower'}"
