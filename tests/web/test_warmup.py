"""The networks load behind the first page, and a failure does not lock anybody out."""

import subprocess
import sys
import threading
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner import script_runner

from koe.music.notes import Note
from koe.music.piece import Piece
from koe.studio import Studio
from koe.web.serving import cached_studio, warmup
from tests.fakes import stands_for


@stands_for(Studio)
class SlowStudio:
    def __init__(self):
        self.go_on = threading.Event()
        self.done = []

    def composers(self):
        return ()

    def compose(self, seed, **_):
        self.done.append("compose")
        return Piece((Note(0, 60, 24),), 96)

    def render(self, piece, **_):
        self.done.append("render")

    def warm_up(self):
        self.go_on.wait(300)
        self.done.append("warm_up")


@pytest.fixture
def studio(monkeypatch):
    studio = SlowStudio()
    monkeypatch.setattr(cached_studio, "studio", lambda: studio)
    monkeypatch.setattr(warmup, "DELAY_SEC", 0.0)
    yield studio
    studio.go_on.set()


def test_composing_is_there_before_all_models_are(studio):
    loading = warmup.WarmUp()
    assert loading.wait(300, to_compose=True)
    assert studio.done == ["compose", "render"]
    assert not loading.done
    studio.go_on.set()
    assert loading.wait(300)
    assert studio.done[-1] == "warm_up"
    assert loading.error is None


def test_a_failure_ends_the_waiting(studio, monkeypatch, caplog):
    monkeypatch.setattr(studio, "compose", lambda seed: 1 / 0)
    loading = warmup.WarmUp()
    assert loading.wait(300)
    assert loading.can_compose
    assert isinstance(loading.error, ZeroDivisionError)
    assert "could not be loaded" in caplog.text


def test_nothing_begins_before_the_first_page_is_out(studio, monkeypatch):
    monkeypatch.setattr(warmup, "DELAY_SEC", 60.0)
    loading = warmup.WarmUp()
    assert not loading.wait(0.2, to_compose=True)
    assert studio.done == []
    loading.hurry()
    assert loading.wait(300, to_compose=True)
    assert 0 <= loading.progress < 1


def test_no_page_can_meet_a_half_imported_pandas():
    """Plotly asks a pandas that another thread has begun to import for what it does not have yet."""
    code = """
import sys, threading
from koe.web.serving import warmup
before = "pandas" in sys.modules
threading.Thread.start = lambda thread: print(before, hasattr(sys.modules.get("pandas"), "Series"))
warmup.WarmUp()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert done.stdout.split() == ["False", "True"], done.stderr[-1000:]


def test_the_end_of_a_page_does_not_clear_the_session_that_networks_are_built_in(studio, monkeypatch):
    cleared = []
    keras = SimpleNamespace(backend=SimpleNamespace(clear_session=lambda: cleared.append(True)))
    monkeypatch.setitem(sys.modules, "keras", keras)
    warmup.WarmUp()
    script_runner._clean_problem_modules()  # what Streamlit calls then
    assert not cleared
