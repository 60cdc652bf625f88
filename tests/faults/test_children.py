"""Processes that work for this one: they end with whoever waits for them, and with it."""

import signal
import subprocess
import sys
import threading

import pytest

from koe.errors import Cancelled, ScoreError
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.studio import Studio, apart
from koe.studio.exports import LONG_SCORE_NOTES
from koe.web.serving.queue import Limiter
from koe.web.serving.queued_studio import InTurn
from tests.web.test_queue import SOON_SEC, soon

TUNE = Piece.on_steps(tuple(note_at_step(4 * n, 60 + n % 12, 4) for n in range(16)), 64, title="Tune")
LONG = Piece.on_steps(tuple(note_at_step(n, 48 + n * 5 % 36, 2) for n in range(LONG_SCORE_NOTES + 1)), 1600)


def test_what_is_made_apart_is_the_same():
    assert apart.apart("musicxml", (TUNE,), {}) == Studio().musicxml(TUNE)
    score = apart.apart("score", (TUNE,), {})
    assert score.measures == Studio().score(TUNE).measures


def test_what_goes_wrong_apart_is_said_here():
    with pytest.raises(ScoreError, match="a score is made of at most"):
        apart.apart("score", (Piece.on_steps((), 20_000),), {})
    with pytest.raises(ScoreError, match="could not be drawn"):
        apart.apart("no such thing", (), {})


def test_a_long_score_is_ended_as_soon_as_nobody_waits(monkeypatch):
    begun: list[subprocess.Popen] = []
    start = subprocess.Popen

    def noted(*args, **kwargs):
        begun.append(start(*args, **kwargs))
        return begun[-1]

    monkeypatch.setattr(apart.subprocess, "Popen", noted)
    limiter, gone, ended = Limiter(1), threading.Event(), []

    class Endless(Studio):
        pass

    def page():
        try:
            with monkeypatch.context() as patched:
                patched.setattr("koe.web.serving.queued_studio._Queue.has_left", lambda _: gone.is_set())
                Endless(do=InTurn(limiter)).score_pdf(LONG)
        except Cancelled as error:
            ended.append(error)

    thread = threading.Thread(target=page)
    thread.start()
    assert soon(lambda: begun)
    assert begun[0].poll() is None
    gone.set()
    thread.join(SOON_SEC)
    assert ended
    assert begun[0].poll() == -signal.SIGKILL
    assert limiter.n_running == 0


def test_what_is_part_of_other_work_is_made_apart_as_well(monkeypatch):
    asked: list[str] = []

    def noted(name, args, kwargs, should_stop):
        asked.append(name)
        return getattr(Studio(), name)(*args, **kwargs)

    monkeypatch.setattr("koe.web.serving.queued_studio.apart", noted)
    monkeypatch.setattr(Studio, "score_pdf", Studio.musicxml)  # which is quicker
    Studio(do=InTurn(Limiter(1))).bundle(LONG, sound=False)
    assert {"score", "musicxml", "score_svg"} <= set(asked)


def test_children_end_with_their_parent():
    parent = """
import subprocess, sys, threading, time
from koe.children import ending_with_us
child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
def wait():
    with ending_with_us(child):
        print(child.pid, flush=True)
        child.wait()
threading.Thread(target=wait, daemon=True).start()
sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid = process.stdout.readline().strip()
    process.stdin.close()
    assert process.wait(SOON_SEC) == 0
    process.stdout.close()
    assert subprocess.run(["ps", "-p", pid], capture_output=True, check=False).returncode
