"""A PostgreSQL server in a temporary folder, for tests and measurements; it goes with all that is in it.

What is needed are the server's programs, as Debian's package ``postgresql``
brings them; no server of the system is touched. PostgreSQL refuses to run as
root, so there it runs as the user ``postgres``, whom the package makes.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

MISSING = "no PostgreSQL server on this machine (on Debian: apt-get install postgresql)"
START_SEC = 120.0
_USER = "postgres"


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, the newest version; None where they are not installed."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found.sort(key=lambda folder: float(folder.parent.name) if folder.parent.name.isdecimal() else 0)
    if named := shutil.which("initdb"):
        found.append(Path(named).resolve().parent)
    found = [folder for folder in found if (folder / "postgres").exists()]
    if not found or (os.getuid() == 0 and not _has_user()):
        return None
    return found[-1]


def _has_user() -> bool:
    try:
        return pwd.getpwnam(_USER) is not None
    except KeyError:
        return False


class Postgres:
    """A server that is started, killed and started again; it listens at a socket in its own folder alone.

    Parameters
    ----------
    folder : Path
        An empty one, which the user who runs the server may enter.
    """

    def __init__(self, folder: Path) -> None:
        found = programs()
        if found is None:
            raise FileNotFoundError(MISSING)
        self._programs, self._data, self._sockets = found, folder / "data", folder
        self._process: subprocess.Popen[bytes] | None = None
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            user = pwd.getpwnam(_USER)
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        make = ["initdb", "-D", str(self._data), "-U", "koe", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
        self._run(make)

    @property
    def url(self) -> str:
        """Of its database."""
        return f"postgresql://koe@/postgres?host={self._sockets}"

    def start(self) -> None:
        """Start it, and wait until it takes connections."""
        options = [
            "-D",
            str(self._data),
            "-k",
            str(self._sockets),
            "-c",
            "listen_addresses=",
            "-c",
            "shared_buffers=16MB",
        ]
        with (self._sockets / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd="/",
                **self._as,
            )
        end = time.monotonic() + START_SEC
        ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self._sockets), "-U", "koe", "-d", "postgres"]
        while subprocess.run(ready, check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._sockets / "log").read_text("utf-8", "replace")[-2000:])
            time.sleep(0.05)

    def kill(self) -> None:
        """End it and all its processes at once, as a loss of power does."""
        assert self._process is not None
        # Each of its processes leads a group of its own; what they have in common is the session.
        for number in _of_session(self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self._process.wait()
        end = time.monotonic() + START_SEC
        while _of_session(self._process.pid) and time.monotonic() < end:
            time.sleep(0.01)
        self._process = None

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()
            self._process = None

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            [str(self._programs / command[0]), *command[1:]], cwd="/", capture_output=True, check=False, **self._as
        )
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace")[-2000:])


def _of_session(session: int) -> list[int]:
    """Process numbers of a session, which are not dead yet."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text("utf-8", "replace").rpartition(")")[2].split()
            if int(fields[3]) == session and fields[0] != "Z":
                found.append(int(path.parent.name))
    return found


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A started server inside the ``with``.

    Raises
    ------
    FileNotFoundError
        If its programs are not installed.
    """
    # Not in the folder of a test: a socket's path has at most 107 bytes, and another user must get there.
    folder = Path(tempfile.mkdtemp(prefix="koe-pg-", dir="/tmp"))
    server = None
    try:
        server = Postgres(folder)
        server.start()
        yield server
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
