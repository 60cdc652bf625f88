"""The mathematics of each lesson: a file of Markdown with formulas for each language, and what shows it."""

from pathlib import Path

import streamlit as st

from koe.web.texts import learn as texts
from koe.web.texts.language import language

FOLDER = Path(__file__).parent


def show_mathematics(lesson: str) -> None:
    """Show the file of this name in the visitor's language, folded up."""
    with st.expander(texts.MATHEMATICS, icon=":material/function:"):
        st.markdown((FOLDER / language() / f"{lesson}.md").read_text(encoding="utf-8"))
