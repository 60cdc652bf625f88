"""Visitors leave, wait for the same thing, are sent away: nobody's work goes on without them or for them alone."""

import threading
import time
from types import SimpleNamespace

import pytest
from streamlit.runtime.scriptrunner_utils import script_run_context

from koe.errors import BusyError, Cancelled, ScoreError
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.scores.engrave import MAX_SCORE_NOTES, MAX_SCORE_STEPS, engrave
from koe.studio import Studio
from koe.web.serving import queued_studio
from koe.web.serving.queue import Limiter, Together, busy
from koe.web.serving.queued_studio import InTurn, in_turn, once
from koe.web.texts import language
from koe.web.texts.german import pages as german
from tests.fakes import stands_for
from tests.web.test_queue import SOON_SEC, held, soon


class Left(BaseException):
    """Like what Streamlit ends a run by."""


@pytest.fixture
def visitor(monkeypatch):
    """A visitor whose page is being made until ``gone`` is set."""
    gone = threading.Event()

    def yield_check():
        if gone.is_set():
            raise Left

    monkeypatch.setattr(script_run_context, "get_run_yield_check", lambda: yield_check)
    return gone


@stands_for(Studio)
class Endless(Studio):
    """A studio whose work ends only when somebody says so."""

    def __init__(self, limiter):
        super().__init__(do=InTurn(limiter))
        self.begun = threading.Event()

    def render(self, piece, *, should_stop=None):
        self.begun.set()
        end = time.monotonic() + SOON_SEC
        while time.monotonic() < end:
            if should_stop is not None and should_stop():
                raise Cancelled
            time.sleep(0.005)
        return SimpleNamespace(engine="nobody stopped it")

    def compose(self, seed, *, should_stop=None):
        return seed


def test_work_whose_visitor_has_left_is_dropped(visitor):
    limiter = Limiter(1)
    studio = Endless(limiter)
    ended: list[BaseException] = []

    def page():
        try:
            studio.render(Piece.on_steps((), 16))
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=page)
    thread.start()
    assert studio.begun.wait(SOON_SEC)
    visitor.set()
    thread.join(SOON_SEC)
    assert [type(error) for error in ended] == [Left]
    assert limiter.n_running == 0


def test_whoever_asks_for_what_is_being_made_waits_sees_a_place_and_may_leave():
    together, log = Together(), []
    release = threading.Event()

    def ask(name, **asked):
        try:
            with together.alone("sound", **asked):
                log.append(name)
                assert release.wait(SOON_SEC)
        except Cancelled:
            log.append(f"{name} left")

    places: list[int] = []
    gone = threading.Event()
    first = threading.Thread(target=ask, args=("first",))
    first.start()
    assert soon(lambda: log == ["first"])
    leaver = threading.Thread(target=ask, args=("leaver",), kwargs={"should_stop": gone.is_set})
    leaver.start()
    second = threading.Thread(target=ask, args=("second",), kwargs={"on_wait": lambda place, _: places.append(place)})
    second.start()
    assert soon(lambda: places)
    gone.set()
    leaver.join(SOON_SEC)
    assert log == ["first", "leaver left"]
    with together.alone("another sound"):  # others are not kept waiting
        pass
    release.set()
    for thread in (first, second):
        thread.join(SOON_SEC)
    assert log == ["first", "leaver left", "second"]
    assert set(places) == {1}
    assert together._making == {}


def test_those_who_wait_see_the_place_of_the_one_who_asks_for_all():
    together, seen = Together(), []
    entered, done = threading.Event(), threading.Event()

    def maker():
        with together.alone("sound"):
            together.told(7)
            entered.set()
            assert done.wait(SOON_SEC)

    def waiter():
        with together.alone("sound", on_wait=lambda place, _: seen.append(place)):
            pass

    threads = [threading.Thread(target=maker)]
    threads[0].start()
    assert entered.wait(SOON_SEC)
    threads.append(threading.Thread(target=waiter))
    threads[1].start()
    assert soon(lambda: seen)
    done.set()
    for thread in threads:
        thread.join(SOON_SEC)
    assert seen[0] == 7
    together.told(3)  # nobody is making anything: nothing happens


def test_nobody_waits_for_ever_for_what_another_has_made():
    together = Together(max_wait_sec=0.05)
    entered, done = threading.Event(), threading.Event()

    def maker():
        with together.alone(1):
            entered.set()
            assert done.wait(SOON_SEC)

    thread = threading.Thread(target=maker)
    thread.start()
    assert entered.wait(SOON_SEC)
    with pytest.raises(BusyError, match="did not come"), together.alone(1):
        pass
    done.set()
    thread.join(SOON_SEC)


def test_a_maker_that_fails_leaves_it_to_the_next():
    calls = []

    def make(number: int, _piece: object) -> int:
        calls.append(number)
        if len(calls) == 1:
            raise ZeroDivisionError
        return number

    asked = once(make)
    with pytest.raises(ZeroDivisionError):
        asked(4, object())
    assert asked(4, _piece=None) == 4
    assert queued_studio._together._making == {}


@pytest.mark.parametrize("reason", ["full", "late", "closed"])
def test_who_is_sent_away_hears_it_in_their_language(reason, monkeypatch):
    limiter = Limiter(1, max_waiting=0 if reason == "full" else 5, max_wait_sec=0.01)
    monkeypatch.setattr(queued_studio, "shared_limiter", lambda: limiter)
    monkeypatch.setattr(language, "language", lambda: "de")
    with held(limiter):
        if reason == "closed":
            limiter.close()
        for ask in (lambda: Endless(limiter).compose(1), lambda: in_turn("read", len, "x")):
            with pytest.raises(BusyError) as caught:
                ask()
            n = {"full": 0, "late": 0.01, "closed": 0}[reason]
            assert str(caught.value) == german.BUSY[reason].format(n=n)
            assert caught.value.reason == reason
    assert str(busy("full", 40)).startswith("Koe has all hands full: 40 others")


@pytest.mark.parametrize(
    "piece",
    [
        Piece.on_steps((note_at_step(0, 60, 4),), MAX_SCORE_STEPS + 1),
        Piece.on_steps(tuple(note_at_step(n % 4000, 21 + n // 4000 % 88, 1) for n in range(MAX_SCORE_NOTES + 1)), 4000),
    ],
)
def test_a_score_has_a_length(piece):
    with pytest.raises(ScoreError, match="at most 10,240 sixteenths and 20,000 notes"):
        engrave(piece)
