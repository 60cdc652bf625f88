"""Koe: the table of contents. Each page is a file in pages/; run with ``streamlit run app.py``."""

import streamlit as st

from koe.web.frame import around_page, open_frame
from koe.web.gallery.house import is_there
from koe.web.page_errors import in_one_sentence
from koe.web.serving.cached_studio import can_fill, composer
from koe.web.serving.metrics import page_run
from koe.web.serving.warmup import warm_up
from koe.web.session.project_bar import keeping_bar
from koe.web.session.shared import open_shared_page
from koe.web.session.state import enter
from koe.web.texts import pages as texts
from koe.web.texts.language import find_language

find_language()  # before anything is said

# Only where a model is able to.
FILL = [st.Page("pages/fill.py", title=texts.PAGES["fill"], icon=":material/auto_fix_high:")] if can_fill() else []
# Likewise.
COMPOSE = [st.Page("pages/compose.py", title=texts.PAGES["compose"], icon=":material/piano:")] if composer() else []
# Likewise: only where there is one.
GALLERY = [st.Page("pages/gallery.py", title=texts.PAGES["gallery"], icon=":material/wall_art:")] if is_there() else []
# Not in the menu: one comes here by a link.
SHARED = st.Page("pages/shared_piece.py", title=texts.PAGES["shared_piece"], visibility="hidden")
# At most six entries in the menu: pages of the first section stand there themselves, others below a name.
PAGES = {
    "": [
        st.Page("pages/home.py", title=texts.PAGES["home"], icon=":material/music_note:", default=True),
        st.Page("pages/your_piece.py", title=texts.PAGES["your_piece"], icon=":material/library_music:"),
        SHARED,
    ],
    texts.SECTIONS["write"]: [
        *COMPOSE,
        st.Page("pages/continue.py", title=texts.PAGES["continue"], icon=":material/edit_note:"),
        *FILL,
    ],
    texts.SECTIONS["blend"]: [
        st.Page("pages/interpolate.py", title=texts.PAGES["interpolate"], icon=":material/linear_scale:"),
        st.Page("pages/latent_space.py", title=texts.PAGES["latent_space"], icon=":material/tune:"),
        st.Page("pages/reconstruct.py", title=texts.PAGES["reconstruct"], icon=":material/compare:"),
    ],
    texts.SECTIONS["learn"]: [
        st.Page("pages/tour.py", title=texts.PAGES["tour"], icon=":material/tour:"),
        st.Page("pages/neuron.py", title=texts.PAGES["neuron"], icon=":material/hub:"),
        st.Page("pages/downhill.py", title=texts.PAGES["downhill"], icon=":material/landscape:"),
        st.Page("pages/squeezing.py", title=texts.PAGES["squeezing"], icon=":material/compress:"),
        st.Page("pages/memory.py", title=texts.PAGES["memory"], icon=":material/memory:"),
        st.Page("pages/quiz.py", title=texts.PAGES["quiz"], icon=":material/hearing:"),
        st.Page("pages/teachers.py", title=texts.PAGES["teachers"], icon=":material/group:"),
    ],
    texts.SECTIONS["more"]: [
        *GALLERY,
        st.Page("pages/models.py", title=texts.PAGES["models"], icon=":material/model_training:"),
        st.Page("pages/about.py", title=texts.PAGES["about"], icon=":material/school:"),
    ],
}

open_frame()
page = st.navigation(PAGES, position="top")
with around_page(), page_run(page.url_path):
    enter(page.url_path or "home", page.url_path)
    open_shared_page(SHARED)
    page.run()
with in_one_sentence():
    keeping_bar()
# Last of all, so that this page is on its way before the networks take the time.
warm_up()
