"""What goes wrong outside of any page, in a widget's callback say: counted, and said in one sentence."""

import streamlit as st

from koe.errors import KoeError
from koe.web import texts
from koe.web.operations.metrics import count_fault


def say_in_one_sentence(error: Exception) -> bool:
    """Show what the frame of a page would show; Streamlit, which has logged it, need not."""
    count_fault(error)
    st.error(texts.escape(str(error)) if isinstance(error, KoeError) else texts.UNEXPECTED, icon=":material/error:")
    return True
