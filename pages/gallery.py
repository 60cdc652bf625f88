"""The gallery: what others made, to be heard, liked and gone on from."""

import streamlit as st

from koe.web.frame import heading
from koe.web.gallery import show
from koe.web.gallery.keeping import REMOVE
from koe.web.texts import gallery as texts

heading(texts.GALLERY_TITLE, texts.GALLERY_LEAD)
if removal := st.query_params.get(REMOVE, ""):
    show.show_removal(removal, lambda: st.query_params.pop(REMOVE, None))
if show.OPERATOR in st.query_params or show.is_operator():
    show.show_operator()
if show.radio_is_on():
    show.show_radio()
elif chosen := st.query_params.get(show.PIECE, ""):
    show.show_entry(chosen)
else:
    show.show_list()
