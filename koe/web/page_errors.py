"""What goes wrong on a page, or outside of any in a widget's callback: counted, and said in one sentence."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from koe.errors import Cancelled, KoeError
from koe.web.serving.metrics import count_fault
from koe.web.texts import pages as texts
from koe.web.texts.errors import told

_log = logging.getLogger(__name__)


@contextmanager
def in_one_sentence() -> Iterator[None]:
    """Say in one sentence what goes wrong inside; a fragment needs this of its own, its page's does not reach it."""
    try:
        yield
    except Cancelled:
        st.info(texts.STOPPED)
    except KoeError as error:
        count_fault(error)
        st.error(texts.escape(told(error)), icon=":material/error:")
    except Exception as error:
        count_fault(error)
        _log.exception("A page failed")
        st.error(texts.UNEXPECTED, icon=":material/error:")


def say_in_one_sentence(error: Exception) -> bool:
    """Show what the frame of a page would show; Streamlit, which has logged it, need not."""
    count_fault(error)
    st.error(texts.escape(told(error)) if isinstance(error, KoeError) else texts.UNEXPECTED, icon=":material/error:")
    return True
