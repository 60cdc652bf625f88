"""What stands around every page: name, navigation, style."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from koe.plots.palette import DARK, LIGHT, Palette
from koe.web.page_errors import in_one_sentence
from koe.web.texts import language
from koe.web.texts import pages as texts

STYLE = Path(__file__).parent / "static" / "frame.css"

# A roll of four notes: three written, one made.
_MARK = (
    '<g fill="{ink}"><rect y="17" width="11" height="6" rx="2"/><rect x="8" y="9" width="9" height="6" rx="2"/>'
    '<rect x="20" y="17" width="6" height="6" rx="2"/></g>'
    '<rect x="14" y="1" width="12" height="6" rx="2" fill="#c2492f"/>'
)
_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="24" viewBox="0 0 96 24">{mark}'
    '<text x="36" y="21" font-family="Source Serif, Palatino, Georgia, serif" font-size="25" font-weight="600" '
    'fill="{ink}">Koe</text></svg>'
)
_ICON = '<svg xmlns="http://www.w3.org/2000/svg" width="26" height="26" viewBox="0 -1 26 26">{mark}</svg>'

_FRAMED = "koe_framed"


def open_frame() -> None:
    """Set up the page and draw what all pages share."""
    colors = palette()
    ink = colors.original
    mark = _MARK.format(ink=ink)
    st.set_page_config(
        page_title="Koe",
        page_icon=_ICON.format(mark=mark.replace(ink, "#7d7468")),
        layout="wide",
        menu_items={"About": texts.TAGLINE},
    )
    logo = _LOGO.format(mark=mark, ink=ink)
    st.logo(logo, size="large", icon_image=logo)
    st.html(STYLE)
    other = f'"{language.other_language().upper()}"'  # what the switch beside the menu shows
    words = st.get_option(f"theme.{'dark' if colors is DARK else 'light'}.linkColor")  # the accent that can be read
    st.html(
        f"<style>:root {{ --koe-paper: {colors.paper}; --koe-accent: {colors.made}; --koe-accent-text: {words}; "
        f"--koe-other: {other}; }}</style>"
    )


def palette() -> Palette:
    """The colours of pictures in the visitor's theme."""
    return DARK if st.context.theme.type == "dark" else LIGHT


@contextmanager
def around_page() -> Iterator[None]:
    """Run a page: say what goes wrong in one sentence, and never show a traceback."""
    st.session_state[_FRAMED] = True
    try:
        with in_one_sentence():
            yield
    finally:
        st.session_state.pop(_FRAMED, None)


def join_frame() -> None:
    """Start over through app.py where Streamlit runs a page without it.

    Until `st.navigation` is called for the first time in a process, Streamlit
    takes the files in ``pages/`` for a multipage app of its first kind and
    runs them by themselves. A visitor whose request is the first after a start, and
    for another page than Home, would so see it without its frame.
    """
    if not st.session_state.get(_FRAMED):
        PagesManager.uses_pages_directory = False  # what `st.navigation` sets
        st.rerun()


def heading(title: str, lead: str) -> None:
    """A page's title and what one does there."""
    join_frame()
    st.title(title, anchor=False)
    st.markdown(lead)
