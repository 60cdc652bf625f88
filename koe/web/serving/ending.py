"""An orderly end: told to stop, the server says that it is not ready, and lets running work finish.

Whoever waits for a turn is told at once. After the grace the server stops as it
always does; if something keeps it from ending, it is ended.
"""

import asyncio
import logging
import os
import signal
import threading
from types import FrameType

from koe.children import end_all
from koe.web.serving.queue import Limiter

POLL_SEC = 0.05
EXIT_SEC = 8.0  # for the connections to close, once no work runs any more

_log = logging.getLogger(__name__)
_stopping = threading.Event()


def stopping() -> bool:
    """Whether the server was told to end."""
    return _stopping.is_set()


def end_gracefully(limiter: Limiter, grace_sec: float) -> None:
    """From now on let SIGTERM wait for running work, at most ``grace_sec``; to be called in the server's event loop.

    A second one ends the server without waiting, and so does Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        return  # only the main thread hears signals: the server runs inside something else, which stops it
    loop = asyncio.get_running_loop()
    stop = signal.getsignal(signal.SIGTERM)
    tasks: set[asyncio.Task[None]] = set()

    def stop_now() -> None:
        watchdog = threading.Timer(EXIT_SEC, _exit)
        watchdog.daemon = True
        watchdog.start()
        if callable(stop):
            stop(signal.SIGTERM, None)
        else:
            signal.signal(signal.SIGTERM, stop)
            signal.raise_signal(signal.SIGTERM)

    async def finish() -> None:
        limiter.close()
        _log.info("Told to stop", extra={"facts": {"running": limiter.n_running}})
        end = loop.time() + grace_sec
        while limiter.n_running and loop.time() < end:
            await asyncio.sleep(POLL_SEC)
        if limiter.n_running:
            _log.warning("Work is cut off", extra={"facts": {"running": limiter.n_running}})
        stop_now()

    def told(number: int, frame: FrameType | None) -> None:
        if _stopping.is_set():
            stop_now()
            return
        _stopping.set()
        loop.call_soon_threadsafe(lambda: tasks.add(loop.create_task(finish())))

    signal.signal(signal.SIGTERM, told)


def _exit() -> None:
    _log.warning("The server did not end by itself")
    end_all()
    os._exit(1)
