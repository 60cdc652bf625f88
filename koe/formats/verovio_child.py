"""The process in which Verovio reads a score; it runs this file by itself, and knows nothing of Koe.

    python verovio_child.py KIND BYTES SECONDS < score > answer.json

The limits are set before Verovio is loaded. The answer is what is played, in
quarters, each measure once, and in which order the measures are played as far
as the score says it: Verovio's own repeats know no endings.
"""

import base64
import io
import json
import sys
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

Answer = dict[str, Any]

INPUTS = {"humdrum": "humdrum", "mei": "mei"}
MEI = "{http://www.music-encoding.org/ns/mei}"
ID = "{http://www.w3.org/XML/1998/namespace}id"
MOST_PLAYED = 20_000  # measures


def set_limits(n_bytes: int, seconds: int) -> None:
    """So much memory and processor time, and no dump of a crash; where the system knows such limits."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, limit in ((resource.RLIMIT_AS, n_bytes), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (limit, limit))
        except (OSError, ValueError):  # macOS does not know all of them
            pass


def read(text: str, kind: str) -> Answer | None:
    """What is played, or None if Verovio refuses the score."""
    import verovio

    verovio.enableLog(verovio.LOG_OFF)
    toolkit = verovio.toolkit(False)
    toolkit.setResourcePath(str(files("verovio") / "data"))
    toolkit.setOptions({"inputFrom": INPUTS[kind], "breaks": "none", "xmlIdSeed": 1, "expandNever": True})
    if not toolkit.loadData(text):
        return None
    midi = base64.b64decode(toolkit.renderToMIDI())
    events: list[dict[str, Any]] = toolkit.renderToTimemap({"includeMeasures": True})
    answer: Answer = {"titles": [], "keys": [], "dynamics": [], "measures": [], "warnings": []}
    _read_midi(midi, answer)
    starts = [(event["qstamp"], event["measureOn"]) for event in events if "measureOn" in event]
    _read_mei(ElementTree.fromstring(toolkit.getMEI()), starts, answer)
    answer["tempos"] = [(event["qstamp"], event["tempo"]) for event in events if "tempo" in event]
    answer["end"] = max([event["qstamp"] for event in events], default=0.0)
    return answer


def _read_midi(data: bytes, answer: Answer) -> None:
    """Notes and pedal; a track is a staff."""
    import mido

    file = mido.MidiFile(file=io.BytesIO(data))
    per_quarter = file.ticks_per_beat
    notes: list[tuple[float, float, int, int, int]] = []
    pedal: list[tuple[float, int]] = []
    for staff, track in enumerate(file.tracks):
        tick = 0
        struck: dict[tuple[int, int], list[int]] = {}
        for event in track:
            tick += event.time
            if event.type == "note_on" and event.velocity:
                struck.setdefault((event.channel, event.note), []).append(tick)
            elif event.type in ("note_on", "note_off"):
                waiting = struck.get((event.channel, event.note))
                if waiting:
                    # Verovio ends a note a tick early, so that it does not swallow the next one.
                    onset, end = waiting.pop(0), tick + 1
                    notes.append((onset / per_quarter, end / per_quarter, event.note, event.channel, staff))
            elif event.type == "control_change" and event.control == 64:
                pedal.append((tick / per_quarter, event.value))
    answer["notes"], answer["pedal"] = notes, pedal


def _read_mei(root: ElementTree.Element, starts: list[tuple[float, str]], answer: Answer) -> None:
    """Title, metres, keys, dynamics and repeats, which Verovio's MIDI lacks."""
    titles = [
        *root.iterfind(f".//{MEI}workList/{MEI}work/{MEI}title"),
        *root.iterfind(f".//{MEI}fileDesc/{MEI}titleStmt/{MEI}title"),
    ]
    answer["titles"] = [" ".join("".join(title.itertext()).split()) for title in titles]
    start_of = {name: start for start, name in starts}
    endings = {
        measure: ending.get("n", "")
        for ending in root.iterfind(f".//{MEI}score//{MEI}ending")
        for measure in ending.iter(f"{MEI}measure")
    }
    metre, key = (4, 4), None
    places: dict[ElementTree.Element, int] = {}
    for element in root.iterfind(f".//{MEI}score//*"):
        tag = element.tag.removeprefix(MEI)
        if tag == "meterSig" or (tag in ("scoreDef", "staffDef") and element.get("meter.count")):
            count, unit = (
                element.get("count", element.get("meter.count", "")),
                element.get("unit", element.get("meter.unit", "")),
            )
            if count.isdigit() and unit.isdigit():
                metre = (int(count), int(unit))
        if tag == "keySig" or (tag in ("scoreDef", "staffDef") and (element.get("keysig") or element.get("key.sig"))):
            signature = element.get("sig") or element.get("keysig") or element.get("key.sig") or "0"
            fifths = int(signature[0]) if signature[:1].isdigit() else 0
            key = (-fifths if signature[1:2] == "f" else fifths, element.get("mode") or element.get("key.mode") or "")
        elif tag == "measure" and element.get(ID, "") in start_of:
            start = start_of[element.get(ID, "")]
            places[element] = len(answer["measures"])
            answer["measures"].append((start, *metre, _signs(element, endings.get(element, ""), metre[0])))
            if key is not None:
                answer["keys"].append((start, *key))
            for dynam in element.iterfind(f".//{MEI}dynam"):
                at = start + (_number(dynam.get("tstamp")) - 1) * 4 / metre[1]
                answer["dynamics"].append((at, int(_number(dynam.get("staff"))), "".join(dynam.itertext()).strip()))
    named = {element.get(ID, ""): element for element in root.iterfind(f".//{MEI}score//*") if element.get(ID)}
    order = [step for score in root.iterfind(f".//{MEI}score") for step in _order(score, places, named, 0)]
    answer["order"] = order[:MOST_PLAYED]


