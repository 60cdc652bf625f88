"""A process that reads files for a corpus is killed from outside, in mid-work."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from koe.corpus.reading import Limits, read_files
from tests.corpus.test_reading import processes_can_meet

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found by /proc"),
    pytest.mark.skipif(not processes_can_meet(), reason="no shared memory here, so nothing is read in other processes"),
]


def readers() -> list[int]:
    """Processes that this one has spawned to read."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"spawn_main" in command:
                found.append(int(child))
    return found


def test_a_reader_killed_from_outside_costs_no_file(midi_folder):
    killed = []

    def kill():
        end = time.monotonic() + 20
        while not killed and time.monotonic() < end:
            for pid in readers()[:1]:
                time.sleep(0.3)  # so that it is at work
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    paths = sorted(map(str, midi_folder.rglob("*.mid")))
    readings = list(read_files(paths, Limits(), n_workers=2))
    killer.join(20)
    assert killed
    assert [reading.reason for reading in readings] == [""] * len(paths)
