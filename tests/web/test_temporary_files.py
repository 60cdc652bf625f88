"""Temporary files are gone with the process that made them, however it ended."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from koe.web.serving.temporary_files import process_folder

ROOT = Path(__file__).resolve().parents[2]
LIVING = """
import sys, tempfile
from pathlib import Path
from koe.web.serving.temporary_files import process_folder
with process_folder(Path(sys.argv[1])) as folder:
    tempfile.NamedTemporaryFile(delete=False).write(b"half of a sound")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """Another process with a folder of its own and a file in it: the process and the folder."""
    with subprocess.Popen(
        [sys.executable, "-c", LIVING, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        yield child, Path(child.stdout.readline().strip())
        child.kill()


def folders(parent: Path) -> list[Path]:
    return sorted(parent.glob("run-*"))


def test_all_temporary_files_lie_in_it_and_go_with_it(tmp_path):
    before = tempfile.gettempdir()
    with process_folder(tmp_path) as folder:
        with tempfile.NamedTemporaryFile(delete=False) as file:
            assert Path(file.name).parent == folder
        assert folder.stat().st_mode & 0o077 == 0  # nobody else reads them
    assert folders(tmp_path) == []
    assert tempfile.gettempdir() == before


def test_what_a_killed_process_left_is_gone_after_the_next_start(tmp_path, other_process):
    child, left = other_process
    child.send_signal(signal.SIGKILL)
    child.wait(300)
    assert len(list(left.iterdir())) == 2  # its lock and its file
    with process_folder(tmp_path) as folder:
        assert folders(tmp_path) == [folder]


def test_the_files_of_a_living_process_stay(tmp_path, other_process):
    child, theirs = other_process
    with process_folder(tmp_path) as folder:
        assert folders(tmp_path) == sorted([folder, theirs])
    assert len(list(theirs.iterdir())) == 2
    child.stdin.close()
    child.wait(300)
    assert folders(tmp_path) == []


def test_a_folder_that_others_prepared_is_not_used(tmp_path, caplog):
    (tmp_path / "theirs").mkdir()
    trap = tmp_path / "trap"
    trap.symlink_to(tmp_path / "theirs")
    before = tempfile.gettempdir()
    with process_folder(trap) as folder:
        assert folder == Path(before)
    assert list((tmp_path / "theirs").iterdir()) == []
    assert "could be made" in caplog.text


def test_a_full_disk_keeps_nobody_from_starting(tmp_path, monkeypatch, caplog):
    def full(*_, **__):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with process_folder(tmp_path):
        pass
    assert "No space left" in caplog.text
