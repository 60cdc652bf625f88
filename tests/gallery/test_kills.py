"""What was acknowledged is there after a kill -9; `tools/kill_writers.py` does the same a thousand times."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import kill_writers
from tools.throwaway_postgres import MISSING, programs

ROOT = Path(__file__).resolve().parents[2]


# In a process of its own: the writers are its children, and this one may have threads that a child has not.
@pytest.mark.parametrize(
    ("database", "rounds"),
    [
        ("sqlite", 8),
        pytest.param("postgres", 2, marks=pytest.mark.skipif(programs() is None, reason=MISSING)),
    ],
)
def test_nothing_that_was_acknowledged_is_lost(database, rounds):
    command = [sys.executable, "-m", "tools.kill_writers", database, "--rounds", str(rounds), "--seed", "3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stderr
    kills, acknowledged, faults = (int(part.split()[0]) for part in done.stdout.splitlines()[-1].split(", "))
    assert (kills, faults) == (rounds, 0)
    assert acknowledged >= rounds


def test_a_loss_is_seen(tmp_path):
    said = kill_writers.Said()
    for line in ("kept abc 00", "liked abc", "hidden abc", "kept def 00", "removing def", "kept ghi 00"):
        said.take(line)
    assert kill_writers.faults(f"sqlite:///{tmp_path / 'empty.db'}", said) == ["abc is lost", "ghi is lost"]
