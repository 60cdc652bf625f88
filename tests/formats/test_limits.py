"""What a large score takes, and one that was made to take long."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.formats.writing import barline, direction, note, repeat, score, tie

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import resource, sys
from pathlib import Path
import koe.formats.musicxml, koe.formats.unrolling, koe.music.midi, defusedxml.ElementTree
from koe.formats.reading import read_piece
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
piece = read_piece(Path(sys.argv[1]).read_bytes(), "a.musicxml")
print(len(piece.notes), piece.n_measures, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in KiB on Linux")
def test_two_megabytes_of_a_thousand_measures(tmp_path):
    figure = "".join(note(60 + n, 12, after="<type>eighth</type><stem>up</stem>") for n in range(8))
    back = "<backup><duration>96</duration></backup>"
    low = "".join(note(36 + n, 24, voice=5, staff=2, after="<type>quarter</type>") for n in range(4))
    measure = direction("<dynamics><p/></dynamics>") + figure + back + low
    data = score(*[measure] * 1000)
    assert len(data) > 1_500_000
    path = tmp_path / "a.musicxml"
    path.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)], cwd=ROOT, capture_output=True, text=True, timeout=600, check=True
    )
    n_notes, n_measures, mebibytes = map(int, done.stdout.split())
    assert (n_notes, n_measures) == (12_000, 1000)
    assert mebibytes < 250


SLOW = """
import resource, sys
from pathlib import Path
from koe.formats.reading import read_piece
resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
print(len(read_piece(Path(sys.argv[1]).read_bytes(), sys.argv[1]).notes))
"""
N = 30_000
TIED = note(60, 24, "<chord/>", tie("start", "stop"))
KEY = "<attributes><key><fifths>{}</fifths></key></attributes>{}"
TUNE = "X:1\nL:1/8\nK:C\n"
LOUD = "<part id='{}'><measure>" + direction("<dynamics><p/></dynamics>") + "</measure></part>"
TAKEN_AGAIN = f"<measure>{note(60)}{repeat('backward')}</measure>" * (N // 8)
MANY = {
    "ties at one place.musicxml": score(note(60) + TIED * N),
    "keys in one measure.musicxml": score("".join(KEY.format(n % 5, note(60, 1)) for n in range(N))),
    "endings.musicxml": score(*[barline('<ending number="1" type="start"/>', "left") + note(60)] * 15_000),
    "parts at repeats.musicxml": (
        "<score-partwise>"
        + "".join(LOUD.format(n) for n in range(N // 8))
        + f"<part id='a'>{TAKEN_AGAIN}</part></score-partwise>"
    ).encode(),
    "keys.abc": (TUNE + "[K:C]c" * N).encode(),
    "endings.abc": (TUNE + "|1c" * N).encode(),
    "fields without an end.abc": (TUNE + "c[K:" * 8 * N).encode(),
    "voices without an end.abc": (TUNE + "c[V:" * 8 * N).encode(),
}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such limit")
@pytest.mark.parametrize("name", MANY)
def test_no_score_takes_the_square_of_its_length(name, tmp_path):
    """Each would take minutes, or some twenty seconds at least; it takes one or two of the fifteen that it may."""
    path = tmp_path / name
    path.write_bytes(MANY[name])
    done = subprocess.run(
        [sys.executable, "-c", SLOW, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, int(done.stdout) > 0) == (0, True), done.stderr
