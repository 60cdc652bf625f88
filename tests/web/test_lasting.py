"""What there is one of."""

import threading
import time

import streamlit as st

from koe.web.serving import cached_studio, composed_ahead, warmup
from koe.web.serving.lasting import Lasting, lasting


def test_many_at_once_get_the_same_one():
    made = []

    @lasting
    def slow() -> object:
        made.append(threading.get_ident())
        time.sleep(0.02)
        return object()

    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(slow())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == len(set(map(id, got))) == 1
    first = slow()
    slow.clear()
    assert slow() is not first


def test_what_clears_streamlits_caches_leaves_the_studio():
    before = cached_studio.studio()
    st.cache_resource.clear()
    st.cache_data.clear()
    assert cached_studio.studio() is before
    assert isinstance(warmup.warm_up, Lasting)
    assert isinstance(composed_ahead.composed_ahead, Lasting)
