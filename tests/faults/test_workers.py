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
        try:
            for child in (task / "children").read_text().split():
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    found.append(int(child))
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread or a process that ended while it was looked at
    return found


def test_a_reader_killed_from_outside_costs_no_file(midi_folder):
    given, killed = threading.Event(), []

    def kill():
        given.wait(300)
        end = time.monotonic() + 20
        while not killed and time.monotonic() < end:
            for pid in readers()[:1]:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue  # it has just ended; there will be another
                killed.append(pid)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    # Each file many times, so that much is left to read when the first answer shows that the readers are at work.
    paths = sorted(map(str, midi_folder.rglob("*.mid"))) * 100
    readings = []
    for reading in read_files(paths, Limits(), n_workers=2):
        readings.append(reading)
        given.set()
    killer.join(20)
    assert killed
    assert [reading.reason for reading in readings] == [""] * len(paths)
