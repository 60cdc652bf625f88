"""Start the app: ``python tools/serve.py [--host localhost] [--port 8501]``.

This is `make run` after the set-up. It takes the next free port if the one
asked for is taken, and it takes the terminal over from make, so that Ctrl-C
reaches the app alone and make ends without an error.
"""

import argparse
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
N_PORTS_TRIED = 20

# One thread for NumPy's products, since visitors already have a thread each;
# TensorFlow shares its own pool among them.
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "OPENBLAS_NUM_THREADS": "1"}


def is_free(host: str, port: int) -> bool:
    """Whether a server can listen there."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise SystemExit(f"koe: the host {host!r} has no address here; try HOST=localhost or HOST=0.0.0.0") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError:
            return False
    return True


def free_port(host: str, port: int) -> int:
    """First free port from this one on."""
    last = min(port + N_PORTS_TRIED, 65536)
    for candidate in range(port, last):
        if is_free(host, candidate):
            return candidate
    raise SystemExit(f"koe: none of the ports {port} to {last - 1} of {host} is free; try another, such as PORT=9000")


def take_terminal() -> None:
    """Make this process the one that the terminal's Ctrl-C reaches."""
    with contextlib.suppress(OSError):
        if os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
            return  # started in the background: the terminal is somebody else's
        os.setpgid(0, 0)
        # A process outside the terminal's foreground group is stopped when it
        # asks for the terminal, unless it ignores that.
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        # Ctrl-Z would stop the app and leave make, and so the shell, waiting.
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)


def main() -> None:
    parser = argparse.ArgumentParser(description="Start the app.")
    parser.add_argument("--host", default="localhost", help="address to listen on; 0.0.0.0 for all")
    parser.add_argument("--port", default=8501, type=int, help="port, or the next free one")
    arguments = parser.parse_args()
    if not 0 < arguments.port < 65536:
        raise SystemExit(f"koe: a port lies between 1 and 65535, not at {arguments.port}; try PORT=8501")

    port = free_port(arguments.host, arguments.port)
    if port != arguments.port:
        print(f"koe: port {arguments.port} is taken, so Koe is at {port}")
    take_terminal()
    os.chdir(ROOT)
    command = [sys.executable, "-m", "koe.web.serving", "--host", arguments.host, "--port", str(port)]
    os.execve(sys.executable, command, {**ENVIRONMENT, **os.environ})


if __name__ == "__main__":
    main()
