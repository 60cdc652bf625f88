"""Places for heavy work: never more at once, in turn, with a place in the queue, and none lost."""

import threading
import time
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import BusyError, Cancelled, InputError
from koe.settings import one_of, whole_number
from koe.web.serving.queue import MAX_RUNNING_OF_ONE, MAX_WAITING_OF_ONE, Limiter
from koe.web.serving.visits import Owner

SOON_SEC = 100.0


class Worker:
    """A thread that asks for a place and holds it until it is told to end."""

    def __init__(self, limiter: Limiter, name: str = "", log: list[str] | None = None, **asked):
        self.begun, self.end = threading.Event(), threading.Event()
        self.places: list[int] = []
        self.error: BaseException | None = None
        self.log = log if log is not None else []
        self.name = name
        asked.setdefault("on_wait", lambda place, _: self.places.append(place))
        self.thread = threading.Thread(target=self._work, args=(limiter, asked), daemon=True)
        self.thread.start()

    def _work(self, limiter, asked):
        try:
            with limiter.place(**asked):
                self.log.append(self.name)
                self.begun.set()
                assert self.end.wait(SOON_SEC)
        except BaseException as error:
            self.error = error

    def finish(self):
        self.end.set()
        self.thread.join(SOON_SEC)
        assert not self.thread.is_alive()


def soon(condition) -> bool:
    """Whether it becomes true before a test would have to fail."""
    end = time.monotonic() + SOON_SEC
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


@contextmanager
def held(limiter: Limiter, n: int = 1, **asked):
    """All of these places taken inside the ``with``."""
    workers = [Worker(limiter, **asked) for _ in range(n)]
    assert all(worker.begun.wait(SOON_SEC) for worker in workers)
    yield workers
    for worker in workers:
        worker.finish()


@settings(max_examples=15)
@given(n_places=st.integers(1, 4), long=st.lists(st.booleans(), max_size=16))
def test_never_more_at_once_and_everybody_comes_to_turn(n_places, long):
    limiter = Limiter(n_places, 100)
    lock, now, most, most_long, done = threading.Lock(), [0, 0], [0], [0], []

    def work(is_long):
        with limiter.place(long=is_long):
            with lock:
                now[0] += 1
                now[1] += is_long
                most[0], most_long[0] = max(most[0], now[0]), max(most_long[0], now[1])
            time.sleep(0.0005)
            with lock:
                now[0] -= 1
                now[1] -= is_long
                done.append(is_long)

    threads = [threading.Thread(target=work, args=(one,)) for one in long]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SOON_SEC)
    assert sorted(done) == sorted(long)
    assert most[0] <= n_places
    assert most_long[0] <= max(1, n_places - 1)
    assert (limiter.n_running, limiter.n_waiting) == (0, 0)


def test_who_came_first_goes_first_and_all_see_their_place_shrink():
    limiter, log = Limiter(1), []
    with held(limiter):
        waiting = []
        for name in "abc":
            waiting.append(Worker(limiter, name, log))
            assert soon(lambda: limiter.n_waiting == len(waiting))
        assert soon(lambda: [worker.places[-1:] for worker in waiting] == [[1], [2], [3]])
    for number, worker in enumerate(waiting):
        assert worker.begun.wait(SOON_SEC)
        if number == 0:
            assert soon(lambda: waiting[2].places[-1] == 2)
        worker.finish()
    assert log == ["a", "b", "c"]
    assert waiting[2].places == sorted(waiting[2].places, reverse=True)


def test_short_work_goes_past_long_work_that_has_all_its_places():
    limiter = Limiter(2)
    with held(limiter, long=True):
        second_long = Worker(limiter, long=True)
        assert soon(lambda: limiter.n_waiting == 1)
        short = Worker(limiter)
        assert short.begun.wait(SOON_SEC)
        assert not second_long.begun.is_set()
        short.finish()
    assert second_long.begun.wait(SOON_SEC)
    second_long.finish()


def test_whoever_leaves_gives_up_their_place_and_the_next_moves_up():
    limiter, gone = Limiter(1), threading.Event()
    with held(limiter):
        leaver = Worker(limiter, should_stop=gone.is_set)
        assert soon(lambda: limiter.n_waiting == 1)
        stayer = Worker(limiter)
        assert soon(lambda: stayer.places[-1:] == [2])
        gone.set()
        leaver.thread.join(SOON_SEC)
        assert isinstance(leaver.error, Cancelled)
        assert not leaver.begun.is_set()
        assert soon(lambda: stayer.places[-1] == 1)
    assert stayer.begun.wait(SOON_SEC)
    stayer.finish()


def test_what_the_watcher_raises_ends_the_waiting():
    limiter = Limiter(1)

    def leave(place, waited_sec):
        raise GeneratorExit  # no Exception, as what Streamlit raises is none

    with held(limiter):
        worker = Worker(limiter, on_wait=leave)
        worker.thread.join(SOON_SEC)
        assert isinstance(worker.error, GeneratorExit)
        assert limiter.n_waiting == 0


def test_a_full_queue_says_so_and_stays_as_it_is():
    limiter = Limiter(1, max_waiting=2)
    with held(limiter):
        waiting = [Worker(limiter), Worker(limiter)]
        assert soon(lambda: limiter.n_waiting == 2)
        with pytest.raises(BusyError, match="2 others are waiting"), limiter.place():
            pass
        assert limiter.n_waiting == 2
    for worker in waiting:
        worker.end.set()
        assert worker.begun.wait(SOON_SEC)


