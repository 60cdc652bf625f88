"""Where the note heads of a score are drawn, held against when they sound."""

import re
from collections import defaultdict
from itertools import pairwise
from xml.etree import ElementTree

from koe.scores.written import Score

SVG = "{http://www.w3.org/2000/svg}"
# In hundredths of a millimetre on A4: a note head's width, and how far heads may stand aside.
HEAD = 190.0
ASIDE = 800.0


def drawn_wrongly(score: Score, pages: list[str]) -> tuple[int, list[int]]:
    """Compare where note heads are drawn with when they sound.

    In a measure, heads that begin together must stand in one column, whatever
    their voice and staff, and a later one to the right of all earlier ones. Heads
    may stand aside for others: in seconds, and where two voices meet.

    Returns
    -------
    n_measures : int
        How many measures were looked at.
    wrong : list of int
        Places of the measures in which heads stand elsewhere.
    """
    places: dict[str, float] = {}
    for page in pages:
        for group in ElementTree.fromstring(page).iter(f"{SVG}g"):
            if group.get("class") == "note":
                use = group.find(f".//{SVG}use")
                if use is not None:
                    found = re.match(r"translate\(\s*([-\d.]+)", use.attrib["transform"])
                    assert found is not None, use.attrib["transform"]
                    places[group.attrib["id"]] = float(found.group(1))
    wrong = []
    for number, measure in enumerate(score.measures):
        by_staff: list[dict[float, list[float]]] = [defaultdict(list), defaultdict(list)]
        for staff, voices in enumerate(measure.staves):
            for sound in (sound for voice in voices for sound in voice.sounds if sound.notes):
                by_staff[staff][sound.exact_start(measure.bar.offset)] += [places[head.name] for head in sound.notes]
        if not _in_order(by_staff):
            wrong.append(number)
    return len(score.measures), wrong


def _in_order(by_staff: list[dict[float, list[float]]]) -> bool:
    """Whether the heads of a measure stand in columns; ``by_staff`` has their places by onset."""
    for columns in by_staff:
        spans = [(min(columns[onset]), max(columns[onset])) for onset in sorted(columns)]
        if any(after[0] <= before[1] for before, after in pairwise(spans)):
            return False
        if any(last - first > ASIDE for first, last in spans):
            return False
    onsets = sorted({*by_staff[0], *by_staff[1]})
    edges = [[min(columns[onset]) for columns in by_staff if onset in columns] for onset in onsets]
    if any(max(edge) - min(edge) > 3 * HEAD for edge in edges):
        return False
    # From staff to staff one side of a column may stand aside of its place, not both.
    heads = [[x for columns in by_staff for x in columns.get(onset, ())] for onset in onsets]
    return all(min(after) > min(before) or max(after) > max(before) for before, after in pairwise(heads))
