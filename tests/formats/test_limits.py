"""What a large score takes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.formats.writing import direction, note, score

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