def test_nobody_waits_for_ever():
    limiter = Limiter(1, max_wait_sec=0.05)
    with held(limiter):
        with pytest.raises(BusyError, match="did not come"), limiter.place():
            pass
        assert limiter.n_waiting == 0


def test_a_failure_at_work_frees_the_place():
    limiter = Limiter(1)
    with pytest.raises(ZeroDivisionError), limiter.place():
        raise ZeroDivisionError
    with limiter.place() as waited_sec:
        assert waited_sec == 0.0


def test_work_within_work_needs_no_second_place():
    limiter = Limiter(1, max_waiting=0)
    with limiter.place(), limiter.place(long=True):
        assert limiter.n_running == 1
    assert limiter.n_running == 0
    with limiter.place(), limiter.exempt():
        pass
    with held(limiter), limiter.exempt(), limiter.place():
        assert limiter.n_running == 1  # that of the other


def test_at_the_end_the_waiting_are_sent_away_and_the_working_finish():
    limiter = Limiter(1)
    with held(limiter) as (worker,):
        waiting = Worker(limiter)
        assert soon(lambda: limiter.n_waiting == 1)
        limiter.close()
        waiting.thread.join(SOON_SEC)
        assert isinstance(waiting.error, BusyError)
        assert "restarted" in str(waiting.error)
        with pytest.raises(BusyError, match="restarted"), limiter.place():
            pass
        assert limiter.n_running == 1
    assert worker.error is None
    assert limiter.n_running == 0


@pytest.mark.parametrize("text", ["0", "many", "-3", "1000", "2.5"])
def test_a_setting_that_cannot_be_is_refused(monkeypatch, text):
    monkeypatch.setenv("KOE_WORKERS", text)
    with pytest.raises(InputError, match="whole number from 1 to 256"):
        whole_number("KOE_WORKERS", 2, 1, 256)


def test_settings_are_read_or_left(monkeypatch):
    monkeypatch.setenv("KOE_WORKERS", " 3 ")
    assert whole_number("KOE_WORKERS", 2, 1, 256) == 3
    monkeypatch.setenv("KOE_WORKERS", "")
    assert whole_number("KOE_WORKERS", 2, 1, 256) == 2
    monkeypatch.setenv("KOE_LOG_FORMAT", "JSON")
    assert one_of("KOE_LOG_FORMAT", ("json", "text"), "text") == "json"
    monkeypatch.setenv("KOE_LOG_FORMAT", "xml")
    with pytest.raises(InputError, match="json, text"):
        one_of("KOE_LOG_FORMAT", ("json", "text"), "text")


# -- between those who ask ------------------------------------------------------


def owned(session: str, address: str = "") -> dict[str, Owner]:
    return {"owner": Owner(address or f"at {session}", session)}


def test_who_asked_for_much_waits_longer_for_the_rest_of_it():
    limiter, log = Limiter(1, 100), []
    with held(limiter, **owned("other")):
        for name in ("a1", "a2", "a3", "b1", "b2", "c1"):
            Worker(limiter, name, log, **owned(name[0])).end.set()
            assert soon(lambda: limiter.n_waiting == len(limiter._waiting))
            time.sleep(0.01)
        assert soon(lambda: limiter.n_waiting == 6)
    assert soon(lambda: len(log) == 6)
    assert log == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_what_comes_from_one_address_counts_together_though_less():
    limiter, log = Limiter(1, 100), []
    with held(limiter, **owned("other")):
        for number in range(20):
            Worker(limiter, "many", log, **owned(f"many{number}", "one address")).end.set()
            assert soon(lambda n=number: limiter.n_waiting == n + 1)
        Worker(limiter, "newcomer", log, **owned("newcomer")).end.set()
        assert soon(lambda: limiter.n_waiting == 21)
    assert soon(lambda: len(log) == 21)
    assert log.index("newcomer") <= 1


def test_one_visitor_runs_two_at_once_and_lets_others_pass():
    limiter, log = Limiter(4, 100), []
    with held(limiter, MAX_RUNNING_OF_ONE, **owned("a")):
        third = Worker(limiter, "third", log, **owned("a"))
        assert soon(lambda: limiter.n_waiting == 1)
        other = Worker(limiter, "other", log, **owned("b"))
        assert other.begun.wait(SOON_SEC)
        assert not third.begun.is_set()
        other.finish()
    assert third.begun.wait(SOON_SEC)
    third.finish()


def test_one_visitor_has_few_in_the_queue_and_the_rest_of_it_is_for_others():
    limiter = Limiter(1, 16)
    with held(limiter):
        mine = [Worker(limiter, **owned("a")) for _ in range(MAX_WAITING_OF_ONE)]
        assert soon(lambda: limiter.n_waiting == MAX_WAITING_OF_ONE)
        one_more = Worker(limiter, **owned("a"))
        one_more.thread.join(SOON_SEC)
        assert one_more.error.reason == "yours"
        others = [Worker(limiter, **owned(f"b{number}")) for number in range(16 - MAX_WAITING_OF_ONE)]
        assert soon(lambda: limiter.n_waiting == 16)
        newcomer = Worker(limiter, **owned("c"))
        assert soon(lambda: any(isinstance(worker.error, BusyError) for worker in mine))
        assert soon(lambda: limiter.n_waiting == 16)
        assert newcomer.error is None
    for worker in (*mine, *others, newcomer):
        worker.end.set()
    for worker in (*mine, *others, newcomer):
        worker.thread.join(SOON_SEC)
    assert [worker.error.reason for worker in mine if worker.error] == ["full"]
    assert (limiter.n_running, limiter.n_waiting) == (0, 0)
    assert not limiter._ends
    assert not limiter._running_of
