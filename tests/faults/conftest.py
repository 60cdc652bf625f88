"""Ways to break the machine that Koe runs on, one thing at a time."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TINY_BYTES = 200_000  # of the small disks below


@pytest.fixture(params=["a full file system", "a limit on files"])
def on_a_full_disk(request, tmp_path):
    """Run Python where next to nothing can be written; gives standard output, and what is left in the folder.

    A file system of 200 kB in memory, in a namespace of its own, where the
    system lets anybody make one; and the system's limit on the size of files.
    """
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = f"mount -t tmpfs -o size={TINY_BYTES} none '{folder}' 2>/dev/null || exit 77"
    limit = f"ulimit -f {TINY_BYTES // 512}"

    def run(program: str, *words: str) -> str:
        script = tmp_path / "program.py"
        script.write_text(f"import tempfile; tempfile.tempdir = {str(folder)!r}\n" + program)
        left = "\nimport os; print('left', sorted(os.listdir(tempfile.tempdir)))\n"
        script.write_text(script.read_text() + left)
        full = request.param == "a full file system"
        shell = f"{mount if full else limit}; exec '{sys.executable}' '{script}' \"$@\""
        command = ["unshare", "-rm"] if full else []
        try:
            done = subprocess.run(
                [*command, "sh", "-c", shell, "koe", *words],
                cwd=ROOT, capture_output=True, text=True, timeout=600, env=environment(),
            )  # fmt: skip
        except FileNotFoundError:
            pytest.skip("no unshare on this system")
        if full and (done.returncode == 77 or "unshare" in done.stderr):
            pytest.skip("this system lets nobody mount a file system of their own")
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def environment(**more: str) -> dict[str, str]:
    """That of a process that finds Koe."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", **more}
