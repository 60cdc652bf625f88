"""Pieces in the writing: seen as they grow, joined by whoever asks for the same, given up when nobody looks."""

import threading
import time

import pytest

from koe.errors import Cancelled, ModelError
from koe.generation.wishes import Wishes
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.web.serving import cached_studio, sounds, written_live

WISHES = Wishes(measures=8)


def piece_of(n_measures: int) -> Piece:
    return Piece(tuple(Note(96 * measure, 60, 96) for measure in range(n_measures)), 96 * n_measures)


class Pen:
    """Stands for the studio: writes a measure whenever it is told to."""

    def __init__(self):
        self.calls = []
        self.may_write = threading.Semaphore(0)
        self.error = None

    def composed(self, wishes, seed, model, should_stop=None, on_written=None):
        self.calls.append((wishes, seed, model))
        for n in range(1, wishes.measures + 1):
            while not self.may_write.acquire(timeout=0.01):
                if should_stop():
                    raise Cancelled("Nobody looks.")
            if self.error:
                raise self.error
            on_written(piece_of(n))
        return piece_of(wishes.measures)

    def write(self, n):
        for _ in range(n):
            self.may_write.release()


@pytest.fixture
def pen(monkeypatch):
    pen = Pen()
    monkeypatch.setattr(cached_studio, "composed", pen.composed)
    monkeypatch.setattr(written_live, "_lives", {})
    monkeypatch.setattr(sounds, "begin", lambda piece: None)
    yield pen
    pen.write(100)


def until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_it_is_seen_as_it_grows_and_is_whole_in_the_end(pen):
    one = written_live.live(WISHES, 3, "tr1")
    assert one.piece is None
    pen.write(2)
    until(lambda: one.piece and one.piece.n_measures == 2)
    assert not one.is_over.is_set()
    pen.write(6)
    assert one.is_over.wait(300)
    assert one.result().n_measures == 8


def test_sound_is_made_of_a_beginning_and_then_not_of_every_note(pen, monkeypatch):
    begun = []
    monkeypatch.setattr(sounds, "begin", begun.append)
    one = written_live.live(WISHES, 3, "tr1")
    pen.write(8)
    assert one.is_over.wait(300)
    # Measures of two seconds: from six on, and not again before three times as much is there.
    assert [piece.duration_sec for piece in begun] == [6.0]
    assert one.heard.duration_sec == 6.0


def test_who_asks_for_the_same_looks_at_the_same(pen):
    one = written_live.live(WISHES, 3, "tr1")
    assert written_live.live(WISHES, 3, "tr1") is one
    assert written_live.live(WISHES, 4, "tr1") is not one
    pen.write(20)
    assert one.is_over.wait(300)
    assert len(pen.calls) == 2


def test_what_nobody_looks_at_is_given_up_and_may_be_asked_for_again(pen, monkeypatch):
    monkeypatch.setattr(written_live, "UNSEEN_SEC", 0.05)
    one = written_live.live(WISHES, 3, "tr1")
    assert one.is_over.wait(300)
    assert one.was_given_up
    monkeypatch.setattr(written_live, "UNSEEN_SEC", 15.0)
    again = written_live.live(WISHES, 3, "tr1")
    assert again is not one
    again.stop()
    assert again.is_over.wait(300)
    assert again.was_given_up


def test_a_fault_is_told_to_who_waits(pen):
    pen.error = ModelError("The weights are damaged.")
    pen.write(1)
    one = written_live.live(WISHES, 3, "tr1")
    assert one.is_over.wait(300)
    with pytest.raises(ModelError, match="damaged"):
        one.result()
