"""A piece that came by a link: made anew, heard, and offered to be gone on with."""

import streamlit as st

from koe.web.frame import heading
from koe.web.session.links import PARAMETER
from koe.web.session.shared import show_shared
from koe.web.texts import session as texts

heading(texts.SHARED_TITLE, texts.SHARED_LEAD)
place = st.container()
st.page_link("pages/home.py", label=texts.SHARED_YOUR_OWN, icon=":material/music_note:")
with place:
    show_shared(st.query_params.get(PARAMETER, ""))
