"""Koe: the table of contents. Each page is a file in pages/; run with ``streamlit run app.py``."""

import streamlit as st

from koe.web.backend import can_fill
from koe.web.frame import around_page, in_one_sentence, open_frame
from koe.web.keeping.bar import keeping_bar
from koe.web.keeping.shared import open_shared_page
from koe.web.state import enter
from koe.web.warmup import warm_up

# Only where a model is able to.
FILL = [st.Page("pages/fill.py", title="Fill", icon=":material/auto_fix_high:")] if can_fill() else []
# Not in the menu: one comes here by a link.
SHARED = st.Page("pages/shared_piece.py", title="A piece for you", visibility="hidden")
PAGES = [
    st.Page("pages/home.py", title="Home", icon=":material/music_note:", default=True),
    st.Page("pages/your_piece.py", title="Your piece", icon=":material/library_music:"),
    st.Page("pages/reconstruct.py", title="Reconstruct", icon=":material/compare:"),
    st.Page("pages/latent_space.py", title="Latent space", icon=":material/tune:"),
    st.Page("pages/interpolate.py", title="Interpolate", icon=":material/linear_scale:"),
    st.Page("pages/continue.py", title="Continue", icon=":material/edit_note:"),
    *FILL,
    st.Page("pages/models.py", title="Models", icon=":material/model_training:"),
    st.Page("pages/about.py", title="About", icon=":material/school:"),
    SHARED,
]

open_frame()
page = st.navigation(PAGES, position="top")
with around_page():
    enter(page.title, page.url_path)
    open_shared_page(SHARED)
    page.run()
with in_one_sentence():
    keeping_bar()
# Last of all, so that this page is on its way before the networks take the time.
warm_up()
