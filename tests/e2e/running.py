"""A server and a browser that are there inside a ``with`` and always gone after it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
APP = "koe/web/serving/server.py"
START_SEC = 300
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# No sandbox, for containers whose user is root; the rest keeps the browser itself off the network.
BROWSER_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def installed_browser() -> str | None:
    """Path of the system's Chromium or Chrome."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=list(BROWSER_ARGS))
        try:
            yield browser
        finally:
            browser.close()


class App:
    """The app, or another script, in a process of its own, on a port that was free.

    Nothing is composed ahead unless asked for, so that what is measured or
    tested has the machine for itself.
    """

    def __init__(self, ahead: str = "0", script: str = APP) -> None:
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        self.url = f"http://localhost:{port}"
        self._command = [sys.executable, "-m", "koe.web.serving", "--host=localhost", f"--port={port}"]
        if script != APP:
            command = [sys.executable, "-m", "streamlit", "run", script, "--server.address=localhost"]
            self._command = [*command, f"--server.port={port}"]
        self._environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}
        self._folder = tempfile.TemporaryDirectory()
        self.gallery = f"sqlite:///{self._folder.name}/gallery.db"
        self._environment |= {"KOE_AHEAD": ahead, "KOE_METRICS": "on", "KOE_KIOSK": "1"}
        self._environment |= {"KOE_GALLERY": f"{self._folder.name}/gallery.db"}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the app
        self._server: subprocess.Popen | None = None

    def start(self) -> None:
        """Serve; a server that was there before ends, and this one knows nothing of what was."""
        self._stop()
        self._server = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it starts, FluidSynth say, ends with it
        )
        _wait_for(self._server, f"{self.url}/_stcore/health")

    def log(self) -> str:
        """What the servers have said."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def close(self) -> None:
        """End it, with all that it has started."""
        self._stop()
        self._log.close()
        self._folder.cleanup()

    def _stop(self) -> None:
        if self._server:
            _stop(self._server)
        self._server = None


@contextmanager
def running_app(ahead: str = "0", script: str = APP) -> Iterator[str]:
    """The address of an app that is gone after the ``with``."""
    with running(App(ahead, script)) as app:
        yield app.url


@contextmanager
def running(app: App) -> Iterator[App]:
    """Start an app, and end it after the ``with``; if something fails meanwhile, its log is shown."""
    try:
        app.start()
        yield app
    except BaseException:
        sys.stderr.write(app.log())
        raise
    finally:
        app.close()


def _wait_for(server: subprocess.Popen, url: str) -> None:
    end = time.monotonic() + START_SEC
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"The app ended with exit code {server.returncode} instead of serving.")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The app did not answer within {START_SEC} seconds.")


def _stop(server: subprocess.Popen) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, ending)
        except ProcessLookupError:
            break
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            continue
        # The server is gone; what it left behind in its group goes too.
    server.wait(10)
