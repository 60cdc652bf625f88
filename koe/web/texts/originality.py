"""Texts of the question whether a result is new."""

from koe.web.texts.language import localize

SWITCH = "Is it new?"
SWITCH_HELP = "Looks for passages of the music that the networks learned from, in any key, that this runs along with."
# The verdict's own words are English; others take their place, by the names in `koe.originality.words`.
VERDICT: dict[str, str] = {}
COPIED = "{share} of its notes are in passages that have more in common with one of those pieces than chance gives."
COPIED_NONE = "No passage has more in common with any of them than chance gives."
CHANCE = (
    "How near is near? In a piece of this length that is not by a network, and not among those pieces, up to "
    "{share} of the notes of four measures, and {run} notes in a row, are found in one of them (99 of 100 such pieces "
    "stay below that). Scales and common accompaniments do not count."
)
OTHER_CORPUS = "This network learned from other pieces than those that were searched, so the answer may miss some."
NEAREST = "**What comes nearest**"
NEAR = "{where}: {share} of the notes as in {source}{moved}"
COUNTED = " ({share}, counted note by note)"
COMPARE = "Lay beside it"
COMPARE_HELP = "Shows and plays what stands there, laid over the result and moved to its key."
RESULT_THERE = "The result, with what stands there laid over it:"
SOURCE_THERE = "What stands there:"
MISSING = "This cannot be told here: {reason}"

localize(__name__)
