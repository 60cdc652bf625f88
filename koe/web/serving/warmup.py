"""Loading the networks behind the first page, once a process.

Importing TensorFlow holds Python's lock for seconds, so it starts only when
the first page has been delivered; whoever needs a network earlier starts it
at once and sees how it goes on.
"""

import gc
import importlib
import logging
import threading
import time

import streamlit as st
from streamlit.runtime.scriptrunner import script_runner

from koe.generation.wishes import Wishes
from koe.music.grid import TICKS_PER_QUARTER
from koe.web.serving import cached_studio
from koe.web.serving.composed_ahead import composed_ahead
from koe.web.serving.lasting import lasting
from koe.web.serving.queue import shared_limiter
from koe.web.texts import pages as texts

DELAY_SEC = 1.0  # for the first page's own requests, before the lock is taken
USUAL_SEC = 8.0  # for the line of progress only

_log = logging.getLogger(__name__)


class WarmUp:
    """The loading of all models in a background thread.

    Attributes
    ----------
    error : Exception or None
        Why it failed, if it did; the pages then meet it in what they ask for.
    """

    def __init__(self) -> None:
        self.error: Exception | None = None
        self._hurry = threading.Event()
        self._can_compose = threading.Event()
        self._done = threading.Event()
        self._started_at = time.monotonic()
        _let_pages_run_meanwhile()
        threading.Thread(target=self._work, name="koe-warm-up", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether the models are loaded, or loading them failed."""
        return self._done.is_set()

    @property
    def can_compose(self) -> bool:
        """Whether a new piece can be composed, which comes before all else."""
        return self._can_compose.is_set()

    @property
    def progress(self) -> float:
        """How far it may be, 0 to just below 1, by the time that it usually takes."""
        return min((time.monotonic() - self._started_at) / USUAL_SEC, 0.97)

    def hurry(self) -> None:
        """Begin at once."""
        self._hurry.set()

    def wait(self, timeout_sec: float | None = None, *, to_compose: bool = False) -> bool:
        """Wait for all models, or for composing only; false if they are not there in time."""
        return (self._can_compose if to_compose else self._done).wait(timeout_sec)

    def _work(self) -> None:
        self._hurry.wait(DELAY_SEC)
        try:
            # First what the one button of the first page needs; its sound, too,
            # imports and reads what the next ones share.
            studio = cached_studio.studio()
            # It takes nobody's turn, and is no visitor's work.
            with shared_limiter().exempt():
                one = studio.compose_piece(Wishes(measures=2), 0) if cached_studio.composer() else studio.compose(0)
                studio.render(one.slice(0, TICKS_PER_QUARTER))
            self._can_compose.set()
            studio.warm_up()
        except Exception as error:
            _log.exception("The networks could not be loaded")
            self.error = error
        finally:
            # Streamlit collects garbage after each run; a quarter of a million
            # objects of TensorFlow that never go away need not be looked at.
            gc.collect()
            gc.freeze()
            self._can_compose.set()
            self._done.set()
        if self.error is None:
            composed_ahead()


def _let_pages_run_meanwhile() -> None:
    """Keep the threads of pages and the one that loads networks out of each other's way."""
    # Keras imports it, too. Plotly, drawing a page at that moment, would meet a pandas that is only half there.
    importlib.import_module("pandas")
    # After each run of a page Streamlit clears Keras's session, that of all threads: a network that is being built
    # at that moment loses the names of its weights, and compiled kernels are thrown away.
    script_runner._clean_problem_modules = lambda: None


@lasting
def warm_up() -> WarmUp:
    """The process's one warm-up, started by whoever asks first."""
    return WarmUp()


def require_models(*, to_compose: bool = False) -> None:
    """Return when the models are loaded, or at least composing works; until then show how far they are."""
    loading = warm_up()
    place = st.empty()  # whether there is anything to show or not: what moves on the page is made anew, players too
    if loading.wait(0.0, to_compose=to_compose):
        return
    loading.hurry()
    while not loading.wait(0.25, to_compose=to_compose):
        place.progress(loading.progress, text=texts.WAKING_UP)
    place.empty()


def show_readiness() -> None:
    """A quiet line that says whether the networks are awake, and follows them."""
    loading = warm_up()
    if loading.can_compose:
        st.caption(texts.NOT_AWAKE if loading.error else texts.AWAKE, text_alignment="center")
    else:
        _follow()


@st.fragment(run_every=1.0)
def _follow() -> None:
    if warm_up().can_compose:
        st.rerun()  # once, without this fragment; it need not look any more
    st.caption(texts.FALLING_AWAKE, text_alignment="center")
