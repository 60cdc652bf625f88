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
START_SEC = 90
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


@contextmanager
def running_app(ahead: str = "0", script: str = APP) -> Iterator[str]:
    """The app, or another script, in a process of its own, on a free port; gives its address.

    Nothing is composed ahead unless asked for, so that what is measured or
    tested has the machine for itself.
    """
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.address=localhost"]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1", "KOE_AHEAD": ahead}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [*command, f"--server.port={port}"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it starts, FluidSynth say, ends with it
        )
        try:
            url = f"http://localhost:{port}"
            _wait_for(server, f"{url}/_stcore/health")
            yield url
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read().decode(errors="replace"))
            raise
        finally:
            _stop(server)


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
