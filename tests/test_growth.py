"""What visitors bring costs no more than its length asks for: twice the length, hardly more than twice the work.

Work is counted in lines of Python that run, so that a busy machine changes
nothing; what NumPy does within one is not seen. The pieces are the worst that may come: measures of a sixteenth, and a
note, a tempo, a metre, a key and a pedal's move in each.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from types import FrameType

import pytest

from koe.formats import musicxml as reader
from koe.music.form import sections_of
from koe.music.grid import PULSES_PER_TICK, TICKS_PER_STEP
from koe.music.making import Making
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.text import text_from_pianoroll
from koe.projects.reading import read_project
from koe.projects.schema import Project, Take, with_take
from koe.projects.writing import write_project
from koe.scores.engrave import engrave
from koe.scores.musicxml import musicxml
from koe.scores.roll import roll_svg
from koe.web.player.timing import time_map

MOST = 2.5  # times as much for twice the length
N = 200  # sixteenths
SIXTEENTHS = (TimeSignature(0, 1, 16),)


def plain(n: int, seed: int = 0) -> Piece:
    """The same note again and again, so that all of it is like all of it."""
    notes = tuple(note_at_step(step, 60, 1) for step in range(n))
    return replace(Piece.on_steps(notes, n), time_signatures=SIXTEENTHS, made_by=Making("lstm2", seed))


def uneven(n: int, seed: int = 0) -> Piece:
    """The same a little beside each sixteenth."""
    notes = tuple(Note(step * TICKS_PER_STEP + 1, 60, 3) for step in range(n))
    return replace(plain(n, seed), notes=notes)


def changing(n: int) -> Piece:
    """Another tempo, metre, key and pedal with each note."""
    ticks = [step * TICKS_PER_STEP for step in range(n)]
    return replace(
        plain(n),
        tempos=tuple(Tempo(tick * PULSES_PER_TICK, 60 + tick % 97) for tick in ticks),
        time_signatures=tuple(TimeSignature(tick, 1 + tick // TICKS_PER_STEP % 2, 16) for tick in ticks[::3]),
        keys=tuple(KeySignature(tick, tick // TICKS_PER_STEP % 7 - 3) for tick in ticks),
        pedal=tuple(Pedal(tick * PULSES_PER_TICK, 127 * (tick // TICKS_PER_STEP % 2)) for tick in ticks),
    )


def taken(make: Callable[..., Piece], n: int) -> Callable[[], object]:
    takes = tuple(Take(f"t{number}", make(n, number)) for number in range(4))
    heard = replace(make(n, 9), notes=(*make(n, 9).notes[:-1], replace(make(n, 9).notes[-1], pitch=61)))
    return lambda: with_take(takes, heard, n // 2)


def project(n: int) -> Project:
    return Project(plain(n), takes=tuple(Take(f"t{number}", plain(n, number)) for number in range(4)))


WORK: dict[str, Callable[[int], Callable[[], object]]] = {
    "a take finds its place": lambda n: taken(plain, n),
    "a take beside the steps finds its place": lambda n: taken(uneven, n),
    "a project is written": lambda n: lambda: write_project(project(n)),
    "a project is read": lambda n: (lambda data: lambda: read_project(data))(write_project(project(n))),
    "a project of changes is read": lambda n: (lambda data: lambda: read_project(data))(
        write_project(Project(changing(n)))
    ),
    "MIDI is written": lambda n: lambda: write_midi(changing(n)),
    "MIDI is read": lambda n: (lambda data: lambda: read_midi(data))(write_midi(changing(n))),
    "a part is cut out": lambda n: lambda: changing(n).slice(24, n * 12),
    "the form is found": lambda n: lambda: sections_of(plain(n)),
    "the player's data": lambda n: lambda: time_map(changing(n)),
    "the text": lambda n: lambda: text_from_pianoroll(plain(n).pianoroll),
    "the score": lambda n: lambda: engrave(changing(n)),
    "the score's MusicXML": lambda n: (lambda score: lambda: musicxml(score))(engrave(plain(n))),
    "MusicXML is read": lambda n: (lambda text: lambda: reader.read_sheet(text))(musicxml(engrave(plain(n)))),
    "the roll's picture": lambda n: lambda: roll_svg(plain(n)),
}


def lines_of(work: Callable[[], object]) -> int:
    """How many lines of Python run."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> object:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", WORK)
def test_twice_the_length_is_hardly_more_than_twice_the_work(name):
    WORK[name](10)()  # what is only done once
    once, twice = (lines_of(WORK[name](n)) for n in (N, 2 * N))
    assert once > N / 10, "nothing was done"
    assert twice <= MOST * once
