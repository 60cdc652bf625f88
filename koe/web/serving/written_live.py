"""Pieces in the writing: each is written in a thread of its own, and pages look at it as it grows.

A page cannot wait for two minutes of music: it shows what there is and comes
back. What nobody looks at any more is given up.
"""

import threading
import time
from collections.abc import Callable

from koe.errors import Cancelled, KoeError
from koe.generation.wishes import Wishes
from koe.music.piece import Piece
from koe.web.serving import cached_studio, sounds
from koe.web.serving.queued_studio import telling
from koe.web.serving.visits import owner, working_for
from koe.web.texts.language import in_language, language

SOON_SEC = 0.4  # in which what is kept from before is there
UNSEEN_SEC = 15.0  # after which it is given up
FIRST_SEC = 6.0  # of music, before any of it is played,
MORE = 3.0  # and how many times more there is when the sound is made anew


AsHeard = Callable[[Piece], Piece]


def _as_written(piece: Piece) -> Piece:
    return piece


class Live:
    """One piece in the writing.

    Attributes
    ----------
    piece : Piece or None
        As far as it is written.
    heard : Piece or None
        As far as there is sound of it; it begins with it.
    as_heard : callable
        Gives a piece as who looks at it hears it.
    place : int
        In the queue; 0 where it has its turn.
    is_over : threading.Event
    """

    def __init__(self, wishes: Wishes, seed: int, model: str, as_heard: AsHeard = _as_written) -> None:
        self.as_heard = as_heard
        self.measures = wishes.measures
        self.piece: Piece | None = None
        self.heard: Piece | None = None
        self.place = 0
        self.is_over = threading.Event()
        self._error: BaseException | None = None
        self._seen = time.monotonic()
        self._was_stopped = False
        self._next_sec = FIRST_SEC
        spoken, whose = language(), owner()

        def write() -> None:
            try:
                with in_language(spoken), telling(self._told), working_for(whose):
                    self.piece = cached_studio.composed(wishes, seed, model, self._should_stop, self._take)
            except BaseException as error:
                self._error = error
            self.is_over.set()

        threading.Thread(target=write, name="koe-compose", daemon=True).start()

    def look(self) -> None:
        """Say that somebody still waits."""
        self._seen = time.monotonic()

    def stop(self) -> None:
        """Give it up."""
        self._was_stopped = True

    @property
    def was_given_up(self) -> bool:
        """Whether it ended before it was whole, since nobody waited for it."""
        return isinstance(self._error, Cancelled)

    def result(self) -> Piece:
        """The whole piece, once it is over.

        Raises
        ------
        KoeError
            If it could not be written.
        """
        if self._error is not None:
            raise self._error
        assert self.piece is not None
        return self.piece

    def _told(self, place: int) -> None:
        self.place = place if place > 1 else 0

    def _should_stop(self) -> bool:
        return self._was_stopped or time.monotonic() > self._seen + UNSEEN_SEC

    def _take(self, piece: Piece) -> None:
        self.place = 0
        if piece.duration_sec >= self._next_sec:
            self._next_sec = MORE * piece.duration_sec
            sounds.begin(self.as_heard(piece))
            self.heard = piece
        self.piece = piece


_lives: dict[tuple[object, ...], Live] = {}
_lock = threading.Lock()


def live(wishes: Wishes, seed: int, model: str, as_heard: AsHeard = _as_written) -> Live:
    """The piece in the writing: what somebody asked for already, or a beginning."""
    key = (wishes, seed, model)
    with _lock:
        for old in [old for old, one in _lives.items() if one.is_over.is_set() and (old != key or _is_failed(one))]:
            del _lives[old]
        if key not in _lives:
            _lives[key] = Live(wishes, seed, model, as_heard)
        found = _lives[key]
    found.as_heard = as_heard
    found.look()
    return found


def _is_failed(one: Live) -> bool:
    try:
        one.result()
    except (KoeError, Exception):
        return True
    return False
