"""A score played from beginning to end: repeats taken, ties joined, loudness and grace notes worked out."""

from collections import Counter, defaultdict
from math import ceil

from koe.formats.dynamics import Loudness, Sign
from koe.formats.played import MAX_QUARTERS, Played, PlayedNote
from koe.formats.repeats import play_order
from koe.formats.sheet import Bar, Sheet, SheetNote
from koe.music.signatures import Mode

CATCH = 1 / 16  # of a quarter: how long the pedal is up where it changes
NEAR = 1e-6
MOST_TIED = 32  # heads of one pitch at once that a tie is looked for at; one piano key has one
MOST_STAVES = 64  # whose loudness is known again after a jump


def play(sheet: Sheet, order: list[int] | None = None) -> Played:
    """Play a score; measures beyond the longest piece are left out.

    Parameters
    ----------
    sheet : Sheet
    order : list of int, optional
        Places of its measures as they are played; else the score's own, or what their signs tell.
    """
    played = Played(n_drums=0)
    signs: dict[int, list[Sign]] = defaultdict(list)
    sounding: list[tuple[float, SheetNote]] = []
    standing = _standing(sheet.bars)
    pedals: list[tuple[float, int, str]] = []
    open_hairpins: dict[tuple[int, str], tuple[float, int, int]] = {}
    if order is None:
        order = sheet.order
    if order is None:
        order = play_order([bar.signs for bar in sheet.bars])
    begin = _lead(sheet.bars[order[0]]) if order else 0.0
    now, before = begin, -1

    def moment(onset: float) -> float:
        """When something in the measure happens; what stands at the beginning holds for what leads to it, too."""
        return 0.0 if before < 0 and onset < NEAR else now + onset

    for place in order:
        bar = sheet.bars[place]
        if now >= 2 * MAX_QUARTERS or len(sounding) > 400_000:
            break
        metre, tempo, key, levels = standing[place]
        if place != before + 1:  # what stood here when it was played first holds again
            if tempo:
                played.tempos.append((now, tempo))
            if key:
                played.keys.append((now, *key))
            for (part, staff), level in levels.items():
                signs[part].append(Sign(now, level, staff=staff))
        played.measures.append((now, metre))
        played.tempos.extend((moment(onset), qpm) for onset, qpm in bar.tempos)
        played.keys.extend((moment(onset), fifths, mode) for onset, fifths, mode in bar.keys)
        pedals.extend((now + onset, part, action) for onset, part, action in bar.pedal)
        sounding.extend((now, note) for note in bar.notes)
        for mark in bar.marks:
            time = round(now + mark.onset, 6)
            if mark.level or mark.accent:
                signs[mark.part].append(Sign(time, mark.level, mark.accent, staff=mark.staff))
                if mark.level and moment(mark.onset) < time:
                    signs[mark.part].append(Sign(0.0, mark.level, staff=mark.staff))
            elif mark.hairpin:
                open_hairpins[mark.part, mark.number] = (time, mark.hairpin, mark.staff)
            elif mark.stop and (mark.part, mark.number) in open_hairpins:
                start, way, staff = open_hairpins.pop((mark.part, mark.number))
                signs[mark.part].append(Sign(start, hairpin=way, stop=time, staff=staff))
        now += bar.length
        before = place
    played.end = now
    if begin:
        _open_before(played)
    played.pedal = _pedal(pedals)
    played.notes = _notes(sounding, signs)
    times = Counter(order)
    played.n_drums = sum(count * times[place] for place, count in sheet.drums)
    played.n_other_instruments = sum(note.part in sheet.other_parts for _, note in sounding)
    played.warnings = _warnings(sheet)
    return played


def _lead(bar: Bar) -> float:
    """How long before the first beat grace notes begin, in whole quarters: what follows stays on the beat."""
    lead = max((-note.onset for note in bar.notes if note.grace), default=0.0)
    return float(max(ceil(lead - NEAR), 0))


