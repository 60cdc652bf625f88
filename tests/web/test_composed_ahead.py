"""Pieces made ahead: one for each visitor, never while others work, and never more than asked for."""

import threading
import time
from types import SimpleNamespace

from koe.errors import Cancelled
from koe.web.serving.composed_ahead import LOOK_SEC, ComposedAhead


def until(condition, seconds=100.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_each_number_is_taken_once_and_made_up_for():
    made = []
    ahead = ComposedAhead(lambda seed, _: made.append(seed), lambda: True, 3)
    until(lambda: len(ahead) == 3)
    time.sleep(0.1)
    assert len(made) == 3
    first = ahead.take()
    assert first == made[0]
    until(lambda: len(made) == 4)
    until(lambda: len(ahead) == 3)
    taken = [ahead.take() for _ in range(3)]
    assert len({first, *taken}) == 4
    assert taken == made[1:4]


def test_nothing_is_made_while_somebody_works():
    made, quiet = [], threading.Event()
    ahead = ComposedAhead(lambda seed, _: made.append(seed), quiet.is_set, 1)
    time.sleep(2 * LOOK_SEC)
    assert not made
    assert ahead.take() is None
    quiet.set()
    until(lambda: len(ahead) == 1)


def test_a_size_of_none_makes_none():
    made = []
    ahead = ComposedAhead(lambda seed, _: made.append(seed), lambda: True, 0)
    time.sleep(0.1)
    assert ahead.take() is None
    assert not made


def test_after_errors_it_tries_again_with_other_numbers_and_says_so_once(caplog, monkeypatch):
    monkeypatch.setattr("koe.web.serving.composed_ahead.RETRY_SEC", 0.01)
    asked = []

    def fail_thrice(seed, _):
        asked.append(seed)
        if len(asked) <= 3:
            raise OSError("no space left")

    ahead = ComposedAhead(fail_thrice, lambda: True, 2)
    until(lambda: len(ahead) == 2)
    assert len(set(asked)) == 5
    assert [ahead.take(), ahead.take()] == asked[3:5]
    assert caplog.text.count("No piece can be made ahead") == 1


def test_after_an_error_it_does_not_try_at_once(monkeypatch):
    asked, pauses, passed = [], [], threading.Event()

    def fail(seed, _):
        asked.append(seed)
        raise OSError("no soundfont")

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 12:
            passed.set()
            threading.Event().wait()

    monkeypatch.setattr("koe.web.serving.composed_ahead.time", SimpleNamespace(sleep=sleep))
    ahead = ComposedAhead(fail, lambda: True, 3)
    assert passed.wait(300)
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]
    assert len(asked) == len(pauses)
    assert ahead.take() is None


def test_it_leaves_off_for_a_visitor_and_makes_the_same_piece_later():
    quiet, begun, made = threading.Event(), [], []
    quiet.set()

    def make(seed, should_stop):
        begun.append(seed)
        if len(begun) == 1:
            quiet.clear()  # somebody comes
            until(should_stop)
            raise Cancelled("Somebody came.")
        made.append(seed)

    ahead = ComposedAhead(make, quiet.is_set, 1)
    until(lambda: begun)
    time.sleep(1.5 * LOOK_SEC)
    assert (len(begun), len(ahead)) == (1, 0)
    quiet.set()
    until(lambda: len(ahead) == 1)
    assert made == begun[:1]
