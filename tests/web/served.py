"""The app as a server of its own, for tests that watch it from outside."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
START_SEC = 300

# Without networks, and with somebody at its only place until the standard input is closed.
SERVER = """
import sys, threading
from koe.web.serving.__main__ import main
from koe.web.serving.queue import shared_limiter

def work():
    with shared_limiter().place():
        sys.stdin.read()

threading.Thread(target=work, daemon=True).start()
main()
"""


class Server:
    """The app in a process of its own."""

    def __init__(self, folder: Path, **settings: str):
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        (folder / "models").mkdir()
        self.log_file = folder / "log"
        environment = os.environ | {
            "KOE_MODELS": str(folder / "models"),
            "KOE_GRACE_SEC": "30",
            "KOE_METRICS": "on",
            "KOE_WORKERS": "1",
            "TMPDIR": str(self.temporary),
            **settings,
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVER, "--host", "localhost", "--port", str(port)],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip

    def get(self, path: str, method: str = "GET", data: bytes | None = None):
        """Status, headers and body."""
        request = urllib.request.Request(self.url + path, data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=100) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def wait_for(self, path: str, status: int) -> str:
        end = time.monotonic() + START_SEC
        while time.monotonic() < end and self.process.poll() is None:
            try:
                got, _, body = self.get(path)
                if got == status:
                    return body
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}; the log: {self.log_file.read_text()[-2000:]}")

    def values(self) -> dict[str, float]:
        """All metrics by name; those with labels are summed."""
        sums: dict[str, float] = {}
        for family in text_string_to_metric_families(self.get("/metrics")[2]):
            for sample in family.samples:
                sums[sample.name] = sums.get(sample.name, 0) + sample.value
        return sums


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Server]:
    """A server that answers, and is gone after the ``with``."""
    server = Server(folder, **settings)
    try:
        server.wait_for("/healthz", 200)
        yield server
    finally:
        server.process.kill()
        server.process.stdin.close()
        server.process.wait(300)