def _signs(measure: ElementTree.Element, ending: str, n_beats: int) -> dict[str, Any]:
    """What a measure says of repeats, by the names of `koe.formats.repeats.Signs`, and the words that may say more.

    Each of these has its place: 0 where the measure begins, 2 where it ends, 1 between.
    """
    left, right = measure.get("left", ""), measure.get("right", "")
    signs: dict[str, Any] = {
        "forward": left in ("rptstart", "rptboth"),
        "backward": right in ("rptend", "rptboth"),
        "opens": right in ("rptstart", "rptboth"),  # the next measure
        "ending": ending,
    }
    words = []
    for kind in ("repeatMark", "dir"):
        for mark in measure.iterfind(f".//{MEI}{kind}"):
            beat = _number(mark.get("tstamp"))
            place = 2 if beat >= n_beats + 1 else int(beat > 1)
            words.append((" ".join("".join(mark.itertext()).split()), mark.get("func", ""), place))
    signs["words"] = words
    return signs


def _order(
    element: ElementTree.Element,
    places: dict[ElementTree.Element, int],
    named: dict[str, ElementTree.Element],
    depth: int,
) -> list[tuple[int, bool]]:
    """The measures inside in the order of their expansion, each with whether one names it."""
    if element in places:
        return [(places[element], False)]
    if depth > 12:  # of expansions that name one another
        return []
    children = list(element)
    expansions = [child for child in children if child.tag == f"{MEI}expansion"]
    expansions += element.findall(f"{MEI}choice/{MEI}orig/{MEI}expansion")
    chosen = next((found for found in expansions if found.get("type") != "norep" and found.get("plist")), None)
    if chosen is not None:
        parts = [named.get(name.removeprefix("#")) for name in chosen.get("plist", "").split()]
        if all(part is not None and part is not element for part in parts):
            found: list[tuple[int, bool]] = []
            for part in parts:
                if part is not None and len(found) < MOST_PLAYED:
                    found += [(place, True) for place, _ in _order(part, places, named, depth + 1)]
            return found
    return [step for child in children for step in _order(child, places, named, depth)]


def _number(text: str | None) -> float:
    try:
        return min(max(float(text or 1), 0.0), 1000.0)
    except ValueError:
        return 1.0


def main() -> int:
    """Read from standard input, answer on standard output: 0, 1 if it cannot be read, 3 without Verovio."""
    kind, n_bytes, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    set_limits(n_bytes, seconds)
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    try:
        answer = read(text, kind)
    except ImportError:
        return 3
    if answer is None:
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