def _open_before(played: Played) -> None:
    """Begin with an upbeat for grace notes before the first beat; one that is there becomes longer."""
    _, metre = played.measures[0]
    end = played.measures[1][0] if len(played.measures) > 1 else played.end
    if end < 4 * metre[0] / metre[1] - NEAR:
        del played.measures[0]
    played.measures.insert(0, (0.0, metre))


_Standing = tuple[tuple[int, int], float, tuple[int, Mode] | None, dict[tuple[int, int], int]]


def _standing(bars: list[Bar]) -> list[_Standing]:
    """Metre of each measure, and tempo, key and levels that stand when it begins; as written."""
    metre: tuple[int, int] = (4, 4)
    tempo = 0.0
    key: tuple[int, Mode] | None = None
    levels: dict[tuple[int, int], int] = {}
    found: list[_Standing] = []
    for bar in bars:
        metre = bar.metre or metre
        found.append((metre, tempo, key, dict(levels)))
        for _, qpm in sorted(bar.tempos, key=lambda change: change[0]):
            tempo = qpm
        for _, fifths, mode in bar.keys:
            key = (fifths, mode)
        for mark in bar.marks:
            if mark.level and (len(levels) < MOST_STAVES or (mark.part, mark.staff) in levels):
                levels[mark.part, mark.staff] = mark.level
    return found


def _pedal(found: list[tuple[float, int, str]]) -> list[tuple[float, int]]:
    """Values of the pedal; where it goes down at once after it went up, what was held is let go before."""
    events: list[tuple[float, int]] = []
    down = False
    last_up = -1.0
    for time, _, action in sorted(found, key=lambda event: (event[0], event[2] != "up")):
        if action in ("up", "change") and down:
            events.append((time, 0))
            down, last_up = False, time
        if action != "up" and not down:
            events.append((time + CATCH if abs(time - last_up) < NEAR else time, 127))
            down = True
    return events


def _notes(sounding: list[tuple[float, SheetNote]], signs: dict[int, list[Sign]]) -> list[PlayedNote]:
    loudness: dict[tuple[int, int], Loudness] = {}
    waiting: dict[tuple[int, int], list[PlayedNote]] = defaultdict(list)  # for the note that they are tied to
    notes: list[PlayedNote] = []
    for start, note in sorted(sounding, key=lambda found: (found[0] + found[1].onset, not found[1].grace)):
        written = start + note.onset
        onset, end = written, written + note.duration
        # What is tied may begin where its first head ends.
        onset = max(onset + min(note.delay, note.duration if note.tied else note.duration / 2), 0.0)
        ties = waiting[note.part, note.pitch]
        joined = None
        if note.continued:
            joined = next(
                (other for other in ties if min(abs(other.end - written), abs(other.end - onset)) < NEAR), None
            )
        held = onset + (end - onset) * note.share
        if joined is not None:
            ties.remove(joined)
            joined.end, joined.held = end, held
        else:
            staff = (note.part, note.staff)
            if staff not in loudness:
                loudness[staff] = Loudness(signs[note.part], note.staff)
            velocity = note.velocity or loudness[staff].velocity(round(written, 6), note.accent)
            joined = PlayedNote(onset, end, note.pitch, velocity, held)
            notes.append(joined)
        if note.tied:
            ties[:] = [other for other in ties[-MOST_TIED:] if other.end > onset - NEAR]
            ties.append(joined)
    return notes


def _warnings(sheet: Sheet) -> list[str]:
    told = (
        (sheet.n_microtones, "note between two keys is", "notes between two keys are", "played on the nearest key"),
        (sheet.n_cues, "cue note is", "cue notes are", "left out"),
        (sheet.n_ornaments, "note with a trill, mordent, turn or tremolo is",
         "notes with a trill, mordent, turn or tremolo are", "played plainly"),
    )  # fmt: skip
    counted = [f"{count} {one if count == 1 else many} {what}." for count, one, many, what in told if count]
    return [*counted, *sheet.warnings]
