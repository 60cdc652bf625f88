"""Work of visitors: counted by how it ended, in its turn, and their place shown while they wait."""

import inspect
import threading
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import BusyError, Cancelled, MidiError
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.studio import Studio
from koe.studio.work import light, work_of
from koe.web.serving import metrics, queued_studio
from koe.web.serving.queue import Limiter, shared_limiter
from koe.web.serving.queued_studio import InTurn
from tests.fakes import stands_for


@stands_for(Studio)
class Slow(Studio):
    """A studio whose every answer is what it was told."""

    def __init__(self, limiter, answer=None):
        super().__init__("registry", InTurn(limiter))
        self.answer = answer

    def compose(self, seed, *, should_stop=None):
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer or seed

    def decode(self, latents, model):
        return self.compose(latents)

    def render(self, piece, *, should_stop=None):
        return SimpleNamespace(engine="Test piano")


def count(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def is_long_work(method, *args, **kwargs) -> bool:
    return work_of(method).is_long(method, None, *args, **kwargs)


def test_all_that_can_be_stopped_is_heavy_work():
    methods = {name: method for name, method in inspect.getmembers(Studio, callable) if not name.startswith("_")}
    stoppable = {name for name, method in methods.items() if "should_stop" in inspect.signature(method).parameters}
    heavy_work = {name for name, method in methods.items() if (work := work_of(method)) and work.heavy}
    assert stoppable
    assert stoppable - heavy_work == set()


def test_a_studio_that_nobody_shares_waits_for_nobody():
    before = count("koe_work_seconds_count", kind="draw")
    piece = Piece.on_steps((note_at_step(0, 60, 4),), 16)
    with shared_limiter().place():
        assert Studio("registry").pianoroll_svg(piece).startswith("<svg")
    assert count("koe_work_seconds_count", kind="draw") == before


def test_what_light_work_is_made_of_is_no_work_of_its_own():
    class Made(Studio):
        @light("blend")
        def blend(self, *_):
            return self.decode(1, "ae1")

        @light("decode")
        def decode(self, *_):
            return 7

    before = count("koe_work_total", kind="blend", outcome="done"), count("koe_work_seconds_count", kind="decode")
    assert Made("registry", InTurn(Limiter(1))).blend() == 7
    assert count("koe_work_total", kind="blend", outcome="done") == before[0] + 1
    assert count("koe_work_seconds_count", kind="decode") == before[1]


@pytest.mark.parametrize(
    ("ending", "outcome", "faults"),
    [
        (None, "done", 0),
        (MidiError, "refused", 1),
        (ZeroDivisionError, "failed", 1),
        (Cancelled, "stopped", 0),
        (GeneratorExit, "stopped", 0),  # like what Streamlit ends a run by
    ],
)
@pytest.mark.parametrize(("method", "asked"), [("compose", (7,)), ("decode", (7, "ae1"))])
def test_work_is_counted_by_how_it_ended(method, asked, ending, outcome, faults):
    limiter = Limiter(1)
    studio = Slow(limiter, ending and ending("said so"))
    labels = {"kind": method, "outcome": outcome}
    before = count("koe_work_total", **labels), count("koe_work_seconds_count", kind=method)
    kind = ending.__name__ if ending else "none"
    faults_before = count("koe_faults_total", kind=kind)
    if ending is None:
        assert getattr(studio, method)(*asked) == 7
    else:
        with pytest.raises(ending):
            getattr(studio, method)(*asked)
    assert count("koe_work_total", **labels) == before[0] + 1
    assert count("koe_work_seconds_count", kind=method) == before[1] + 1
    assert count("koe_faults_total", kind=kind) == faults_before + faults
    assert limiter.n_running == 0


def test_what_is_no_work_is_the_studios_own():
    assert Slow(Limiter(1)).registry == "registry"
    with pytest.raises(AttributeError):
        _ = Slow(Limiter(1)).nothing


def test_sounds_are_counted_by_what_played_them():
    before = count("koe_sounds_total", engine="Test piano")
    Slow(Limiter(1)).render(Piece.on_steps((), 16))
    assert count("koe_sounds_total", engine="Test piano") == before + 1


def test_heavy_work_waits_and_light_work_does_not():
    limiter = Limiter(1, max_waiting=0)
    studio = Slow(limiter)
    busy = count("koe_work_total", kind="compose", outcome="busy")
    with limiter.place():
        caught: list[object] = []
        other = threading.Thread(target=lambda: caught.extend(attempt(studio)))
        other.start()
        other.join(10)
        assert caught == ["busy", 3]
    assert count("koe_work_total", kind="compose", outcome="busy") == busy + 1
    assert studio.compose(5) == 5


def attempt(studio):
    """Heavy work, then light work."""
    try:
        studio.compose(1)
        yield "done"
    except BusyError:
        yield "busy"
    yield studio.decode(3, "ae1")


def test_loading_the_models_is_no_visitors_work():
    limiter = Limiter(1, max_waiting=0)
    before = count("koe_work_total", kind="compose", outcome="done")
    with limiter.exempt():
        assert Slow(limiter).compose(4) == 4
    assert count("koe_work_total", kind="compose", outcome="done") == before


def waiting_page():
    """A page that asks for work, in the way that all pages do: through a cache."""
    import streamlit as st

    from tests.web import asked_of_queued_studio

    @st.cache_data(show_spinner=False)
    def compose(seed: int) -> int:
        return asked_of_queued_studio.studio.compose(seed)

    st.write(f"composed {compose(11)}")


def test_a_visitor_sees_their_place_and_the_next_one_nothing_of_it(monkeypatch):
    import streamlit as st

    from tests.web import asked_of_queued_studio

    st.cache_data.clear()
    limiter = Limiter(1)
    monkeypatch.setattr(asked_of_queued_studio, "studio", Slow(limiter), raising=False)
    monkeypatch.setattr(queued_studio, "SHOWN_AFTER_SEC", 0.0)
    entered, said = threading.Event(), []
    real = queued_studio._Queue._say
    monkeypatch.setattr(
        queued_studio._Queue,
        "_say",
        lambda queue, text, how: (said.append(text), real(queue, text, how), entered.set()),
    )

    def hold():
        with limiter.place():
            assert entered.wait(300)

    thread = threading.Thread(target=hold)
    thread.start()
    first = AppTest.from_function(waiting_page, default_timeout=300).run()
    thread.join(10)
    assert first.markdown[0].value == "composed 11"
    assert said == ["You are number 1 in the queue. Koe is making music for others.", "It is your turn."]
    assert [toast.value for toast in first.toast] == ["It is your turn."]  # in place of the number
    second = AppTest.from_function(waiting_page, default_timeout=300).run()
    assert second.markdown[0].value == "composed 11"
    assert len(second.toast) == 0
    st.cache_data.clear()


@pytest.mark.parametrize(
    ("args", "kwargs", "is_long"),
    [
        ((None,), {}, False),
        ((None, 256, "lstm2", None, 0, 1), {}, False),
        ((None, 1024), {}, True),
        ((None, 256, "lstm2", None, 0, 4), {}, True),
        ((None, 256), {"n_variations": 4}, True),
    ],
)
def test_only_much_writing_counts_as_long(args, kwargs, is_long):
    assert is_long_work(Studio.continue_piece, *args, **kwargs) == is_long


@pytest.mark.parametrize(
    ("method", "wish", "is_long"),
    [
        ("retell", ("ae3", 0.5), False),
        ("retell", ("ae3", (0.0, 0.5, 1.0)), False),
        ("retell", ("ae3", tuple(np.linspace(0, 1, 16))), True),  # 1024 steps
        ("retell", ("ae3", np.linspace(0, 1, 9)), True),
        ("retell_path", ("ae3",), False),  # five stops
        ("retell_path", ("ae3", 16), True),
    ],
)
def test_retelling_counts_by_what_is_written(method, wish, is_long):
    assert is_long_work(getattr(Studio, method), None, None, *wish) == is_long


def test_a_long_retelling_leaves_a_place_for_others():
    @stands_for(Studio)
    class Retelling(Studio):
        def retell(self, first, second, model, weights, **_):
            return limiter.n_running, limiter._running_long

    limiter = Limiter(2)
    studio = Retelling(do=InTurn(limiter))
    assert studio.retell(None, None, "ae3", weights=(0.0,) * 16) == (1, 1)
    assert studio.retell(None, None, "ae3", (0.5,)) == (1, 0)
